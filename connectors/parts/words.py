"""What a user writes to find a text: words, or a regular expression between slashes. Capitals do not matter."""

import re


def found(written: object) -> object:
    """What finds a text wherever it stands, or the regular expression of `/…/`."""
    return _compiled(written, "{}")


def whole(written: object) -> object:
    """What finds a text that stands alone, or the regular expression of `/…/`."""
    return _compiled(written, r"^\s*{}\s*$")


def regular(written: object) -> re.Pattern[str] | None:
    """The regular expression of `/…/`; None for anything else."""
    if not isinstance(written, str) or not re.fullmatch(r"/.+/", written):
        return None
    try:
        return re.compile(written[1:-1], re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None


def _compiled(written: object, frame: str) -> object:
    if not isinstance(written, str):
        return written
    if not written.strip():
        raise ValueError("nothing to look for; leave it out, or write a text")
    return regular(written) or re.compile(frame.format(re.escape(written)), re.IGNORECASE)
