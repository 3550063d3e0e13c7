"""Trimmed descriptions: small, whole, and with their source."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.descriptions import Description
from tests.descriptions.__main__ import main
from tests.descriptions.test_description import GOOGLE, LEXICONS, OPENAPI, POSTMAN, SWAGGER, XRPC, asked

TESTS = Path(__file__).parents[1]
TRIMMED = sorted(TESTS.glob("connectors/*/description*.json"))
LARGEST = 60_000


@pytest.mark.parametrize("file", TRIMMED, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_each_trimmed_description_is_small_and_says_where_it_is_from(file: Path) -> None:
    assert file.stat().st_size < LARGEST
    note = json.loads(file.read_text("utf-8"))["x-trimmed-from"]
    assert note["source"]
    assert note["version"]
    assert date.fromisoformat(note["date"])
    assert Description(file)


@pytest.mark.parametrize(
    ("document", "wanted", "path", "headers"),
    [
        (OPENAPI, "GET /people/{id}", "/people/7?since=2026-01-01&page=1", {"X-Key": "k", "X-Version": "2"}),
        (SWAGGER, "GET /pages", "/pages", {"Authorization": "Basic x"}),
        (GOOGLE, "example.pages.list", "/users/me/pages", {}),
    ],
    ids=["openapi", "swagger", "google"],
)
def test_what_is_trimmed_judges_as_before(
    document: dict[str, object], wanted: str, path: str, headers: dict[str, str], tmp_path: Path
) -> None:
    spec, out = tmp_path / "spec.json", tmp_path / "folder" / "out.json"
    spec.write_text(json.dumps(document))
    assert main(["trim", str(spec), str(out), "--source", "Example's", "--date", "2026-01-01", wanted]) == 0
    small = json.loads(out.read_text())
    assert small["x-trimmed-from"] == {
        "source": "Example's",
        "date": "2026-01-01",
        "version": small["x-trimmed-from"]["version"],
    }
    assert len(small.get("paths", small.get("methods"))) == 1
    for file in (spec, out):
        assert Description(file).problems_of_request(asked(path, headers=headers)) == []
        [problem] = Description(file).problems_of_request(
            asked(f"{path}{'&' if '?' in path else '?'}no=1", headers=headers)
        )
        assert problem.where == "?no"
        for value in ({}, {"name": "Ada"}, {"total": None}, {"items": [{"id": 7}]}):
            told = [Description(one).problems_of_answer("GET", asked(path).url, 200, value) for one in (spec, out)]
            assert told[0] == told[1]


def test_lexicons_are_trimmed_to_what_a_query_refers_to(tmp_path: Path) -> None:
    spec, out = tmp_path / "spec.json", tmp_path / "out.json"
    spec.write_text(json.dumps(LEXICONS))
    words = ["trim", str(spec), str(out), "--source", "a", "--date", "2026-01-01"]
    main([*words, "com.example.getPage"])
    small = json.loads(out.read_text())
    assert small["lexicons"]["com.example.defs"]["defs"].keys() == {"page", "item"}
    assert "description" not in small["lexicons"]["com.example.defs"]["defs"]["page"]
    assert "description" in small["lexicons"]["com.example.defs"]["defs"]["page"]["properties"]
    assert Description(out).problems_of_request(asked("?actor=ada.example.com", host=XRPC)) == []
    with pytest.raises(LookupError, match="getPages"):
        main([*words, "com.example.getPages"])


def test_a_collection_is_trimmed_to_requests_by_their_names(tmp_path: Path) -> None:
    spec, out = tmp_path / "spec.json", tmp_path / "out.json"
    spec.write_text(json.dumps(POSTMAN))
    words = ["trim", str(spec), str(out), "--source", "a", "--date", "2026-01-01"]
    main([*words, "Get Page"])
    assert len(json.loads(out.read_text())["variable"]) == 1
    assert Description(out).problems_of_request(asked("https://api.example.com/7/page?after=x", host="")) == []
    with pytest.raises(LookupError, match="Get Pages"):
        main([*words, "Get Pages"])


def test_an_operation_that_there_is_not_is_told(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(json.dumps(OPENAPI))
    with pytest.raises(LookupError, match="GET /peoples"):
        main(
            [
                "trim",
                str(tmp_path / "spec.json"),
                str(tmp_path / "out.json"),
                "--source",
                "a",
                "--date",
                "b",
                "GET /peoples",
            ]
        )


def test_a_part_that_is_left_out_is_free_form_and_noted(tmp_path: Path) -> None:
    spec, out, pointer = tmp_path / "spec.json", tmp_path / "out.json", "#/components/schemas/Named"
    spec.write_text(json.dumps(OPENAPI))
    words = ["trim", str(spec), str(out), "--source", "a", "--date", "2026-01-01", "--without", pointer]
    main([*words, "GET /people/{id}"])
    assert json.loads(out.read_text())["x-trimmed-from"]["without"] == pointer
    assert Description(out).problems_of_answer("GET", asked("/people/7").url, 200, {"anything": 1}) == []
