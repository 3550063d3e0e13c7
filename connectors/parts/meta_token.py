"""How a long-lived token of Threads or Instagram is renewed: by showing it, from the day after it was made on."""

import re

from pydantic import SecretStr

from connectors.parts.meta_refusal import meant
from ingest.connector import Renewal


def renewal(token: SecretStr, url: str, grant_type: str, cure: str) -> Renewal:
    """`url`: that of the API. Meta renews beside its versions, not in one."""
    api = re.sub(r"/v\d+\.\d+$", "", url.rstrip("/"))
    return Renewal(token, f"{api}/refresh_access_token", grant_type, cure, meant)
