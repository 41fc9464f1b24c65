"""Records the steps of reconciling one environment: its intent, its requests, and the passing of time."""

from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from ghapp.core.handlers.current_config import Documents
from ghapp.core.handlers.notices import news, to_pull_and_channel
from ghapp.core.handlers.workflow_runs import advance_deployment, freed, hold_over, overtaken_moved
from ghapp.core.model.decision import Decision, EntryKind, attempt_entry
from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.model.events import PlatformStopRequested, PlatformWaitEnded, RunStopRequested, StartIntended, Tick
from ghapp.core.rules import lock, phases, releases


def apply_step(
    event: Tick | StartIntended | RunStopRequested | PlatformStopRequested | PlatformWaitEnded,
    documents: Documents,
    now: datetime,
) -> Decision:
    environment = documents.get(event.environment)
    if not isinstance(environment, Environment):
        return Decision()
    match event:
        case Tick():
            return _ticked(releases.to_examine_in_time(environment, now), now)
        case StartIntended():
            return _intended(environment, event, now)
        case RunStopRequested():
            return _stop_asked(environment, event, now)
        case PlatformStopRequested():
            return _halt_asked(environment, event, now)
        case PlatformWaitEnded():
            return _wait_ended(environment, event, now)
        case _:
            assert_never(event)


def _intended(environment: Environment, event: StartIntended, now: datetime) -> Decision:
    """The writer of this change starts the run. Nothing starts beside the attempt that it has overtaken."""
    deployment = environment.deployment
    if deployment is None or deployment.phase != "accepted" or deployment.grant.number != event.number:
        return Decision()
    if phases.is_busy(environment.overtaken):
        return Decision()
    started = replace(environment, deployment=phases.intended(deployment, now, at=event.at))
    return Decision(changed=(started,), entries=(attempt_entry(deployment.grant, "starting", now),))


def _stop_asked(environment: Environment, event: RunStopRequested, now: datetime) -> Decision:
    """The run was cancelled; GitHub reports its end."""
    newest, overtaken = environment.deployment, environment.overtaken
    what: EntryKind = "force_stopped" if event.force else "stopped"
    if overtaken and overtaken.grant.number == event.number and overtaken.stop:
        asked = phases.stop_asked(overtaken, now, force=event.force)
        after = replace(environment, overtaken=asked)
    elif newest and newest.grant.number == event.number and newest.stop:
        asked = phases.stop_asked(newest, now, force=event.force)
        after = replace(environment, deployment=asked)
    else:
        return Decision()
    return Decision(changed=(after,), entries=(attempt_entry(asked.grant, what, now, actor="ghapp"),))


def _halt_asked(environment: Environment, event: PlatformStopRequested, now: datetime) -> Decision:
    """The platform was asked to stop; its state shows the effect."""
    newest = environment.deployment
    if newest is None or newest.grant.number != event.number or phases.to_halt(newest) != event.deployment:
        return Decision()
    after = replace(environment, deployment=phases.halt_asked(newest, now))
    why = f"{event.deployment} had ended" if event.over else event.deployment
    return Decision(changed=(after,), entries=(attempt_entry(newest.grant, "halted", now, actor="ghapp", why=why),))


def _wait_ended(environment: Environment, event: PlatformWaitEnded, now: datetime) -> Decision:
    """The platform was asked to end the wait; its state shows when it is idle."""
    activity, newest = environment.activity, environment.deployment
    if activity is None or newest is None or activity.deployment != event.deployment:
        return Decision()
    after = replace(environment, activity=replace(activity, ending="asked", ending_since=now))
    return Decision(
        changed=(after,), entries=(attempt_entry(newest.grant, "wait_ended", now, actor="ghapp", why=event.deployment),)
    )


def _ticked(environment: Environment, now: datetime) -> Decision:
    """The effect of time: an unknown outcome becomes `lost`, and an expired hold ends."""
    overtaken, deployment = environment.overtaken, environment.deployment
    if overtaken and phases.is_busy(overtaken):
        return overtaken_moved(environment, overtaken, phases.expire(overtaken, now), now)
    if deployment and phases.is_busy(deployment):
        expired = phases.expire(deployment, now)
        return (
            advance_deployment(environment, expired, now)
            if expired != deployment
            else _reminded(environment, deployment, now)
        )
    return _expired(environment, now)


def _reminded(environment: Environment, deployment: Deployment, now: datetime) -> Decision:
    """The run does not begin: its requester is reminded repeatedly. Nothing else changes."""
    due = phases.reminders(deployment, now)
    if due <= deployment.reminded:
        return Decision(changed=(environment,))
    code = "waits_reviewer" if deployment.for_reviewer else "waits"
    reminded = replace(deployment, reminded=due)
    notice = news(environment, reminded, code, {"since": deployment.since}, now)
    notices = to_pull_and_channel(replace(notice, id=f"{notice.id}/{due}"))
    entry = attempt_entry(deployment.grant, "waits", now, actor="ghapp")
    after = replace(environment, deployment=reminded)
    return Decision(changed=(after,), entries=(entry,), notices=notices)


def _expired(environment: Environment, now: datetime) -> Decision:
    """The environment is part of the decision even if it does not change: a turn may be due."""
    after, deployment = lock.expire(environment, now), environment.deployment
    ends = freed(environment, after, deployment.grant, now) if deployment else ()
    return Decision(changed=(after,), entries=(*ends, *hold_over(environment, after, now)))
