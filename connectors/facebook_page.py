"""Facebook: followers of a page."""

from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, SecretStr

from connectors.parts.meta_refusal import meant
from connectors.parts.token_end import TokenEnd, expiry
from ingest.connector import Ask, Connector, Reading, Seen, Yielded, hours, level

Count = Annotated[int, Field(ge=0)]


class Page(BaseModel):
    name: str
    followers_count: Count


class FacebookPage(Connector):
    """Followers of a Facebook page.

    Needs the page's own token with `pages_read_engagement`, made by somebody who runs the page: on
    developers.facebook.com make an app, ask for a user token with `pages_show_list` and `pages_read_engagement` in the
    *Graph API Explorer*, extend it in the *Access Token Debugger*, and ask for `/me/accounts` with it: each page has
    its token there.

    Meta says that a page token which was got with an extended user token has no day on which it ends, and that one
    which was got with a short one ends after an hour; so nothing is renewed. It ends all the same when that user
    changes the password or loses the page, when the app is removed, or when Meta thinks it unsafe. Two things are
    uncertain: an older page of Meta's tells of 60 days, and users must allow an app anew to see their data every 90
    days, of which Meta does not say whether it is meant for pages. The *Access Token Debugger* shows both days; where
    yours has one, write it as `token_ends`, and you are told two weeks before. Then make a new token in the same way.

    `followers` are those who follow the page, whether they like it or not. There is no history: numbers are known from
    the first pull on. Insights are not asked for, since Meta is changing what they are called.

    Version 26.0 of the Graph API is asked; a version lives some two years, and another can be written in `url`.
    """

    needs = "a page token with pages_read_engagement"
    proven = "from Meta's documentation, to be checked live"
    every = hours(6)
    signals: ClassVar = {"followers": level("people", "who follows the page")}

    page: str = Field(
        pattern=r"^[A-Za-z0-9.]{1,80}$",
        description="the page's id or its name in its address",
        examples=["example.page"],
    )
    token: SecretStr = Field(min_length=1, description="the page's token")
    token_ends: TokenEnd = None
    url: str = Field("https://graph.facebook.com/v26.0", description="the API with its version")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        yield Reading("followers", (await self._page(ask)).followers_count)
        for ending in expiry(self.token_ends, ask):
            yield ending

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await self._page(ask)).name)

    async def _page(self, ask: Ask) -> Page:
        url, fields = f"{self.url.rstrip('/')}/{self.page}", {"fields": "name,followers_count"}
        return await ask.json(Page, url, params=fields, bearer=self.token, means=meant)
