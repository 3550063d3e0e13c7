import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from pydantic import ValidationError

from connectors.github import Github
from ingest.connector import Connector, Cursor, Expiry, Reading, Span
from ingest.connector.drain import drain
from ingest.connector.outcome import Ending, Outcome
from ingest.connector.record import Exchange
from ingest.okr.instant import MINUTE, SECOND, instant
from tests.descriptions import Mocked

HERE = Path(__file__).parent / "github"
TODAY = datetime(2026, 10, 10, 12, tzinfo=UTC)


class TestGithub(Mocked):
    connector: ClassVar[type[Connector]] = Github
    settings: ClassVar[Mapping[str, Any]] = {
        "user": "example-speaker",
        "repository": "example-speaker/talks",
        "traffic": True,
        "token": "a-made-up-token",
    }
    recorded: ClassVar[Path] = HERE
    described_in: ClassVar[tuple[str, ...]] = ("description.json", "description-history.json")

    def refused(self, status: int, body: Any, at: int = 0, **headers: str) -> Ending:
        def refuse(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(status, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

        ended = self.ended(self._ask(self.conversation().with_fault(refuse, at)))
        assert isinstance(ended, Ending)
        return ended

    def test_levels_are_those_of_now(self) -> None:
        now = [one for one in self.drained(self.ask()).readings if one.key is None]
        assert now == [Reading("followers", 1204), Reading("stars", 17), Reading("forks", 4)]

    @pytest.mark.parametrize("at", [0, 1], ids=["user", "repository"])
    @pytest.mark.parametrize(
        ("told", "end"),
        [
            ("2026-11-30 09:00:00 UTC", datetime(2026, 11, 30, 9, tzinfo=UTC)),
            ("2026-11-30 09:00:00 -0500", datetime(2026, 11, 30, 14, tzinfo=UTC)),
            ("2026-11-30", None),
            ("2026-13-30 09:00:00 UTC", None),
            ("never", None),
        ],
    )
    def test_the_end_of_a_token_comes_with_each_answer(self, told: str, end: datetime | None, at: int) -> None:
        def answer(_: httpx.Request, exchange: Exchange) -> httpx.Response:
            response = exchange.response()
            response.headers["GitHub-Authentication-Token-Expiration"] = told
            return response

        drained = self.drained(self._ask(self.conversation().with_fault(answer, at)))
        assert drained.expiry == (None if end is None else Expiry(end))
        assert self.drained(self.ask()).expiry is None, "a token may have no end"

    def test_stars_are_counted_by_day_over_all_weeks_and_days_to_come_are_no_zeros(self) -> None:
        stars = {one.key: one for one in self.drained(self.ask()).readings if one.signal == "new_stars"}
        assert sum(one.value for one in stars.values()) == 17
        assert stars["2026-10-09"] == Reading("new_stars", 3, datetime(2026, 10, 8, 22, tzinfo=UTC), "2026-10-09")
        assert (min(stars), max(stars)) == ("2026-03-01", "2026-10-10")

    def test_the_first_pull_covers_all_time(self) -> None:
        drained = self.drained(self.ask())
        assert Span("new_stars", whole=True) in drained.spans
        assert drained.cursor == Cursor({"since": None, "until": "2026-10-10"})

    @pytest.mark.parametrize(
        ("since", "cursor"),
        [
            (None, {"since": None, "until": "2026-10-09"}),
            (datetime(2025, 12, 31, 23, tzinfo=UTC), {"since": None, "until": "2026-10-09"}),
            (datetime(2026, 9, 30, 22, tzinfo=UTC), None),
        ],
    )
    def test_later_the_newest_weeks_are_enough(self, since: datetime | None, cursor: Mapping[str, Any] | None) -> None:
        recorded = self.conversation()
        recorded.exchanges[2].answer["json"][1]["week"] -= 7 * 86_400  # 20 September: before what is wanted
        ask = self._ask(recorded)
        ask.since, ask.cursor = since, cursor
        drained = self.drained(ask)
        assert recorded.missing() == [
            "GET https://api.github.com/repos/example-speaker/talks/stargazers/history?per_page=30&page=2"
        ]
        assert Span("new_stars", datetime(2026, 9, 19, 22, tzinfo=UTC), whole=True) in drained.spans
        kept = Cursor({"since": None if cursor else "2026-09-20", "until": "2026-10-10"})
        assert drained.cursor == kept

    def test_an_older_beginning_is_asked_for_anew(self) -> None:
        recorded = self.conversation()
        ask = self._ask(recorded)
        ask.since, ask.cursor = datetime(2025, 12, 31, 23, tzinfo=UTC), {"since": "2026-09-20", "until": "2026-10-09"}
        assert Span("new_stars", whole=True) in self.drained(ask).spans
        assert not recorded.missing()

    def test_an_empty_history_of_a_repository_with_stars_is_not_zero(self) -> None:
        recorded = self.conversation("empty")
        counted = recorded.exchanges[1].answer["json"]
        ended = self.ended(self._ask(recorded.with_answer(1, {**counted, "stargazers_count": 12})))
        assert isinstance(ended, Ending)
        assert ended.outcome is Outcome.BROKEN
        assert ended.message == "stargazers/history: is empty, though 12 people marked the repository"

    def test_a_server_that_does_not_tell_stars_by_day_is_told_apart_from_a_repository_that_is_not_there(self) -> None:
        ended = self.refused(404, {"message": "Not Found", "status": "404"}, 2)
        assert ended.outcome is Outcome.REFUSED
        assert "daily_stars: false" in (ended.cure or "")

    def test_without_stars_by_day_their_number_is_told_all_the_same(self) -> None:
        recorded = self.conversation()
        made = Github.model_validate({**self.settings, "daily_stars": False})
        told = {one.signal for one in asyncio.run(drain(made, self._ask(recorded))).readings}
        assert told == set(made.offered()) == set(Github.signals) - {"new_stars"}
        assert not any("stargazers" in str(request.url) for request in recorded.asked)

    def test_a_repository_without_stars_has_none_since_ever(self) -> None:
        drained = self.drained(self._ask(self.conversation("empty")))
        assert Span("new_stars", whole=True) in drained.spans
        assert [one.value for one in drained.readings] == [0, 0, 0]

    def test_views_are_those_of_14_days(self) -> None:
        drained = self.drained(self.ask())
        views = {one.key: one.value for one in drained.readings if one.signal == "views"}
        assert views == {"2026-10-08": 20, "2026-10-10": 3}
        assert Span("visitors", datetime(2026, 9, 26, 22, tzinfo=UTC)) in drained.spans

    @pytest.mark.parametrize("status", [403, 429])
    def test_a_limit_that_is_used_up_ends_at_seconds_since_1970(self, status: int) -> None:
        headers = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(TODAY.timestamp()) + 60)}
        ended = self.refused(status, {"message": "API rate limit exceeded"}, **headers)
        assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, instant(TODAY) + MINUTE)

    def test_a_secondary_limit_says_how_many_seconds_or_nothing(self) -> None:
        left = {"x_ratelimit_remaining": "4000", "x_ratelimit_reset": str(int(TODAY.timestamp()) + 600)}
        said = {"message": "You have exceeded a secondary rate limit."}
        ended = self.refused(403, said, retry_after="30", **left)
        assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, instant(TODAY) + 30 * SECOND)
        ended = self.refused(403, said, **left)
        assert (ended.outcome, ended.retry_at) == (Outcome.UNAVAILABLE, None)

    def test_403_with_something_left_is_a_missing_permission(self) -> None:
        said = {"message": "Must have push access to repository", "documentation_url": "https://docs.github.com"}
        ended = self.refused(403, said, 4, x_ratelimit_remaining="59", x_ratelimit_reset="1791637200")
        assert ended.outcome is Outcome.REFUSED
        assert "the right to push" in (ended.cure or "")
        url = self.conversation().exchanges[4].url
        assert self.description.problems_of_answer("GET", url, 403, said) == []

    def test_404_is_also_said_of_what_is_private(self) -> None:
        said = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}
        ended = self.refused(404, said, 1)
        assert ended.outcome is Outcome.REFUSED
        assert "private" in (ended.cure or "")
        assert self.description.problems_of_answer("GET", self.conversation().exchanges[1].url, 404, said) == []

    @pytest.mark.parametrize(("scopes", "remarked"), [("repo, user", True), ("", False), (None, False)])
    def test_a_token_that_can_do_more_is_remarked(self, scopes: str | None, remarked: bool) -> None:
        headers = {} if scopes is None else {"x-oauth-scopes": scopes}

        def answer(request: httpx.Request, exchange: Exchange) -> httpx.Response:
            return httpx.Response(200, headers=headers, json=exchange.answer["json"])

        ask = self._ask(self.conversation("seen").with_fault(answer))
        seen = asyncio.run(Github.model_validate({"user": "example-speaker", "token": "t"}).seen(ask))
        assert seen.name == "example-speaker"
        assert bool(seen.remarks) == remarked

    def test_of_a_repository_its_whole_name_is_seen(self) -> None:
        made = Github.model_validate({"repository": "example-speaker/talks"})
        assert asyncio.run(made.seen(self.ask())).name == "example-speaker/talks"

    def test_the_version_and_a_user_agent_are_said(self) -> None:
        recorded = self.conversation()
        self.drained(self._ask(recorded))
        for request in recorded.asked:
            assert request.headers["x-github-api-version"] == "2022-11-28"
            assert request.headers["user-agent"]


def test_without_a_token_nothing_is_sent_of_one() -> None:
    assert Github(user="example").offered().keys() == {"followers"}
    assert Github(repository="example/talks").offered().keys() == {"stars", "forks", "new_stars"}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"user": "../example"},
        {"user": "example/talks"},
        {"repository": "talks"},
        {"repository": "a/b/c"},
        {"repository": "a/b?c"},
        {"user": "example", "traffic": True, "token": "t"},
        {"repository": "example/talks", "traffic": True},
    ],
)
def test_what_is_asked_for_must_be_clear(settings: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Github.model_validate(settings)
