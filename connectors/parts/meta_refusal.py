"""What Meta's Graph APIs (Threads, Instagram, Facebook) mean when they refuse: a code says more than the status."""

from pydantic import BaseModel

from ingest.connector import Answer, Refused, SourceError, Unavailable

_TOKEN = 190
_SLOWLY = {4, 17, 32, 613}
_RENEW = "make a new token and write it as `token`: the old one has ended, was revoked, or is of another app"
_PERMISSION = "give the token the permission that is missing, and look whether the app may use it"


class _Error(BaseModel):
    code: int
    is_transient: bool = False


class _Refusal(BaseModel):
    error: _Error


def meant(answer: Answer, error: SourceError) -> SourceError:
    """A limit comes as 400 or 403, and a token that has ended as 400."""
    said = answer.fitting(_Refusal)
    if said is None:
        return error
    code = said.error.code
    if code == _TOKEN:
        return Refused(str(error), _RENEW, 401)
    if code in _SLOWLY or said.error.is_transient:
        return Unavailable(str(error), error.retry_at if isinstance(error, Unavailable) else None)
    if code == 10 or 200 <= code <= 299:
        return Refused(str(error), _PERMISSION, 403)
    return error
