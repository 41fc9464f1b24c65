"""`/rollback`: takes back what is live or on its way, past cool-down and order. What it undoes it names beforehand."""

from collections.abc import Callable

from ghapp.core import deployment as phases
from ghapp.core import lock, obstacles, releases, way
from ghapp.core.command import Ask, Spec, may, refused
from ghapp.core.decision import Decision, Refusal, Value
from ghapp.core.environment import Environment, Outlook
from ghapp.core.facts import Facts, NeedPlatform
from ghapp.core.grammar import Shape
from ghapp.core.platform import NoView, View
from ghapp.core.releases import WayBack

Check = Callable[[Ask, Facts], Refusal | None]


def decide(ask: Ask, facts: Facts) -> Decision:
    """Check, then overtake. The number's comment says what is undone and where it leads, before anything is done."""
    environment = ask.environment
    if refusal := next((refusal for check in CHECKS if (refusal := check(ask, facts))), None):
        return refused(ask, environment.terms, refusal)
    back = releases.way_back(environment, ask.invocation.target)
    if back is None:
        return refused(ask, environment.terms, _nowhere(ask, facts))
    outlook = _foreseen(ask, back, facts)
    if isinstance(outlook, Refusal):
        return refused(ask, environment.terms, outlook)
    claim = lock.Claim(key=ask.key, actor=ask.actor, door=ask.door, revision=back.target, outlook=outlook)
    taken = releases.requeue(lock.overtake(environment, claim, back.undone, ask.now), ask.now)
    undone = f"rollback of #{back.undone.pull.number}"
    entry = ask.entry("accepted", number=taken.number, sha=back.target.sha, why=undone)
    return Decision(changed=(taken,), entries=(entry,), reaction="rocket")


def _foreseen(ask: Ask, back: WayBack, facts: Facts) -> Outlook | Refusal | None:
    """How the platform will go back, asked before anything is done. None: it is the workflow that does."""
    environment, consent = ask.environment, ask.invocation.halt
    place = environment.terms.rollback
    if place is None:
        return Refusal("platform_not_at", way.values(environment, back, consent)) if consent else None
    view = facts.platform(NeedPlatform(place, _spoken_of(environment, back), back.target.platform))
    if isinstance(view, NoView):
        return Refusal("platform_denied", {"environment": environment.name, "why": view.why})
    return way.foresee(environment, back, view, consent=consent)


def _spoken_of(environment: Environment, back: WayBack) -> tuple[str, ...]:
    """The platform's deployments that the way back is about."""
    newest = environment.deployment
    known = [revision.platform for revision in (back.target, back.undone)]
    known += [newest.platform] if newest else []
    halted = [newest.halt.deployment] if newest and newest.halt else []
    return tuple(dict.fromkeys((*(one.deployment for one in known if one), *halted)))


def under_way(ask: Ask, facts: Facts) -> Refusal | None:
    """One at a time: while one is under way nobody knows yet what the next would undo."""
    environment = ask.environment
    newest, overtaken = environment.deployment, environment.overtaken
    rolling = newest is not None and newest.order.kind == "rollback" and phases.busy(newest)
    if newest is None or not (rolling or phases.busy(overtaken)):
        return None
    order = newest.order
    values: dict[str, Value] = {"environment": environment.name, "name": order.name, "holder": order.actor}
    return Refusal("rolling_back", {**values, "pull": order.revision.pull.number})


def elsewhere(ask: Ask, facts: Facts) -> Refusal | None:
    """On a pull request that is neither live nor on its way nobody can tell what is meant, unless it is said."""
    environment, back = ask.environment, releases.way_back(ask.environment)
    elsewhere = ask.pull is not None and ask.pull not in releases.involved(environment)
    if ask.invocation.target or back is None or not elsewhere:
        return None
    values: dict[str, Value] = {"environment": environment.name, "number": ask.pull}
    return Refusal(
        "rollback_elsewhere", {**values, "undone": back.undone.pull.number, "target": back.target.pull.number}
    )


def held(ask: Ask, facts: Facts) -> Refusal | None:
    """It passes everything but somebody else's hold by hand, which an unlocker passes too."""
    standing = obstacles.obstacles(ask.environment, ask.now)
    hold = next((one for one in standing if one.kind == "manual" and one.holds_back(ask.actor)), None)
    if hold is None or may("unlockers", ask, facts):
        return None
    values: dict[str, Value] = {"environment": ask.environment.name, "holder": hold.holder}
    return Refusal("rollback_held", {**values, "reason": hold.reason})


def _nowhere(ask: Ask, facts: Facts) -> Refusal:
    environment, target = ask.environment, ask.invocation.target
    known = _known(environment)
    if target is None or not known:
        return _nothing_before(environment, facts)
    if environment.live and environment.live.pull.number == target:
        since = environment.live.live_since
        return Refusal("already_live", {"environment": environment.name, "number": target, "since": since})
    values: dict[str, Value] = {"environment": environment.name, "number": target}
    return Refusal("never_live", {**values, "known": known})


def _nothing_before(environment: Environment, facts: Facts) -> Refusal:
    """Nothing that was released through here; what the platform knows of the time before is told."""
    place, live = environment.terms.rollback, environment.live
    values: dict[str, Value] = {"environment": environment.name}
    also = (live.platform.deployment,) if live and live.platform else ()
    view = facts.platform(NeedPlatform(place, also)) if place else None
    found = way.before(environment, view) if isinstance(view, View) else None
    if found is None or place is None:
        return Refusal("nothing_before", values)
    told: dict[str, Value] = {"deployment": found.id, "since": found.created_at, "url": found.url}
    more: dict[str, Value] = {"description": found.description, "sha256": found.revision.sha256[:12]}
    return Refusal("nothing_before_here", {**values, **told, **more})


def _known(environment: Environment) -> list[Value]:
    """The pull requests that it can be rolled back to by name, newest first."""
    return list(dict.fromkeys(revision.pull.number for revision in environment.earlier))


CHECKS: tuple[Check, ...] = (under_way, elsewhere, held)

SPEC = Spec(
    word="rollback",
    shape=Shape(usage="/rollback [environment] [to #pr] [stop d-id]", environment=True, target=True),
    examples=("/rollback", "/rollback production", "/rollback production to #41", "/rollback production stop d-X1Y2Z3"),
    about="one",
    who=lambda ask: "rollbackers",
    needs=lambda said, here: (),
    decide=decide,
    refusals=(
        "rolling_back",
        "rollback_elsewhere",
        "rollback_held",
        "nothing_before",
        "nothing_before_here",
        "never_live",
        "already_live",
        "platform_denied",
        "platform_foreign",
        "platform_not_at",
        "platform_elsewhere",
        "platform_gone",
    ),
    doors=("pull_request", "check_run"),
)
