"""LinkedIn's API: who asks, in which version, and when the token ends."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from typing import ClassVar, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.consent import Consented
from ingest.connector import Answer, Ask, Broken, Expiry, Refused
from ingest.connector.secret import revealed
from ingest.connector.shape import cleaned

M = TypeVar("M", bound=BaseModel)
L = TypeVar("L", bound="Listing")
REFUSALS = frozenset({400, 401, 403, 404, 410})
CONSENT: Mapping[str, str] = {
    "authorize_url": "https://www.linkedin.com/oauth/v2/authorization",
    "token_url": "https://www.linkedin.com/oauth/v2/accessToken",
}
_VERSIONS = "learn.microsoft.com/linkedin/marketing/versioning"
_FORM = {"content-type": "application/x-www-form-urlencoded"}


class Link(BaseModel):
    rel: str
    href: str


class Paging(BaseModel):
    links: list[Link]
    total: int | None = None


class Listing(BaseModel):
    paging: Paging

    def rows(self) -> int:
        raise NotImplementedError


class Introspected(BaseModel):
    active: bool
    expires_at: int | None = Field(None, ge=0, le=2**33)
    scope: str = ""

    def writes(self) -> list[str]:
        """The permissions of the token that are not for reading alone."""
        return [one for one in re.split(r"[\s,]+", self.scope) if one.startswith(("w_", "rw_"))]


class LinkedIn(Consented):
    """What the connectors of LinkedIn have alike. Addresses are written as they are sent: LinkedIn wants brackets and
    colons of a query as they are, and those of a URN in a path encoded."""

    version: str
    url: str = Field("https://api.linkedin.com", description="another address of the API")
    introspection: ClassVar[str] = "https://www.linkedin.com/oauth/v2/introspectToken"

    async def answered(self, ask: Ask, path: str, heard: frozenset[int] = frozenset()) -> Answer:
        """What stands at a path below `url`, in the version that is set where it begins with `/rest/`."""
        headers = {"LinkedIn-Version": self.version, "X-Restli-Protocol-Version": "2.0.0"}
        answer = await ask.get(
            f"{self.url.rstrip('/')}{path}",
            bearer=await self.bearer(ask),
            headers=headers if path.startswith("/rest/") else {},
            heard=heard | {426},
        )
        if answer.status == 426:
            raise Refused(
                f"LinkedIn has ended version {self.version} of its API (426)",
                f"write version: {alive(ask.now.date(), self.version)}, or a later one of {_VERSIONS}",
            )
        return answer

    async def asked(self, ask: Ask, model: type[M], path: str) -> M:
        return (await self.answered(ask, path)).json(model)

    async def listed(self, ask: Ask, model: type[L], path: str) -> AsyncIterator[L]:
        """Each page of a listing; it must be whole."""
        rows, known = 0, {path}
        for _ in range(ask.limits.pages):
            page = await self.asked(ask, model, path)
            rows += page.rows()
            yield page
            following = next((one.href for one in page.paging.links if one.rel == "next"), None)
            if following is None:
                if page.paging.total is not None and rows < page.paging.total:
                    raise Broken(f"only {rows} of {page.paging.total} came", "paging.total")
                return
            if following in known or not following.startswith("/rest/"):
                raise Broken("leads nowhere", "paging.links")
            known.add(following)
            path = following
        raise Broken("the listing does not end", "paging.links")

    async def expiry(self, ask: Ask) -> Expiry | None:
        """When a token that was pasted ends: LinkedIn tells it to its app alone. `okr auth` knows of its own."""
        told = await self._introspected(ask)
        if told is not None and not told.active:
            raise Refused("the token has ended or was revoked", "make a new one, or run `okr auth` without token")
        return Expiry(datetime.fromtimestamp(told.expires_at, UTC)) if told and told.expires_at else None

    async def too_much(self, ask: Ask, enough: str) -> tuple[str, ...]:
        """What `seen` remarks on a token that was pasted and can also write, where LinkedIn tells it to its app."""
        told = await self._introspected(ask)
        writes = cleaned(", ".join(told.writes()), 80) if told else ""
        return (f"the token can also write ({writes}): {enough} is enough",) if writes else ()

    async def _introspected(self, ask: Ask) -> Introspected | None:
        if self.token is None or self.client_id is None or self.client_secret is None:
            return None
        said: dict[str, str | SecretStr] = {
            "token": self.token,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        return await _introspected(ask, self.introspection, said)


async def _introspected(ask: Ask, url: str, said: Mapping[str, str | SecretStr]) -> Introspected:
    """All of a refusal is kept back: it may hold what was sent in the body."""
    form = {name: revealed(text) for name, text in said.items()}
    answer = await ask.get(url, method="POST", body=urlencode(form).encode(), headers=_FORM, heard=REFUSALS)
    if answer.status != 200:
        raise Refused(
            f"LinkedIn does not take client_id and client_secret ({answer.status})",
            "copy them again from linkedin.com/developers/apps, Auth: those of the app that the token is of",
        )
    return answer.json(Introspected)


def alive(today: date, ended: str) -> str:
    """A version that is there: one comes each month, and each lives for a year at least. Later than the one that has
    ended."""
    months = max(today.year * 12 + today.month - 1 - 6, int(ended[:4]) * 12 + int(ended[4:]))
    return f"{months // 12}{months % 12 + 1:02d}"
