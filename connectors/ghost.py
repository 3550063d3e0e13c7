"""Ghost Admin API: members of a site, its subscribers, and how its mails are opened."""

import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from hmac import digest
from re import fullmatch
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, Field, SecretStr, model_validator

from connectors.parts.newcomer import Newcomers
from connectors.parts.origin import beneath
from ingest.connector import Answer, Ask, Connector, Params, Reading, Seen, Yielded, events, level

Count = Annotated[int, Field(ge=0)]
_VALID = 300  # seconds: Ghost refuses a token that is older, and a pull takes no longer
_MOST = 100  # rows a page; since version 6 no more are given
_MAILS = "20"


class Day(BaseModel):
    date: date
    paid: Count
    free: Count
    comped: Count
    gift: Count = 0  # since version 6

    @property
    def members(self) -> int:
        return self.paid + self.free + self.comped + self.gift

    def end(self) -> datetime:
        return datetime.combine(self.date + timedelta(days=1), time(), UTC)


class History(BaseModel):
    total: Count
    days: list[Day] = Field(alias="data")


class Pagination(BaseModel):
    total: Count
    next: int | None


class Meta(BaseModel):
    pagination: Pagination


class Member(BaseModel):
    id: str
    created_at: AwareDatetime


class Counted(BaseModel):
    meta: Meta


class Members(Counted):
    members: list[Member]


class Mail(BaseModel):
    email_count: Count
    opened_count: Count
    track_opens: bool | None = None

    @property
    def is_counted(self) -> bool:
        """Whether its opens are: where that is not said, a zero is unknown."""
        return self.opened_count > 0 if self.track_opens is None else self.track_opens


class Post(BaseModel):
    id: str
    email: Mail | None = None  # where the post was sent


class Posts(BaseModel):
    posts: list[Post]


class Title(BaseModel):
    title: str


class Site(BaseModel):
    site: Title


class Ghost(Connector):
    """Members and newsletter subscribers of a Ghost site, versions 5 and 6.

    `members` are all who signed up, `subscribers` those of them who get at least one newsletter, `paid_subscribers`
    those who pay. The past comes along: `members` and `paid_subscribers` at the end of each day (of UTC) on which they
    changed, and the newest 10,000 `new_subscribers` by their sign-up. Ghost forgets who deletes the account, so that
    past is a lower bound; what was told once stays as it was. Members that were imported count from the day that the
    import says.

    `open_rate` is that of the mails among the newest 20 posts, where opens are tracked.

    Ghost takes a credential for 5 minutes only, by its own clock: a clock that is wrong here or there is refused as a
    bad key (`Invalid token`). Of members nothing is kept but a hash of their ids.
    """

    needs = "the Admin API key of a custom integration (Settings, Integrations, Add custom integration)"
    proven = (
        "on a real Ghost 6.65 (on MariaDB) with 106 members, in CI with --all; payments and opened mails with recorded "
        "answers only"
    )
    signals = {
        "subscribers": level("people", "members who get at least one newsletter now"),
        "new_subscribers": events("people", "subscribers, by the time they signed up"),
        "members": level("people", "who signed up: free, paid, complimentary and gifts"),
        "paid_subscribers": level("people", "members who pay"),
        "open_rate": level(None, "the share of recipients who open a mail: 0.4 is 40%"),
    }

    url: str = Field(description="the site's address", examples=["https://example.ghost.io"])
    api_key: SecretStr = Field(description="an Admin API key, `id:secret`; a Content API key cannot see members")

    @model_validator(mode="after")
    def _is_admin_key(self) -> Self:
        if not fullmatch("[0-9a-f]+:([0-9a-f]{2})+", self.api_key.get_secret_value()):
            raise ValueError("api_key: an Admin API key is two groups of digits and a to f with a colon between them")
        return self

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        subscribers = await ask.json(Counted, **self._asked(ask, "members/", filter="subscribed:true", limit=1))
        yield Reading("subscribers", subscribers.meta.pagination.total)
        newcomers = Newcomers(ask)

        history = await ask.json(History, **self._asked(ask, "members/stats/count/"))
        for day in history.days:
            if day.end() <= ask.now and newcomers.is_new(day.end()):
                yield Reading("members", day.members, day.end())
                yield Reading("paid_subscribers", day.paid, day.end())
        yield Reading("members", history.total)
        yield Reading("paid_subscribers", history.days[-1].paid if history.days else 0)

        newest = {"include": "email", "fields": "id,title", "order": "published_at desc", "limit": _MAILS}
        posts = await ask.json(Posts, **self._asked(ask, "posts/", **newest))
        mails = [one.email for one in posts.posts if one.email and one.email.is_counted]
        if sent := sum(mail.email_count for mail in mails):
            yield Reading("open_rate", sum(mail.opened_count for mail in mails) / sent)

        wanted = "subscribed:true" + (f"+created_at:>='{newcomers.start:%Y-%m-%d %H:%M:%S}'" if newcomers.start else "")
        listed = self._asked(ask, "members/", filter=wanted, order="created_at desc", limit=_MOST, page=1)
        async for page in ask.pages(Members, following=_Following(newcomers), **listed):
            for member in page.members:
                for reading in newcomers.reading(member.id, member.created_at):
                    yield reading
        for item in newcomers.told():
            yield item

    async def seen(self, ask: Ask) -> Seen:
        found = await ask.json(Site, **self._asked(ask, "site/"))
        return Seen(found.site.title, ("an Admin API key can also write, and Ghost has none that cannot: guard it",))

    def _asked(self, ask: Ask, path: str, **params: str | int) -> Any:
        """A request. The slash at the end of the path is needed: without it Ghost redirects."""
        headers = {"authorization": token(self.api_key, ask.now), "accept-version": "v5.0"}
        site = self.url.partition("#")[0].rstrip("/").removesuffix("/ghost")  # as a browser shows its administration
        return {"url": f"{beneath(site, 'ghost', 'api', 'admin')}/{path}", "params": params, "headers": headers}


class _Following:
    def __init__(self, newcomers: Newcomers) -> None:
        self._newcomers = newcomers

    def __call__(self, page: Members, _: Answer) -> Params | None:
        number = page.meta.pagination.next
        if number is None or self._newcomers.over([member.created_at for member in page.members], "members"):
            return None
        return {"page": number}


def token(api_key: SecretStr, now: datetime) -> SecretStr:
    """What Ghost takes for 5 minutes: a JSON Web Token, signed with the key (RFC 7519, HS256)."""
    name, secret = api_key.get_secret_value().split(":")
    issued = int(now.timestamp())
    header = {"alg": "HS256", "typ": "JWT", "kid": name}
    claims = {"iat": issued, "exp": issued + _VALID, "aud": "/admin/"}
    signed = b".".join(_written(json.dumps(part).encode()) for part in (header, claims))
    signature = _written(digest(bytes.fromhex(secret), signed, "sha256"))
    return SecretStr(f"Ghost {signed.decode()}.{signature.decode()}")


def _written(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")
