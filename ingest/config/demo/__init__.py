"""A demo that is real and never old: files with made-up data around today, read by the same connectors as anybody's.

It writes files and nothing else. What they say is decided in `story`; the other modules put it into the shapes in which
people have such things: a workbook, a calendar, an archive, a CSV, and the okr.yaml that explains them.
"""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

SEED = 2022


def demo(directory_name: str, today: date, zone: ZoneInfo, seed: int = SEED) -> dict[str, bytes]:
    """The demo's files by name, the same bytes for the same arguments.

    `today` is a day in `zone`, which becomes the configuration's. `directory_name` stands in the commands that the
    okr.yaml suggests; `.` or nothing means that they are typed beside it.
    """
    from ingest.config.demo.archive import archive, archive_name
    from ingest.config.demo.configuration import configuration
    from ingest.config.demo.events import calendar
    from ingest.config.demo.requests import requests
    from ingest.config.demo.story import Story
    from ingest.config.demo.workbook import workbook

    story = Story(today, zone, seed)
    return {
        "okr.yaml": configuration(story, directory_name),
        "numbers.xlsx": workbook(story),
        "calendar.ics": calendar(story),
        archive_name(story): archive(story),
        "requests.csv": requests(story),
    }


def write_demo(directory: Path, today: date, zone: ZoneInfo, seed: int = SEED) -> list[Path]:
    """Write the demo into a folder, made where it is missing, with what every new configuration has beside it.

    All files or none: `FileExistsError` names those that are there.
    """
    from ingest.config.init import ENV, PUBLIC, texts, write

    files = demo(str(directory), today, zone, seed)
    beside = texts(files.pop("okr.yaml").decode(), ENV + "OKR_TOKEN=\n")
    return write({**beside, **{name: (body, PUBLIC) for name, body in files.items()}}, directory)
