"""A deployment's own events: intent, evidence, and time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from ghapp.core.handlers import manual_runs, overtaken_run, platform_observed, unexpected_runs
from ghapp.core.handlers.current_config import Documents, readable
from ghapp.core.handlers.notices import news, to_pull_and_channel
from ghapp.core.model.decision import Decision, Entry, EntryKind, Notice, Value
from ghapp.core.model.environment import DISPATCH, RUNS_KEPT, Deployment, Environment, Grant, Phase
from ghapp.core.model.events import RunObserved, WorkflowRunChanged
from ghapp.core.model.facts import Facts
from ghapp.core.rules import lock, obstacles, phases, releases
from ghapp.core.rules.workflow_run import ENDED, carries_grant

_OVERTAKEN: Mapping[Phase, EntryKind] = {
    "queued": "overtaken_queued",
    "running": "overtaken_running",
    "succeeded": "overtaken_succeeded",
    "failed": "overtaken_failed",
    "cancelled": "overtaken_cancelled",
    "lost": "overtaken_lost",
}


def handle_run_change(event: WorkflowRunChanged, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """GitHub says that a run moved: evidence for the deployment it belongs to, if it is one of ours.

    What nothing has dispatched is none of ours, nor what anybody else has, whatever its name shows.
    """
    found = readable(documents)
    if event.cause != DISPATCH:
        return manual_runs.record_manual_run(event, found, facts, now)
    if event.attempt == 1 and (followed := _followed(event, found, facts)):
        return handle_observation(_told(event, *followed), documents, now)
    past_the_lock = unexpected_runs.handle_run_change(event, found, facts, now)
    return manual_runs.record_manual_run(event, found, facts, now) if past_the_lock is None else past_the_lock


def _followed(
    event: WorkflowRunChanged, environments: Iterable[Environment], facts: Facts
) -> tuple[Environment, Deployment] | None:
    """The attempt to which the run is bound; or where none is bound, the one whose run GitHub says that it is."""
    current = [
        (environment, deployment)
        for environment in environments
        for deployment in (environment.deployment, environment.overtaken)
        if deployment and not lock.is_stale(environment, deployment.grant.number)
    ]
    bound = (one for one in current if one[1].run and one[1].run.id == event.run.id)
    return next(bound, None) or next((one for one in current if _unbound(one[1], event, facts)), None)


def _unbound(deployment: Deployment, event: WorkflowRunChanged, facts: Facts) -> bool:
    """GitHub is asked only about what no person has started, and may be it."""
    if deployment.run or deployment.phase == "accepted" or event.by is not None or not isinstance(event.run.id, int):
        return False
    if deployment.grant.ticket not in event.title:
        return False
    run = facts.run(event.run.id)
    return run is not None and carries_grant(deployment, run)


def _told(event: WorkflowRunChanged, environment: Environment, deployment: Deployment) -> RunObserved:
    """GitHub speaks of the run alone: what the platform does stays as it was last seen, and its jobs are to be read."""
    return RunObserved(
        environment=environment.name,
        number=deployment.grant.number,
        status=event.status,
        run=event.run,
        activity=environment.activity,
        unread="nobody has looked yet" if event.status in ENDED else "",
    )


def handle_observation(seen: RunObserved, documents: Documents, now: datetime) -> Decision:
    """A runner's evidence about one number: the newest, or the one it has overtaken. Any other is past."""
    environment = documents.get(seen.environment)
    if not isinstance(environment, Environment):
        return Decision()
    seen = _certain(seen, environment, readable(documents))
    decision = unexpected_runs.also_again(_observed(seen, environment, now), environment, seen, now)
    return replace(decision, changed=tuple(map(_remembered, decision.changed)))


def _remembered(environment: Environment) -> Environment:
    """Its runs are known as an attempt's when there is another attempt, too."""
    attempts = (environment.overtaken, environment.deployment)
    bound = [one.run.id for one in attempts if one and one.run and isinstance(one.run.id, int)]
    fresh = [run for run in bound if run not in environment.runs]
    return replace(environment, runs=(*environment.runs, *fresh)[-RUNS_KEPT:]) if fresh else environment


def _certain(seen: RunObserved, environment: Environment, environments: Iterable[Environment]) -> RunObserved:
    """A run without a ticket is a number's where it is nobody else's, and no other number may have made it.

    By the time alone it may be another's: clocks are apart, and an attempt that was given up may have a run all the
    same.
    """
    if not seen.unnamed or seen.run is None:
        return seen
    strays_of = {unexpected_run.run.id for other in environments for unexpected_run in other.unexpected_runs}
    if seen.run.id in strays_of or any(seen.run.id in other.runs for other in environments):
        return replace(seen, status="missing", run=None, jobs=None, unread="")
    attempts = [one for other in environments for one in (other.deployment, other.overtaken) if one]
    named = (environment.name, seen.number)
    own = next((one for one in attempts if (one.grant.environment, one.grant.number) == named), None)
    if own and any(_may_have_made_it(one, own) for one in attempts if one is not own):
        return replace(seen, status="ambiguous", run=None, detail=seen.run.url, jobs=None, unread="")
    return seen


