"""The comments on a pull request: the number's comment, the prompt if there is no Slack, and notices.

Each ends in an invisible marker by which it is found again.
"""

import hashlib
from datetime import datetime
from typing import Any

from ghapp.core.model.decision import Notice
from ghapp.core.model.environment import Activity, Deployment, Environment, Grant
from ghapp.core.rules import lock, obstacles, phases
from ghapp.core.rules.obstacles import ObstacleStage
from ghapp.core.views import held, reach, refused_start, rollback, run_link, runbook
from ghapp.core.views import notice as notices
from ghapp.core.views import prompt as prompts
from ghapp.core.views.markup import GitHub
from ghapp.core.words import Voice

UNENDED: tuple[ObstacleStage, ...] = ("stuck", "unended")


def number_marker(environment: Environment, number: int) -> str:
    """The marker of a number's comment."""
    return f"<!-- ghapp:number {environment.name}-{number} -->"


def prompt_marker(environment: Environment, pull: int) -> str:
    """The marker of a release's prompt."""
    return f"<!-- ghapp:prompt {environment.name} {pull} -->"


def notice_marker(notice: Notice) -> str:
    """The marker of a notice; it shows the reason code to machines."""
    return f"<!-- ghapp:notice {hashlib.sha256(notice.id.encode()).hexdigest()[:16]} {notice.code} -->"


def notice(notice: Notice, *, now: datetime) -> str:
    return _comment(notices.render(notice, GitHub(), now=now), notice_marker(notice))


def prompt(
    environment: Environment, pull: int, *, web: str, now: datetime, refused: tuple[str, str] | None = None
) -> str | None:
    """The prompt as a comment, mentioning the merger. `refused`: the channel in which Slack refused it, and why."""
    lines = prompts.render(environment, pull, GitHub(), web=web, now=now)
    if lines and refused:
        voice = Voice.of(environment.config, GitHub(), now)
        lines = [*lines, "", voice.say("slack_refused", channel=refused[0], why=refused[1])]
    return _comment(lines, prompt_marker(environment, pull)) if lines else None


def past(environment: Environment, pull: int, *, now: datetime) -> str | None:
    """The outcome of a past release, in the comment of its prompt; None if it is unknown."""
    lines = prompts.past(environment, pull, GitHub(), now=now)
    return _comment(lines, prompt_marker(environment, pull)) if lines else None


def final_text(environment: Environment, pull: int, *, now: datetime) -> str | None:
    """The last text of that comment if the release is no longer known; None: it may stay unchanged."""
    if prompts.lasts(environment, pull):
        return None
    voice = Voice.of(environment.config, GitHub(), now)
    return _comment([voice.say("prompt.over", number=pull)], prompt_marker(environment, pull))


def moved(environment: Environment, pull: int, *, now: datetime) -> str:
    """The last text of that comment, once the environment's channel has a message of that release."""
    voice = Voice.of(environment.config, GitHub(), now)
    values = {"number": pull, "environment": environment.name, "channel": environment.config.channel}
    return _comment([voice.say("moved", values, at=now)], prompt_marker(environment, pull))


def number(environment: Environment, deployment: Deployment, *, now: datetime) -> str:
    """The current comment of a number; once its environment has left the config, only its past."""
    return _number(environment, deployment, now, past=lock.is_removed(environment, now))


def number_past(environment: Environment, deployment: Deployment, *, now: datetime) -> str:
    """Its last text when another number replaces it: what happened and when, and nothing about the current state."""
    return _number(environment, deployment, now, past=True)


def _number(environment: Environment, deployment: Deployment, now: datetime, *, past: bool) -> str:
    grant = deployment.grant
    voice = Voice.of(grant.config, GitHub(), now)
    stage = _past(deployment) if past else _stage(environment, deployment)
    marker = number_marker(environment, grant.number)
    steps = [] if past else runbook.link_after(voice, grant.config, deployment)
    if grant.kind == "rollback":
        link = run_link.link_of(voice, deployment)
        told = rollback.lines(voice, environment, deployment, stage=stage, link=link)
        return _comment([*told, *steps], marker)
    values = _values(voice, environment, deployment)
    values["reach"] = reach.reached(voice, deployment.reach, values, past=past)
    lines = [voice.say(f"number.{stage}", values), voice.say("number.what", values)]
    if grant.door == "auto" and not past:
        lines.append(prompts.auto(voice, deployment))
    lines += _brings(voice, grant)
    if grant.brings.warns:
        lines.append(voice.say("warns"))
    lines += reach.explained(voice, deployment.reach, deployment.broke)
    return _comment(lines if past else [*lines, *_after(voice, environment, deployment, values), *steps], marker)


