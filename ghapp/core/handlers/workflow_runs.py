"""The evidence about a deployment: from GitHub's events, runners and the platform."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.handlers import manual_runs, overtaken_run, platform_observed, unexpected_runs
from ghapp.core.handlers.current_config import Documents, readable
from ghapp.core.handlers.notices import news, to_pull_and_channel
from ghapp.core.model.decision import Decision, Entry, EntryKind, Notice, Value, attempt_entry
from ghapp.core.model.dispatch_refusal import DispatchRefusal
from ghapp.core.model.environment import DISPATCH, RUNS_KEPT, Deployment, Environment, Grant, Phase
from ghapp.core.model.events import RunObserved, WorkflowRunChanged
from ghapp.core.model.facts import Facts
from ghapp.core.rules import lock, obstacles, phases, releases, turns
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
    """The status of a run changed: evidence for its deployment, if our App dispatched it.

    A run is not ours if it was not dispatched, or by another actor, even if its name shows a ticket.
    """
    found = readable(documents)
    if event.cause != DISPATCH:
        return manual_runs.record_manual_run(event, found, facts, now)
    if event.attempt == 1 and (followed := _followed(event, found, facts)):
        return handle_observation(_end_notices(event, *followed), documents, now)
    past_the_lock = unexpected_runs.handle_run_change(event, found, facts, now)
    return manual_runs.record_manual_run(event, found, facts, now) if past_the_lock is None else past_the_lock


def _followed(
    event: WorkflowRunChanged, environments: Iterable[Environment], facts: Facts
) -> tuple[Environment, Deployment] | None:
    """The attempt to which the run is bound; or if none is, the attempt that carries it by GitHub's record."""
    current = [
        (environment, deployment)
        for environment in environments
        for deployment in (environment.deployment, environment.overtaken)
        if deployment and not lock.is_stale(environment, deployment.grant.number)
    ]
    bound = (one for one in current if one[1].run and one[1].run.id == event.run.id)
    return next(bound, None) or next((one for one in current if _unbound(one[1], event, facts)), None)


def _unbound(deployment: Deployment, event: WorkflowRunChanged, facts: Facts) -> bool:
    """GitHub is asked only about a run that no person has started and that shows the ticket."""
    if deployment.run or deployment.phase == "accepted" or event.by is not None or not isinstance(event.run.id, int):
        return False
    if deployment.grant.ticket not in event.title:
        return False
    run = facts.run(event.run.id)
    return run is not None and carries_grant(deployment, run)


def _end_notices(event: WorkflowRunChanged, environment: Environment, deployment: Deployment) -> RunObserved:
    """GitHub's event concerns the run only: the platform's activity stays as last seen, and its jobs are unread."""
    return RunObserved(
        environment=environment.name,
        number=deployment.grant.number,
        status=event.status,
        run=event.run,
        activity=environment.activity,
        unread="nobody has looked yet" if event.status in ENDED else "",
    )


def handle_observation(seen: RunObserved, documents: Documents, now: datetime) -> Decision:
    """A runner's evidence about one number: the newest, or the one it has overtaken. Any other is over."""
    environment = documents.get(seen.environment)
    if not isinstance(environment, Environment):
        return Decision()
    seen = _certain(seen, environment, readable(documents))
    decision = unexpected_runs.also_again(_observed(seen, environment, now), environment, seen, now)
    return replace(decision, changed=tuple(map(_remembered, decision.changed)))


def _remembered(environment: Environment) -> Environment:
    """Its runs are remembered as bound after a new attempt replaces theirs."""
    attempts = (environment.overtaken, environment.deployment)
    bound = [one.run.id for one in attempts if one and one.run and isinstance(one.run.id, int)]
    fresh = [run for run in bound if run not in environment.runs]
    return replace(environment, runs=(*environment.runs, *fresh)[-RUNS_KEPT:]) if fresh else environment


