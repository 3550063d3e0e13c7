"""Trim a vendor's description to the operations that a connector uses.

    python -m tests.descriptions trim SPEC OUT --source TEXT --date DAY OPERATION …

    python -m tests.descriptions trim kit-v4.json tests/connectors/kit/description.json \\
        --source "Kit's OpenAPI description of its API v4" --date 2025-04-07 \\
        "GET /v4/subscribers" "GET /v4/account/growth_stats"

SPEC is JSON or YAML; lexicons are an object of them by their ids. An operation is a method and a path as SPEC writes
it; in a discovery document it is the id of a method, of lexicons that of a query. Source, date (that of the
description, else the day it was taken) and its own version are noted in `x-trimmed-from`. `--without POINTER` leaves
out a part that is never looked at, as `#/components/schemas/Huge`: it is free-form then, and that is noted too.
"""

import argparse
import json
import sys
from pathlib import Path

from tests.descriptions.description import read
from tests.descriptions.schema import pointed
from tests.descriptions.trim import trimmed


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser("tests.descriptions", description=__doc__.split("\n")[0])
    parser.add_argument("verb", choices=["trim"])
    parser.add_argument("spec", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("operations", nargs="+")
    parser.add_argument("--source", required=True)
    parser.add_argument("--date", required=True)
    parser.add_argument("--without", action="append", default=[])
    said = parser.parse_intermixed_args(words)
    document = read(said.spec)
    note = {"source": said.source, "date": said.date, "version": _version(document)}
    for pointer in said.without:
        parent, _, name = pointer.rpartition("/")
        pointed(document, parent)[name] = {}
        note["without"] = " ".join(said.without)
    text = json.dumps(trimmed(document, said.operations, note), indent=1, ensure_ascii=False) + "\n"
    said.out.parent.mkdir(parents=True, exist_ok=True)
    said.out.write_text(text, "utf-8")
    sys.stdout.write(f"wrote {said.out}: {len(text) / 1000:.1f} kB\n")
    return 0


def _version(document: dict[str, object]) -> str:
    info = document.get("info")
    if isinstance(info, dict) and "version" in info:
        return str(info["version"])
    return str(document.get("revision", document.get("version", "of that day")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
