"""What `okr init --from a,b` writes: those sources with every setting explained, and key results for their signals."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from textwrap import wrap
from typing import Any

from ingest.config.form import slug
from ingest.config.init import ENV, Texts, quarter, texts
from ingest.connector.connector import Connector, Signal
from ingest.connector.find import BrokenConnector, UnknownConnector, find
from ingest.connector.page import Page, Setting, page_of
from ingest.okr.signal import Kind

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z0-9./_+-][A-Za-z0-9 ./_+@=%-]*(?<! )")
_MOST = 3
"""Key results that are suggested for one source."""
_NAMED = "my_signal"
_SORRY = re.compile(r"(^|_)(lost|cancellations|pending|following|posts)(_|$)|^(events|activities|distance)$")
"""What people do not aim at: who left, who waits; and what one does oneself, which is no key result."""
_DAILY = re.compile(r"(^|_)(visitors|visits|views)$")
"""What comes by the hundred: more of it than before is aimed at, and not some."""
_SPENT = {"s", "min", "h"}
"""Units of a level of which less is better."""
_LIST = re.compile(r"\[[\w, -]+\]")
_NOTHING = ("", "{}")


def offer(names: Iterable[str], zone: str, today: date, home: Path) -> Texts:
    """The files for these connectors. `ValueError` says which of them cannot be used, and why."""
    pages = {_source_id(name): _page(name, _found(name, home)) for name in dict.fromkeys(names)}
    if not pages:
        raise ValueError("name at least one connector; `okr connectors` lists them")
    lines = [
        "# Fill in what is empty, here and in .env: `okr check` says what is missing, `okr pull --dry-run` what comes.",
        "",
        f"timezone: {zone}    # where days, months and periods begin",
        "",
        "sources:",
    ]
    for id_, page in pages.items():
        lines += [*_source(id_, page), ""]
    lines += [
        "objectives:",
        "  - id: first_objective",
        "    title: What you want to become true    # say it in your own words",
        f"    period: {quarter(today)[0]}",
        "    key_results:",
    ]
    for id_, page in pages.items():
        for name, signal in islice(_aims(page).items(), _MOST):
            lines += _key_result(id_, name, signal)
    env = [line for id_, page in pages.items() for line in _env(id_, page)]
    return texts("\n".join(lines) + "\n", "\n".join([ENV.rstrip(), *env]) + "\n")


def _found(name: str, home: Path) -> type[Connector]:
    try:
        return find(name, home)
    except UnknownConnector as error:
        guess = f"; did you mean '{error.suggestions[0]}'?" if error.suggestions else "; `okr connectors` lists them"
        raise ValueError(f"unknown connector '{name}'{guess}") from None
    except BrokenConnector as error:
        raise ValueError(f"the connector {error}") from None


def _page(name: str, connector: type[Connector]) -> Page:
    """Its page with the signals that it tells when it is set up as is written here: some need a setting more."""
    page = page_of(name, connector)
    if page.signal_settings:
        return page
    begun: dict[str, Any] = {one.name: one.example or "" for one in page.settings if one.is_shown}
    return replace(page, signals=connector.model_construct(**begun).offered())


def _source_id(name: str) -> str:
    """`./my.py:MyConnector` is `my_py_myconnector`; what makes no id is `source`."""
    return slug(name) or "source"


def _source(id_: str, page: Page) -> Iterator[str]:
    yield from _comment(page.summary, 2)
    if page.needs:
        yield from _comment(f"It needs {page.needs}.", 2)
    yield f"  {id_}:"
    yield f"    connector: {page.name}"
    if page.every:
        yield f'    # every: {page.every}    # how often it is asked; or cron: "0 7 * * mon-fri"'
    for setting in page.settings:
        yield from _setting(setting, id_, 4)
    if page.signal_settings:
        yield from _comment("the signals, by the name you give them: small letters, digits and _", 4)
        yield "    signals:"
        yield f"      {_NAMED}:"
        for setting in page.signal_settings:
            yield from _setting(setting, id_, 8)


def _setting(setting: Setting, id_: str, indent: int) -> Iterator[str]:
    """A setting under its explanation; a line that counts where one begins with it, else one to uncomment."""
    kind = f"{setting.type}, required" if setting.required else setting.type
    yield from _comment(f"{setting.description} ({kind})" if setting.description else kind, indent)
    example = setting.example or setting.default or ""
    value = _secret(setting, id_) if setting.secret else "" if example in _NOTHING else _scalar(example)
    yield f"{' ' * indent}{'' if setting.is_shown else '# '}{setting.name}: {value}".rstrip()


def _secret(setting: Setting, id_: str) -> str:
    """Its value is in .env; that of a mapping under a name that is to be replaced."""
    filled = f'"${{{_variable(id_, setting)}}}"'
    return f"{{NAME: {filled}}}" if setting.type.startswith("mapping") else filled


def _comment(text: str, indent: int) -> Iterator[str]:
    for line in wrap(" ".join(text.split()), _WIDTH - indent):
        yield f"{' ' * indent}# {line}"


def _scalar(text: str) -> str:
    return text if not text or _PLAIN.fullmatch(text) or _LIST.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _variable(id_: str, setting: Setting) -> str:
    return f"{id_}_{setting.name}".upper()


def _env(id_: str, page: Page) -> Iterator[str]:
    """A line for each secret; what one does not begin with is to be uncommented, as in okr.yaml."""
    secrets = [setting for setting in page.settings if setting.secret]
    if secrets and page.needs:
        yield f"# {id_} needs {page.needs}."
    for setting in secrets:
        yield f"{'' if setting.is_shown else '# '}{_variable(id_, setting)}="


def _signals(page: Page) -> Mapping[str, Signal]:
    """What the source offers; of what the user names, the one that is written as an example."""
    if page.signals:
        return page.signals
    kind = next((one.default for one in page.signal_settings if one.name == "kind"), None)
    return {_NAMED: Signal(Kind(kind or "level"))}


def _aims(page: Page) -> Mapping[str, Signal]:
    """The signals of which nobody is sorry to have more, by the vocabulary of connectors; all, where there is none."""
    signals = _signals(page)
    return {name: one for name, one in signals.items() if not _SORRY.search(name)} or signals


def _key_result(id_: str, name: str, signal: Signal) -> Iterator[str]:
    title, target = _aim(name, signal)
    yield f"      - id: {id_}_{name}"
    yield f"        title: {_scalar(title)}"
    yield "        # customer: whose behaviour changes"
    yield f"        value: {id_}.{name}"
    yield f"        target: {target}"
    if target.startswith("-"):
        yield "        take: best"


def _aim(name: str, signal: Signal) -> tuple[str, str]:
    """What one may want of a signal, in words and as a target."""
    what = name.replace("_", " ")
    if signal.kind is Kind.LEVEL and signal.unit in _SPENT:
        return f"10% less {what}", "-10%"
    if signal.kind is Kind.EVENTS and not _DAILY.search(name):
        return f"5 {what}", "5"
    return f"20% {'higher' if name.endswith(('_rate', 'rating')) else 'more'} {what}", "+20%"
