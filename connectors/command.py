"""A program of one's own that prints its numbers as lines of JSON."""

from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, SecretStr, field_validator

from connectors.parts.lines import lines, measured
from connectors.parts.listing import Listed, Listings, Row
from ingest.connector import Ask, Broken, Named, Reading, Yielded


def _alone(written: object) -> object:
    """A program without arguments may stand alone; nothing is split."""
    if isinstance(written, str) and any(map(str.isspace, written)):
        raise ValueError(
            "no shell takes it apart; write the program and its arguments as a list: `[./numbers.py, --all]`"
        )
    return [written] if isinstance(written, str) else written


class Command(Named[Listed]):
    """A program of your own, in any language, that prints its numbers as lines of JSON.

    It runs as the user of the service, so it may do what that user may. That is why a configuration with it is refused
    unless `--allow command` (or `OKR_ALLOW=command`) is said outside of the file.

    Each line is an object with the fields that the API takes: `signal`, `value`, `observed_at`, `key`.

        {"signal": "subscribers", "value": 431}
        {"signal": "talks", "observed_at": "2026-03-14", "key": "talk-17"}

    A level or counter without `observed_at` is as it is now; with it, it is history. An event has an `observed_at`,
    counts 1 without `value`, and is found again by its `key`. Times are RFC 3339 or ISO 8601, days, or seconds since
    1970; one without a zone is in the configured zone. A signal that is not among the settings, an unknown field, text
    that is no number: the pull stops and the line is named.

    The events of a run are taken to be all there ever were: one that is missing is gone. Write `whole: false` for a
    signal of which only recent ones are printed. `OKR_SINCE` in the environment says how far back history is wanted,
    where the source has a `history`.

    `command` is the program and its arguments, each for itself, and goes through no shell: write `[sh, -c, "…"]` if you
    want one. Arguments can be seen by other users of the machine, so a secret goes in `environment`. Of the service's
    own environment the program gets `PATH`, `HOME` and what tells the language and the time zone. It runs in the folder
    of okr.yaml, has 60 seconds, and may print 32 MiB; then it is killed with its children.

    A status of 77 or 78 means that somebody has to act (no permission, wrong configuration), any other than 0 that it
    may go well the next time. The last line of what it writes to the standard error is shown then, so it should not
    write secrets there; those of `environment` are blotted out.
    """

    needs_allow: ClassVar[str | None] = "command"
    proven = "with real processes: those that fail, hang, flood, leave children behind"

    command: Annotated[list[str], BeforeValidator(_alone)] = Field(
        min_length=1,
        description="the program, or a list of it and its arguments: `[./numbers.py, --all]`",
        examples=["./numbers.py"],
    )
    environment: dict[str, SecretStr] = Field({}, description="variables for the program, which are kept secret")

    @field_validator("command")
    @classmethod
    def _program(cls, command: list[str]) -> list[str]:
        if not command[0].strip() or any("\0" in part for part in command):
            raise ValueError("the first part is the program: `[./numbers.py, --all]`")
        return command

    @field_validator("environment")
    @classmethod
    def _variables(cls, environment: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name, value in environment.items():
            if not name or "=" in name or "\0" in f"{name}{value.get_secret_value()}":
                raise ValueError("the name of a variable is not empty and has no `=` in it")
        return environment

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        since = {} if ask.since is None else {"OKR_SINCE": ask.since.isoformat()}
        printed = await ask.program(self.command, {**since, **self.environment})
        found, listings = await ask.thread(self._read, printed, ask)
        for reading in found:
            yield reading
        for yielded in listings.yields():
            yield yielded

    def _read(self, printed: bytes, ask: Ask) -> tuple[list[Reading], Listings]:
        listings = Listings(self.named, ask)
        now: dict[str, Reading] = {}
        for where, line in lines(printed):
            told = measured(line, where, self.named, ask.zone)
            if isinstance(told, Row):
                listings[line.signal].add(told, where)
            elif now.setdefault(line.signal, told) != told:
                raise Broken("was told before, with another number", f"{where}, {line.signal}")
        return list(now.values()), listings
