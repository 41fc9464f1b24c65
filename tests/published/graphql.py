"""Checks queries and answers against GitHub's published GraphQL schema."""

import gc
import pickle
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLString,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    build_ast_schema,
    get_variable_values,
    is_abstract_type,
    parse,
    validate,
)

from tests.published.derived import derived

Sets = tuple[SelectionSetNode, ...]
SHAPES = {  # the formats of GitHub's own scalars
    "BigInt": re.compile(r"\d{1,19}"),
    "DateTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "GitObjectID": re.compile(r"[0-9a-f]{40}"),
    "URI": re.compile(r"(https?://|/)\S*"),
}


class NotInSchema(AssertionError):  # noqa: N818 - the name states the failure
    """A query or an answer does not fit GitHub's schema; the message is graphql-core's."""


def validate_query(document: str) -> None:
    """Raises NotInSchema when GitHub would refuse the query."""
    if errors := _errors(document):
        raise NotInSchema("; ".join(errors))


def validate_answer(document: str, variables: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """Compares the answer with the query: a missing or surplus field, a wrong type or a stray null is an error."""
    (operation,) = (one for one in _parsed(document).definitions if isinstance(one, OperationDefinitionNode))
    given = get_variable_values(_schema(), operation.variable_definitions or (), dict(variables))
    if isinstance(given, list):
        raise NotInSchema("; ".join(error.message for error in given))
    query = _schema().query_type
    assert query
    flags = frozenset((name, value) for name, value in given.coerced.items() if isinstance(value, bool))
    _shape(document, flags).compare(data, query, (operation.selection_set,), "data")


def validate_exchange(request: Mapping[str, Any], status: int, answer: Any) -> None:
    """Checks one POST /graphql: the query must be valid, and the answer must fit it."""
    if status != 200:
        return
    validate_query(request["query"])
    if "errors" in answer:
        assert all("message" in error for error in answer["errors"])
        return
    validate_answer(request["query"], request.get("variables") or {}, answer["data"])


def schema() -> GraphQLSchema:
    return _schema()


class Shape:
    """The fields that a query selects. graphql-core, executing the query over the answer, took five times as long.

    `flags`: the variables of its `@include` and `@skip`.
    """

    def __init__(self, document: DocumentNode, flags: Mapping[str, bool]) -> None:
        self._fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self._flags = flags
        self._selected: dict[tuple[Any, ...], dict[str, tuple[Any, Sets]]] = {}

    def compare(self, value: Any, kind: Any, sets: Sets, path: str) -> None:
        """Raises NotInSchema where the value is not of this type with exactly these fields."""
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                raise NotInSchema(f"{path} is null")
            kind = kind.of_type
        if value is None:
            return
        match kind:
            case GraphQLList():
                if not isinstance(value, list):
                    raise NotInSchema(f"{path} is no list")
                for place, one in enumerate(value):
                    self.compare(one, kind.of_type, sets, f"{path}[{place}]")
            case GraphQLScalarType() | GraphQLEnumType():
                _compare_leaf(value, kind, path)
            case _:
                fields = self._fields(_named_type(value, kind, path), sets)
                if value.keys() != fields.keys():
                    raise NotInSchema(f"{path} lacks, or has beside the query: {sorted(value.keys() ^ fields.keys())}")
                for name, (inner, deeper) in fields.items():
                    self.compare(value[name], inner, deeper, f"{path}.{name}")

    def _fields(self, kind: GraphQLObjectType, sets: Sets) -> dict[str, tuple[Any, Sets]]:
        """By the name in the answer, the type and the selections of each field of such an object."""
        key = (kind.name, *map(id, sets))  # the cached document keeps its nodes
        if key not in self._selected:
            found: dict[str, tuple[Any, Sets]] = {}
            for node in self._nodes(kind, sets):
                name = node.alias.value if node.alias else node.name.value
                typed = GraphQLString if node.name.value == "__typename" else kind.fields[node.name.value].type
                _, before = found.get(name, (typed, ()))
                found[name] = typed, (*before, node.selection_set) if node.selection_set else before
            self._selected[key] = found
        return self._selected[key]

    def _nodes(self, kind: GraphQLObjectType, sets: Sets) -> Iterator[FieldNode]:
        for node in (node for one in sets for node in one.selections if self._included(node)):
            if isinstance(node, FieldNode):
                yield node
                continue
            inner = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(inner, FragmentDefinitionNode | InlineFragmentNode)
            if inner.type_condition is None or _applies(inner.type_condition.name.value, kind):
                yield from self._nodes(kind, (inner.selection_set,))

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            value = (directive.arguments or ())[0].value  # `if`, the only argument
            wanted = self._flags[value.name.value] if isinstance(value, VariableNode) else value.to_dict()["value"]
            if wanted != (directive.name.value == "include"):
                return False
        return True


@cache
def _shape(document: str, flags: frozenset[tuple[str, bool]]) -> Shape:
    return Shape(_parsed(document), dict(flags))


def _compare_leaf(value: Any, kind: GraphQLScalarType | GraphQLEnumType, path: str) -> None:
    try:
        shown = kind.coerce_output_value(value)
    except GraphQLError as error:
        raise NotInSchema(f"{path}: {error.message}") from None
    if shown != value:
        raise NotInSchema(f"{path}: {value!r} is not a {kind.name}")


def _named_type(value: Any, kind: GraphQLObjectType | GraphQLAbstractType, path: str) -> GraphQLObjectType:
    """The object's type; of an interface or union, the first possible type where the answer names none."""
    if not isinstance(value, Mapping):
        raise NotInSchema(f"{path} is no object")
    possible = (kind,) if isinstance(kind, GraphQLObjectType) else _schema().get_possible_types(kind)
    name = value.get("__typename")
    found = next((one for one in possible if name in (None, one.name)), None)
    if found is None:
        raise NotInSchema(f"{path} is a {name}, not a {kind.name}")
    return found


def _applies(condition: str, kind: GraphQLObjectType) -> bool:
    named = _schema().type_map[condition]
    return named is kind or (is_abstract_type(named) and _schema().is_sub_type(named, kind))


@cache
def _parsed(document: str) -> DocumentNode:
    return parse(document)


@cache
def _errors(document: str) -> tuple[str, ...]:
    return tuple(error.message for error in validate(_schema(), _parsed(document)))


@cache
def _schema() -> GraphQLSchema:
    tree = pickle.loads(derived("schema.graphql", ".pickle", _pickled, code=__file__))
    built = build_ast_schema(tree, assume_valid=True)
    for name, shape in SHAPES.items():
        scalar = built.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.coerce_output_value = _shaped(name, shape)
    gc.freeze()  # it stays until the end: no collection need look at it again
    return built


def _shaped(name: str, shape: re.Pattern[str]) -> Any:
    def coerce(value: Any) -> Any:
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise GraphQLError(f"{value!r} is not a {name}")
        return value

    return coerce


def _pickled(source: bytes) -> bytes:
    return pickle.dumps(parse(source.decode(), no_location=True))
