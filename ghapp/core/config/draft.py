"""Drafts a first `.github/ghapp.yml` from a repository's workflows, so that none of them has to change."""

import json
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from ghapp.core.config.model import Language
from ghapp.core.config.reader import ENVIRONMENTS
from ghapp.core.config.values import INPUT
from ghapp.core.config.workflow_file import Input, Workflow

_MEANINGS: Mapping[str, tuple[str, ...]] = {
    "{sha}": ("sha", "ref", "revision", "rev", "commit", "commitsha", "gitsha", "gitref", "gitcommit"),
    "{environment}": ("environment", "env", "stage", "target", "environmentname", "deployenv", "deployenvironment"),
    "{ticket}": ("ghapp", "ticket"),
    "{number}": ("number", "deploymentnumber"),
    "{pr}": ("pr", "prnumber", "pull", "pullnumber", "pullrequest", "pullrequestnumber"),
    "{actor}": ("actor", "user", "deployer", "triggeredby", "requestedby"),
}
_FITTING = {name: placeholder for placeholder, names in _MEANINGS.items() for name in names}
_RELEASES = re.compile(r"deploy|release|ship|publish", re.IGNORECASE)


class Draft(Struct, frozen=True):
    """The file's text, its environments, and the inputs that a person still has to fill in: (environment, input)."""

    text: str
    environments: tuple[str, ...]
    open: tuple[tuple[str, str], ...]


class _Place(Struct, frozen=True):
    """An environment, the workflow that releases it, and the workflow's name for it."""

    name: str
    file: str
    workflow: Workflow
    called: str = "{environment}"

    def inputs(self) -> dict[str, str]:
        """The inputs to send: those with a fitting placeholder, and the required ones without a default, which stay
        empty if none fits. The others keep the workflow's defaults.
        """
        sent: dict[str, str] = {}
        for name, one in self.workflow.inputs.items():
            fitting = _meaning(name)
            if INPUT.fullmatch(name) and (fitting or (one.required and not one.default)):
                sent[name] = self.called if fitting == "{environment}" else fitting
        return sent


def draft(workflows: Mapping[str, Workflow], language: Language, timezone: str) -> Draft | None:
    """The draft, from the dispatchable workflows that look like a release, else from all; None if there is none."""
    startable = {name: one for name, one in sorted(workflows.items()) if one.dispatch}
    chosen = {name: one for name, one in startable.items() if _RELEASES.search(name)} or startable
    if not chosen:
        return None
    places = list({place.name: place for place in _places(chosen)}.values())[:ENVIRONMENTS]
    head = f"language: {language}\ntimezone: {timezone}\n# slack: {{channel: C024BE91L}}\nenvironments:\n"
    left = [(place.name, name) for place in places for name, value in place.inputs().items() if not value]
    text = head + "".join(_written(place) for place in places)
    return Draft(text, tuple(place.name for place in places), tuple(left))


def _places(workflows: Mapping[str, Workflow]) -> Iterator[_Place]:
    """One environment for each option of a workflow's environment input, else one for each file."""
    for file, workflow in workflows.items():
        asked = [one.options or () for name, one in workflow.inputs.items() if _meaning(name) == "{environment}"]
        for option in asked[0] if asked and asked[0] else ():
            name = _name(option)
            yield _Place(name, file, workflow, "{environment}" if name == option else option)
        if not any(asked):
            yield _Place(_of_file(file), file, workflow)


def _of_file(file: str) -> str:
    """The environment of a file: `staging` for `deploy-staging.yml`, `production` for `deploy.yml`."""
    stem = re.sub(r"\.ya?ml$", "", file).lower()
    rest = _name(re.sub(r"deploy(?:ment)?|release|ship|publish|workflow", "", stem)).removeprefix("to-")
    return "production" if rest in ("", "prod") else rest


def _name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64]


def _written(place: _Place) -> str:
    inputs = place.inputs()
    lines = [f"  {place.name}:", f"    workflow: {place.file}", "    inputs:" if inputs else "    inputs: {}"]
    for name, value in inputs.items():
        asked = place.workflow.inputs[name]
        lines.append(f"      {name}: {json.dumps(value)}" if value else f"      {name}:  # {_takes(asked)}")
    return "\n".join(lines) + "\n"


def _takes(one: Input) -> str:
    """The accepted values, on one line even if an option has line breaks."""
    return " ".join(" | ".join(one.options or (one.type,)).split())


def _meaning(name: str) -> str:
    return _FITTING.get(re.sub(r"[^a-z0-9]", "", name.lower()), "")
