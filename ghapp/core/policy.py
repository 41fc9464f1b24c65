"""The ordered checks before a deploy. The first that fails is named; to add one is a function and its place below."""

from collections.abc import Callable, Iterable

from ghapp.core import obstacles, paths, releases
from ghapp.core.command import Ask
from ghapp.core.decision import Refusal, Value
from ghapp.core.environment import Environment, Pull, Release
from ghapp.core.facts import Facts, PullFact

Check = Callable[[Ask, PullFact, Facts], Refusal | None]


def first_failing(ask: Ask, fact: PullFact, facts: Facts) -> Refusal | None:
    """Run the checks in order."""
    return next((refusal for check in CHECKS if (refusal := check(ask, fact, facts))), None)


def release_of(fact: PullFact) -> Release:
    """The release that a merged pull request is."""
    assert fact.sha
    assert fact.merged_at
    return Release(pull=fact.pull, merger=fact.merger, sha=fact.sha, merged_at=fact.merged_at)


def concerned(environments: Iterable[Environment], pull: Pull, base: str, facts: Facts) -> tuple[Environment, ...]:
    """The environments that a pull request onto `base` concerns, by their branch and by what it changes."""
    there = tuple(environment for environment in environments if environment.terms.branch == base)
    return tuple(one for one in there if not one.terms.paths or _changes(one.terms.paths, pull, base, facts))


def warned(environment: Environment, pull: Pull, base: str, facts: Facts) -> bool:
    """Whether it brings along what a rollback does not take back."""
    warn_paths = environment.terms.warn_paths
    return bool(warn_paths) and _changes(warn_paths, pull, base, facts)


def _changes(patterns: tuple[str, ...], pull: Pull, base: str, facts: Facts) -> bool:
    return paths.concern(patterns, facts.files(pull.number, base, pull.head))


def merged(ask: Ask, fact: PullFact, facts: Facts) -> Refusal | None:
    """Only what was merged is released."""
    if fact.merged and fact.sha:
        return None
    return Refusal("not_merged", {"number": fact.pull.number, "environment": ask.environment.name})


def branch(ask: Ask, fact: PullFact, facts: Facts) -> Refusal | None:
    """An environment gets releases from its own branch."""
    wanted = ask.environment.terms.branch
    if fact.base == wanted:
        return None
    values: dict[str, Value] = {"number": fact.pull.number, "environment": ask.environment.name}
    return Refusal("other_branch", {**values, "base": fact.base, "branch": wanted})


def order(ask: Ask, fact: PullFact, facts: Facts) -> Refusal | None:
    """Nothing older than what is live, and nothing beside it: that would silently undo a release."""
    live = ask.environment.live
    if live is None or fact.sha is None:
        return None
    status = facts.comparison(live.sha, fact.sha).status
    code = {"identical": "already_live", "behind": "contained", "diverged": "diverged"}.get(status)
    if code is None:
        return None
    values: dict[str, Value] = {"number": fact.pull.number, "environment": ask.environment.name}
    return Refusal(code, {**values, "live": live.pull.number, "since": live.live_since})


def free(ask: Ask, fact: PullFact, facts: Facts) -> Refusal | None:
    """Nothing stands in the way: the reason for this product."""
    standing = obstacles.obstacles(ask.environment, ask.now)
    obstacle = next((one for one in standing if one.holds_back(ask.actor)), None)
    if obstacle is None:
        return None
    return Refusal(
        "locked",
        {
            "environment": ask.environment.name,
            "stage": obstacle.stage,
            "holder": obstacle.holder,
            "pull": obstacle.pull,
            "until": obstacle.until,
            "reason": obstacle.reason,
            "number": fact.pull.number,
            **place_in_line(ask.environment, fact.pull.number),
        },
    )


def place_in_line(environment: Environment, number: int) -> dict[str, Value]:
    """Where a pull request stands in line, and who will be told when it is its turn."""
    release = releases.find(environment, number)
    return {"rank": releases.rank(environment, number), "waiter": release.waiter if release else None}


CHECKS: tuple[Check, ...] = (merged, branch, order, free)
