"""Vendors' descriptions of their APIs, and whether what we ask and what we recorded is as they say.

A connector's test takes `Described` instead of `HttpConformance` and has a trimmed description beside its recorded
answers (`python -m tests.descriptions trim`, see `__main__`):

    class TestKit(Described):
        connector = Kit
        settings = {"api_key": "a-made-up-key"}
        recorded = Path(__file__).parent / "kit"     # full.json, empty.json, seen.json, description.json

OpenAPI 3.0 and 3.1, Swagger 2, Google's discovery documents, lexicons and Postman collections are read; for another
format write a reader that makes a `Told` of it and name it in `description.READERS`.
"""

from tests.descriptions.described import Described
from tests.descriptions.description import Description, Problem
from tests.descriptions.mocked import Mocked

__all__ = ["Described", "Description", "Mocked", "Problem"]
