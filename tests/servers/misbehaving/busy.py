"""Refusals and hiccups whose body holds the right answer all the same."""

from tests.servers.misbehaving.visit import Fault, Visit

RETRY_AFTER = {
    "seconds": "120",
    "zero": "0",
    "date": "Fri, 31 Dec 2049 23:59:59 GMT",
    "old-date": "Friday, 31-Dec-49 23:59:59 GMT",
    "asctime": "Fri Dec 31 23:59:59 2049",
    "past": "Sat, 01 Jan 2000 00:00:00 GMT",
    "negative": "-5",
    "fraction": "1.5",
    "words": "soon",
    "huge": "9" * 400,
}


def status(code: int) -> Fault:
    """The right answer, under a status that says it is none."""

    async def fault(visit: Visit) -> None:
        await visit.answer(b"" if code in {204, 205, 304} else visit.good.body, code)

    return fault


def later(text: str) -> Fault:
    """429 with this Retry-After."""

    async def fault(visit: Visit) -> None:
        await visit.answer(visit.good.body, 429, retry_after=text)

    return fault


def flaky(times: int) -> Fault:
    """503 so many times, and well from then on."""

    async def fault(visit: Visit) -> None:
        await visit.answer(visit.good.body, 503 if visit.before < times else 200)

    return fault


async def repeats_what_was_sent(visit: Visit) -> None:
    """401 whose words hold markup and the address that was asked."""
    said = f'{{"detail": "<script>no</script> {visit.path} \\u001b[31m{"x" * 5000}"}}'
    await visit.answer(said.encode(), 401)


async def well(visit: Visit) -> None:
    """The right answer."""
    await visit.answer(visit.good.body)
