"""A pull request's conversation: the number's comment, the prompt where there is no Slack, and notices.

Each ends in a marker that nobody sees and by which it is found again.
"""

import hashlib
from datetime import datetime
from typing import Any

from ghapp.core import deployment as phases
from ghapp.core.decision import Notice
from ghapp.core.environment import Activity, Deployment, Environment, Order
from ghapp.core.views import notice as notices
from ghapp.core.views import prompt as prompts
from ghapp.core.views import rollback
from ghapp.core.views.markup import GitHub
from ghapp.core.words import Voice


def number_marker(environment: Environment, number: int) -> str:
    """Finds the comment of one number."""
    return f"<!-- ghapp:number {environment.name}-{number} -->"


def prompt_marker(environment: Environment, pull: int) -> str:
    """Finds the prompt of one release."""
    return f"<!-- ghapp:prompt {environment.name} {pull} -->"


def notice_marker(notice: Notice) -> str:
    """Finds one notice; shows its reason code to machines."""
    return f"<!-- ghapp:notice {hashlib.sha256(notice.id.encode()).hexdigest()[:16]} {notice.code} -->"


def notice(notice: Notice, *, now: datetime) -> str:
    """A notice as a comment."""
    return _comment(notices.render(notice, GitHub(), now=now), notice_marker(notice))


def prompt(
    environment: Environment, pull: int, *, web: str, now: datetime, refused: tuple[str, str] | None = None
) -> str | None:
    """The prompt as a comment, mentioning who merged. `refused`: the channel that Slack took it not for, and why."""
    lines = prompts.render(environment, pull, GitHub(), web=web, now=now)
    if lines and refused:
        voice = Voice(environment.terms.language, environment.terms.timezone, GitHub(), now)
        lines = [*lines, "", voice.say("slack_refused", channel=refused[0], why=refused[1])]
    return _comment(lines, prompt_marker(environment, pull)) if lines else None


def number(environment: Environment, deployment: Deployment, *, now: datetime) -> str:
    """The comment of one number, as it stands."""
    order = deployment.order
    voice = Voice(order.terms.language, order.terms.timezone, GitHub(), now)
    if order.kind == "rollback":
        link = voice.markup.link(voice.say("prompt.view.run"), deployment.run.url) if deployment.run else ""
        told = rollback.lines(voice, environment, deployment, stage=_stage(deployment), link=link)
        return _comment(told, number_marker(environment, order.number))
    pull = order.brings.pull
    values: dict[str, Any] = {
        "environment": environment.name,
        "name": order.name,
        "number": pull.number,
        "title": pull.title,
        "sha": order.brings.sha[:7],
        "actor": order.actor,
        "detail": deployment.rejected,
        "link": _link(voice, deployment),
        "until": environment.cooldown_until,
        "command": f"/unlock {environment.name}",
        "again": f"/rollback {environment.name}",
    }
    lines = [voice.say(f"number.{_stage(deployment)}", values), voice.say("number.what", values)]
    if order.door == "auto":
        lines.append(prompts.auto(voice, deployment))
    lines += _brings(voice, order)
    if order.brings.warns and order.kind == "deploy":
        lines.append(voice.say("warns"))
    lines += _after(voice, environment, deployment, values)
    return _comment(lines, number_marker(environment, order.number))


def _brings(voice: Voice, order: Order) -> list[str]:
    """What ships along, so that its authors are told; and what was rolled back and comes again."""
    again = {pull.number for pull in order.brings_back}
    along = [pull for pull in order.along if pull.number not in again]
    told = {"number.carries": along, "number.brings_back": order.brings_back}
    lines = []
    for code, pulls in told.items():
        if pulls:
            named = (voice.say("number.other", number=pull.number, author=pull.author) for pull in pulls)
            lines.append(voice.say(code, others=voice.say("prompt.and").join(named)))
    return lines


def _stage(deployment: Deployment) -> str:
    if deployment.phase in phases.ENDED or deployment.phase == "lost":
        return deployment.phase
    return "running" if deployment.run else "accepted"


def _after(voice: Voice, environment: Environment, deployment: Deployment, values: dict[str, Any]) -> list[str]:
    """What holds for the environment now, and the next step."""
    if deployment.phase == "lost":
        return []
    if phases.busy(deployment):
        until, still = environment.cooldown_until, phases.stands_still(deployment, voice.now)
        code = "number.reviewer" if deployment.for_reviewer else "number.waits"
        waits = [voice.say(code, since=deployment.since)] if still else []
        return [*waits, voice.say("number.until", values)] if until and until > voice.now else waits
    if environment.activity:
        return [_platform(voice, environment.activity, values)]
    if deployment.phase != "succeeded":
        detail = [voice.say("number.detail", values)] if deployment.rejected else []
        line = prompts.command(environment, deployment.order.brings.pull.number)
        return [*detail, voice.say("number.again", values, command=line)]
    return [voice.say("number.cooldown" if environment.cooldown_until else "number.free", values)]


def _platform(voice: Voice, activity: Activity, values: dict[str, Any]) -> str:
    """What it still does after the run, and until when the way back is quick."""
    if activity.stage != "kept":
        return voice.say("number.shifting", values)
    code = "number.way_back" if activity.way_back else "number.kept"
    return voice.say(code, values, way_back=activity.way_back)


def _link(voice: Voice, deployment: Deployment) -> str:
    if deployment.run is None:
        return ""
    link = voice.markup.link(voice.say("prompt.view.run"), deployment.run.url)
    return link if _stage(deployment) == "running" else voice.say("number.link", link=link)


def _comment(lines: list[str], marker: str) -> str:
    return "\n".join([*lines, "", marker])
