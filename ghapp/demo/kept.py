"""A list that forgets its oldest entries, so that a demo may run for days."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(list[T], Generic[T]):
    """`most`: how many entries it keeps; None = all."""

    most: int | None = None

    def append(self, entry: T) -> None:
        super().append(entry)
        if self.most is not None:
            del self[: -self.most]
