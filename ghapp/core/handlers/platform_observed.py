"""Applies a platform's state: its activity, the revision it brought, and the progress of a rollback by it."""

from datetime import datetime

from msgspec.structs import replace

from ghapp.core.handlers.notices import news, to_pull_and_channel
from ghapp.core.model.decision import Notice, Value
from ghapp.core.model.environment import Activity, Deployment, Environment
from ghapp.core.model.events import RunObserved
from ghapp.core.model.platform import PlatformDenied
from ghapp.core.rollback import platform_state, progress
from ghapp.core.rules import obstacles, phases, releases


def apply_platform(
    environment: Environment, newest: Deployment, seen: RunObserved, now: datetime
) -> tuple[Environment, RunObserved]:
    """The observation in the terms of every runner, and the environment with the platform's data."""
    if seen.unasked:
        return environment, replace(seen, activity=_unasked(environment.activity, seen.unasked, now))
    view = seen.platform
    if view is None:
        return environment, seen
    activity = _same_wish(environment.activity, platform_state.activity(view, newest))
    if phases.to_halt(newest) or (activity and activity.ending == "wanted"):
        activity = _still_unheard(environment.activity, activity)
    seen = replace(seen, activity=activity)
    made = platform_state.carries(newest, view)
    if made and newest.platform != made.revision:
        newest = replace(newest, platform=made.revision)
    if newest.grant.runner == "codedeploy" and phases.is_busy(newest) and seen.status == "unknown":
        reading = progress.rollback_status(newest, view, now)
        seen = replace(seen, status=reading.status, run=reading.run, detail=reading.detail)
        newest = replace(newest, cleared_at=now if reading.clear else None)
    return _kept_with_what_is_live(replace(environment, deployment=newest)), seen


def activity_beside_run(environment: Environment, seen: RunObserved) -> Activity | None:
    """The platform's activity beside the run: only an observation that read the platform can show that it is idle."""
    return seen.activity if seen.platform else seen.activity or environment.activity


def expect_platform(environment: Environment, ended: Deployment) -> Environment:
    """The run has ended: the environment is free only after the platform was seen idle since, so it is read now."""
    grant, before = ended.grant, environment.activity
    if grant.runner == "workflow" and before:
        return replace(environment, activity=replace(before, stage="unknown", quick_rollback_until=None))
    touched = grant.config.rollback is not None and (ended.run is not None or grant.runner != "workflow")
    return replace(environment, activity=Activity(stage="unknown")) if touched and before is None else environment


def compare_outcome(
    environment: Environment, seen: RunObserved, now: datetime
) -> tuple[Environment, tuple[Notice, ...]]:
    """After the run: send notices if the platform's deployment ends otherwise than the run did."""
    deployment = environment.deployment
    assert deployment
    made = (
        platform_state.own_deployment(deployment, seen.platform)
        if seen.platform and deployment.grant.kind == "deploy"
        else None
    )
    more: dict[str, Value] = {"deployment": made.id if made else "", "detail": made.error if made else ""}
    if made and made.stage in ("failed", "stopped") and deployment.phase == "succeeded":
        failed = replace(deployment, phase="failed", since=now)
        after = releases.revoke_live(replace(environment, deployment=failed), deployment.grant.brings.sha)
        return after, _notify(after, failed, "platform_failed", more, now)
    if made and made.stage in ("kept", "succeeded") and deployment.phase in ("failed", "cancelled"):
        return environment, _notify(environment, deployment, "platform_went_on", more, now)
    return environment, ()


def notify_unreadable(environment: Environment, now: datetime) -> tuple[Environment, tuple[Notice, ...]]:
    """Notify people once that the platform cannot be read, if they wait for it."""
    deployment, activity = environment.deployment, environment.activity
    if deployment is None or activity is None or activity.said:
        return environment, ()
    waited_for = not phases.is_busy(deployment) or deployment.grant.runner == "codedeploy"
    if not waited_for or not obstacles.unasked(environment, now):
        return environment, ()
    lacks = activity.lacks.as_values() if activity.lacks else {}
    notices = _notify(environment, deployment, "platform_unasked", {"detail": activity.why, **lacks}, now)
    return replace(environment, activity=replace(activity, said=True)), notices


def _unasked(activity: Activity | None, denied: PlatformDenied, now: datetime) -> Activity:
    before = activity or Activity(stage="unknown")
    return replace(before, unasked_since=before.unasked_since or now, why=denied.why, lacks=denied.lacks)


def _same_wish(before: Activity | None, now_seen: Activity | None) -> Activity | None:
    """A request to end the wait stands while it is the same wait."""
    if before is None or now_seen is None or before.deployment != now_seen.deployment:
        return now_seen
    if now_seen.stage != "kept":
        return now_seen
    return replace(now_seen, ending=before.ending, ending_since=before.ending_since, ending_by=before.ending_by)


def _still_unheard(before: Activity | None, now_seen: Activity | None) -> Activity | None:
    """That the platform can be read does not mean that it accepts requests."""
    if before is None or before.unasked_since is None:
        return now_seen
    found = now_seen or Activity(stage="unknown")
    return replace(found, unasked_since=before.unasked_since, why=before.why, said=before.said)


def _kept_with_what_is_live(environment: Environment) -> Environment:
    """Keep the platform's reference with the live revision, for a later rollback to it."""
    deployment, live = environment.deployment, environment.live
    if deployment is None or live is None or deployment.phase != "succeeded" or deployment.platform is None:
        return environment
    if live.sha != deployment.grant.sha:
        return environment
    return replace(environment, live=replace(live, platform=deployment.platform))


def _notify(
    environment: Environment, deployment: Deployment, code: str, more: dict[str, Value], now: datetime
) -> tuple[Notice, ...]:
    return to_pull_and_channel(news(environment, deployment, code, more, now))