def _certain(seen: RunObserved, environment: Environment, environments: Iterable[Environment]) -> RunObserved:
    """A run without a ticket is a number's if it is bound to no other, and no other number may have created it.

    Its time alone is no proof: clocks differ, and an attempt that was given up may have a run all the same.
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
        why = f"{DispatchRefusal('dispatch.no_ticket', seen.run.url)}"
        return replace(seen, status="ambiguous", run=None, detail=why, jobs=None, unread="")
    return seen


def _may_have_made_it(other: Deployment, own: Deployment) -> bool:
    """Whether another attempt without a known run has started the same file, so that the run may be its."""
    if other.run or other.phase == "accepted" or other.grant.config.workflow != own.grant.config.workflow:
        return False
    return phases.is_busy(other) or other.grant.at > own.grant.at - phases.FOUND_WITHIN


def _observed(seen: RunObserved, environment: Environment, now: datetime) -> Decision:
    newest, overtaken = environment.deployment, environment.overtaken
    if lock.is_stale(environment, seen.number) or _is_second(seen, newest, overtaken):
        return unexpected_runs.seen(environment, seen, now)
    if newest and newest.grant.number == seen.number:
        environment, seen = platform_observed.apply_platform(environment, newest, seen, now)
        newest = environment.deployment
        assert newest
        if not phases.is_busy(newest):
            late = _read_late(environment, newest, seen, now)
            return late or advance_deployment(environment, newest, now, seen=seen)
        environment = replace(environment, activity=platform_observed.activity_beside_run(environment, seen))
        environment, notices = platform_observed.notify_unreadable(environment, now)
        decision = advance_deployment(environment, phases.advance(newest, seen, now), now, why=seen.detail)
        return replace(decision, notices=(*decision.notices, *notices))
    if overtaken and overtaken.grant.number == seen.number:
        seen_so = phases.advance(overtaken, seen, now)
        if phases.is_busy(seen_so) and seen_so.ending and seen.nth is not None:
            seen_so = phases.unread(seen_so, now)  # a rollback waits for the end of the run, not for its jobs
        return overtaken_moved(environment, overtaken, seen_so, now)
    return Decision()


def _is_second(seen: RunObserved, *attempts: Deployment | None) -> bool:
    """Whether our App has started another run for a number than the bound one."""
    for one in attempts:
        if one and one.grant.number == seen.number and one.grant.runner == "workflow" and one.run and seen.run:
            return one.run.id != seen.run.id
    return False


def overtaken_moved(environment: Environment, before: Deployment, overtaken: Deployment, now: datetime) -> Decision:
    """An overtaken attempt is followed to its end, so that the next one starts from a known state.

    If it succeeded all the same, its revision is live until the rollback has succeeded.
    """
    after = replace(environment, overtaken=overtaken if phases.is_busy(overtaken) else None)
    if overtaken.phase == "succeeded":
        after = releases.make_live(after, overtaken, now)
    moved = overtaken.phase != before.phase
    entries = (attempt_entry(overtaken.grant, _OVERTAKEN[overtaken.phase], now),) if moved else ()
    after, notices = overtaken_run.overtaken_notices(after, overtaken, now)
    after, unasked = _past_the_fence(after, overtaken, now)
    return Decision(changed=(after,), entries=entries, notices=(*notices, *unasked))


def advance_deployment(
    environment: Environment, deployment: Deployment, now: datetime, why: str = "", seen: RunObserved | None = None
) -> Decision:
    """Record the newest attempt's state, with its effects on the environment and its notices."""
    before = environment.deployment
    assert before is not None
    if not phases.is_busy(before):
        return _platform_moved(environment, before, seen, now) if seen else Decision()
    after = replace(environment, deployment=deployment)
    if deployment.phase == before.phase:
        return Decision(changed=(after,))
    if deployment.phase in phases.ENDED:
        after = _ended(platform_observed.expect_platform(after, deployment), deployment, now)
    found = deployment.run.url if deployment.run and before.run is None else ""
    reason = deployment.broke or why or deployment.rejected or found
    told = attempt_entry(deployment.grant, deployment.phase, now, why=reason)
    after, unasked = _past_the_fence(after, deployment, now)
    return Decision(
        changed=(after,),
        entries=(told, *hold_over(environment, after, now)),
        notices=(*_ending(after, deployment, now, why), *unasked),
    )


def _past_the_fence(
    environment: Environment, deployment: Deployment, now: datetime
) -> tuple[Environment, tuple[Notice, ...]]:
    """It succeeded without asking the guard, unlike those before it: one notice, until a job asks again."""
    asked = deployment.let_through is not None or deployment.grant.runner != "workflow"
    if deployment.phase != "succeeded" or asked or not environment.fenced:
        return environment, ()
    return replace(environment, fenced=False), to_pull_and_channel(news(environment, deployment, "not_fenced", {}, now))


def _platform_moved(environment: Environment, ended: Deployment, seen: RunObserved, now: datetime) -> Decision:
    """The run has ended, and the platform is still followed: when it is idle, the environment may be free."""
    told = seen.status in ENDED  # an observation of its start does not show its end
    if not told or (environment.activity is None and seen.activity is None):
        return Decision()
    if seen.nth is not None and seen.nth != ended.looks:
        return Decision()  # another look came between
    looked = replace(environment, activity=seen.activity, deployment=phases.looked_at(ended, now))
    looked, notices = platform_observed.compare_outcome(looked, seen, now)
    looked, silent = platform_observed.notify_unreadable(looked, now)
    after = lock.expire(looked, now)
    ends = (*freed(environment, after, ended.grant, now), *hold_over(environment, after, now))
    return Decision(changed=(after,), entries=ends, notices=(*notices, *silent))


