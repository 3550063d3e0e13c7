"""What a credential can see beside numbers: whose they are, and whether it can do more than it need."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    name: str = ""
    """Of the account, list or page, as the vendor has it. A third party's text: whoever shows it cleans it."""
    remarks: tuple[str, ...] = ()
    """In our words: `the key can also write: a read-only one is enough`."""
