"""What reading a section depends on, beside the section."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from ingest.config.fill import Filling
from ingest.config.report import Report


@dataclass(frozen=True, slots=True)
class Scope:
    report: Report
    filling: Filling
    home: Path
    zone: ZoneInfo
    allow: frozenset[str] = frozenset()
    whole: bool = True
    """False where a file could not be read: what is named and not found may then be in it."""
