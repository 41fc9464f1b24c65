"""Checks answers, requests and webhooks against GitHub's OpenAPI descriptions."""

import gc
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from jsonschema_rs import Draft202012, Draft202012Validator, Registry

from ghapp.demo.github import Delivery, Exchange
from tests.published import graphql, reduce
from tests.published.derived import derived

JSON = "application/json"
STACKED = ("stacked", "unstacked")
STATES = "/deployments/{deployment_id}/statuses"
# GitHub answers these on any route, whether or not the route's description lists them.
ANYWHERE = {
    "301": "moved_permanently",
    "304": "not_modified",
    "400": "bad_request",
    "401": "requires_authentication",
    "403": "forbidden",
    "404": "not_found",
    "410": "gone",
    "422": "validation_failed",
}


class NotAsPublished(AssertionError):  # noqa: N818 - the name states the failure
    """A difference from GitHub's description; the message names the place and the difference."""


def validate_exchange(exchange: Exchange) -> None:
    """Checks request and answer of one exchange. Answers that a fault replaced are not GitHub's, and pass."""
    if exchange.fault is not None:
        return
    if exchange.route == "/graphql":
        graphql.validate_exchange(exchange.request, exchange.status, exchange.answer)
        return
    operation = _operation(exchange)
    where = f"{exchange.method} {exchange.route}"
    _check_request(operation, exchange, where)
    _check_answer(operation, exchange, where)


def validate_webhook(delivery: Delivery) -> None:
    """Checks one webhook's payload against the description of its event and action."""
    document = _document("webhooks.json")
    payload = _without_stack(delivery.payload)
    action = "reopened" if delivery.action in STACKED else delivery.action
    name = "-".join(part.replace("_", "-") for part in (delivery.event, action) if part)
    if name not in document["webhooks"]:
        raise NotAsPublished(f"GitHub describes no webhook {name}")
    schema = f"/webhooks/{name}/post/requestBody/content/{_escaped(JSON)}/schema"
    _check(payload, "webhooks.json", schema, f"webhook {name}")


def _without_stack(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The webhooks' description is older than stacks: a stack is checked against REST's description, the rest without
    it.

    github.com/github/gh-stack: docs/src/content/docs/reference/webhooks.md
    """
    told = payload.get("pull_request", {}).get("stack")
    if "stack" in payload and payload["stack"] != told:
        raise NotAsPublished("webhook pull_request-stacked tells two stacks")
    if told:
        _check(told, "openapi.json", "/components/schemas/pull-request-stack", "webhook pull_request: stack")
    kept = {key: value for key, value in payload.items() if key != "stack"}
    if "stack" in payload.get("pull_request", {}):
        kept["pull_request"] = {key: value for key, value in payload["pull_request"].items() if key != "stack"}
    return kept | ({"action": "reopened"} if payload.get("action") in STACKED else {})


def described(method: str, route: str) -> bool:
    """Whether GitHub describes this route."""
    return method.lower() in _document("openapi.json")["paths"].get(route, {})


def _operation(exchange: Exchange) -> Mapping[str, Any]:
    paths = _document("openapi.json")["paths"]
    operation = paths.get(exchange.route, {}).get(exchange.method.lower())
    if operation is None:
        raise NotAsPublished(f"GitHub describes no {exchange.method} {exchange.route} ({exchange.path})")
    found: Mapping[str, Any] = operation
    return found


def _check_request(operation: Mapping[str, Any], exchange: Exchange, where: str) -> None:
    known = {parameter["name"] for parameter in _parameters(operation) if parameter["in"] == "query"}
    if strange := set(exchange.query) - known:
        raise NotAsPublished(f"{where}: no such query parameter: {', '.join(sorted(strange))}")
    if exchange.request is None:
        if operation.get("requestBody", {}).get("required"):
            raise NotAsPublished(f"{where}: a body is required")
        return
    if "requestBody" not in operation:
        raise NotAsPublished(f"{where}: takes no body")
    if exchange.status < 400:  # a refused body may be wrong
        schema = f"{_pointer(exchange)}/requestBody/content/{_escaped(JSON)}/schema"
        _check(exchange.request, "openapi.json", schema, f"{where} request")


def _check_answer(operation: Mapping[str, Any], exchange: Exchange, where: str) -> None:
    status, pointer = str(exchange.status), f"{_pointer(exchange)}/responses/{exchange.status}"
    answer = operation["responses"].get(status)
    if answer is None and status in ANYWHERE:
        answer, pointer = {"$ref": f"#/components/responses/{ANYWHERE[status]}"}, ""
    if answer is None:
        raise NotAsPublished(f"{where}: GitHub describes no answer {status}")
    if "$ref" in answer:
        pointer = answer["$ref"].removeprefix("#")
        answer = _at("openapi.json", pointer)
    content = answer.get("content", {})
    if JSON not in content:
        if exchange.answer is not None and status not in ("404",):
            raise NotAsPublished(f"{where} {status}: no body is described, one was given")
        return
    if isinstance(exchange.answer, str):  # raw content was requested
        return
    told = (
        _without_waiting(exchange.answer)
        if exchange.route.endswith("/deployments/{deployment_id}/statuses")
        else exchange.answer
    )
    _check(told, "openapi.json", f"{pointer}/content/{_escaped(JSON)}/schema", f"{where} {status}")


def _without_waiting(answer: object) -> object:
    """REST's description lacks the state of a deployment that waits for its protection rules; GraphQL's
    DeploymentStatusState has it: `WAITING`."""
    if not isinstance(answer, list):
        return answer
    return [one | {"state": "queued"} if one.get("state") == "waiting" else one for one in answer]


def _parameters(operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = operation.get("parameters", [])
    return [_at("openapi.json", p["$ref"].removeprefix("#")) if "$ref" in p else p for p in listed]


def _check(value: object, document: str, pointer: str, where: str) -> None:
    for problem in _validator(document, pointer).iter_errors(value):
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in problem.instance_path)
        raise NotAsPublished(f"{where}: at ${path}: {problem.message[:300]}")


def _pointer(exchange: Exchange) -> str:
    return f"/paths/{_escaped(exchange.route)}/{exchange.method.lower()}"


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _at(document: str, pointer: str) -> Mapping[str, Any]:
    node: Any = _document(document)
    for part in pointer.strip("/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    found: Mapping[str, Any] = node
    return found


@cache
def _document(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(derived(name, ".reduced", reduce.reduce, code=reduce.__file__))
    gc.freeze()  # it stays until the end: no collection need look at it again
    return loaded


@cache
def _registry(document: str) -> Registry:
    return Registry([(f"urn:{document}", _document(document))], draft=Draft202012)


@cache
def _validator(document: str, pointer: str) -> Draft202012Validator:
    reference = {"$ref": f"urn:{document}#{pointer.replace('{', '%7B').replace('}', '%7D')}"}
    return Draft202012Validator(reference, registry=_registry(document), validate_formats=True, formats=FORMATS)


@lru_cache(maxsize=4096)  # the validator asks for the same few texts again and again
def _is_instant(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _is_address(value: str) -> bool:
    parts = urlsplit(value)
    return bool(parts.scheme and parts.netloc)


def _is_mail(value: str) -> bool:
    return re.fullmatch(r"\S+@\S+\.\S+", value) is not None


FORMATS: dict[str, Callable[[str], bool]] = {"date-time": _is_instant, "uri": _is_address, "email": _is_mail}
