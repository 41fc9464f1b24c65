"""Renders the stage for the demo's page as plain JSON, anew after every change."""

from datetime import datetime
from typing import Any

from ghapp.demo.codedeploy import Phase
from ghapp.demo.github import Comment, Pull, Report, Run
from ghapp.demo.slack import Channel, Message, Version, Whisper
from ghapp.demo.stage import ZONE, Stage
from ghapp.demo.words import clock, dated


def snapshot(stage: Stage) -> dict[str, Any]:
    """The whole state of the page."""
    now = stage.clock()
    return {
        "now": now.isoformat(),
        "clock": dated(now.astimezone(ZONE), stage.language),
        "repository": stage.shop.full_name,
        "config": stage.shop.git.commits[stage.shop.head].files[".github/ghapp.yml"],
        "people": list(stage.people),
        "slack_people": {member: login for login, member in stage.people.items()},
        "environments": {"production": {"serving": _serving(stage), "run": _run(stage), **_traffic(stage)}},
        "pulls": [_shown_pull(stage, pull) for pull in reversed(stage.shop.pulls.values())],
        "runs": [_shown_run(run) for run in reversed(stage.shop.runs.values())],
        "slack": [
            {"id": one.id, "name": one.name, "messages": _shown_messages(stage, one)}
            for one in stage.slack.channels.values()
        ],
    }


def _serving(stage: Stage) -> dict[str, Any] | None:
    if stage.cloud:
        sha = stage.cloud.commit(stage.cloud.group.serving)
        return {"sha": sha[:7], **_brought(stage, sha)} if sha else None
    if not stage.shop.deployed:
        return None
    last = stage.shop.deployed[-1]
    return {"sha": last.sha[:7], **_brought(stage, last.sha)}


def _brought(stage: Stage, sha: str | None) -> dict[str, Any]:
    """The pull request that was merged as this commit."""
    pull = next((pull for pull in stage.shop.pulls.values() if sha and pull.merge_commit_sha == sha), None)
    return {"number": pull.number, "title": pull.title} if pull else {"number": None, "title": ""}


def _traffic(stage: Stage) -> dict[str, Any]:
    """Task sets with tasks or traffic, and CodeDeploy's newest deployment; empty where the demo has no CodeDeploy."""
    if stage.cloud is None:
        return {}
    group = stage.cloud.group
    up = sorted((one for one in group.task_sets if one.running or one.weight), key=lambda one: -one.weight)
    newest = group.deployments[-1]
    return {
        "traffic": [
            {
                **_brought(stage, stage.cloud.commit(one.revision)),
                "percent": round(one.weight),
                "tasks": one.running,
            }
            for one in up
        ],
        "codedeploy": {
            "id": newest.id,
            "status": newest.status,
            "back": newest.rolls_back is not None,
            "way_back": _clock(stage, newest.due) if newest.phase is Phase.WAITING else None,
        },
    }


def _run(stage: Stage) -> dict[str, Any] | None:
    run = next(reversed(stage.shop.runs.values()), None)
    return _shown_run(run) if run and run.status != "completed" else None


def _shown_pull(stage: Stage, pull: Pull) -> dict[str, Any]:
    statuses = [
        {"context": shown[0].context, "state": shown[0].state, "description": shown[0].description or ""}
        for (sha, _), shown in stage.shop.statuses.items()
        if sha == pull.head_sha
    ]
    newest = {one.name: one for one in stage.shop.reports.values() if one.sha == pull.head_sha}
    reports = [_shown_report(one) for one in newest.values()]
    return {
        "number": pull.number,
        "title": pull.title,
        "author": pull.author,
        "state": "merged" if pull.merged else pull.state,
        "head": pull.head_sha[:7],
        "checks": [*statuses, *reports],
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


def _clock(stage: Stage, moment: datetime) -> str:
    return clock(moment.astimezone(ZONE), stage.clock().astimezone(ZONE), stage.language)


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
    shown = [*map(_shown_message, channel.messages), *(_shown_whisper(stage, one) for one in alone)]
    return sorted(shown, key=lambda one: float(one["ts"]))


def _shown_message(message: Message) -> dict[str, Any]:
    return _shown(message.ts, message.current) | {"edited": message.edited}


def _shown_whisper(stage: Stage, whisper: Whisper) -> dict[str, Any]:
    return _shown(whisper.ts, whisper.said) | {"to": stage.slack.people[whisper.user].name}


def _shown(ts: str, said: Version) -> dict[str, Any]:
    return {"ts": ts, "at": _at(datetime.fromtimestamp(float(ts), ZONE)), "text": said.text, "blocks": said.blocks}
