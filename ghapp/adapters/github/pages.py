"""Where a GraphQL list goes on."""

import msgspec


class PageInfo(msgspec.Struct, rename="camel"):
    """GitHub's `pageInfo`, with both of its fields."""

    has_next_page: bool
    end_cursor: str | None = None

    @property
    def following(self) -> str | None:
        """The cursor that the next page begins after; None = this was the last."""
        return self.end_cursor if self.has_next_page else None
