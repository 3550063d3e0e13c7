"""When a source is asked, and when its numbers count as stale."""

from ingest.config.draft import under
from ingest.config.keys import SourceKeys
from ingest.config.model import Cron, Every, Schedule
from ingest.config.node import Section
from ingest.config.report import Report
from ingest.connector.connector import Connector
from ingest.connector.page import span_text
from ingest.okr.cron import gaps
from ingest.okr.instant import HOUR, Duration, duration

_SHORTEST_STALE = 26 * HOUR
"""A daily source may be two hours late before anybody is told."""


def schedule_of(
    kind: type[Connector], draft: SourceKeys, section: Section, path: str, report: Report
) -> Schedule | None:
    """When a source is asked; None: never, its numbers are recorded by hand or sent to us."""
    if kind.every is None:
        for key in ("every", "cron", "history"):
            if key in section:
                report.add(section.keys[key].place, under(path, key), "such a source is never asked; delete it")
        return None
    if "every" in section and "cron" in section:
        report.add(
            section.keys["cron"].place, under(path, "cron"), "every and cron exclude each other; keep one of them"
        )
    fastest = duration(kind.fastest)
    told = f"too often: such a source may be asked every {span_text(kind.fastest)} at most"
    if draft.cron is not None:
        if gaps(draft.cron)[0] < fastest:
            report.refuse(section.values["cron"], under(path, "cron"), told)
        return Cron(draft.cron)
    if draft.every is not None and draft.every < fastest:
        report.refuse(section.values["every"], under(path, "every"), told)
    return Every(draft.every or duration(kind.every))


def stale_after(kind: type[Connector], draft: SourceKeys, schedule: Schedule | None) -> Duration | None:
    """As written, else the connector's own, else twice the longest wait between two pulls and an hour."""
    if draft.stale_after is not None or schedule is None:
        return draft.stale_after
    if kind.stale_after is not None:
        return duration(kind.stale_after)
    wait = schedule.interval if isinstance(schedule, Every) else gaps(schedule.line)[1]
    return max(2 * wait + HOUR, _SHORTEST_STALE)
