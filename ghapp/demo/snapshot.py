"""Renders the stage for the demo's page as plain JSON, anew after every change."""

from datetime import datetime
from typing import Any

from ghapp.demo import freeze_switch
from ghapp.demo.github import Comment, Pull, Report, Run
from ghapp.demo.kinds import kind_of
from ghapp.demo.slack import Channel, Message, Version, Whisper
from ghapp.demo.stage import GATE, ZONE, Stage
from ghapp.demo.words import dated


def snapshot(stage: Stage) -> dict[str, Any]:
    """The part of the page's state that the world knows by itself."""
    now = stage.clock()
    return {
        "now": now.isoformat(),
        "clock": dated(now.astimezone(ZONE), stage.language),
        "language": stage.language,
        "repository": stage.shop.full_name,
        "people": [
            {"login": login, "member": member, "may": stage.may(login)} for login, member in stage.people.items()
        ],
        "pulls": [_shown_pull(stage, pull) for pull in reversed(stage.shop.pulls.values())],
        "runs": [_shown_run(run) for run in reversed(stage.shop.runs.values())],
        "slack": [
            {"id": one.id, "name": one.name, "messages": _shown_messages(stage, one)}
            for one in stage.slack.channels.values()
        ],
        "freeze": freeze_switch.is_on(stage.config, stage.today),
    }


def lane(stage: Stage, environment: str) -> dict[str, Any]:
    """What the world knows of an environment: the run under way, and the traffic of its revisions."""
    return {"run": _run(stage, environment), "traffic": _traffic(stage, environment)}


def _brought(stage: Stage, sha: str | None) -> dict[str, Any]:
    """The pull request that was merged as this commit."""
    pull = next((pull for pull in stage.shop.pulls.values() if sha and pull.merge_commit_sha == sha), None)
    return {"number": pull.number, "title": pull.title} if pull else {"number": None, "title": ""}


def _traffic(stage: Stage, environment: str) -> list[dict[str, Any]]:
    """Production's task sets with tasks or traffic; empty where CodeDeploy does not serve."""
    if stage.cloud is None or environment != "production":
        return []
    up = [one for one in stage.cloud.group.task_sets if one.running or one.weight]
    return [
        {
            **_brought(stage, stage.cloud.commit(one.revision)),
            "percent": round(one.weight),
            "tasks": one.running,
        }
        for one in sorted(up, key=lambda one: -one.weight)
    ]


def _run(stage: Stage, environment: str) -> dict[str, Any] | None:
    of_it = (run for run in reversed(stage.shop.runs.values()) if run.inputs.get("environment") == environment)
    return next((_shown_run(run) for run in of_it if run.status != "completed"), None)


def _shown_pull(stage: Stage, pull: Pull) -> dict[str, Any]:
    """Once it is closed, its gate says nothing any more."""
    statuses = [
        {"context": shown[0].context, "state": shown[0].state, "description": shown[0].description or ""}
        for (sha, _), shown in stage.shop.statuses.items()
        if sha == pull.head_sha and (pull.state == "open" or shown[0].context != GATE)
    ]
    gate = stage.gate(pull) if pull.state == "open" else None
    newest = {one.name: one for one in stage.shop.reports.values() if one.sha == pull.head_sha}
    return {
        "number": pull.number,
        "title": pull.title,
        "author": pull.author,
        "state": "merged" if pull.merged else pull.state,
        "head": pull.head_sha[:7],
        "kind": kind_of(stage.shop, pull.head_sha),
        "gate": {"state": gate[0], "description": gate[1]} if gate else None,
        "checks": [*statuses, *map(_shown_report, newest.values())],
        "comments": [_shown_comment(comment) for comment in stage.comments(pull)],
    }


def _shown_report(one: Report) -> dict[str, Any]:
    return {
        "id": one.id,
        "context": one.name,
        "state": one.conclusion or one.status,
        "description": one.title or "",
        "summary": one.summary or "",
        "buttons": list(one.actions) if one.buttons else [],
    }


def _shown_comment(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.id,
        "author": comment.author,
        "bot": comment.by_app,
        "body": comment.body,
        "at": _at(comment.created_at),
        "edited": comment.updated_at > comment.created_at,
        "reactions": [content for _, content in comment.reactions],
    }


def _at(moment: datetime) -> str:
    """A time as GitHub and Slack show it beside a message."""
    return moment.astimezone(ZONE).strftime("%H:%M")


def _shown_run(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "title": run.display_title,
        "status": run.status,
        "conclusion": run.conclusion,
        "number": run.number,
    }


def _shown_messages(stage: Stage, channel: Channel) -> list[dict[str, Any]]:
    """A channel's messages and the ephemeral ones of its users, by time."""
    alone = [one for one in stage.slack.whispers if one.channel == channel.id]
    shown = [*(_shown_message(stage, one) for one in channel.messages), *(_shown_whisper(stage, one) for one in alone)]
    return sorted(shown, key=lambda one: float(one["ts"]))


def _shown_message(stage: Stage, message: Message) -> dict[str, Any]:
    shown = _shown(message.ts, message.current)
    return shown | {"edited": message.edited, "thread": message.thread_ts, **_author(stage, message)}


def _shown_whisper(stage: Stage, whisper: Whisper) -> dict[str, Any]:
    return _shown(whisper.ts, whisper.said) | {"to": stage.slack.people[whisper.user].name, "thread": None}


def _author(stage: Stage, message: Message) -> dict[str, Any]:
    """The person who wrote it; empty for ghapp."""
    person = stage.slack.people.get(message.author)
    return {"author": person.name} if person else {}


def _shown(ts: str, said: Version) -> dict[str, Any]:
    return {"ts": ts, "at": _at(datetime.fromtimestamp(float(ts), ZONE)), "text": said.text, "blocks": said.blocks}
