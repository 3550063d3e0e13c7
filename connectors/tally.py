"""Submissions of a Tally form."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.numbered import numbered
from connectors.parts.onward import onward
from connectors.parts.signed import SigningSecret, hook_of
from connectors.parts.utc import utc
from ingest.connector import (
    Ask,
    Broken,
    Connector,
    Hook,
    Message,
    Params,
    Reading,
    Seen,
    Signature,
    Span,
    Yielded,
    days,
    events,
    minutes,
)

_PAGE = 500
_AGAIN = days(1)


class Submission(BaseModel):
    id: str = Field(min_length=1)
    is_completed: bool = Field(alias="isCompleted")
    at: AwareDatetime = Field(alias="submittedAt")


class Submissions(BaseModel):
    submissions: list[Submission]
    more: bool | None = Field(None, alias="hasMore")


class Form(BaseModel):
    name: str


class Sent(BaseModel):
    id: str = Field(alias="submissionId", min_length=1)
    form: str = Field(alias="formId")
    at: AwareDatetime = Field(alias="createdAt")


class Delivery(BaseModel):
    type: Literal["FORM_RESPONSE"] = Field(alias="eventType")
    data: Sent


class Tally(Connector):
    """Submissions of a Tally form: somebody filled it in and sent it.

    Each completed submission counts when it was sent; those that were only begun do not. What is deleted later still
    counts. Its id and its time are kept; answers come along with it, and are not looked at.

    An API key (`tly-…`) is made under *Settings*, *API keys*. It can do all that its user can, and ends when the user
    leaves the organization.

    The past comes along as far as the key results or `history` ask for, else all of it, 500 submissions a request. It
    is not sure that Tally's totals keep to the time that is asked for, so submissions are counted and not the totals
    taken; the last day is read again each time. Tally answers 100 requests a minute. Its API is not final.

    **At once.** Under the form's *Integrations*, *Webhooks* add the address `/hooks/{source}` of this service with a
    signing secret, and write that here as `secret`. A submission that comes so is the same one that is read later; it
    is dated when it was made, and moves to when it was sent where the two differ.
    """

    every = minutes(30)
    needs = "an API key of a user who may see the form (Settings, API keys)"
    proven = "from the vendor's documentation, with recorded answers; to be checked live"
    signals = {"responses": events("responses", "somebody filled the form in")}

    api_key: SecretStr = Field(description="it begins with tly-")
    form: str = Field(
        pattern=r"^[A-Za-z0-9]+$", description="the form's id, the end of its address", examples=["mVG0aP"]
    )
    secret: SigningSecret | None = Field(None, description="what the form's webhook signs with; without it no hook")
    url: str = Field("https://api.tally.so", description="another address of the API")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        listed = onward(ask, _AGAIN)
        params: Params = {"filter": "completed", "limit": _PAGE, "page": 1}
        if listed.start is not None:
            params = {**params, "startDate": utc(listed.start - timedelta(seconds=1))}
        known: set[str] = set()
        # or until one is empty: `hasMore` may count what the filter leaves out
        following = numbered(Submissions, lambda page: page.submissions and page.more is not False)
        async for page in ask.pages(
            Submissions, f"{self._at}/submissions", following, params=params, bearer=self.api_key
        ):
            for one in filter(_is_completed, page.submissions):
                if one.id not in known and (listed.start is None or one.at >= listed.start):
                    known.add(one.id)  # one that comes in meanwhile moves the others to the next page
                    yield Reading("responses", at=one.at, key=one.id)
        yield Span("responses", listed.start)
        yield listed.cursor

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(Form, self._at, bearer=self.api_key)).name)

    @property
    def _at(self) -> str:
        return f"{self.url.rstrip('/')}/forms/{self.form}"

    def hook(self) -> Hook | None:
        return hook_of(Signature.TALLY, self.secret)

    def received(self, message: Message) -> Iterator[Reading]:
        sent = Delivery.model_validate(message.document).data
        if sent.form != self.form:
            raise Broken(f"is a submission of another form than {self.form}", "data.formId")
        yield Reading("responses", at=sent.at, key=sent.id)


def _is_completed(one: Submission) -> bool:
    """Only those are asked for; that an answer keeps to it is not taken for granted."""
    return one.is_completed
