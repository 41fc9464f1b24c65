"""Makes GitHub's OpenAPI documents small and strict: only the parts that a JSON Schema validator needs.

OpenAPI 3.0's `nullable` becomes a type of its own, and an object that lists its fields takes no others: stricter than
GitHub, so that the local GitHub cannot invent a field.
"""

import json
from typing import Any

RUN_BEGAN = "webhook-workflow-run-in-progress"  # lacks a field that the events before and after it require
INSTALLATIONS = "/app/installations"  # described by an old schema, in which an account is a person and an enterprise
PROSE = {"description", "example", "examples", "summary", "externalDocs", "tags", "discriminator"}
BRANCHES = ("anyOf", "oneOf")


def reduce(document: bytes) -> bytes:
    """The document without prose and examples, in JSON Schema's keywords."""
    tree = json.loads(document)
    if run := tree["components"]["schemas"].get(RUN_BEGAN):
        run["properties"]["workflow_run"]["properties"].setdefault("display_title", {"type": "string"})
    if listed := tree.get("paths", {}).get(INSTALLATIONS):
        answer = listed["get"]["responses"]["200"]["content"]["application/json"]
        answer["schema"] = {"type": "array", "items": {"$ref": "#/components/schemas/installation"}}
    _inlined(tree, tree["components"]["schemas"])
    kept = {key: _slim(tree[key]) for key in ("paths", "webhooks") if key in tree}
    parts = {key: _slim(part, named=True) for key, part in tree["components"].items() if key != "examples"}
    return json.dumps(kept | {"components": parts}, separators=(",", ":")).encode()


def _inlined(node: Any, schemas: dict[str, Any]) -> None:
    """Copies referenced parts of an allOf in place: elsewhere the same schema is closed to other fields."""
    parts: list[Any] = node.get("allOf", []) if isinstance(node, dict) else []
    for place, part in enumerate(parts):
        if isinstance(part, dict) and "$ref" in part:
            parts[place] = dict(schemas[part["$ref"].rsplit("/", 1)[-1]])
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _inlined(child, schemas)


def _slim(node: Any, *, named: bool = False, merged: bool = False) -> Any:
    """`named`: the keys are names, not keywords. `merged`: part of an allOf, which must stay open."""
    if isinstance(node, list):
        return [_slim(item, merged=merged) for item in node]
    if not isinstance(node, dict):
        return node
    if named:
        return {name: _slim(part) for name, part in node.items()}
    kept = {
        key: _slim(part, named=key == "properties", merged=key == "allOf")
        for key, part in node.items()
        if key not in PROSE and not key.startswith("x-")
    }
    return _nullable(_closed(kept, merged=merged))


def _closed(schema: dict[str, Any], *, merged: bool) -> dict[str, Any]:
    composed = merged or any(key in schema for key in ("allOf", *BRANCHES, "additionalProperties"))
    if schema.get("properties") and not composed:
        return schema | {"additionalProperties": False}
    return schema


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.pop("nullable", False) is not True:
        return schema
    return {"anyOf": [{"type": "null"}, schema]}
