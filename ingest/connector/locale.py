"""How people of a language and a land write numbers and days: a small table, instead of a library of them all."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator


@dataclass(frozen=True, slots=True)
class Custom:
    """What is written where a `locale` is set.

    Spaces and apostrophes are never a decimal mark, so they group digits everywhere and are not listed.
    """

    decimal: Literal[".", ","]
    group: Literal[".", ",", ""]
    """The other mark, where it groups thousands; empty where only spaces or apostrophes do."""
    first: Literal["day", "month", ""]
    """What `3/4/2026` begins with; empty where people of that locale do not agree."""
    lakhs: bool = False
    """Digits also come in twos: `12,34,567`."""


_CONTINENTAL = Custom(",", ".", "day")
_SPACED = Custom(",", "", "day")
_SPACED_YEAR_FIRST = Custom(",", "", "")
_BRITISH = Custom(".", ",", "day")
_AMERICAN = Custom(".", ",", "month")
_YEAR_FIRST = Custom(".", ",", "")
_INDIAN = Custom(".", ",", "day", lakhs=True)
_SWISS = Custom(".", "", "day")

_CUSTOMS: dict[str, Custom] = {
    **dict.fromkeys(["ca", "da", "de", "el", "es", "gl", "hr", "id", "is", "it", "nl", "pt", "ro"], _CONTINENTAL),
    **dict.fromkeys(["sl", "sr", "tr", "vi"], _CONTINENTAL),
    **dict.fromkeys(["bg", "cs", "et", "fi", "fr", "lv", "nb", "nn", "no", "pl", "ru", "sk", "uk"], _SPACED),
    **dict.fromkeys(["hu", "lt", "sv"], _SPACED_YEAR_FIRST),
    **dict.fromkeys(["ja", "ko", "zh"], _YEAR_FIRST),
    **dict.fromkeys(["bn", "hi", "ta", "te"], _INDIAN),
    **dict.fromkeys(["ga", "he", "ms", "th"], _BRITISH),
    "en": Custom(".", ",", ""),
    **dict.fromkeys(["en-US", "en-PH", "es-US", "es-PR"], _AMERICAN),
    **dict.fromkeys(["en-AU", "en-GB", "en-HK", "en-IE", "en-MT", "en-NZ", "en-SG"], _BRITISH),
    **dict.fromkeys(["es-MX", "es-GT", "es-HN", "es-NI", "es-PA", "es-PE", "es-SV", "es-DO"], _BRITISH),
    **dict.fromkeys(["de-CH", "de-LI", "it-CH", "rm-CH"], _SWISS),
    "en-CA": _YEAR_FIRST,
    "en-IN": _INDIAN,
    "en-ZA": _SPACED_YEAR_FIRST,
    "fr-CA": _SPACED_YEAR_FIRST,
    "fr-CH": _SPACED,
    "pt-PT": _SPACED,
}


@lru_cache(maxsize=256)
def custom(locale: str) -> Custom:
    """What is written in `de`, `de_CH` or `en-US`; `ValueError` where the table does not know it."""
    language, _, rest = locale.partition(".")[0].replace("_", "-").partition("-")
    region = rest.rpartition("-")[2]
    found = _CUSTOMS.get(f"{language.lower()}-{region.upper()}") or _CUSTOMS.get(language.lower())
    if found is None:
        languages = ", ".join(sorted({name.partition("-")[0] for name in _CUSTOMS}))
        raise ValueError(
            f"unknown locale {locale[:20]!r}; write a language and a land, as de_DE or en_US ({languages})"
        )
    return found


def _known(locale: str) -> str:
    custom(locale)
    return locale


Locale = Annotated[str, AfterValidator(_known)]
"""A field for `de_DE`, `en_US`."""
