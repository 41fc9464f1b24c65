"""Which signature a delivery's id came with first: GitHub sends the same bytes under it, however often."""

from collections import OrderedDict
from dataclasses import dataclass, field

REMEMBERED = 2_000  # deliveries, 300 bytes each; by this process alone


@dataclass(slots=True)
class Repeats:
    """The newest deliveries. Only what was signed gets in, so no stranger drives others out."""

    remembered: int = REMEMBERED
    _signatures: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def first(self, guid: str, signature: str) -> str:
        """The signature under which it came for the first time: this one, where it is new."""
        earlier = self._signatures.setdefault(guid, signature)
        if len(self._signatures) > self.remembered:
            self._signatures.popitem(last=False)
        return earlier
