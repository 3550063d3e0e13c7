"""What Google's APIs mean when they refuse: most of it comes as 400 or 403, and the reason says more."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from connectors.parts.cure import cured
from ingest.connector import Answer, Refused, SourceError, Unavailable

PACIFIC = ZoneInfo("America/Los_Angeles")
_DAILY = {"quotaExceeded", "dailyLimitExceeded"}
_SHORTLY = {"rateLimitExceeded", "userRateLimitExceeded", "RESOURCE_EXHAUSTED"}
_KEY = {"keyInvalid", "keyExpired", "API_KEY_INVALID"}
_SWITCHED_OFF = {"accessNotConfigured", "SERVICE_DISABLED"}
_ENABLE = "switch the API on in the key's project: console.cloud.google.com, APIs & Services, Library"
_COPY = "copy the key again: console.cloud.google.com, APIs & Services, Credentials"


class _Reason(BaseModel):
    reason: str = ""


class _Error(BaseModel):
    status: str = ""
    errors: list[_Reason] = []
    details: list[_Reason] = []

    def reasons(self) -> set[str]:
        return {self.status, *(one.reason for one in (*self.errors, *self.details))}


class _Refusal(BaseModel):
    error: _Error


def meant(answer: Answer, error: SourceError, now: datetime) -> SourceError:
    """A quota that is used up is no refusal: it begins anew at midnight in California, or within a minute."""
    said = answer.fitting(_Refusal)
    if said is None:
        return error
    reasons = said.error.reasons()
    if reasons & _DAILY:
        return Unavailable(f"{error} (the quota of the day is used up)", next_quota(now))
    if reasons & _SHORTLY:
        return Unavailable(str(error), answer.retry_at(now))
    if reasons & _SWITCHED_OFF:
        return Refused(str(error), _ENABLE)
    if reasons & _KEY:
        return Refused(str(error), _COPY)
    return error


def advised(answer: Answer, error: SourceError, now: datetime, cure: str) -> SourceError:
    """The same, with a cure of the connector's own where Google says no more than that something is not allowed, or
    not there, which is what it says of all that is not shared."""
    told = meant(answer, error, now)
    return cured({403: cure, 404: cure})(answer, error) if told is error else told


def next_quota(now: datetime) -> datetime:
    """The next midnight in California."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC)
