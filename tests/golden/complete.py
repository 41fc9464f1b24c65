"""The cases that the golden values must contain of each stored type: every field set and unset, and every literal."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields


def missing(types: Iterable[type], values: Iterable[object]) -> list[str]:
    """The cases of these types, and of the types in their fields, that the values lack."""
    return sorted({case for kind in stored(types) for case in _wanted(kind)} - set(shown(values)))


def stored(types: Iterable[type]) -> set[type]:
    """These structs, and all structs in their fields."""
    found: set[type] = set()
    left: list[Any] = list(types)
    while left:
        kind = left.pop()
        if kind not in found:
            found.add(kind)
            left += [
                part
                for hint in get_type_hints(kind).values()
                for part in _parts(hint)
                if isinstance(part, type) and issubclass(part, Struct)
            ]
    return found


def _parts(hint: Any) -> Iterator[Any]:
    """The types and literals that a hint consists of."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    elif get_args(hint):
        for part in get_args(hint):
            yield from _parts(part)
    else:
        yield hint


def _wanted(kind: Any) -> Iterator[str]:
    yield kind.__name__
    for name, hint in get_type_hints(kind).items():
        place, (field,) = f"{kind.__name__}.{name}", [one for one in fields(kind) if one.name == name]
        parts = list(_parts(hint))
        yield from (f"{place} = {part!r}" for part in parts if isinstance(part, str))
        scalars = {part for part in parts if part in (int, str)}
        yield from (f"{place} of type {part.__name__}" for part in scalars if len(scalars) > 1)
        yield f"{place} set"
        if _default(field) is not NODEFAULT or type(None) in parts:
            yield f"{place} unset"


def _default(field: FieldInfo) -> Any:
    return field.default if field.default_factory is NODEFAULT else field.default_factory()


def shown(values: Iterable[object]) -> Iterator[str]:
    """The cases that the values contain."""
    for value in values:
        if not isinstance(value, Struct):
            continue
        kind = type(value).__name__
        yield kind
        for field in fields(value):
            place, found = f"{kind}.{field.name}", getattr(value, field.name)
            yield f"{place} unset" if found is None or found == _default(field) else f"{place} set"
            inside = found if isinstance(found, tuple) else found.values() if isinstance(found, Mapping) else (found,)
            yield from (f"{place} = {one!r}" for one in inside if isinstance(one, str))
            yield from (f"{place} of type {type(one).__name__}" for one in inside)
            yield from shown(inside)
