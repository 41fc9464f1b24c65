"""Parses a workflow file as far as runs need it: triggers, inputs, run name, jobs."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

MOST_INPUTS = 25
_INPUT = re.compile(r"\$\{\{\s*inputs\.([\w-]+)\s*\}\}")


class Unstartable(Exception):  # noqa: N818 - an answer, not an error
    """GitHub's 422 to a dispatch, with its message.

    The messages are from reports: benc-uk/workflow-dispatch#46 and #72, backstage/backstage#20023, cli/cli#5246,
    nodejs/release-cloudflare-worker#1020.
    """


@dataclass(frozen=True, slots=True)
class JobOf:
    """A job in the file. `environment` "": none. `recorded`: GitHub creates a deployment for it.

    `calls`: a workflow of this repository, and `given`: its inputs.
    """

    name: str
    environment: str = ""
    recorded: bool = True
    steps: tuple[str, ...] = ()
    calls: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workflow:
    """A parsed workflow file; `inputs` is None without the trigger `workflow_dispatch`.

    `pushes`: the branches whose pushes start it, None = all; an empty tuple: no push does.
    """

    name: str
    run_name: str
    jobs: tuple[JobOf, ...]
    inputs: Mapping[str, Mapping[str, Any]] | None = field(default=None)
    pushes: tuple[str, ...] | None = ()

    def starts_on(self, branch: str) -> bool:
        """Whether a push to that branch starts it."""
        return self.pushes is None or branch in self.pushes

    def started_with(self, given: Mapping[str, object]) -> dict[str, str]:
        """The run's inputs with defaults. Raises Unstartable, GitHub's 422."""
        if self.inputs is None:
            raise Unstartable("Workflow does not have 'workflow_dispatch' trigger")
        if len(given) > MOST_INPUTS:
            raise Unstartable(f"you may only define up to {MOST_INPUTS} inputs")
        if strange := [name for name in given if name not in self.inputs]:
            raise Unstartable(f"Unexpected inputs provided: {json.dumps(strange)}")
        return {name: self._value(name, spec, given.get(name)) for name, spec in self.inputs.items()}

    def title(self, inputs: Mapping[str, str]) -> str:
        """`run-name` with its inputs, else the workflow's name."""
        return filled(self.run_name, inputs)

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


@lru_cache(maxsize=256)
def parse(path: str, text: str) -> Workflow:
    """Parses a workflow file; cached, since the same few files repeat. Raises Unstartable for an invalid one."""
    tree = _tree(text)
    name = str(tree.get("name", path))
    return Workflow(
        name=name,
        run_name=str(tree.get("run-name", name)),
        jobs=tuple(_job(key, job or {}) for key, job in (tree.get("jobs") or {}).items()) or (JobOf("build"),),
        inputs=_inputs(tree.get("on", tree.get(True))),  # YAML 1.1 reads `on` as true
        pushes=_pushes(tree.get("on", tree.get(True))) if tree.get("jobs") else (),
    )


def filled(text: str, inputs: Mapping[str, str]) -> str:
    """The text with its `inputs` expressions replaced."""
    return _INPUT.sub(lambda found: inputs.get(found[1], ""), text)


def _job(key: str, job: Mapping[str, Any]) -> JobOf:
    """`environment: a` and `environment: {name: a}` are the same; `deployment: false`: without a deployment.

    https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/control-deployments
    """
    named = job.get("environment") or ""
    place = named if isinstance(named, Mapping) else {"name": named}
    steps = tuple(_step(step) for step in job.get("steps") or ())
    given = {name: str(value) for name, value in (job.get("with") or {}).items()}
    recorded = place.get("deployment", True) is not False
    calls = str(job.get("uses", "")).removeprefix("./")
    return JobOf(str(job.get("name", key)), str(place["name"]), recorded, steps, calls, given)


def _step(step: Mapping[str, Any]) -> str:
    does = str(step.get("uses") or step.get("run") or "").splitlines()
    return str(step.get("name") or f"Run {does[0] if does else ''}")


def _pushes(triggers: object) -> tuple[str, ...] | None:
    if not isinstance(triggers, Mapping):
        return None if triggers == "push" or (isinstance(triggers, list) and "push" in triggers) else ()
    if "push" not in triggers:
        return ()
    branches = (triggers["push"] or {}).get("branches")
    return None if branches is None else tuple(branches)


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
