"""What `okr init` writes: a commented okr.yaml that passes `okr check`, an .env for its secrets, and a .gitignore."""

import os
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

Texts = Mapping[str, tuple[str | bytes, int]]
"""Relative path to (content, file mode)."""

PUBLIC, PRIVATE = 0o644, 0o600
SCHEMA = "okr.schema.json"
FIRST_LINE = f"# yaml-language-server: $schema={SCHEMA}\n"
"""Tells editors where the schema is: beside the file, so that it needs no network."""

_STARTER = """\
# Objectives, key results, and where their numbers come from. Every line without a # counts.
#   okr check      says whether this file can be used        okr connectors   lists what there is to connect
#   okr status     shows how it is going                     okr serve        shows it on a page, and keeps pulling

timezone: {zone}    # where days, months and periods begin

# Why all this? The objectives below serve it.
mission: Be the first name organisers think of for product talks

sources:
  # Numbers that you record yourself:  okr record by_hand.subscribers 1500
  #                                    okr record by_hand.invitations 1 --key "Agile Cologne"
  by_hand:
    connector: manual
    since: {first}
    signals:
      subscribers:
        kind: level             # how much there is: a reading replaces the one before
        unit: people
        description: confirmed subscribers of the newsletter
      invitations:
        kind: events            # things that happened, each with its own key
        description: invitations to speak

  # Numbers that are pulled. `okr connectors spreadsheet` explains the settings, and
  # `okr init --from spreadsheet,calendar DIR` writes them with every setting explained.
  #
  # workbook:
  #   connector: spreadsheet
  #   every: 6h
  #   path: numbers.xlsx
  #   signals:
  #     attendees:
  #       worksheet: Events
  #       date: Date
  #       value: Attendees
  #       kind: events

objectives:
  - id: recognized_expert
    title: Become a recognized expert in the field of product management
    owner: me
    period: {period}             # or 2026, 2026-H1, 2026-11, 2026-10-01..2026-12-31
    key_results:
      - id: subscribers
        title: 20% more subscribers of the newsletter
        customer: readers        # whose behaviour changes
        value: by_hand.subscribers
        target: +20%             # also 5000, ">= 5", "<= 45", +10% per month, stay <= 2% per month, learn
      - id: invitations
        title: 5 invitations to speak
        customer: organisers
        value: by_hand.invitations
        target: 5

# What you try so that they move, and when.
tactics:
  - id: monthly_issue
    title: One issue of the newsletter each month
    started: {first}
    affects:
      - recognized_expert.subscribers

# Who is told (https://github.com/caronc/apprise/wiki), with the address in .env:
# notify:
#   - url: "${{NOTIFY_URL}}"
#     when:
#       - achieved
#       - off_track
#       - source_failing

# database: sqlite:///okr.db     # beside this file; postgresql://user:password@host/name when grown

server:
  listen: 127.0.0.1:8321
  token: "${{OKR_TOKEN:-}}"        # set it in .env: recording over HTTP, and other machines, need it
"""

ENV = """\
# Secrets, one NAME=value a line. okr.yaml names them as ${NAME}; the environment wins over this file.
# Keep this file to yourself: it is in .gitignore.
"""

_STARTER_ENV = ENV + "OKR_TOKEN=\n# NOTIFY_URL=\n"

GITIGNORE = """\
.env
*.db
*.db-*
"""


def starter(zone: str, today: date) -> Texts:
    """A first configuration: numbers recorded by hand, no account needed."""
    period, first = quarter(today)
    return texts(_STARTER.format(zone=zone, period=period, first=first), _STARTER_ENV)


def quarter(today: date) -> tuple[str, date]:
    """The quarter to begin in, and its first day: this one, unless fewer than 30 days are left."""
    then = today + timedelta(days=30)
    number = (then.month - 1) // 3
    return f"{then.year}-Q{number + 1}", date(then.year, 3 * number + 1, 1)


def texts(configuration: str, env: str) -> Texts:
    """The files of a new configuration."""
    from ingest.config.generated import schema_text

    return {
        "okr.yaml": (FIRST_LINE + configuration, PUBLIC),
        SCHEMA: (schema_text(), PUBLIC),
        ".env": (env, PRIVATE),
        ".gitignore": (GITIGNORE, PUBLIC),
    }


def write(texts: Texts, directory: Path) -> list[Path]:
    """Write all files, or none: `FileExistsError` names those that are there. A missing folder is made."""
    there = [str(directory / name) for name in texts if (directory / name).exists()]
    if there:
        raise FileExistsError(f"{', '.join(there)} {'exist' if len(there) > 1 else 'exists'} already")
    directory.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        for name, (content, mode) in texts.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _create(path, content if isinstance(content, bytes) else content.encode(), mode)
            written.append(path)
    except OSError:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return written


def _create(path: Path, content: bytes, mode: int) -> None:
    """A new file, readable by whom `mode` says from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