def _may_have_made_it(other: Deployment, own: Deployment) -> bool:
    """Whether another attempt has started the same file, so that a run may be its, and does not know its own."""
    if other.run or other.phase == "accepted" or other.grant.config.workflow != own.grant.config.workflow:
        return False
    return phases.is_busy(other) or other.grant.at > own.grant.at - phases.FOUND_WITHIN


def _observed(seen: RunObserved, environment: Environment, now: datetime) -> Decision:
    newest, overtaken = environment.deployment, environment.overtaken
    if lock.is_stale(environment, seen.number) or _is_second(seen, newest, overtaken):
        return unexpected_runs.seen(environment, seen, now)
    if newest and newest.grant.number == seen.number:
        environment, seen = platform_observed.read(environment, newest, seen, now)
        newest = environment.deployment
        assert newest
        if not phases.is_busy(newest):
            late = _read_late(environment, newest, seen, now)
            return late or advance_deployment(environment, newest, now, seen=seen)
        environment = replace(environment, activity=platform_observed.under_way(environment, seen))
        environment, notices = platform_observed.silent(environment, now)
        decision = advance_deployment(environment, phases.advance(newest, seen, now), now, why=seen.detail)
        return replace(decision, notices=(*decision.notices, *notices))
    if overtaken and overtaken.grant.number == seen.number:
        seen_so = phases.advance(overtaken, seen, now)
        if phases.is_busy(seen_so) and seen_so.ending and seen.nth is not None:
            seen_so = phases.unread(seen_so, now)  # a rollback waits for the end of its run, and not for its jobs
        return overtaken_moved(environment, overtaken, seen_so, now)
    return Decision()


def _is_second(seen: RunObserved, *attempts: Deployment | None) -> bool:
    """Our App has started another run for a number than the one that is bound to it."""
    for one in attempts:
        if one and one.grant.number == seen.number and one.grant.runner == "workflow" and one.run and seen.run:
            return one.run.id != seen.run.id
    return False


def overtaken_moved(environment: Environment, before: Deployment, overtaken: Deployment, now: datetime) -> Decision:
    """What was overtaken is followed to its end, so that what comes after it starts on firm ground.

    Where it succeeded all the same, that is what serves until the rollback has.
    """
    after = replace(environment, overtaken=overtaken if phases.is_busy(overtaken) else None)
    if overtaken.phase == "succeeded":
        after = releases.made_live(after, overtaken, now)
    moved = overtaken.phase != before.phase
    entries = (history_entry(overtaken.grant, _OVERTAKEN[overtaken.phase], now),) if moved else ()
    after, notices = overtaken_run.overtaken_notices(after, overtaken, now)
    after, unasked = _past_the_fence(after, overtaken, now)
    return Decision(changed=(after,), entries=entries, notices=(*notices, *unasked))


def advance_deployment(
    environment: Environment, deployment: Deployment, now: datetime, why: str = "", seen: RunObserved | None = None
) -> Decision:
    """The newest attempt is so now: what follows from it for the environment, and what is told."""
    before = environment.deployment
    assert before is not None
    if not phases.is_busy(before):
        return _platform_moved(environment, before, seen, now) if seen else Decision()
    after = replace(environment, deployment=deployment)
    if deployment.phase == before.phase:
        return Decision(changed=(after,))
    if deployment.phase in phases.ENDED:
        after = _ended(platform_observed.unknown(after, deployment), deployment, now)
    found = deployment.run.url if deployment.run and before.run is None else ""
    reason = deployment.broke or why or deployment.rejected or found
    told = history_entry(deployment.grant, deployment.phase, now, why=reason)
    after, unasked = _past_the_fence(after, deployment, now)
    return Decision(
        changed=(after,),
        entries=(told, *hold_over(environment, after, now)),
        notices=(*_ending(after, deployment, now, why), *unasked),
    )


def _past_the_fence(
    environment: Environment, deployment: Deployment, now: datetime
) -> tuple[Environment, tuple[Notice, ...]]:
    """It succeeded, and its job did not ask the fence, as those before it did: told once, until one asks again."""
    asked = deployment.let_through is not None or deployment.grant.runner != "workflow"
    if deployment.phase != "succeeded" or asked or not environment.fenced:
        return environment, ()
    return replace(environment, fenced=False), to_pull_and_channel(news(environment, deployment, "not_fenced", {}, now))


def _platform_moved(environment: Environment, ended: Deployment, seen: RunObserved, now: datetime) -> Decision:
    """The run has ended, and the platform is still followed: when it rests, the environment may be free."""
    told = seen.status in ENDED  # whoever has only started it says nothing of the end
    if not told or (environment.activity is None and seen.activity is None):
        return Decision()
    if seen.nth is not None and seen.nth != ended.looks:
        return Decision()  # somebody has looked meanwhile
    looked = replace(environment, activity=seen.activity, deployment=phases.looked_at(ended, now))
    looked, notices = platform_observed.outcome(looked, seen, now)
    looked, silent = platform_observed.silent(looked, now)
    after = lock.expire(looked, now)
    ends = (*freed(environment, after, ended.grant, now), *hold_over(environment, after, now))
    return Decision(changed=(after,), entries=ends, notices=(*notices, *silent))


