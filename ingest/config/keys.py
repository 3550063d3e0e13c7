"""What a user writes: one class for each section of okr.yaml, one field for each key.

A field that is required has no default. What holds further sections (`sources`, `key_results`, …) is listed in
`inner`: it is described here and read by the room that knows it. The JSON Schema for editors is made of these classes.
"""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.config.form import Baseline, Day, Flag, Id, Line, Share, Span, Text, Weight
from ingest.okr.occasion import Occasion


class Keys(BaseModel):
    """A section."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True, hide_input_in_errors=True)

    inner: ClassVar[frozenset[str]] = frozenset()
    """The keys that hold further sections."""


class SourceKeys(Keys):
    """Where numbers come from. The keys not listed here are the connector's own settings."""

    connector: Text = Field(
        description="the kind of source: a built-in connector, one of an installed package, or ./my.py:MyConnector"
    )
    every: Span | None = Field(None, description="how often it is asked: 15m, 1h, 2d; default: the connector's own")
    cron: Line | None = Field(
        None, description='instead of `every`: a standard crontab line in the configured zone, "0 7 * * mon-fri"'
    )
    stale_after: Span | None = Field(
        None,
        description="how long after a success its numbers count as stale; default: 2 × every + 1 h, at least 26h",
    )
    history: Span | None = Field(None, description="how far back to ask a source that has history: 2y")
    token_file: Text | None = Field(
        None,
        description="where a token that is renewed is kept, as one of `okr auth`; default: .okr/tokens/NAME.json "
        "beside this file",
    )
    formerly: Id | None = Field(None, description="the id it had before it was renamed; keeps its history")


class SignalKeys(Keys):
    """A signal that the connector names itself."""

    max_step: Text | None = Field(
        None, description="the largest plausible step between two readings, `500` or `20%`; what is beyond it waits"
    )


class KeyResultKeys(Keys):
    """A number that moves because somebody else's behaviour changes."""

    title: Text = Field(description="what is to be reached, as people say it")
    value: Text = Field(description="arithmetic over signals: linkedin.connections + x.followers")
    target: Text = Field(
        description="+20%, -50%, +200, 5000, >= 5, <= 45, +10% per month, stay <= 2% per month, stay 40..60%, learn"
    )
    id: Id | None = Field(None, description="small letters, digits and _; default: made from the title")
    customer: Text | None = Field(None, description="whose behaviour it measures")
    baseline: Baseline | None = Field(None, description="where it starts: a number, or a day whose value counts")
    weight: Weight = Field(1.0, description="its share in the objective's progress; 0: it is shown and not counted")
    take: Literal["last", "best"] = Field("last", description="which reading counts: the last, or the best so far")
    unit: Text | None = Field(None, description="what is counted: people, EUR, minutes")
    period: Text | None = Field(None, description="when, if not in the objective's period: 2026-Q4, 2026-11")
    milestones: dict[Day, Share] = Field(
        {}, description="the progress to be reached by the end of a day: {2026-06-30: 40%}"
    )
    lead: Flag = Field(False, description="true: a lead indicator, which moves before the others do")
    formerly: Text | None = Field(
        None, description="the id it had before it was renamed, or objective.key_result; keeps its history"
    )


class ObjectiveKeys(Keys):
    """A qualitative aim that holds key results."""

    inner = frozenset(("key_results",))

    title: Text = Field(description="the aim, as people say it")
    period: Text = Field(description="2026, 2026-H1, 2026-Q4, 2026-11 or 2026-10-01..2026-12-31, both days included")
    id: Id | None = Field(None, description="small letters, digits and _; default: made from the title")
    owner: Id | None = Field(None, description="a person or a team, as an id")
    scope: Literal["personal", "team", "individual"] = Field(
        "personal", description="whose goal it is; personal, team, or individual (one employee's at work)"
    )
    aligns_to: Id | None = Field(None, description="the id of the objective that it serves")
    key_results: list[KeyResultKeys] = Field([], description="2 to 5 numbers that show it is reached")


class TacticKeys(Keys):
    """What is tried, and when."""

    id: Id | None = Field(None, description="small letters, digits and _; default: made from the title")
    title: Text = Field(description="what is tried")
    started: Day = Field(description="its first day: 2026-03-01")
    ended: Day | None = Field(None, description="its last day; left out while it goes on")
    affects: list[Text] = Field(
        [], description="key results (objective.key_result), or an objective for all of its own"
    )


class NotifyKeys(Keys):
    """Who is told of what."""

    url: Text = Field(description='an Apprise URL; keep it out of the file: "${NOTIFY_URL}"')
    when: list[Occasion] = Field(
        ["achieved", "off_track", "source_failing"],
        min_length=1,
        description="the occasions; default: achieved, off_track, source_failing",
    )


class ServerKeys(Keys):
    """The page, the API and /metrics."""

    listen: Text = Field("127.0.0.1:8321", description="address and port; beyond this machine a token is needed")
    token: str = Field("", description='what writing needs, and reading from elsewhere: "${OKR_TOKEN:-}"')
    public_url: Text | None = Field(None, description="how it is reached from outside: https://okr.example.com")
    public: Flag = Field(False, description="true: everybody who reaches it may read without the token")


class FileKeys(Keys):
    """okr.yaml: where numbers come from, and what they are to become."""

    inner = frozenset(("sources", "objectives", "tactics", "notify", "server"))

    timezone: Text | None = Field(
        None, description="where days, months and periods begin: Europe/Berlin; default: the machine's"
    )
    mission: Text | None = Field(None, description="why all this; the objectives serve it")
    sources: dict[Id, Any] = Field({}, description="where numbers come from, by id")
    objectives: list[ObjectiveKeys] = Field([], description="the aims, with their key results")
    tactics: list[TacticKeys] = Field([], description="what is tried, and when")
    notify: list[NotifyKeys] = Field([], description="who is told of what")
    database: Text | None = Field(
        None, description="default: sqlite:///okr.db, beside this file; postgresql://… when grown"
    )
    server: ServerKeys = Field(ServerKeys(), description="the page, the API and /metrics")
