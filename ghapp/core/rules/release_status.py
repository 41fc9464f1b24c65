"""The status of one pull request's release and the matching buttons: shown by the check run, checked at a click."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from ghapp.core.model.environment import Deployment, Environment, Pull
from ghapp.core.model.events import Button
from ghapp.core.rules import lock, obstacles, phases, releases

ReleaseStage = Literal[
    "open",
    "awaiting",
    "skipped",
    "unlisted",
    "deploying",
    "live",
    "carried",
    "failed",
    "cancelled",
    "lost",
    "rolling_back",
    "rollback_failed",
    "rolled_back",
    "replaced",
    "gone",
]
_ENDED: dict[str, ReleaseStage] = {"failed": "failed", "cancelled": "cancelled", "lost": "lost"}
_ROLLED: dict[str, ReleaseStage] = {
    "succeeded": "rolled_back",
    "failed": "rollback_failed",
    "cancelled": "rollback_failed",
    "lost": "lost",
}
_OVER: frozenset[ReleaseStage] = frozenset(
    {"open", "failed", "cancelled", "replaced"}
)  # independent of the environment


class ReleaseStatus(Struct, frozen=True):
    """`open`: the environment does not know that head yet. `carried`: it went live with another release.

    `unlisted`: an attempt did not bring it out, and the bounded list of awaiting releases has no room for it.
    """

    stage: ReleaseStage
    buttons: tuple[Button, ...] = ()


def release_status(environment: Environment, number: int, head: str, now: datetime) -> ReleaseStatus:
    """The status of a pull request at one of its heads: another head is another release."""
    stage = _stage(environment, number, head)
    if lock.is_removed(environment, now) and stage not in _OVER:
        stage = "gone"
    return ReleaseStatus(stage, _buttons(environment, stage, number, now))


def pulls_to_show(environment: Environment) -> tuple[Pull, ...]:
    """The pull requests to show: those that were live lately, are live, are under way, or wait."""
    grant = environment.deployment.grant if environment.deployment else None
    revisions = (grant.revision, grant.undoes, *grant.passes) if grant else ()
    lately = (*revisions, environment.live, *environment.earlier[:1])
    waiting = (release.pull for release in environment.awaiting)
    pulls = (
        *(pull for revision in lately if revision for pull in revision.pulls),
        *(grant.along if grant else ()),
        *waiting,
    )
    return tuple({(pull.number, pull.head): pull for pull in pulls}.values())


def known(environment: Environment, head: str) -> Pull | None:
    """The pull request of a head that was live or rolled back: its projection may still show an old state."""
    return next((pull for pull in _past(environment) if pull.head == head), None)


def met(environment: Environment) -> tuple[Pull, ...]:
    """All pull requests that the environment knows."""
    return (*pulls_to_show(environment), *_past(environment))


def _past(environment: Environment) -> tuple[Pull, ...]:
    revisions = (*environment.barred, *environment.earlier)
    return tuple(pull for revision in revisions for pull in revision.pulls)


def _stage(environment: Environment, number: int, head: str) -> ReleaseStage:
    def same(pull: Pull) -> bool:
        return (pull.number, pull.head) == (number, head)

    newest = environment.deployment
    own = newest is not None and newest.grant.revision is not None and same(newest.grant.revision.pull)
    if newest and (stage := _attempted(newest, own, any(map(same, newest.grant.along)))):
        return stage
    undone = (newest.grant.undoes.pull, *newest.grant.takes_along) if newest and newest.grant.undoes else ()
    if newest and any(map(same, undone)):
        return _ROLLED.get(newest.phase, "rolling_back")
    if environment.live and any(map(same, environment.live.pulls)):
        return "live" if same(environment.live.pull) else "carried"
    if any(same(revision.pull) for revision in environment.barred):
        return "rolled_back"
    if release := next((one for one in environment.awaiting if same(one.pull)), None):
        return "gone" if environment.gone else "skipped" if release.skipped else "awaiting"
    if any(same(pull) for revision in environment.earlier for pull in revision.pulls):
        return "replaced"
    if any(map(same, pulls_to_show(environment))):
        return "gone" if environment.gone else "unlisted"
    return "open"


def _attempted(newest: Deployment, own: bool, along: bool) -> ReleaseStage | None:
    """The stage from its own deploy; a release that only ships along still waits if that failed."""
    if newest.grant.kind == "rollback" or not (own or along):
        return None
    if newest.phase == "succeeded":
        return "live" if own else "carried"
    if newest.phase in phases.ENDED and not own:
        return None
    return _ENDED.get(newest.phase, "deploying")


def _buttons(environment: Environment, stage: ReleaseStage, number: int, now: datetime) -> tuple[Button, ...]:
    """Only buttons that would work now and undo nothing but this release; permission is checked when one is pressed."""
    if lock.is_removed(environment, now):
        return ()
    free = not environment.gone and obstacles.first(environment, now) is None
    release = releases.find(environment, number)
    barred = releases.takes_a_line(environment, number) or (release is not None and release.unfit is not None)
    deploy: tuple[Button, ...] = ("deploy",) if free and not barred else ()
    path = None if phases.is_busy(environment.overtaken) else releases.rollback_path(environment)
    back: tuple[Button, ...] = ("rollback",) if path and path.undone.pull.number == number else ()
    match stage:
        case "open":
            return () if environment.config.require.merged or environment.gone else ("deploy",)
        case "awaiting" | "skipped" | "unlisted":
            return deploy
        case "failed" | "cancelled":
            began = environment.deployment and environment.deployment.reach not in ("none", "skipped")
            return (*deploy, *back) if began else deploy
        case "live":
            held = (obstacle.stage for obstacle in obstacles.obstacles(environment, now))
            waits = [stage for stage in held if stage not in obstacles.UNUSABLE]
            return (*back, "unlock") if waits in (["cooldown"], ["kept"]) else back
        case "rollback_failed":
            return back
        case _:
            return ()
