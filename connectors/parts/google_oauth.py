"""How Google is asked for consent: one client of one's own, and the smallest scope."""

from pydantic import SecretStr

from ingest.connector import OAuth


def google_oauth(client_id: str, client_secret: SecretStr, scope: str) -> OAuth:
    """`scope` is the end of its address: `gmail.readonly`. `prompt` has Google give a refresh token each time."""
    return OAuth(
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106  an address
        client_id=client_id,
        client_secret=client_secret,
        client_auth="body",
        scope=f"https://www.googleapis.com/auth/{scope}",
        parameters={"access_type": "offline", "prompt": "consent"},
    )
