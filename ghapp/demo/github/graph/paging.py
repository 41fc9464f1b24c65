"""GraphQL connections: pages of nodes, with GitHub's rules about `first` and `last`."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

MOST = 100


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Connection:
    """One page of a list."""

    nodes: Sequence[Any]
    total_count: int
    page_info: PageInfo


def problem(kind: str, message: str) -> GraphQLError:
    """An error with GitHub's `type`."""
    return GraphQLError(message, extensions={"type": kind})


@dataclass(frozen=True, slots=True)
class Wish:
    """The arguments of every connection."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


def page(name: str, nodes: Sequence[Any], **paging: Any) -> Connection:
    """The requested nodes of the connection `name`; `paging` as in Wish."""
    wish = Wish(**paging)
    _check(name, wish.first, wish.last)
    start = _place(wish.after) if wish.after else 0
    stop = _place(wish.before) - 1 if wish.before else len(nodes)
    if wish.first is not None:
        stop = min(stop, start + wish.first)
    elif wish.last is not None:
        start = max(start, stop - wish.last)
    shown = nodes[start:stop]
    ends = (_cursor(start + 1), _cursor(start + len(shown))) if shown else (None, None)
    return Connection(shown, len(nodes), PageInfo(stop < len(nodes), start > 0, *ends))


def _check(name: str, first: int | None, last: int | None) -> None:
    size = first if first is not None else last
    if size is None:
        raise problem(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
        )
    if not 0 < size <= MOST:
        raise problem(
            "EXCESSIVE_PAGINATION",
            f"Requesting {size} records on the `{name}` connection exceeds the limit of {MOST} records.",
        )


def _cursor(place: int) -> str:
    return base64.b64encode(f"cursor:{place}".encode()).decode()


def _place(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("cursor:"))
    except ValueError:
        raise problem("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.") from None
