"""The kinds of values in a config: each reads a node and states the same as JSON Schema, so that they agree.

A reader returns the value of a node, or raises Wrong with all its problems.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ghapp.core.config import yaml_tree
from ghapp.core.config.model import Problem, Said
from ghapp.core.config.yaml_tree import Node, Scalar

T = TypeVar("T")
Read = Callable[[Node], T]
Schema = Mapping[str, Any]

_DURATION = re.compile(r"(0|[1-9][0-9]{0,3})([mhd])", re.ASCII)
_NULL = ("", "~", "null", "Null", "NULL")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
MOST_PROBLEMS = 100  # more at once are of no use
CUT = 64  # characters of the written text that a message shows


class Wrong(Exception):  # noqa: N818 - it carries Problems, and those are reported
    """A node is not valid."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


def wrong(node: Node | None, code: str, **values: Said) -> Wrong:
    """One problem at a node, as an exception. The sentence of its code is in `words`."""
    line, column = (node.line, node.column) if node else (1, 1)
    cut = {name: value[:CUT] if isinstance(value, str) and name == "text" else value for name, value in values.items()}
    return Wrong(Problem(line, column, code, cut))


class Noted:
    """Collects problems, so that the file's author gets all of them at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Collect the problems of the block, and go on after it; at `MOST_PROBLEMS` raise them."""
        try:
            yield
        except Wrong as found:
            self.problems += found.problems
        if len(self.problems) >= MOST_PROBLEMS:
            raise Wrong(*self.problems)

    def raise_any(self) -> None:
        """Raise all collected problems, if there are any."""
        if self.problems:
            raise Wrong(*self.problems)


def _as_it_is(value: object) -> object:
    return value


class Kind(Generic[T], Struct, frozen=True):
    """One kind of value: its reader, the same as JSON Schema, and its writer.

    `keys`: the settings inside, if it has any.
    """

    read: Read[T]
    schema: Schema
    show: Callable[[Any], object] = _as_it_is
    keys: tuple["Key", ...] = ()


class Key(Struct, frozen=True, kw_only=True):
    """A setting: its name, its kind and its documentation.

    `about`: one sentence; `more`: text that does not fit into a table. `example`, with its name, and `default`: YAML as
    a person writes it; an empty default means there is none.
    """

    name: str
    kind: Kind[Any]
    about: str
    example: str
    default: str = ""
    more: str = ""


# ---------------------------------------------------------------- single values


def text_of(node: Node) -> str:
    """The text of a single value. An empty one and a plain `null` are refused."""
    if not isinstance(node, Scalar):
        raise wrong(node, "config.single")
    if node.plain and node.text in _NULL:
        raise wrong(node, "config.null")
    return node.text


def text(name: str, form: re.Pattern[str]) -> Kind[str]:
    """Text of one form, which the sentence `config.<name>` describes."""

    def read(node: Node) -> str:
        found = text_of(node)
        if not form.fullmatch(found):
            raise wrong(node, f"config.{name}", text=found)
        return found

    return Kind(read, {**_scalar(form), "pattern": f"^(?:{form.pattern})$"})


def choice(known: Sequence[str]) -> Kind[str]:
    """One of the known words."""

    def read(node: Node) -> str:
        found = text_of(node)
        if found not in known:
            raise unknown(node, "config.choice", found, known)
        return found

    return Kind(read, {"enum": list(known)})


