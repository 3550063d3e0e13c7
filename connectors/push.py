"""Numbers that others send."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field, SecretStr, model_validator

from connectors.parts.message import Posted, readings_of
from ingest.connector import Hook, Message, Reading, Received, Signature


class Push(Received[Posted]):
    """Numbers that another program sends, to a hook of its own or to the API.

    It is never asked and never stale: from `since` on, what was not sent did not happen. The API is
    `POST /api/v1/measurements`, with the server's token. The hook is `POST /hooks/{source}`, where the sender's
    signature (HMAC-SHA256) is the key; without a `secret` there is none. `signature` says who signs, or how:

    - `standard`, `beehiiv`: Standard Webhooks (id, time and body), in `webhook-signature` or `svix-signature`, with a
      `whsec_` secret
    - `stripe`, `calendly`, `kit`, `mailchimp`: time and body, as `t=…,v1=…`, each in its own header; `timed`: in any of
      these, or in `header`
    - `github`, `meta`, `buttondown`, `emailoctopus`, `calcom`, `mailerlite`, `typeform`, `tally`: the body, in hex or
      base64, with `sha256=` before it or not, each in its own header; `body`: in any of these, or in `header`
    - `x`: the body too, which is a JSON object
    - `ghost`: body and time, in `X-Ghost-Signature`
    - `hubspot`: method, address, body and time, in `X-HubSpot-Signature-v3`; needs `server.public_url`
    - `path`, `strava`: nothing; the address is `/hooks/{source}/{secret}`, with a secret of 32 letters and digits or
      more

    `path` is for Brevo, Pipedrive, Eventbrite, pretix, Campaign Monitor, Microsoft Graph and others that sign nothing.
    Make such a secret with `openssl rand -hex 24`, and keep access logs of a proxy before this service from others.

    A delivery is JSON or a form, at most 1 MiB, signed at most 300 s ago. It counts once: a repeated one is answered
    with 200 and changes nothing, for 30 days. It is known by its id where that is signed (Standard Webhooks), else by
    the time and the body that are signed. So where no time is signed (`body`, `path`), let a body have one, or an id.
    All of a delivery is kept, or nothing and the answer says what is wrong.

    A signal may say in JMESPath where its numbers are. Without that a delivery is a measurement, or a list of them, as
    the API takes them: `{"signal": "calls", "value": 1, "key": "c1", "observed_at": "2026-03-01T09:00:00Z"}`.

        signals:
          subscribed:
            kind: events
            items: events
            when: type == 'subscriber.created'
            key: id
            time: created

    The first call of a sender is answered: `validationToken` (Microsoft Graph), `hub.challenge` (Strava, Meta),
    `crc_token` (X), `url_verification` with a `challenge` (Slack and alike), a plain GET (Mailchimp), a ping (GitHub).
    """

    proven = "with deliveries signed in each of these ways, to a running service"

    secret: SecretStr | None = Field(None, description="what the sender signs with; without it there is no hook")
    former_secret: SecretStr | None = Field(
        None, description="what it signed with before, which counts too while it changes over"
    )
    signature: Signature = Field(Signature.TIMED, description="who signs, or how: see above")
    header: str | None = Field(None, description="`body`, `timed`: the header of a sender that is not known by name")

    @model_validator(mode="after")
    def _can_work(self) -> Self:
        self.hook()
        return self

    def hook(self) -> Hook | None:
        if not self.secret:
            return None
        former = (self.former_secret,) if self.former_secret else ()
        return Hook(self.signature, (self.secret, *former), self.header)

    def received(self, message: Message) -> Iterator[Reading]:
        return readings_of(self.named, message)
