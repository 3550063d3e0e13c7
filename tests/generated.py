"""Files and tables that are made of the code: `make docs` writes them, a test says when they are out of date."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(<!-- (?P<name>[a-z]+): made by `make docs` -->\n).*?(<!-- end -->)", re.DOTALL)


def metrics() -> str:
    """Every metric, its labels and what it means."""
    from ingest.face.metrics.families import ALL

    rows = [f"| `{one.name}` | {one.kind} | {', '.join(one.labels) or '–'} | {one.text} |" for one in ALL]
    return "\n".join(["| metric | kind | labels | meaning |", "| --- | --- | --- | --- |", *rows])


def commands() -> str:
    """Every command and what it does."""
    import typer

    from ingest.face.cli.app import app

    def rows(group: Any, before: str) -> list[str]:
        found = []
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                found += rows(command, f"{before} {name}")
                continue
            words = [_argument(one) for one in command.params if one.param_type_name == "argument"]
            text = (command.help or "").split("\n\n")[0].replace("\n", " ").strip()
            found.append(f"| `{' '.join([before, name, *words])}` | {text} |")
        return found

    return "\n".join(["| command | does |", "| --- | --- |", *rows(typer.main.get_command(app), "okr")])


def _argument(parameter: Any) -> str:
    name = parameter.name.rstrip("_").upper() + (" …" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def connectors() -> str:
    """Every built-in connector and its first sentence."""
    from ingest.connector.find import find, names
    from ingest.connector.page import page_of

    rows = [f"| `{name}` | {page_of(name, find(name, ROOT)).summary} |" for name in names()]
    return "\n".join(["| connector | brings |", "| --- | --- |", *rows])


def keys() -> str:
    """Every key of okr.yaml that is not a connector's own."""
    from ingest.config.keys import (
        FileKeys,
        KeyResultKeys,
        NotifyKeys,
        ObjectiveKeys,
        ServerKeys,
        SourceKeys,
        TacticKeys,
    )

    places = {
        "": FileKeys,
        "sources.NAME.": SourceKeys,
        "objectives[].": ObjectiveKeys,
        "objectives[].key_results[].": KeyResultKeys,
        "tactics[].": TacticKeys,
        "notify[].": NotifyKeys,
        "server.": ServerKeys,
    }
    rows = [
        f"| `{place}{field.alias or name}` | {field.description} |"
        for place, model in places.items()
        for name, field in model.model_fields.items()
    ]
    return "\n".join(["| key | meaning |", "| --- | --- |", *rows])


def rules() -> str:
    """Every rule of `okr lint`, why it matters and how to mend what it finds."""
    from ingest.okr.lint.rule import RULES

    rows = [f"| `{rule.id}` | {rule.why} | {rule.how} |" for rule in RULES.values()]
    return "\n".join(["| rule | why | how to mend it |", "| --- | --- | --- |", *rows])


TABLES: dict[str, Callable[[], str]] = {
    "keys": keys,
    "metrics": metrics,
    "commands": commands,
    "connectors": connectors,
    "rules": rules,
}


def readme(text: str) -> str:
    """The README with its tables as they should be."""
    return BLOCK.sub(lambda block: f"{block[1]}{TABLES[block['name']]()}\n{block[3]}", text)


def files() -> dict[Path, str]:
    """Every generated file and what should be in it."""
    from deploy.grafana.boards import boards
    from ingest.config.generated import copies

    page = ROOT / "README.md"
    made = {"config": copies(), "deploy/grafana/dashboards": boards()}
    return {
        page: readme(page.read_text()),
        **{ROOT / folder / name: text for folder, texts in made.items() for name, text in texts.items()},
    }


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text)
        sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
