"""Responses to a Typeform form."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from connectors.parts.cure import cured
from connectors.parts.onward import onward
from connectors.parts.signed import SigningSecret, hook_of
from connectors.parts.utc import utc
from ingest.connector import (
    Answer,
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
    events,
    hours,
    minutes,
)

_REGION = "check the form's id; an account whose data is in the EU has another `url`"
_PAGE = 1000
_AGAIN = hours(6)
"""The newest responses may be missing for half an hour; longer where the vendor has trouble."""

Count = Annotated[int, Field(ge=0)]


class Response(BaseModel):
    token: str = Field(min_length=1)
    at: AwareDatetime = Field(alias="submitted_at")


class Responses(BaseModel):
    total: Count = Field(alias="total_items")
    items: list[Response]


class Form(BaseModel):
    title: str


class Sent(Response):
    form: str = Field(alias="form_id")


class Delivery(BaseModel):
    response: Sent = Field(alias="form_response")


class Kind(BaseModel):
    event_type: str


class Typeform(Connector):
    """Responses to a Typeform form: somebody filled it in and sent it.

    Each completed response counts when it was sent; those that were only begun do not. What is deleted later still
    counts. Of a response its id and its time are kept; answers come along with them, and are not looked at.

    A personal token is made under your account's *Settings*, *Personal tokens*, with the scopes `forms:read` and
    `responses:read`. An account whose data is in the EU has another address: `url: https://api.eu.typeform.com`, or
    `https://api.typeform.eu` for newer ones; which one it is shows when the other says that there is no such form.

    The past comes along as far as the key results or `history` ask for, else all of it, 1,000 responses a request.
    Typeform says that responses of the last half hour may be missing, so the last six hours are read again each time.
    It answers two requests a second for the whole account.

    **At once.** Under the form's *Connect*, *Webhooks* add the address `/hooks/{source}` of this service with a secret,
    and write that here as `secret`. A response that comes so is the same one that is read later. Typeform's *Send test
    request* sends a made-up response, which counts too: `okr forget` takes it back.
    """

    every = minutes(30)
    needs = "a personal token with forms:read and responses:read (Settings, Personal tokens)"
    proven = "from the vendor's documentation and its own client, with recorded answers; to be checked live"
    signals = {"responses": events("responses", "somebody filled the form in")}

    token: SecretStr = Field(description="a personal token: tfp_…")
    form: str = Field(
        pattern=r"^[A-Za-z0-9]+$", description="the form's id, the end of its address", examples=["u6nXL7"]
    )
    secret: SigningSecret | None = Field(None, description="what the form's webhook signs with; without it no hook")
    url: str = Field("https://api.typeform.com", description="another address of the API: that of the EU")

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        listed = onward(ask, _AGAIN)
        params: Params = {"page_size": _PAGE, "response_type": "completed"}
        if listed.start is not None:
            params = {**params, "since": utc(listed.start - timedelta(seconds=1))}
        address = f"{self._form()}/responses"
        async for page in ask.pages(Responses, address, _Following(), params=params, **self._said()):
            for one in page.items:
                if listed.start is None or one.at >= listed.start:
                    yield Reading("responses", at=one.at, key=one.token)
        yield Span("responses", listed.start)
        yield listed.cursor

    async def seen(self, ask: Ask) -> Seen:
        return Seen((await ask.json(Form, self._form(), **self._said())).title)

    def hook(self) -> Hook | None:
        return hook_of(Signature.TYPEFORM, self.secret)

    def received(self, message: Message) -> Iterator[Reading]:
        if Kind.model_validate(message.document).event_type != "form_response":
            return  # it was only begun
        sent = Delivery.model_validate(message.document).response
        if sent.form != self.form:
            raise Broken(f"is a response to another form than {self.form}", "form_response.form_id")
        yield Reading("responses", at=sent.at, key=sent.token)

    def _said(self) -> Any:
        return {"bearer": self.token, "means": cured({404: _REGION})}

    def _form(self) -> str:
        return f"{self.url.rstrip('/')}/forms/{self.form}"


class _Following:
    """Newest first: what came before the last one, until all that the first page told of is there."""

    def __init__(self) -> None:
        self._seen = 0
        self._total: int | None = None

    def __call__(self, page: Responses, _: Answer) -> Params | None:
        self._seen += len(page.items)
        self._total = page.total if self._total is None else self._total
        if self._seen >= self._total:
            return None
        if not page.items:
            raise Broken(f"only {self._seen} of {self._total} responses came", "total_items")
        return {"before": page.items[-1].token}
