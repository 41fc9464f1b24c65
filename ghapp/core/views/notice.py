"""Notices: what is owed once, in the lines that it has in its place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ghapp.core.decision import Notice
from ghapp.core.views import help as help_page
from ghapp.core.words import Markup, Voice

Values = Mapping[str, Any]


def render(notice: Notice, markup: Markup, *, now: datetime) -> list[str]:
    """Its lines."""
    voice = Voice(notice.terms.language, notice.terms.timezone, markup, now)
    values: Values = notice.values
    match notice.code:
        case "locked":
            return _locked(voice, values)
        case "your_turn":
            return _your_turn(voice, values)
        case "failed" | "cancelled" | "lost":
            return _bad_news(voice, notice.code, values)
        case "status":
            return [line for described in values["environments"] for line in _status(voice, described)]
        case "help":
            return help_page.render(voice, values)
        case "run_under_way":
            return [voice.say("run_under_way", values, link=_run_link(voice, values["url"]))]
        case "reason_needed":
            code = {"lost": "reason_needed.lost", "cooldown": "reason_needed"}.get(
                values["stage"], "reason_needed.hold"
            )
            return [voice.say(code, values, command=_unlock(voice, values["environment"], reason=True))]
        case "now_locked" if values["until"] is None:
            return [voice.say("now_locked.open", values)]
        case "not_allowed":
            return [voice.say("not_allowed", values, who=help_page.who(voice, values["who"]))]
        case _:
            return [voice.say(notice.code, values)]


def _locked(voice: Voice, values: Values) -> list[str]:
    stage, until = values["stage"], values["until"]
    code = f"locked.{stage}"
    if stage in ("under_way", "manual") and until is None:
        code += ".open"
    lines = [voice.say("refused") + voice.say(code, values)]
    if values["rank"]:
        own = values["waiter"] and values["waiter"].lower() == values["actor"].lower()
        lines.append(voice.say("locked.rank" if own else "locked.rank.other", values))
    if stage in ("cooldown", "manual", "rollback"):
        own = values["holder"].lower() == values["actor"].lower()
        line = _unlock(voice, values["environment"], reason=not own)
        urgent = "locked.urgent.cooldown.own" if own else "locked.urgent.cooldown"
        lines.append(voice.say(urgent, values, command=line))
    return lines


def _your_turn(voice: Voice, values: Values) -> list[str]:
    line = f"/deploy {values['environment']} #{values['number']}"
    lines = [
        voice.say("your_turn", values, who=voice.markup.call(values["waiter"])),
        voice.say("your_turn.type", values, command=line),
    ]
    return [*lines, voice.say("your_turn.next", values)] if values["next"] else lines


def _bad_news(voice: Voice, code: str, values: Values) -> list[str]:
    environment = values["environment"]
    line = f"/deploy {environment} #{values['number']}"
    if code == "lost":
        line = _unlock(voice, environment, reason=True)
    lines = [voice.say(code, values) + _run_link(voice, values["url"])]
    if values["detail"]:
        lines.append(voice.say("number.detail", values))
    lines.append(voice.say("lost.next" if code == "lost" else "failed.next", values, command=line))
    return lines


def _status(voice: Voice, values: Values) -> list[str]:
    stage = values["stage"]
    code = f"status.{stage}"
    if stage in ("under_way", "manual") and values["until"] is None:
        code += ".open"
    lines = [voice.say("status.live" if values["live"] else "status.live.unknown", values), voice.say(code, values)]
    if values["waiting"]:
        others = voice.say("prompt.and").join(voice.say("status.waiting.one", one) for one in values["waiting"])
        lines.append(voice.say("status.waiting", others=others))
    return [*lines, ""]


def _unlock(voice: Voice, environment: str, *, reason: bool) -> str:
    return f"/unlock {environment} {voice.say('word.reason')}" if reason else f"/unlock {environment}"


def _run_link(voice: Voice, url: str | None) -> str:
    return voice.say("number.link", link=voice.markup.link(voice.say("prompt.view.run"), url)) if url else ""