def _values(voice: Voice, environment: Environment, deployment: Deployment) -> dict[str, Any]:
    grant = deployment.grant
    pull = grant.brings.pull
    return {
        "environment": environment.name,
        "name": grant.name,
        "number": pull.number,
        "title": pull.title,
        "sha": grant.brings.sha[:7],
        "actor": grant.actor,
        "link": _link(voice, deployment),
        "since": deployment.since,
        "command": f"/unlock {environment.name}",
        "again": f"/rollback {environment.name}",
    }


def _brings(voice: Voice, grant: Grant) -> list[str]:
    """The releases that ship along, so that their authors are notified; those that come again; the one left behind."""
    again = {pull.number for pull in grant.brings_back}
    along = [pull for pull in grant.along if pull.number not in again]
    told = {"number.carries": along, "number.brings_back": grant.brings_back}
    lines = []
    for code, pulls in told.items():
        if pulls:
            named = (voice.say("number.other", number=pull.number, author=pull.author) for pull in pulls)
            lines.append(voice.say(code, others=voice.listed(named)))
    if behind := grant.left_behind:
        values = {
            "number": behind.pull.number,
            "author": behind.pull.author,
            "sha": behind.sha[:7],
            "reason": behind.reason,
        }
        lines.append(voice.say("number.leaves", values))
    return lines


def _stage(environment: Environment, deployment: Deployment) -> str:
    if deployment.phase in phases.ENDED or deployment.phase == "lost":
        return reach.end_of(environment, deployment)
    if deployment.stop and deployment.grant.kind == "deploy":
        return "cancelling"
    return "running" if deployment.run else "accepted"


def _past(deployment: Deployment) -> str:
    ended = reach.ended_of(deployment)
    return f"was.{ended}" if deployment.phase in phases.ENDED else "was.open"


def _after(voice: Voice, environment: Environment, deployment: Deployment, values: dict[str, Any]) -> list[str]:
    """The environment's state, and the next step."""
    if deployment.phase == "lost":
        return [voice.say("number.denied")] if deployment.denied else []
    standing = obstacles.obstacles(environment, voice.now)
    if phases.is_busy(deployment):
        until = obstacles.not_before(environment, standing) or environment.cooldown_until
        still = phases.stands_still(deployment, voice.now)
        if deployment.stop:
            unended = [held.say_obstacle(voice, "prompt", one.values) for one in standing if one.stage in UNENDED]
            return unended or [voice.say("number.stopping", values, by=deployment.stop.by)]
        code = "number.reviewer" if deployment.for_reviewer else "number.waits"
        waits = [voice.say(code, since=deployment.since)] if still else []
        return [*waits, voice.say("number.until", values, until=until)] if until and until > voice.now else waits
    if environment.activity:
        return _platform(voice, environment, environment.activity, values)
    why, line = deployment.rejected, prompts.command(environment, deployment.grant.brings.pull.number)
    detail = [refused_start.reason(voice, why, workflow=deployment.grant.config.workflow)] if why else []
    failed = deployment.phase != "succeeded" and environment.gone is None
    back = reach.rollback_line(voice, environment, deployment)
    unfit = prompts.say_if_unfit(voice, environment, deployment.grant.brings.pull.number) if failed else ""
    if unfit:
        return [*detail, *(held.stays(voice, environment) if standing else ()), unfit, *back]
    live = environment.live
    onward = prompts.onward(voice, environment, live) if live and deployment.phase == "succeeded" else []
    if standing:
        later = [voice.say("number.again.later", command=line), *back] if failed else onward
        return [*detail, *held.stays(voice, environment), *later]
    if failed:
        return [*detail, voice.say("number.again", values, command=line), *back]
    return [voice.say("number.free", values), *onward]


def _platform(voice: Voice, environment: Environment, activity: Activity, values: dict[str, Any]) -> list[str]:
    """The platform's activity after the run, the end of the quick rollback, and the other holds."""
    beside = held.lines(voice, environment, obstacles.obstacles(environment, voice.now)[1:])
    if activity.stage == "scaling":
        return [voice.say("number.scaling", values), *beside]
    if activity.stage != "kept":
        return [voice.say("number.shifting", values), *beside]
    if activity.ending:
        return [voice.say("number.ending", values, by=activity.ending_by), *beside]
    kept = voice.say(
        "number.way_back" if activity.quick_rollback_until else "number.kept",
        values,
        way_back=activity.quick_rollback_until,
    )
    well = voice.say("number.well.held" if beside else "number.well", values)
    return [kept + well, *beside]


def _link(voice: Voice, deployment: Deployment) -> str:
    link = run_link.link_of(voice, deployment)
    return voice.say("number.link", link=link) if link else ""


def _comment(lines: list[str], marker: str) -> str:
    return "\n".join([*lines, "", marker])
