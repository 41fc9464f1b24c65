"""Remembers each delivery id's first signature: GitHub sends a delivery again with the same bytes."""

from collections import OrderedDict
from dataclasses import dataclass, field

REMEMBERED = 2_000  # deliveries, 300 bytes each, in this process alone


@dataclass(slots=True)
class Repeats:
    """The newest deliveries. Only signed ones are added, so strangers cannot displace them."""

    remembered: int = REMEMBERED
    _signatures: OrderedDict[str, str] = field(default_factory=OrderedDict)

    def first(self, guid: str, signature: str) -> str:
        """The signature of the id's first delivery; the given one if the id is new."""
        earlier = self._signatures.setdefault(guid, signature)
        if len(self._signatures) > self.remembered:
            self._signatures.popitem(last=False)
        return earlier
