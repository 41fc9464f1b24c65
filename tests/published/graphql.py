"""Checks queries and answers against GitHub's published GraphQL schema."""

import json
import pickle
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_ast_schema,
    execute_sync,
    parse,
    validate,
)

from tests.published.derived import derived

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
    """Runs the query over the answer itself: a missing field, a wrong type or a stray null is an error."""
    ran = execute_sync(
        _schema(),
        _parsed(document),
        root_value=data,
        variable_values=dict(variables),
        field_resolver=_answered,
        type_resolver=_named_type,
    )
    if ran.errors:
        raise NotInSchema("; ".join(f"{error.path}: {error.message}" for error in ran.errors))
    if ran.data != data:
        raise NotInSchema(f"the answer holds what was not asked: {json.dumps(data)[:300]}")


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


def _answered(source: Mapping[str, Any], info: GraphQLResolveInfo[None], **_arguments: Any) -> Any:
    if info.path.key not in source:
        raise GraphQLError(f"{info.parent_type.name}.{info.field_name} is missing in the answer")
    return source[str(info.path.key)]


def _named_type(value: Mapping[str, Any], info: GraphQLResolveInfo[None], abstract: GraphQLAbstractType) -> str:
    name = value.get("__typename")
    return name if isinstance(name, str) else info.schema.get_possible_types(abstract)[0].name


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
    return built


def _shaped(name: str, shape: re.Pattern[str]) -> Any:
    def coerce(value: Any) -> Any:
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise GraphQLError(f"{value!r} is not a {name}")
        return value

    return coerce


def _pickled(source: bytes) -> bytes:
    return pickle.dumps(parse(source.decode(), no_location=True))
