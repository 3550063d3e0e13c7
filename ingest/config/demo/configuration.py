"""The demo's okr.yaml: a text for newcomers with the days filled in."""

import shlex
from datetime import timedelta
from importlib.resources import files
from string import Template

from ingest.config.demo.story import Story
from ingest.okr.unit import add_months


def configuration(story: Story, directory_name: str) -> bytes:
    template = files("ingest.config.demo").joinpath("template.yaml").read_text(encoding="utf-8")
    beside = directory_name in ("", ".")
    return (
        Template(template)
        .substitute(
            okr="okr" if beside else f"okr -c {shlex.quote(f'{directory_name}/okr.yaml')}",
            zone=story.zone.key,
            half_year=f"{story.first}..{story.last}",
            running=f"{story.running_first}..{story.running_last}",
            first=story.first,
            middle=story.middle,
            profile_started=story.first + timedelta(days=20),
            profile_ended=story.first + timedelta(days=75),
            tuesdays_started=add_months(story.today, -2),
            intervals_started=story.running_first + timedelta(days=7),
            example_started=add_months(story.today, -1),
        )
        .encode()
    )
