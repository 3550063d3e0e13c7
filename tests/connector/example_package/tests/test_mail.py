from pathlib import Path

from okr_example.mail import ExampleMail

from ingest.connector.kit import HttpConformance


class TestExampleMail(HttpConformance):
    connector = ExampleMail
    settings = {"api_key": "a-made-up-key"}
    recorded = Path(__file__).parent / "answers"
