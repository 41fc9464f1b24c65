"""YAML text → a tree of nodes that know their place. Strict: no aliases, anchors or tags, no duplicate keys, bounded.

Scalars stay text: what `no` or `012` mean is for whoever knows which kind of value belongs there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from ghapp.core.config import Problem

DEPTH = 10
SIZE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as written. `plain`: without quotes, so that `null` or `true` mean themselves."""

    line: int
    column: int
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    column: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their own places, in the order written."""

    line: int
    column: int
    items: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Sequence | Mapping


class Malformed(Exception):  # noqa: N818 - it carries a Problem, which is what is reported
    """The text is not YAML of the kind that is read here."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read(text: str) -> Node | None:
    """The tree, or None where the text holds nothing. Raises Malformed."""
    if len(text.encode()) > SIZE:
        raise Malformed(Problem(1, 1, "yaml.large", {"most": SIZE // 1024}))
    try:
        return _document(_events(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Malformed(Problem(*place, "yaml.broken", {"why": error.problem or "unreadable"})) from None
    except yaml.YAMLError as error:
        raise Malformed(Problem(1, 1, "yaml.broken", {"why": str(error).splitlines()[0]})) from None


def _events(text: str) -> Iterator[yaml.Event]:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _malformed(event, "yaml.alias")
        if getattr(event, "tag", None):
            raise _malformed(event, "yaml.tag")
        yield event


def _document(events: Iterator[yaml.Event]) -> Node | None:
    next(events)  # the stream starts
    started = next(events)
    if isinstance(started, yaml.StreamEndEvent):
        return None
    tree = _node(next(events), events, 0)
    next(events)  # the document ends
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise _malformed(after, "yaml.documents")
    return None if isinstance(tree, Scalar) and tree.plain and not tree.text else tree


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    line, column = _place(event)
    if depth > DEPTH:
        raise _malformed(event, "yaml.deep", most=DEPTH)
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(line, column, event.value, plain=event.style is None)
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(line, column, tuple(_items(events, depth)))
    return Mapping(line, column, tuple(_pairs(events, depth)))


def _items(events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _node(event, events, depth + 1)


def _pairs(events: Iterator[yaml.Event], depth: int) -> Iterator[tuple[Scalar, Node]]:
    seen: set[str] = set()
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return
        key = _node(event, events, depth + 1)
        if not isinstance(key, Scalar):
            raise _malformed(event, "yaml.key")
        if key.text in seen:
            raise _malformed(event, "yaml.twice", text=key.text)
        seen.add(key.text)
        yield key, _node(next(events), events, depth + 1)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _malformed(event: yaml.Event, code: str, **values: str | int) -> Malformed:
    return Malformed(Problem(*_place(event), code, values))
