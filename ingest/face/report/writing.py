"""The two writers: Markdown, and one HTML file that needs nothing else (works offline, in the dark, in print)."""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from markupsafe import Markup

from ingest.face.report.section import Line, sections
from ingest.face.words import STATUS, isolated, local, share
from ingest.okr.instant import Instant
from ingest.run.review import Review

if TYPE_CHECKING:
    from ingest.face.web.scene import Scene

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|!&~])")


def markdown(review: Review, zone: ZoneInfo, now: Instant) -> str:
    """CommonMark. Titles and messages are text: what would be markup in them is escaped."""
    told = [f"# Report: {review.window.title}", ""]
    if review.known_at is not None:
        told += [f"As known at {local(review.known_at, zone)}.", ""]
    for one in review.card.objectives:
        told.append(
            f"- {_plain(isolated(one.objective.title))}: {STATUS[one.score.status]}, {share(one.score.progress)}"
        )
    for section in sections(review, zone, now):
        told += ["", f"## {section.title}", ""]
        told += [_item(line) for line in section.lines] or [section.empty]
    return "\n".join(told) + "\n"


def html(review: Review, zone: ZoneInfo, now: Instant, scenes: Mapping[str, "Scene"]) -> str:
    """One page with the charts in it, by key result. No script, no address of another file."""
    from ingest.face.web.chart import chart
    from ingest.face.web.rendering import TEMPLATES

    style = files("ingest.face.web").joinpath("static", "okr.css").read_text("utf-8")
    drawn = [(one, chart(scenes[one.after.key_result.name])) for one in review.courses]
    return TEMPLATES.get_template("report.html").render(
        review=review, sections=sections(review, zone, now), drawn=drawn, zone=zone, style=Markup(style)  # noqa: S704  # our own file
    )  # fmt: skip


def _item(line: Line) -> str:
    return f"- **{_plain(line.name)}**: {_plain(line.text)}"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
