"""YAML text → a tree of nodes with their places. Strict: no aliases, anchors or tags, no duplicate keys, bounded.

Scalars stay text: the reader of the expected kind decides the meaning of `no` or `012`.
"""

import re
from collections.abc import Iterator

import yaml
from msgspec import Struct

from ghapp.core.config.model import Problem

DEPTH = 10
VALUES = 8000  # a full config of 40 environments has half of it; reading takes 15 µs each
SIZE = 64 * 1024
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})", re.ASCII)


_STRANGE = re.compile(r"found character '(\\t|[@`%])' that cannot start any token")  # PyYAML's sentence


class Scalar(Struct, frozen=True):
    """A value as written. `plain`: without quotes, so that `null` or `true` is not text."""

    line: int
    column: int
    text: str
    plain: bool


class Sequence(Struct, frozen=True):
    line: int
    column: int
    items: tuple["Node", ...]


class Mapping(Struct, frozen=True):
    """Keys with their own places, in the order written."""

    line: int
    column: int
    items: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Sequence | Mapping


class Malformed(Exception):  # noqa: N818 - it carries a Problem, and that is reported
    """The text is not YAML that this reader accepts."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Limits(Struct, frozen=True):
    """The limits of a text: bytes, levels of lists and mappings, values, and whether `&anchors` and `*aliases` pass.

    An alias counts as all that it stands for, so that a short text cannot stand for more than a long one.
    """

    size: int = SIZE
    depth: int = DEPTH
    values: int = VALUES
    aliases: bool = False


STRICT = Limits()


def read(text: str, limits: Limits = STRICT) -> Node | None:
    """The tree, or None for a text without a value. Raises Malformed. An alias is the same node as its anchor."""
    if len(text.encode(errors="surrogatepass")) > limits.size:
        raise Malformed(Problem(1, 1, "yaml.large", {"most": limits.size // 1024}))
    try:
        return _Reading(yaml.parse(text, Loader=yaml.SafeLoader), limits).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if found := _STRANGE.search(error.problem or ""):
            code = "yaml.tab" if found[1] == "\\t" else "yaml.quote"
            raise Malformed(Problem(*place, code, {"text": found[1]})) from None
        raise Malformed(Problem(*place, "yaml.broken", {"why": error.problem or "unreadable"})) from None
    except yaml.YAMLError as error:
        raise Malformed(Problem(1, 1, "yaml.broken", {"why": str(error).splitlines()[0]})) from None


def plain(node: Node | None) -> object:
    """A tree as values, by the core schema of YAML 1.2, as an editor reads it: `no` is text."""
    match node:
        case Mapping(items=pairs):
            return {key.text: plain(value) for key, value in pairs}
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Scalar(plain=True, text="" | "~" | "null" | "Null" | "NULL") | None:
            return None
        case Scalar(plain=True, text="true" | "True" | "TRUE" | "false" | "False" | "FALSE" as text):
            return text.lower() == "true"
        case Scalar(text=text, plain=is_plain):
            return _number(text) if is_plain else text


def at(node: Node | None, *path: str) -> Node | None:
    """The node under these keys, or the nearest one above it."""
    for name in path:
        inner = within(node, name)
        if inner is None:
            return node
        node = inner
    return node


def within(node: Node | None, name: str) -> Node | None:
    """The value of one key."""
    items = node.items if isinstance(node, Mapping) else ()
    return next((value for key, value in items if key.text == name), None)


def _number(text: str) -> object:
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


class _Reading:
    """One document, read event by event."""

    def __init__(self, events: Iterator[yaml.Event], limits: Limits) -> None:
        self._events = events
        self._limits = limits
        self._anchored: dict[str, tuple[Node, int, int]] = {}  # with its values and its characters
        self._values = self._characters = 0

    def document(self) -> Node | None:
        next(self._events)  # the stream starts
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        tree = self._node(next(self._events), 0)
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _malformed(after, "yaml.documents")
        return None if isinstance(tree, Scalar) and tree.plain and not tree.text else tree

    def _node(self, event: yaml.Event, depth: int) -> Node:
        values, characters = self._values, self._characters
        self._count(event, 1, 0)
        if depth >= self._limits.depth and isinstance(event, yaml.CollectionStartEvent):
            raise _malformed(event, "yaml.deep", most=self._limits.depth)
        anchor = getattr(event, "anchor", None)
        if anchor and not self._limits.aliases:
            raise _malformed(event, "yaml.alias")
        if isinstance(event, yaml.AliasEvent):
            if anchor not in self._anchored:
                raise _malformed(event, "yaml.alias")
            known, values, characters = self._anchored[anchor]
            self._count(event, values - 1, characters)
            return known
        if getattr(event, "tag", None):
            raise _malformed(event, "yaml.tag")
        node = self._made(event, depth)
        if anchor:
            self._anchored[anchor] = node, self._values - values, self._characters - characters
        return node

    def _count(self, event: yaml.Event, values: int, characters: int) -> None:
        self._values += values
        self._characters += characters
        if self._values > self._limits.values:
            raise _malformed(event, "yaml.many", most=self._limits.values)
        if self._characters > self._limits.size:
            raise _malformed(event, "yaml.large", most=self._limits.size // 1024)

    def _made(self, event: yaml.Event, depth: int) -> Node:
        line, column = _place(event)
        if isinstance(event, yaml.ScalarEvent):
            text = _whole(event)
            self._count(event, 0, len(text))
            return Scalar(line, column, text, plain=event.style is None)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(line, column, tuple(self._items(depth)))
        return Mapping(line, column, tuple(self._pairs(depth)))

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: set[str] = set()
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                return
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise _malformed(event, "yaml.key")
            if key.text in seen:
                raise _malformed(event, "yaml.twice", text=key.text)
            seen.add(key.text)
            yield key, self._node(next(self._events), depth + 1)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _whole(event: yaml.ScalarEvent) -> str:
    """The text of a scalar, where `\\ud83d\\ude80` is one character as in JSON; half a character is malformed."""
    text: str = event.value
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise _malformed(event, "yaml.broken", why="half a character") from None


def _malformed(event: yaml.Event, code: str, **values: str | int) -> Malformed:
    return Malformed(Problem(*_place(event), code, values))
