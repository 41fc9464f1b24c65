"""The effect of a button as values: shown before it is pressed, and listed where a command line is ambiguous."""

from collections.abc import Iterable, Mapping

from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.decision import Value
from ghapp.core.model.environment import Environment, Pull
from ghapp.core.rules import releases

Offer = Mapping[str, Value]
CHOICES = 20  # a message takes some more


def mark(environment: Environment, number: int) -> ButtonId:
    """The id of a button that is shown now."""
    return ButtonId(
        repository=environment.repository.id,
        environment=environment.name,
        pull=number,
        offered_at_number=environment.number,
    )


def deploying(environment: Environment, number: int) -> Offer | None:
    """The commit and the releases that ship along; None if that pull request has nothing to release."""
    if release := releases.find(environment, number):
        before = releases.before(environment, release)
        warns = any(one.warns for one in (release, *before))
        return _deploy(environment, release.pull, release.sha, tuple(one.pull for one in before), warns)
    grant = environment.deployment.grant if environment.deployment else None
    if grant is None or grant.kind == "rollback" or grant.brings.pull.number != number:
        return None
    revision = grant.brings
    return _deploy(environment, revision.pull, revision.sha, grant.along, revision.warns)


def rolling_back(environment: Environment) -> Offer | None:
    """The ends of the rollback; None if there is no way back."""
    back = releases.rollback_path(environment)
    if back is None:
        return None
    return {
        "action": "rollback",
        "mark": str(mark(environment, back.undone.pull.number)),
        "environment": environment.name,
        "undone": back.undone.pull.number,
        "undone_title": back.undone.pull.title,
        "target": back.target.pull.number,
        "target_title": back.target.pull.title,
        "sha": back.target.sha[:7],
        "warns": int(back.undone.warns),
        "along": others((*back.undone.pulls[1:], *(pull for one in back.passes for pull in one.pulls))),
    }


def others(pulls: Iterable[Pull]) -> list[Value]:
    """Pull requests that go along with another, in the form a notice carries."""
    return [{"number": one.number, "author": one.author} for one in pulls]


def choices(word: str, number: int | None, environments: Iterable[Environment]) -> list[Value]:
    """The possible meanings of an incomplete command line: in each environment the newest waiting release, or the way
    back.

    `repository`: its name without the owner, if that is unambiguous. `full_name`: empty if all are of one repository.
    """
    here = tuple(environments)
    names = tuple(dict.fromkeys(environment.repository.full_name for environment in here))
    found: list[Value] = []
    for environment in here:
        waiting = releases.waiting_line(environment)
        newest = waiting[-1].pull.number if waiting else None
        wanted = number or newest
        offer = rolling_back(environment) if word == "rollback" else None
        if word == "deploy" and wanted and not releases.takes_a_line(environment, wanted):
            offer = deploying(environment, wanted)
        if offer:
            name = environment.repository.full_name
            whole = name if len(names) > 1 else ""
            found.append({**offer, "repository": _shortest(name, names), "full_name": whole})
    return found[:CHOICES]


def _shortest(name: str, names: Iterable[str]) -> str:
    short = name.split("/", 1)[1]
    alike = [one for one in names if one.split("/", 1)[1].lower() == short.lower()]
    return short if len(alike) == 1 else name


def _deploy(environment: Environment, pull: Pull, sha: str, along: Iterable[Pull], warns: bool) -> Offer:
    return {
        "action": "deploy",
        "mark": str(mark(environment, pull.number)),
        "environment": environment.name,
        "number": pull.number,
        "title": pull.title,
        "sha": sha[:7],
        "along": others(along),
        "warns": int(warns),
    }
