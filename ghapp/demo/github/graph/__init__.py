"""GraphQL: a subset of GitHub's schema, executed over the world by graphql-core."""

import re
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from ghapp.demo.github.faults import Strain
from ghapp.demo.github.graph.commits import Commit
from ghapp.demo.github.graph.paging import problem
from ghapp.demo.github.graph.pulls import PullRequest
from ghapp.demo.github.graph.views import Query
from ghapp.demo.github.rest.call import Answer, Call, Refused
from ghapp.demo.github.shapes.words import Json

HEAVY = {"mergeStateStatus": 2, "commits": 1, "timelineItems": 1, "files": 1}
# cli/cli#7421 (statusCheckRollup), getsentry/sentry#122671 (files), spiceai/spiceai#13762
COMPUTED = ("mergeStateStatus", "reviewDecision", "statusCheckRollup", "files")
LONGEST = 10.0  # seconds


def answer(call: Call) -> Answer:
    """Executes a query. As on GitHub, errors in the query and exceeded limits are answered 200 with `errors`."""
    source = call.body.get("query")
    if not isinstance(source, str):
        raise Refused(400, "A query attribute must be specified and must be a string.")
    document, wrong = _document(source)
    if document is None:
        return Answer(200, {"errors": [_shown(error) for error in wrong]})
    load = Load(call.site.strain)
    ran = execute_sync(
        schema(),
        document,
        root_value=Query(call),
        context_value=load,
        variable_values=call.body.get("variables") or {},
        operation_name=call.body.get("operationName"),
        field_resolver=_resolve,
        type_resolver=_type,
    )
    if load.over and load.strain and load.strain.fails != "limits":
        failed = Refused(load.strain.fails, "Something went wrong while executing your query.")
        failed.answer = replace(failed.answer, took=load.took)
        raise failed
    body: Json = {} if ran.data is None and ran.errors else {"data": ran.data}
    if ran.errors:
        body["errors"] = [_shown(error) for error in ran.errors]
    return Answer(200, body, took=load.took)


@lru_cache(maxsize=256)
def _document(source: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """The parsed query or its errors; cached, since the same few queries repeat."""
    try:
        document = parse(source)
    except GraphQLError as error:
        return None, [error]
    wrong = validate(schema(), document)
    return (None, wrong) if wrong else (document, [])


@cache
def schema() -> GraphQLSchema:
    """The schema of the supported subset."""
    return build_schema(Path(__file__).with_name("schema.graphql").read_text(encoding="utf-8"))


@dataclass(slots=True)
class Load:
    """The load of a query's heavy fields of pull requests. `computed`: the heads for which GitHub computes a field."""

    strain: Strain | None
    asked: int = 0
    computed: set[str] = field(default_factory=set)

    @property
    def over(self) -> bool:
        """Whether the load is over GitHub's limit for one query."""
        return self.strain is not None and (self.asked > self.strain.most or self._seconds > LONGEST)

    @property
    def took(self) -> float:
        """The seconds GitHub computes before it answers or gives up."""
        return min(self._seconds, LONGEST)

    @property
    def _seconds(self) -> float:
        return len(self.computed) * self.strain.seconds if self.strain else 0.0

    def add(self, source: object, field: str) -> None:
        """Adds a field. Raises GitHub's RESOURCE_LIMITS_EXCEEDED."""
        self.asked += HEAVY.get(field, 0) if isinstance(source, PullRequest) else 0
        if field in COMPUTED and isinstance(source, PullRequest | Commit):
            self.computed.add(source.head_ref_oid if isinstance(source, PullRequest) else source.oid)
        if self.over:
            raise problem("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded.")


def _resolve(source: object, info: GraphQLResolveInfo[Load], **arguments: Any) -> Any:
    info.context.add(source, info.field_name)
    value = getattr(source, _snake(info.field_name))
    return value(**{_snake(name): given for name, given in arguments.items()}) if callable(value) else value


def _type(value: object, _info: GraphQLResolveInfo[Load], _abstract: GraphQLAbstractType) -> str:
    name: str = getattr(value, "graphql_type", "") or type(value).__name__
    return name


@cache
def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def _shown(error: GraphQLError) -> Json:
    extensions = error.extensions or {}
    shown: Json = {"message": error.message}
    if error.path:
        shown["path"] = error.path
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return ({"type": extensions["type"]} if "type" in extensions else {}) | shown