def _read_late(environment: Environment, ended: Deployment, seen: RunObserved, now: datetime) -> Decision | None:
    """Apply the newest attempt's jobs, read after it ended without them. None: nothing new was read.

    The live revision is corrected as of the end of its run; lock and cool-down stay as they are now.
    """
    if ended.ending is None or (seen.jobs is None and (environment.activity or seen.activity)):
        return None
    looked = phases.looked_at(ended, now)
    if seen.jobs is None:
        return Decision(changed=(replace(environment, deployment=looked),))
    grant, read = ended.grant, phases.read_late(looked, seen.jobs)
    after = replace(environment, deployment=read)
    if read.phase == "succeeded":
        after = releases.make_live(after, read, ended.ending.at)
        after = releases.take_back(after, grant, done=True)
        after = lock.not_in_vain(after, grant)
    told = (
        _ending(after, read, now, "") if _code(read) else to_pull_and_channel(news(after, read, "read_late", {}, now))
    )
    entries = (attempt_entry(grant, read.phase, now, actor="ghapp", why=read.broke or "its jobs were read late"),)
    after, unasked = _past_the_fence(after, read, now)
    # the same notice may have been sent at its end
    again = tuple(replace(one, id=f"{one.id}/read") for one in told)
    return Decision(changed=(after,), entries=entries, notices=(*again, *unasked))


def _ended(environment: Environment, deployment: Deployment, now: datetime) -> Environment:
    grant = deployment.grant
    if deployment.phase == "succeeded":
        environment = releases.make_live(environment, deployment, now)
    else:
        environment = turns.keep_turns_after_failure(environment, grant, now)
    environment = releases.take_back(environment, grant, done=deployment.phase == "succeeded")
    return lock.expire(lock.ended(environment, deployment, now), now)


def _ending(environment: Environment, deployment: Deployment, now: datetime, why: str) -> tuple[Notice, ...]:
    code = _code(deployment)
    unseen = environment.activity is not None and environment.activity.stage == "unknown"  # it is looked at next
    standing = [one for one in obstacles.obstacles(environment, now) if not (unseen and one.stage == "shifting")]
    more: dict[str, Value] = {
        "detail": None if deployment.denied else why or deployment.rejected,
        "denied": int(deployment.denied),
        "unseen": int(phases.stop_unseen(deployment, now)),
        "reach": deployment.reach,
        "unbegun": int(releases.unbegun(environment, deployment)),
        "broke": deployment.broke,
        "back": 1 if deployment.may_be_out and releases.rollback_path(environment) else None,
        "held": 1 if environment.activity else None,
        "stands": [one.values for one in standing],
        "until": obstacles.not_before(environment, standing),
        "unfit": _why_not_again(environment, deployment.grant),
    }
    told = to_pull_and_channel(news(environment, deployment, code, more, now)) if code else ()
    if code == "cancelled" and deployment.stop and deployment.stop.by == deployment.grant.actor:
        return tuple(
            notice for notice in told if not notice.destination.channel
        )  # no news to its requester, nor to others
    return told


def _why_not_again(environment: Environment, grant: Grant) -> Value:
    """Why its release could not be deployed once more; None if it could."""
    release = releases.find(environment, grant.brings.pull.number) if grant.kind == "deploy" else None
    return releases.unfit_values(environment, release) if release and release.unfit else None


def _code(deployment: Deployment) -> str | None:
    """The code of the notice: none for a deploy that succeeded; a rollback has one however it ends."""
    rollback = {"succeeded": "rolled_back", "failed": "rollback_failed", "cancelled": "rollback_cancelled"}
    if deployment.phase == "lost":
        return "lost"
    if deployment.grant.kind == "rollback":
        return rollback.get(deployment.phase)
    return deployment.phase if deployment.phase in ("failed", "cancelled") else None


def freed(before: Environment, after: Environment, grant: Grant, now: datetime) -> tuple[Entry, ...]:
    """An entry if the environment became free."""
    return () if after.free_since == before.free_since else (attempt_entry(grant, "freed", now, actor="ghapp"),)


def hold_over(before: Environment, after: Environment, now: datetime) -> tuple[Entry, ...]:
    """An entry if a manual hold ended by time."""
    hold = before.manual
    if hold is None or after.manual is not None:
        return ()
    over = Entry(
        at=now, what="hold_over", environment=before.name, actor=hold.holders[0], door="timer", why=hold.reason
    )
    return (over,)
