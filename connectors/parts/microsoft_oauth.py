"""How Microsoft is asked for consent: one app of one's own, and the smallest scope."""

from pydantic import SecretStr

from ingest.connector import OAuth


def microsoft_oauth(client_id: str, client_secret: SecretStr | None, tenant: str, scope: str) -> OAuth:
    """`scope` is a permission of Graph: `Files.Read`. `offline_access` has Microsoft give a refresh token."""
    start = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    return OAuth(
        authorize_url=f"{start}/authorize",
        token_url=f"{start}/token",
        device_url=f"{start}/devicecode",
        client_id=client_id,
        client_secret=client_secret,
        client_auth="body",
        scope=f"https://graph.microsoft.com/{scope} offline_access",
        redirect="http://localhost",
    )
