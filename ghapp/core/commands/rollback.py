"""`/rollback`: takes back what is live or on its way, past cool-down and order. What it undoes it names beforehand."""

from collections.abc import Callable

from ghapp.core import deployment as phases
from ghapp.core import lock, obstacles, releases, way
from ghapp.core.command import Ask, Spec, may, refused
from ghapp.core.decision import Decision, Refusal, Value
from ghapp.core.environment import Environment, Outlook, Reference, Revision
from ghapp.core.facts import Facts, NeedPlatform
from ghapp.core.grammar import Shape
from ghapp.core.platform import NoView
from ghapp.core.way import Ends

Check = Callable[[Ask, Facts], Refusal | None]


def decide(ask: Ask, facts: Facts) -> Decision:
    """Check, then overtake. The number's comment says what is undone and where it leads, before anything is done."""
    environment = ask.environment
    if refusal := next((refusal for check in CHECKS if (refusal := check(ask, facts))), None):
        return refused(ask, environment.terms, refusal)
    ends = _ends(ask, facts)
    if isinstance(ends, Refusal):
        return refused(ask, environment.terms, ends)
    outlook = _foreseen(ask, ends, facts)
    if isinstance(outlook, Refusal):
        return refused(ask, environment.terms, outlook)
    claim = lock.Claim(key=ask.key, actor=ask.actor, door=ask.door, revision=ends.target, outlook=outlook)
    taken = releases.requeue(lock.overtake(environment, claim, ends.undone, ask.now), ask.now)
    why = f"rollback of #{ends.undone.pull.number}"
    if outlook and outlook.consented:
        why += f", stops {outlook.halts}, which is nobody's"
    entry = ask.entry("accepted", number=taken.number, sha=ends.target.sha if ends.target else None, why=why)
    return Decision(changed=(taken,), entries=(entry,), reaction="rocket")


def _ends(ask: Ask, facts: Facts) -> Ends | Refusal:
    """From what to what: what was released here, else what the platform knows to have served before that."""
    environment, named = ask.environment, ask.invocation.target
    if back := releases.way_back(environment, named):
        return Ends(undone=back.undone, target=back.target, reference=back.target.platform)
    undone, place = releases.first_of_all(environment), environment.terms.rollback
    if named or undone is None or place is None:
        return _nowhere(ask)
    view = facts.platform(NeedPlatform(place, _spoken_of(environment, undone)))
    if isinstance(view, NoView):
        return Refusal("platform_denied", {"environment": environment.name, "why": view.why})
    return way.unreleased(environment, undone, view) or _nowhere(ask)


def _foreseen(ask: Ask, ends: Ends, facts: Facts) -> Outlook | Refusal | None:
    """How the platform will go back, asked before anything is done. None: it is the workflow that does."""
    environment, consent = ask.environment, ask.invocation.halt
    place = environment.terms.rollback
    if place is None:
        return Refusal("platform_not_at", way.values(environment, ends, consent)) if consent else None
    spoken_of = _spoken_of(environment, ends.undone, ends.reference)
    view = facts.platform(NeedPlatform(place, spoken_of, ends.reference))
    if isinstance(view, NoView):
        return Refusal("platform_denied", {"environment": environment.name, "why": view.why})
    return way.foresee(environment, ends, view, consent=consent)


def _spoken_of(environment: Environment, undone: Revision, target: Reference | None = None) -> tuple[str, ...]:
    """The platform's deployments that the way back is about."""
    newest = environment.deployment
    known = (target, undone.platform, newest.platform if newest else None)
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
    return Refusal("rolling_back", {**values, "pull": order.leads_to})


def elsewhere(ask: Ask, facts: Facts) -> Refusal | None:
    """On a pull request that is neither live nor on its way nobody can tell what is meant, unless it is said."""
    environment, back = ask.environment, releases.way_back(ask.environment)
    undone = back.undone if back else releases.first_of_all(environment)
    elsewhere = ask.pull is not None and ask.pull not in releases.involved(environment)
    if ask.invocation.target or undone is None or not elsewhere:
        return None
    values: dict[str, Value] = {"environment": environment.name, "number": ask.pull, "undone": undone.pull.number}
    return Refusal("rollback_elsewhere", {**values, "target": back.target.pull.number if back else None})


def held(ask: Ask, facts: Facts) -> Refusal | None:
    """It passes everything but somebody else's hold by hand, which an unlocker passes too."""
    standing = obstacles.obstacles(ask.environment, ask.now)
    hold = next((one for one in standing if one.kind == "manual" and one.holds_back(ask.actor)), None)
    if hold is None or may("unlockers", ask, facts):
        return None
    values: dict[str, Value] = {"environment": ask.environment.name, "holder": hold.holder}
    return Refusal("rollback_held", {**values, "reason": hold.reason})


def _nowhere(ask: Ask) -> Refusal:
    environment, target = ask.environment, ask.invocation.target
    known = _known(environment)
    if target is None or not known:
        return Refusal("nothing_before", {"environment": environment.name})
    if environment.live and environment.live.pull.number == target:
        since = environment.live.live_since
        return Refusal("already_live", {"environment": environment.name, "number": target, "since": since})
    values: dict[str, Value] = {"environment": environment.name, "number": target}
    return Refusal("never_live", {**values, "known": known})


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
        "never_live",
        "already_live",
        "platform_denied",
        "platform_foreign",
        "platform_not_at",
        "platform_elsewhere",
        "platform_gone",
    ),
    doors=("pull_request", "check_run", "slack"),
)
