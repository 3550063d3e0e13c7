"""Responses to a Google Forms form."""

import re
from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, field_validator

from connectors.parts.google_account import GoogleAccount
from connectors.parts.google_listing import GoogleListing
from connectors.parts.origin import beneath
from connectors.parts.utc import utc
from ingest.connector import Answer, Ask, Params, Reading, Span, Yielded, events, minutes

_ADDRESS = re.compile(r"https://docs\.google\.com/forms/(?:u/\d+/)?d/(?P<id>[\w-]+)(?:[/?#].*)?", re.ASCII)
_ID = re.compile(r"[\w-]{20,}", re.ASCII)
_PAGE = 5000
_FIELDS = "responses(responseId,createTime),nextPageToken"

Id = Annotated[str, Field(min_length=1)]


class Response(BaseModel):
    id: Id = Field(alias="responseId")
    at: AwareDatetime = Field(alias="createTime")


class Responses(GoogleListing):
    responses: list[Response] | None = None
    next: str | None = Field(None, alias="nextPageToken")


class GoogleForms(GoogleAccount):
    """Responses to a Google Forms form: somebody filled it in.

    Each counts once, when it was first sent: one that is edited later stays where it was. A response that is deleted no
    longer counts. Of a response its id and its time are fetched; answers and the respondent's address are not.

    `form` is the address of the form's editor, `https://docs.google.com/forms/d/…/edit`. The address that people fill
    it in at (`…/d/e/…/viewform`, `forms.gle/…`) holds another id, which the API does not know.

    On console.cloud.google.com make a project and enable the *Google Forms API*. Then either

    - **a service account**, which needs no consent and does not end: *IAM & Admin*, *Service Accounts*, *Create*; on
      its page *Keys*, *Add key*, *JSON*. Put the file beside the configuration, `chmod 600` it, and write its name as
      `credentials`. In the form's editor press *Share* and add the account's address (`client_email` in the file) as an
      editor. The token that is asked for can only read responses.
    - **your own consent**: *Clients*, *Create client*, *Desktop app*; write `client_id` and `client_secret`, and run
      `okr auth`. While the app is *External* and *Testing*, Google ends the grant after 7 days: publish it.

    All responses are listed at each pull, from what the key results or `history` ask for on, 5,000 a request: Google
    tells no total, and does not say in which order they come.
    """

    scope = "forms.responses.readonly"
    every = minutes(30)
    needs = "read access to the form's responses: share the form, or run `okr auth` as its owner"
    proven = "requests validated against Google's description of 2025-04, with recorded answers; to be checked live"
    signals = {"responses": events("responses", "somebody filled the form in")}

    form: str = Field(
        description="the address of the form's editor, or the id in it between `/d/` and `/edit`",
        examples=["https://docs.google.com/forms/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit"],
    )
    url: str = Field("https://forms.googleapis.com", description="another address of the API")

    @field_validator("form")
    @classmethod
    def _form(cls, written: str) -> str:
        address = _ADDRESS.fullmatch(written.strip())
        if (address and address["id"] == "e") or "forms.gle" in written:
            raise ValueError("this is where the form is filled in: copy the address of its editor, …/forms/d/…/edit")
        if address is None and not _ID.fullmatch(written.strip()):
            raise ValueError("is no form: copy the address of its editor, https://docs.google.com/forms/d/…/edit")
        return address["id"] if address else written.strip()

    async def pull(self, ask: Ask) -> AsyncIterator[Yielded]:
        request = await self.asking(ask, "check form, and share it with {reader} as an editor")
        params: Params = {"pageSize": _PAGE, "fields": _FIELDS}
        if ask.since is not None:
            params = {**params, "filter": f"timestamp >= {utc(ask.since)}"}
        request["params"] = params
        address = f"{beneath(self.url, 'v1')}/forms/{self.form}/responses"
        async for page in ask.pages(Responses, address, following, **request):
            for one in page.responses or ():
                if ask.since is None or one.at >= ask.since:  # one from before was sent again since
                    yield Reading("responses", at=one.at, key=one.id)
        yield Span("responses", ask.since, whole=True)


def following(page: Responses, _: Answer) -> Params | None:
    return {"pageToken": page.next} if page.next else None