def duration(least: timedelta, most: timedelta) -> Kind[timedelta]:
    """A duration like 30m, within bounds."""

    def read(node: Node) -> timedelta:
        match = _DURATION.fullmatch(text_of(node))
        length = int(match.group(1)) * UNITS[match.group(2)] if match else None
        if length is None or not least <= length <= most:
            raise wrong(node, "config.duration", least=least // UNITS["m"], most=most // UNITS["h"])
        return length

    zero = "(?!0)" if least else ""
    units = "|".join(f"(?:{_up_to(most // length)}){unit}" for unit, length in UNITS.items())
    return Kind(read, {"type": "string", "pattern": f"^{zero}(?:{units})$"}, _span)


def _up_to(most: int) -> str:
    """The numbers from 0 to `most`, without leading zeros, as a pattern."""
    digits = str(most)
    ways = [digits, *(["0"] if most else [])]
    for place, digit in enumerate(digits):
        least = 0 if place else 1
        if int(digit) > least:
            rest = len(digits) - place - 1
            ways.append(f"{digits[:place]}[{least}-{int(digit) - 1}]" + "[0-9]" * rest)
    ways += ["[1-9]" + "[0-9]" * (length - 1) for length in range(1, len(digits))]
    return "|".join(ways)


def _span(length: timedelta) -> str:
    hours, rest = divmod(length, UNITS["h"])
    return f"{hours}h" if hours and not rest else f"{length // UNITS['m']}m"


def _scalar(form: re.Pattern[str]) -> Schema:
    """The types that plain text of this form may have in an editor, which reads numbers and booleans."""
    taken = {"integer": "1", "number": "1.5", "boolean": "true"}
    types = ["string", *(kind for kind, plain in taken.items() if form.fullmatch(plain))]
    return {"type": types if len(types) > 1 else "string"}


# ---------------------------------------------------------------- several values


def listed(kind: Kind[T], *, least: int = 0, most: int = 100) -> Kind[tuple[T, ...]]:
    """A list of one kind."""

    def read(node: Node) -> tuple[T, ...]:
        if not isinstance(node, yaml_tree.Sequence):
            raise wrong(node, "config.list")
        if len(node.items) < least:
            raise wrong(node, "config.least", least=least)
        if len(node.items) > most:
            raise wrong(node, "config.most", most=most)
        noted, found = Noted(), []
        for item in node.items:
            with noted.noting():
                found.append(kind.read(item))
        noted.raise_any()
        return tuple(found)

    schema = {"type": "array", "items": kind.schema, "maxItems": most, **({"minItems": least} if least else {})}
    return Kind(read, schema, lambda values: [kind.show(value) for value in values])


def pairs(name: str, form: re.Pattern[str], kind: Kind[T], *, most: int, apart: bool = False) -> Kind[dict[str, T]]:
    """At most `most` pairs of a name of one form, which `config.<name>` describes, and a value of one kind.

    `apart`: no two may have the same value; the sentence `config.<name>.twice` refuses that.
    """

    def read_all(node: Node) -> dict[str, T]:
        if not isinstance(node, yaml_tree.Mapping):
            raise wrong(node, "config.pairs")
        if len(node.items) > most:
            raise wrong(node, "config.most", most=most)
        noted, found = Noted(), {}
        whose: dict[T, str] = {}
        for key, value in node.items:
            with noted.noting():
                if not form.fullmatch(key.text):
                    raise wrong(key, f"config.{name}", text=key.text)
                found[key.text] = kind.read(value)
                first = whose.setdefault(found[key.text], key.text)
                if apart and first != key.text:
                    raise wrong(value, f"config.{name}.twice", text=f"{found[key.text]}", other=first, named=key.text)
        noted.raise_any()
        return found

    named = {"pattern": f"^(?:{form.pattern})$"}
    schema = {"type": "object", "propertyNames": named, "additionalProperties": kind.schema, "maxProperties": most}
    return Kind(read_all, schema, lambda values: {name: kind.show(value) for name, value in values.items()})


def record(
    keys: Sequence[Key], make: Callable[..., T], *, required: Sequence[str] = (), later: Iterable[str] = ()
) -> Kind[T]:
    """Settings by name; the `required` ones must be written, and `make` gets only the written ones.

    Each unknown name is a problem that names the nearest known one; `later`: the names of a later version.
    """
    known, refused = {key.name: key for key in keys}, frozenset(later)

    def read(node: Node) -> T:
        if not isinstance(node, yaml_tree.Mapping):
            raise wrong(node, "config.record", example=keys[0].example)
        noted, found = Noted(), {}
        for key, value in node.items:
            with noted.noting():
                if key.text in refused:
                    raise wrong(key, "config.later", text=key.text)
                if key.text not in known:
                    raise unknown(key, "config.key", key.text, sorted(known))
                found[key.text] = known[key.text].kind.read(value)
        written = {key.text for key, _ in node.items}
        misspelt = written - known.keys()  # may be a required one, so that problem is enough
        for name in required:
            if name not in written and not misspelt:
                noted.problems += wrong(node, "config.missing", text=name, example=known[name].example).problems
        noted.raise_any()
        return make(**found)

    return Kind(read, _object(keys, required), lambda value: shown(keys, value), tuple(keys))


def shown(keys: Sequence[Key], value: object) -> dict[str, object]:
    """The settings of a record as they are written in YAML; those of value None are left out."""
    found = value if isinstance(value, Mapping) else {key.name: getattr(value, key.name, None) for key in keys}
    written = {key.name: key.kind.show(found[key.name]) for key in keys if found.get(key.name) is not None}
    return {name: one for name, one in written.items() if one is not None}


def _object(keys: Sequence[Key], required: Sequence[str]) -> Schema:
    described = {key.name: _described(key) for key in keys}
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": described, **needed, "additionalProperties": False}


def _described(key: Key) -> Schema:
    said = {"default": yaml_tree.plain(yaml_tree.read(key.default))} if key.default else {}
    return {"description": key.about, **key.kind.schema, **said}


def unknown(node: Node, code: str, found: str, known: Sequence[str]) -> Wrong:
    """The problem of an unknown word: it names the nearest known one, else all of them, if there are any."""
    near = difflib.get_close_matches(found[:CUT], known, n=1)
    if near:
        return wrong(node, f"{code}.near", text=found, near=near[0])
    return wrong(node, f"{code}.known" if known else f"{code}.none", text=found, known=tuple(known))
