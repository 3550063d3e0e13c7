"""What counts and what waits of one signal with a limit, worked out slowly: dictionaries, and a look at all of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Content = tuple[int, float]
Step = Callable[[float | None, float], bool]
"""Whether a value is plausible after the one before it."""


@dataclass
class WaitingRoom:
    plausible: Step
    events: bool
    counts: dict[Any, Content] = field(default_factory=dict)
    waits: dict[Any, Content] = field(default_factory=dict)
    rejected: dict[Any, list[Content]] = field(default_factory=dict)
    pinned: set[Any] = field(default_factory=set)

    def tell(self, told: Iterable[tuple[Any, Content]], *, by_hand: bool = False) -> None:
        """(key, content) in the order of telling; the key of a reading is its time."""
        rows = list(told)
        if not rows:
            return
        keys = {key for key, _ in rows}
        if not self.events:
            keys |= {key for key in self.waits if key >= min(keys)}
        for key in sorted(keys):
            mine = [content for other, content in rows if other == key]
            for content in mine:
                self._one(key, content, by_hand)
            if not mine and self._fits(key, self.waits[key]):
                self.counts[key] = self.waits.pop(key)

    def _one(self, key: Any, content: Content, by_hand: bool) -> None:
        waits = self.waits.pop(key, None)
        if by_hand:
            self.counts[key] = content
            self.pinned.add(key)
        elif key in self.pinned or self.counts.get(key) == content or content in self.rejected.get(key, []):
            pass
        elif self._fits(key, content):
            self.counts[key] = content
        else:
            self.waits[key] = waits if waits == content else content

    def _fits(self, key: Any, content: Content) -> bool:
        earlier = [] if self.events else [one for one in self.counts.values() if one[0] < key]
        return self.plausible(max(earlier)[1] if earlier else None, content[1])

    def accept(self, key: Any) -> None:
        content = self.waits.pop(key)
        self.counts[key] = content
        if not self.events:
            for later in sorted(other for other in self.waits if other > key):
                if self._fits(later, self.waits[later]):
                    self.counts[later] = self.waits.pop(later)

    def reject(self, key: Any) -> None:
        self.rejected.setdefault(key, []).append(self.waits.pop(key))
