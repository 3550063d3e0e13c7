"""The templates of the page and of the report, with the words that they use. Every text is escaped."""

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ingest.face import tactic, words
from ingest.okr.instant import BEGINNING, FOREVER


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("ingest.face.web"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.globals.update(words=words, tactic=tactic, BEGINNING=BEGINNING, FOREVER=FOREVER)
    return made


TEMPLATES = _environment()
