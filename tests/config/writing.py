"""Configurations as tests write them, and what is said of them."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from ingest.config.load import load
from ingest.config.model import Config, ConfigError

GOOD = """\
timezone: Europe/Berlin
sources:
  hand:
    connector: manual
    signals:
      readers:
        kind: level
      invites:
        kind: events
objectives:
  - id: expert
    title: Become an expert
    period: 2026
    key_results:
      - id: readers
        title: 20% more readers
        value: hand.readers
        target: +20%
"""
"""Nothing is wrong with it."""

PLUGIN = '''\
"""Numbers of a test."""
from datetime import timedelta
from typing import ClassVar
from pydantic import Field, SecretStr, model_validator
from ingest.connector import Connector, Duration, Reading, days, events, hours, level, minutes

class Mine(Connector):
    """Numbers of a test."""
    every = hours(1)
    fastest = minutes(10)
    signals = {"readers": level("people", "readers"), "invites": events()}
    api_key: SecretStr = Field(description="the key")
    audience: str = Field("all", description="which readers")
    limit: int = Field(10, ge=1, description="how many")
    deep: bool = Field(False, description="whether deep")
    ratio: float = Field(1.0, description="a share")
    window: Duration = Field(days(1), description="how long")
    tags: list[str] = Field(default_factory=list, description="which tags")

    async def pull(self, ask):
        yield Reading("readers", 1)

    @model_validator(mode="after")
    def fits(self):
        if self.audience == "none":
            raise ValueError(f"no audience {self.audience}: {self.api_key.get_secret_value()}")
        if self.audience == "crash":
            raise KeyError("a slip of the author")
        return self

class Export(Mine):
    stale_after: ClassVar[timedelta | None] = days(35)

class Dangerous(Mine):
    needs_allow: ClassVar[str | None] = "command"
'''
"""A user's own connector beside the configuration."""


def written(folder: Path, **files: str) -> Path:
    """okr.yaml (or more) in a folder; `my.py` is there too. `_` in a name is `.`: `okr_yaml`, `_env`."""
    (folder / "my.py").write_text(PLUGIN)
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(dedent(text), encoding="utf-8")
    return folder / "okr.yaml"


def loaded(folder: Path, text: str, env: Mapping[str, str] | None = None, *allow: str, **files: str) -> Config:
    return load(written(folder, okr_yaml=text, **files), env or {}, allow=frozenset(allow))


def said(path: Path, env: Mapping[str, str] | None = None, *allow: str) -> list[str]:
    """Every problem of a configuration, each file by its name alone."""
    try:
        load(path, env or {}, allow=frozenset(allow))
    except ConfigError as error:
        return [str(problem).replace(f"{path}/", "").replace(f"{path.parent}/", "") for problem in error.problems]
    return []


def problems(folder: Path, text: str, env: Mapping[str, str] | None = None, **files: str) -> list[str]:
    return said(written(folder, okr_yaml=text, **files), env)


def warned(config: Config) -> list[str]:
    return [str(warning).replace(f"{config.home}/", "") for warning in config.warnings]


def with_source(*lines: str) -> str:
    """A configuration with one source `mine` of the user's own connector, at line 4 column 5."""
    return "sources:\n  mine:\n    connector: ./my.py:Mine\n" + "".join(f"    {line}\n" for line in lines)


def with_key_result(*lines: str, key: str = "expert") -> str:
    """The good sources with one key result, whose lines begin at line 15 column 9."""
    head = GOOD[: GOOD.index("      - id: readers")].replace("expert\n", f"{key}\n", 1)
    first, *rest = lines
    return head + f"      - {first}\n" + "".join(f"        {line}\n" for line in rest)
