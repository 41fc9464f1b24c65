"""What a workflow file says about being started by hand: inputs, run name, jobs."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

MOST_INPUTS = 25


class Unstartable(Exception):  # noqa: N818 - an answer, not an error
    """GitHub's 422 to a dispatch; the message is its sentence.

    As people met them: benc-uk/workflow-dispatch#46 and #72, backstage/backstage#20023, cli/cli#5246,
    nodejs/release-cloudflare-worker#1020.
    """


@dataclass(frozen=True, slots=True)
class Manual:
    """Tests move the runs."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Runs move by themselves, as in the demo."""

    queue_seconds: float
    run_seconds: float
    conclusion: str = "success"


manual, timed = Manual(), Timed


@dataclass(frozen=True, slots=True)
class Workflow:
    """A parsed workflow file; `inputs` is None when `workflow_dispatch` is not among its triggers.

    `environments` are those that its jobs name.
    """

    name: str
    run_name: str
    jobs: tuple[str, ...]
    inputs: Mapping[str, Mapping[str, Any]] | None = field(default=None)
    environments: tuple[str, ...] = ()

    def started_with(self, given: Mapping[str, object]) -> dict[str, str]:
        """The run's inputs, defaults filled in. Raises Unstartable as GitHub answers 422."""
        if self.inputs is None:
            raise Unstartable("Workflow does not have 'workflow_dispatch' trigger")
        if len(given) > MOST_INPUTS:
            raise Unstartable(f"you may only define up to {MOST_INPUTS} inputs")
        if strange := [name for name in given if name not in self.inputs]:
            raise Unstartable(f"Unexpected inputs provided: {json.dumps(strange)}")
        return {name: self._value(name, spec, given.get(name)) for name, spec in self.inputs.items()}

    def title(self, inputs: Mapping[str, str]) -> str:
        """`run-name` with its inputs, else the workflow's name."""
        return re.sub(r"\$\{\{\s*inputs\.([\w-]+)\s*\}\}", lambda m: inputs.get(m[1], ""), self.run_name)

    @staticmethod
    def _value(name: str, spec: Mapping[str, Any], given: object) -> str:
        value = given if given is not None else spec.get("default")
        if value in (None, "") and spec.get("required"):
            raise Unstartable(f"Required input '{name}' not provided")
        text = str(value).lower() if isinstance(value, bool) else str("" if value is None else value)
        allowed = {"choice": spec.get("options", ()), "boolean": ("true", "false")}.get(str(spec.get("type")))
        if allowed is not None and text not in map(str, allowed):
            raise Unstartable(f"Provided value '{text}' for input '{name}' not in the list of allowed values")
        return text


def parse(path: str, text: str) -> Workflow:
    """Read a workflow file. Raises Unstartable where it is none."""
    tree = _tree(text)
    name = str(tree.get("name", path))
    return Workflow(
        name=name,
        run_name=str(tree.get("run-name", name)),
        jobs=tuple(tree.get("jobs", {}) or ("build",)),
        inputs=_inputs(tree.get("on", tree.get(True))),  # YAML 1.1 reads `on` as true
        environments=tuple(job["environment"] for job in tree.get("jobs", {}).values() if "environment" in job),
    )


def _tree(text: str) -> Any:
    why = "(Line: 1, Col: 1): Unexpected value ''"
    try:
        tree = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark
        why = f"(Line: {at.line + 1}, Col: {at.column + 1}): {error.problem}" if at else why
        tree = None
    if not isinstance(tree, Mapping):
        raise Unstartable(f"Invalid Argument - failed to parse workflow: {why}")
    return tree


def _inputs(triggers: object) -> Mapping[str, Mapping[str, Any]] | None:
    if isinstance(triggers, Mapping) and "workflow_dispatch" in triggers:
        declared = (triggers["workflow_dispatch"] or {}).get("inputs") or {}
        return {name: spec or {} for name, spec in declared.items()}
    if triggers == "workflow_dispatch" or (isinstance(triggers, list) and "workflow_dispatch" in triggers):
        return {}
    return None
