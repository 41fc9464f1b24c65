"""A route's input and output as values; HTTP stays in the server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from ghapp.demo.github.auth import Token
from ghapp.demo.github.repository import Repository
from ghapp.demo.github.shapes.words import Json
from ghapp.demo.github.world import World

DOCS = "https://docs.github.com/rest"
ANY: Literal["metadata: read"] = "metadata: read"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body: JSON, raw text, or none. `took`: seconds of GitHub's computing."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    took: float = 0.0


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """GitHub's refusal: a status, a message, and for 422 the errors."""

    def __init__(self, status: int, message: str, *errors: Json) -> None:
        super().__init__(message)
        body: Json = {"message": message, "documentation_url": DOCS}
        body |= {"errors": list(errors)} if errors else {}
        self.answer = Answer(status, body if status == 422 else body | {"status": str(status)})


class Limited(Refused):
    """A refusal for a rate limit, with the seconds to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
        )
        self.answer = replace(self.answer, headers={"Retry-After": str(seconds)})


@dataclass(frozen=True, slots=True)
class Call:
    """One request with its caller (`token` None: the App's own JWT) and its repository."""

    site: World
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Json
    token: Token | None
    found: Repository | None

    @property
    def repository(self) -> Repository:
        assert self.found is not None, "the route has no {owner}/{repo}"
        return self.found

    def number(self, name: str, default: int, *, most: int = 1_000_000) -> int:
        """A number in the query, at least 1."""
        text = self.query.get(name, "")
        return min(max(int(text), 1), most) if text.isdecimal() else default

    def page(self, items: Sequence[T], per_page: int = 30) -> tuple[Sequence[T], dict[str, str]]:
        """The requested page of a list, and its Link header."""
        size, page = self.number("per_page", per_page, most=100), self.number("page", 1)
        last = max(1, -(-len(items) // size))
        kept = {key: value for key, value in self.query.items() if key != "page"}
        turns = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        wanted = [("next", "last")] * (page < last) + [("prev", "first")] * (page > 1)
        links = [self._link(kept, turns[rel], rel) for pair in wanted for rel in pair]
        return items[(page - 1) * size : page * size], {"Link": ", ".join(links)} if links else {}

    def _link(self, query: Mapping[str, str], page: int, rel: str) -> str:
        words = "&".join(f"{key}={value}" for key, value in (*query.items(), ("page", str(page))))
        return f'<{self.site.url}{self.path}?{words}>; rel="{rel}"'


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `needs`: `jwt`, `user` (a user's token), `client` (the App's client id and secret), or permissions of
    which one is enough; empty: no authentication."""

    method: str
    template: str
    needs: tuple[str, ...]
    answer: Callable[[Call], Answer]


def or_404(found: T | None) -> T:
    """The value, or GitHub's 404."""
    if found is None:
        raise Refused(404, "Not Found")
    return found


def invalid(resource: str, field: str, message: str) -> Refused:
    """GitHub's 422 for one field."""
    return Refused(
        422,
        "Validation Failed",
        {"resource": resource, "field": field, "code": "custom", "message": message},
    )
