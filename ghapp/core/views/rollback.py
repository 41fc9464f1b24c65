"""A rollback's own comment: the undone revision and the target, before the first step; then its progress."""

from collections.abc import Iterable
from typing import Any

from ghapp.core.model.environment import Deployment, Environment, Grant, Pull, RollbackPlan
from ghapp.core.rules import obstacles, phases
from ghapp.core.rules.obstacles import WAITING
from ghapp.core.views import held, reach, refused_start
from ghapp.core.words import Voice, duration


def lines(voice: Voice, environment: Environment, deployment: Deployment, *, stage: str, link: str) -> list[str]:
    """Its lines. `stage`: a phase, `accepted` until there is a run; `link`: to the run, empty without one."""
    grant = deployment.grant
    assert grant.undoes is not None
    undone = grant.undoes
    values: dict[str, Any] = {
        "environment": environment.name,
        "name": grant.name,
        "actor": grant.actor,
        "link": voice.say("number.link", link=link) if link else "",
        "number": grant.leads_to,
        "undone": undone.pull.number,
        "undone_title": undone.pull.title,
        "undone_author": undone.pull.author,
        "undone_sha": undone.sha[:7],
        "command": f"/unlock {environment.name}",
        "again": f"/rollback {environment.name}",
        "about": _about(voice, grant.plan),
        "since": deployment.since,
        "by": deployment.stop.by if deployment.stop else "",
        "halts": grant.plan.halts if grant.plan else None,
        "awaits": grant.plan.awaits if grant.plan else None,
    }
    waits = stage == "accepted" and obstacles.first_of(environment, voice.now, *WAITING)
    told = [
        voice.say("rollback.waits" if waits else f"rollback.{stage}", values),
        *_undoing(voice, grant, values),
        _to(voice, grant, past=stage.startswith("was.")),
    ]
    told += [voice.say(code, values) for code in _others(deployment)]
    told += _again(voice, grant)
    told += reach.explained(voice, deployment.reach, deployment.broke)
    told += _refused(voice, deployment)
    return told if stage.startswith("was.") else told + _after(voice, environment, deployment, values)


def _undoing(voice: Voice, grant: Grant, values: dict[str, Any]) -> list[str]:
    """The undone revision with the releases that came with it; and those that were live between it and the target."""
    came = [pull for one in grant.taken_back if one == grant.undoes for pull in one.pulls[1:]]
    passed = [pull for one in grant.taken_back if one != grant.undoes for pull in one.pulls]
    others = _named(voice, came)
    lines = [voice.say("rollback.undoing.with" if came else "rollback.undoing", values, others=others)]
    return [*lines, voice.say("rollback.undoing.passes", others=_named(voice, passed))] if passed else lines


def _again(voice: Voice, grant: Grant) -> list[str]:
    """Rolled back pull requests that come again unnamed, since the target contains them."""
    target = grant.revision.pull.number if grant.revision else None
    pulls = [pull for pull in grant.brings_back if pull.number != target]
    named = (voice.say("number.other", number=pull.number, author=pull.author) for pull in pulls)
    return [voice.say("number.brings_back", others=voice.listed(named))] if pulls else []


def _named(voice: Voice, pulls: Iterable[Pull]) -> str:
    named = (voice.say("rollback.other", number=one.number, title=one.title, author=one.author) for one in pulls)
    return voice.listed(named)


def _to(voice: Voice, grant: Grant, *, past: bool) -> str:
    """The target: a release from here, or the platform's record of its own deployment.

    `past`: the revision that was live at the start may not be so now.
    """
    if target := grant.revision:
        values = {"number": target.pull.number, "title": target.pull.title, "sha": target.sha[:7]}
        code = "rollback.was" if target.live_until else "" if past else "rollback.is"
        was = voice.say(code, until=target.live_until) if code else ""
        return voice.say("rollback.to", values, was=was)
    assert grant.plan
    reference, told = grant.plan.target, grant.plan.record
    values = {"deployment": reference.deployment, "sha256": reference.sha256[:12]}
    known = voice.say("rollback.to.told", values, since=told.since, description=told.description) if told else ""
    return voice.say("rollback.to.unreleased", values, told=known)


def _about(voice: Voice, plan: RollbackPlan | None) -> str:
    if plan is None or plan.about is None:
        return voice.say("rollback.as_release")
    return duration(plan.about, voice.language)


def _others(deployment: Deployment) -> tuple[str, ...]:
    """The consent of a person to stop a deployment of unknown origin stays visible."""
    plan = deployment.grant.plan
    return ("rollback.consented",) if plan and plan.consented else ()


def _refused(voice: Voice, deployment: Deployment) -> list[str]:
    """Why it was not started, once that is certain."""
    if deployment.rejected is None or deployment.phase not in ("failed", "cancelled"):
        return []
    grant = deployment.grant
    by_codedeploy = grant.plan is not None
    return [
        refused_start.reason(voice, deployment.rejected, workflow=grant.config.workflow, by_codedeploy=by_codedeploy)
    ]


def _how(plan: RollbackPlan) -> str:
    return f"rollback.how.{plan.how}.over" if plan.how == "create" and plan.halts else f"rollback.how.{plan.how}"


def _after(voice: Voice, environment: Environment, deployment: Deployment, values: dict[str, Any]) -> list[str]:
    """The environment's state, and the next step."""
    plan, phase = deployment.grant.plan, deployment.phase
    if phase == "lost":
        return [voice.say("number.denied")] if deployment.denied else []
    if phases.is_busy(deployment):
        if deployment.stop:
            return [voice.say("number.stopping", values)]
        waits = obstacles.first_of(environment, voice.now, *WAITING)
        begins = [held.say_obstacle(voice, "prompt", waits.values)] if waits else []
        awaits = ["rollback.awaits"] if plan and plan.awaits and deployment.run is None else []
        codes = (*awaits, _how(plan) if plan else "rollback.how", "rollback.locked")
        return [*begins, *(voice.say(code, values) for code in codes)]
    standing = obstacles.obstacles(environment, voice.now)
    if phases.is_busy(environment.overtaken):
        later = voice.say("number.again.later", command=values["again"])
        return [*held.lines(voice, environment, standing), later]
    if environment.after_rollback is None:
        return held.lines(voice, environment, standing) or [voice.say("number.free", values)]
    beside = held.lines(voice, environment, (one for one in standing if one.stage != "rollback"))
    return [voice.say("rollback.stays" if phase == "succeeded" else "rollback.again", values), *beside]
