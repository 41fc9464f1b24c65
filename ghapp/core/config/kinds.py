"""How a config's settings are read: each reads a node and states the same as JSON Schema, so that they agree.

A reader gives the value of a node or raises Wrong with all that is wrong in it.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar

from ghapp.core.config import yaml_tree
from ghapp.core.config.model import Problem
from ghapp.core.config.yaml_tree import Node, Scalar

T = TypeVar("T")
Read = Callable[[Node], T]
Schema = Mapping[str, Any]

_DURATION = re.compile(r"(0|[1-9][0-9]{0,3})([mhd])", re.ASCII)
_NULL = ("", "~", "null", "Null", "NULL")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
MOST_PROBLEMS = 100  # nobody reads more at once
CUT = 64  # characters of what was written that a message shows


class Wrong(Exception):  # noqa: N818 - it carries Problems, which are what is reported
    """Something does not belong where it stands."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems


def wrong(node: Node | None, code: str, **values: str | int) -> Wrong:
    """What is wrong at one place. The sentence of that code is in `words`."""
    line, column = (node.line, node.column) if node else (1, 1)
    cut = {name: value[:CUT] if isinstance(value, str) and name == "text" else value for name, value in values.items()}
    return Wrong(Problem(line, column, code, cut))


class Noted:
    """Collects what is wrong, so that whoever wrote the file hears all of it at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what is wrong inside, and go on after it."""
        try:
            yield
        except Wrong as found:
            self.problems += found.problems
        if len(self.problems) >= MOST_PROBLEMS:
            raise Wrong(*self.problems)

    def raise_any(self) -> None:
        """Raise all that was noted, if anything was."""
        if self.problems:
            raise Wrong(*self.problems)


def _as_it_is(value: object) -> object:
    return value


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of value: how a node is read, the same as JSON Schema, and how a value is written again.

    `keys`: the settings inside, where it has some.
    """

    read: Read[T]
    schema: Schema
    show: Callable[[Any], object] = _as_it_is
    keys: tuple["Key", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A setting: its name, its kind, and what documentation says of it.

    `about`: one sentence; `more`: what does not fit into a table. `example`, with its name, and `default`: YAML as it
    would be written; no default means there is none.
    """

    name: str
    kind: Kind[Any]
    about: str
    example: str
    default: str = ""
    more: str = ""


# ---------------------------------------------------------------- single values


def text_of(node: Node) -> str:
    """The text of a single value. An empty one, or a plain `null`, is none."""
    if not isinstance(node, Scalar):
        raise wrong(node, "config.single")
    if node.plain and node.text in _NULL:
        raise wrong(node, "config.null")
    return node.text


def text(name: str, form: re.Pattern[str]) -> Kind[str]:
    """Text that has a form; the sentence `config.<name>` tells a person which."""

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
        length = int(match.group(1)) * _UNITS[match.group(2)] if match else None
        if length is None or not least <= length <= most:
            raise wrong(node, "config.duration", least=least // _UNITS["m"], most=most // _UNITS["h"])
        return length

    zero = "(?!0)" if least else ""
    units = "|".join(f"(?:{_up_to(most // length)}){unit}" for unit, length in _UNITS.items())
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
    hours, rest = divmod(length, _UNITS["h"])
    return f"{hours}h" if hours and not rest else f"{length // _UNITS['m']}m"


def _scalar(form: re.Pattern[str]) -> Schema:
    """What an editor, which knows numbers and booleans, may take plain text of this form for."""
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
    """At most so many pairs of a name that has a form and a value of one kind; `config.<name>` tells the form.

    `apart`: no two may have the same value, and `config.<name>.twice` says so.
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
    """Settings by name, of which those `required` must be there; `make` gets the others only where they are written.

    Every name that is not known is a problem that names the nearest; `later` are those of a later version.
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
        misspelt = written - known.keys()  # then that is the thing to say
        for name in required:
            if name not in written and not misspelt:
                noted.problems += wrong(node, "config.missing", text=name, example=known[name].example).problems
        noted.raise_any()
        return make(**found)

    return Kind(read, _object(keys, required), lambda value: shown(keys, value), tuple(keys))


def shown(keys: Sequence[Key], value: object) -> dict[str, object]:
    """The settings of a record as they would be written; what there is none of is left out."""
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
    """A word that is none of the known ones: the nearest is named, else all of them."""
    near = difflib.get_close_matches(found[:CUT], known, n=1)
    if near:
        return wrong(node, f"{code}.near", text=found, near=near[0])
    return wrong(node, f"{code}.known", text=found, known=", ".join(known))