def _read_late(environment: Environment, ended: Deployment, seen: RunObserved, now: datetime) -> Decision | None:
    """The jobs of the newest attempt are read after it has ended without them. None: there is nothing new of them.

    What is live is corrected as of the end of its run; lock and cool-down stay as they are by now.
    """
    if ended.ending is None or (seen.jobs is None and (environment.activity or seen.activity)):
        return None
    looked = phases.looked_at(ended, now)
    if seen.jobs is None:
        return Decision(changed=(replace(environment, deployment=looked),))
    grant, read = ended.grant, phases.read_late(looked, seen.jobs)
    after = replace(environment, deployment=read)
    if read.phase == "succeeded":
        after = releases.made_live(after, read, ended.ending.at)
        after = releases.take_back(after, grant, done=True)
        after = lock.not_in_vain(after, grant)
    told = (
        _ending(after, read, now, "") if _code(read) else to_pull_and_channel(news(after, read, "read_late", {}, now))
    )
    entries = (history_entry(grant, read.phase, now, actor="ghapp", why=read.broke or "its jobs were read late"),)
    after, unasked = _past_the_fence(after, read, now)
    # the same sentence may have been said at its end
    again = tuple(replace(one, id=f"{one.id}/read") for one in told)
    return Decision(changed=(after,), entries=entries, notices=(*again, *unasked))


def _ended(environment: Environment, deployment: Deployment, now: datetime) -> Environment:
    grant = deployment.grant
    if deployment.phase == "succeeded":
        environment = releases.made_live(environment, deployment, now)
    else:
        environment = releases.in_vain(environment, grant, now)
    environment = releases.take_back(environment, grant, done=deployment.phase == "succeeded")
    return lock.expire(lock.ended(environment, deployment, now), now)


def _ending(environment: Environment, deployment: Deployment, now: datetime, why: str) -> tuple[Notice, ...]:
    code = _code(deployment)
    standing = obstacles.obstacles(environment, now)
    more: dict[str, Value] = {
        "detail": None if deployment.denied else why or deployment.rejected,
        "denied": int(deployment.denied),
        "unseen": int(phases.stop_unseen(deployment, now)),
        "reach": deployment.reach,
        "broke": deployment.broke,
        "back": 1 if deployment.may_be_out and releases.way_back(environment) else None,
        "held": 1 if environment.activity else None,
        "stands": [one.values for one in standing],
        "until": obstacles.not_before(environment, standing),
        "unfit": _unfit(environment, deployment.grant),
    }
    told = to_pull_and_channel(news(environment, deployment, code, more, now)) if code else ()
    if code == "cancelled" and deployment.stop and deployment.stop.by == deployment.grant.actor:
        return tuple(
            notice for notice in told if not notice.destination.channel
        )  # no news to who wanted it, nor to others
    return told


def _unfit(environment: Environment, grant: Grant) -> Value:
    """Why what it brings could not be deployed once more; None where it could."""
    release = releases.find(environment, grant.brings.pull.number) if grant.kind == "deploy" else None
    live = environment.live.pull.number if environment.live else None
    return (
        {"why": release.unfit, "live": live, "branch": environment.config.branch} if release and release.unfit else None
    )


def _code(deployment: Deployment) -> str | None:
    """A release that is live needs nobody; a rollback does, however it ends."""
    rollback = {"succeeded": "rolled_back", "failed": "rollback_failed", "cancelled": "rollback_cancelled"}
    if deployment.phase == "lost":
        return "lost"
    if deployment.grant.kind == "rollback":
        return rollback.get(deployment.phase)
    return deployment.phase if deployment.phase in ("failed", "cancelled") else None


def history_entry(grant: Grant, what: EntryKind, now: datetime, *, actor: str | None = None, why: str = "") -> Entry:
    """A line of history about a grant; `actor`: who did it, if not who asked for it."""
    return Entry(
        at=now,
        what=what,
        environment=grant.environment,
        actor=actor or grant.actor,
        door="timer" if actor else grant.door,
        number=grant.number,
        sha=grant.sha,
        why=why,
    )


def freed(before: Environment, after: Environment, grant: Grant, now: datetime) -> tuple[Entry, ...]:
    """That it became free is told where nothing else says so."""
    return () if after.free_since == before.free_since else (history_entry(grant, "freed", now, actor="ghapp"),)


def hold_over(before: Environment, after: Environment, now: datetime) -> tuple[Entry, ...]:
    """That a hold put by hand is over is told, whatever it was that looked at the clock."""
    hold = before.manual
    if hold is None or after.manual is not None:
        return ()
    over = Entry(
        at=now, what="hold_over", environment=before.name, actor=hold.holders[0], door="timer", why=hold.reason
    )
    return (over,)
