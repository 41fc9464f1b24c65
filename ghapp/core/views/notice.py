"""Notices: messages that are owed once, rendered for their destination."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from ghapp.core.config.model import CLOSED, ROLES, same_login
from ghapp.core.model.decision import Notice
from ghapp.core.views import held, problem, reach, refused_start, run_link, runbook
from ghapp.core.views import help as help_page
from ghapp.core.views import prompt as prompts
from ghapp.core.words import Markup, Voice

LEADING = 3  # people who are mentioned before what happened, which a phone must still show
# what an obstacle refuses, and an attempt that did not go live, was undone, or of which the end is unknown
_WITH_RUNBOOK = frozenset(
    {
        *("locked", "locked_by_other", "reason_needed", "frozen", "not_granted", *CLOSED.values()),
        *("rollback_held", "rolling_back", "rollback_behind", "rollback_under_way", "rollback_waits"),
        *("too_late_to_cancel", "cancel_lost", "being_cancelled", "cancel_way_back", "run_under_way", "wait_ends"),
        *("platform_under_way", "platform_scaling"),
        *("failed", "cancelled", "lost", "rolled_back", "rollback_failed", "rollback_cancelled"),
        *("rollback_stuck", "overtaken_unended", "platform_unasked", "platform_failed", "platform_went_on"),
    }
)
Values = Mapping[str, Any]
Lines = Callable[[Voice, Values], list[str]]


def render(notice: Notice, markup: Markup, *, now: datetime) -> list[str]:
    """Its lines. A code without an entry in `_LINES` is one sentence."""
    voice = Voice.of(notice.config, markup, now)
    lines = _LINES.get(notice.code)
    told = lines(voice, notice.values) if lines else [voice.say(notice.code, notice.values)]
    steps = runbook.link(voice, notice.config) if notice.code in _WITH_RUNBOOK else []
    return [*_pressed(voice, notice.values), *told, *steps]


def _pressed(voice: Voice, values: Values) -> list[str]:
    """The pressed button and its actor, since there is no comment above the answer."""
    button = values.get("pressed")
    return [voice.say("pressed", values, label=voice.say(f"button.{button}")), ""] if button else []


def _reason_needed(voice: Voice, values: Values) -> list[str]:
    """The holder; if there are several holds, all of them."""
    if len(values["stands"]) > 1:
        line = held.unlock_line(voice, values["environment"], reason=True)
        stands = [_standing(voice, one) for one in values["stands"]]
        return [*stands, voice.say("reason_needed.all", values, command=line)]
    known = {"cooldown": "reason_needed", "manual": "reason_needed.hold", "rollback": "reason_needed.hold"}
    code = known.get(values["stage"], f"reason_needed.{values['stage']}")
    line = held.unlock_line(voice, values["environment"], reason=True)
    return [voice.say(code, values, command=line), *held.missing(voice, values)]


def _not_allowed(voice: Voice, values: Values) -> list[str]:
    code = "not_allowed" if set(values["who"]) <= set(ROLES) else "not_allowed.named"
    return [voice.say(code, values, who=help_page.who(voice, values["who"]))]


def _lacks(voice: Voice, values: Values) -> list[str]:
    lost = (voice.say(f"lacks.{one.split(':')[0]}", permission=one) for one in values["lacking"])
    return [voice.say("lacks", values), *lost, voice.say("lacks.next", values)]


def _checks(code: str, voice: Voice, values: Values) -> list[str]:
    """Failed checks first, then running ones, then those that were never reported."""
    ours, others = values["ours"], [name for name in values["missing"] if name not in values["ours"]]
    if code == "checks_missing" and not others:
        return [voice.say("checks_missing.ours", values)]
    lines = [voice.say(code, {**values, "missing": others})]
    if code == "checks_failed" and values["running"]:
        lines.append(voice.say("checks.running", values))
    if code != "checks_missing" and others:
        lines.append(voice.say("checks.missing", values, missing=others))
    if ours:
        lines.append(voice.say("checks.ours", values))
    return [*lines, voice.say("checks.failed.next")] if code == "checks_failed" else lines


def _barred(voice: Voice, values: Values) -> list[str]:
    back = voice.listed(voice.say("barred.one", one) for one in values["back"])
    anyway = values["anyway"] or (voice.say("word.reason") if values["lost"] else "")
    line = prompts.deploy_line(values["environment"], values["number"], values["barred"], anyway)
    itself = ".itself" if [one["number"] for one in values["back"]] == [values["number"]] else ""
    code = f"barred{itself}{'.in_vain' if values['in_vain'] else ''}"
    lines = [voice.say(code, values, back=back, who=help_page.who(voice, values["who"]), command=line)]
    if values["unsure"]:
        lines.append(voice.say("barred.unsure", values, others=_numbers(voice, values["unsure"])))
    return lines


def _not_live_before(code: str, voice: Voice, values: Values) -> list[str]:
    """With the line for the environment that comes before."""
    earlier = values["earlier"]
    line = {
        "not_live_before.barred": prompts.deploy_line(earlier, values["number"], values.get("barred", ())),
        "not_live_before.in_vain": f"/rollback {earlier}",
        "not_live_before.unknown": f"/status {earlier}",
    }[code]
    return [voice.say(code, values, command=line)]


def _apart(code: str, voice: Voice, values: Values) -> list[str]:
    line = prompts.deploy_line(
        values["environment"], values["number"], values["barred"], anyway=voice.say("word.reason")
    )
    return [voice.say(code, values, who=help_page.who(voice, values["who"]), command=line)]


def _other_merge(voice: Voice, values: Values) -> list[str]:
    line = f"/deploy {values['environment']} #{values['number']}"
    return [voice.say("other_merge", values, command=line)]


def _target_gone(voice: Voice, values: Values) -> list[str]:
    lines = [voice.say("target_gone", values)]
    if known := values["known"]:
        line = f"/rollback {values['environment']} to #{known[0]}"
        lines.append(voice.say("target_gone.others", values, others=_numbers(voice, known), command=line))
    return lines


def _not_barred(voice: Voice, values: Values) -> list[str]:
    line = prompts.deploy_line(values["environment"], values["number"], values["barred"])
    return [voice.say("not_barred", values, other=_numbers(voice, values["other"]), command=line)]


def _numbers(voice: Voice, numbers: Iterable[int]) -> str:
    return voice.listed(f"#{number}" for number in numbers)


def _config_invalid(code: str, voice: Voice, values: Values) -> list[str]:
    return [voice.say(code, values, problem=problem.place(voice, values["problem"]))]


def _all_statuses(voice: Voice, values: Values) -> list[str]:
    return [line for described in values["environments"] for line in _status(voice, described, values["actor"])]


def _locked(voice: Voice, values: Values) -> list[str]:
    stands = values["stands"]
    lines = _why_locked(voice, values, stands)
    if values["rank"]:
        own = values["waiter"] and same_login(values["waiter"], values["actor"])
        lines.append(voice.say("locked.rank" if own else "locked.rank.other", values))
    if any(one["stage"] == "freeze" for one in stands):  # no command ends a freeze
        return [*lines, voice.say("locked.freeze.next", values)]
    if stands[0]["stage"] == "under_way":
        own = same_login(values["holder"], values["actor"])
        urgent = "locked.urgent.under_way.own" if own else "locked.urgent.under_way"
        lines.append(voice.say(urgent, values, command=f"/cancel {values['environment']}"))
    return [*lines, *_urgent(voice, values)]


def _why_locked(voice: Voice, values: Values, stands: Sequence[Values]) -> list[str]:
    """The holder, and the end; of several holds each, and the end of the last."""
    if len(stands) == 1:
        return [voice.say("refused") + held.say_obstacle(voice, "locked", values, reader=values["actor"])]
    standing = (_standing(voice, one, values["actor"]) for one in stands)
    lines = [voice.say("refused") + voice.say("locked.several", values), *standing]
    return [*lines, voice.say("locked.free", values)] if values["until"] else lines


def _urgent(voice: Voice, values: Values) -> list[str]:
    """The command line that ends the endable holds: without a reason if all are the actor's own."""
    if not values["endable"]:
        return []
    line = held.unlock_line(voice, values["environment"], reason=bool(values["others"]))
    code = {0: "locked.urgent.cooldown.own", 1: "locked.urgent.cooldown"}.get(len(values["others"]))
    return [voice.say(code or "locked.urgent.cooldown.many", values, command=line)]


def _which_environment(voice: Voice, values: Values) -> list[str]:
    return [voice.say("which_environment"), *(f"- {voice.markup.code(line)}" for line in values["lines"])]


def _locked_by_other(voice: Voice, values: Values) -> list[str]:
    code = "locked_by_other" if values["until"] else "locked_by_other.open"
    return [voice.say(code, values, command=_unlock_others(voice, values))]


def _unlocked(code: str, voice: Voice, values: Values) -> list[str]:
    """With the other ended holds, those that still stand, and the command line that ends these."""
    free = voice.say("unlocked.still" if values["still"] else "unlocked.free", values)
    why = voice.say("unlocked.why", values) if values["reason"] else ""
    lines = [voice.say(code, _led(values), free=free, why=why).replace("🔓  ", "🔓 ")]  # without a mention
    lines += _more_people(voice, values)
    if values["also"]:
        lines.append(voice.say("unlocked.also", values))
    lines += [_standing(voice, one) for one in values["still"]]
    if values["endable"]:
        line = held.unlock_line(voice, values["environment"], reason=True)
        lines.append(voice.say("unlocked.rest", values, command=line))
    return lines


def _bad_news(code: str, voice: Voice, values: Values) -> list[str]:
    environment = values["environment"]
    line = prompts.deploy_line(environment, values["number"], values.get("barred", ()), values.get("anyway", ""))
    if code == "lost":
        line = held.unlock_line(voice, environment, reason=True)
    far = values.get("reach") or ""
    said = "rollback_lost" if code == "lost" and values["undone"] else reach.ended(code, far)
    told = voice.say(said, values, reach=reach.reached(voice, far, dict(values)))
    lines = [told + _link(voice, values), *reach.explained(voice, far, values.get("broke") or "")]
    if code == "lost":
        cause = "lost.denied" if values.get("denied") else "lost.unseen" if values.get("unseen") else "lost.unfound"
        lines.append(voice.say(cause))
    if values["detail"]:
        lines.append(refused_start.reason(voice, values["detail"], workflow=values["workflow"]))
    if values.get("gone") and code != "lost":
        return [*lines, voice.say("left", values)]
    then = "failed.next.platform" if values.get("held") else "failed.next"
    if code != "lost" and then == "failed.next" and values.get("stands"):
        lines += held.say_obstacles(voice, values["stands"], values["until"])
        then = "failed.next.later"
    again = f"/rollback {environment}"
    if code != "lost" and (why := values.get("unfit")):
        lines.append(prompts.say_unfit(voice, why["why"], {**values, **why}))
        return [*lines, voice.say("reach.back", again=again)] if values.get("back") else lines
    lines.append(voice.say("lost.next" if code == "lost" else then, values, command=line))
    return [*lines, voice.say("reach.back", again=again)] if values.get("back") else lines


def _runs(voice: Voice, values: Values) -> str:
    if values["live"]:
        return voice.say("status.live", values)
    if values.get("unreleased"):
        return voice.say("status.live.before", values)
    return voice.say("status.live.unknown", values)


def _status(voice: Voice, values: Values, reader: str) -> list[str]:
    lines = [_runs(voice, values)]
    lines += [_maybe(voice, values, values["maybe"])] if values.get("maybe") else []
    lines += [voice.say("status.not_allowed", target=values["not_allowed"])] if values.get("not_allowed") else []
    lines += [_by_hand(voice, one) for one in values["by_hand"]]
    lines += [_standing(voice, one, reader) for one in values["standing"]] or [voice.say("status.free")]
    if values["left"]:
        lines.insert(1, voice.say("status.left", values["left"]))
    if values["waiting"]:
        others = voice.listed(voice.say("status.waiting.one", one) for one in values["waiting"])
        lines.append(voice.say("status.waiting", others=others))
    lines += [prompts.say_unfit(voice, one["why"], one) for one in values["unfit"]]
    if values["freeze_since"]:
        lines.append(voice.say("status.freeze.next", values))
    if values.get("until_over"):
        lines.append(voice.say("status.back.later", values, name=values["until_over"]))
    elif values["live"]:
        code = (
            "status.back"
            if values["target"]
            else "status.back.unreleased"
            if values.get("asks")
            else "status.back.none"
        )
        lines.append(voice.say(code, values))
        if values["target"] and values.get("way_back"):
            lines[-1] += " " + voice.say("status.way_back", values)
    rules = _rules(voice, values["rules"])
    return [*lines, "", *([voice.say("status.rules", values), "", *rules, ""] if rules else [])]


def _rules(voice: Voice, rules: Sequence[Values]) -> list[str]:
    """The conditions that do not hold or are unknown; those that hold are counted, and folded where possible."""
    hold = [_rule(voice, one) for one in rules if one["state"] == "yes"]
    rest = [_rule(voice, one) for one in rules if one["state"] != "yes"]
    count = voice.say("status.rules.hold", count=len(hold), all=len(rules))
    return [*rest, *([""] if rest else []), *voice.markup.fold(count, hold)] if rules else []


def _maybe(voice: Voice, values: Values, attempt: Values) -> str:
    code = f"status.{attempt['reach']}" if attempt["reach"] in reach.UNSURE else "status.maybe"
    return voice.say(code, {**values, **attempt})


def _queue_gave_up(voice: Voice, values: Values) -> list[str]:
    """The obstacles now, and whether to wait for them. Without a mention the text begins at once."""
    stands = [
        voice.say("queue_gave_up.now", environment=one["environment"], stands=_standing(voice, one))
        for one in values["standing"]
    ]
    then = "queue_gave_up.wait" if stands else "queue_gave_up.free"
    return [voice.say("queue_gave_up", values).lstrip(), *stands, voice.say(then), voice.say("queue_gave_up.longer")]


def _by_hand(voice: Voice, values: Values) -> str:
    code = "status.unordered" if values.get("cause") else "status.by_hand"
    return voice.say(code, values, link=_link(voice, values))


def _standing(voice: Voice, values: Values, reader: str = "") -> str:
    return held.say_obstacle(voice, "status", values, reader=reader)


def _rule(voice: Voice, values: Values) -> str:
    """An obstacle is named above, without a mention for a mere question."""
    label = voice.say(f"rule.{values['rule']}", values)
    if values["state"] != "no":
        return voice.say(f"rule.{values['state']}", label=label)
    if values["rule"] == "free":
        return voice.say("rule.no.above", label=label)
    lines = _LINES.get(values["code"])
    told = lines(voice, values["values"]) if lines else [voice.say(values["code"], values["values"])]
    return voice.say("rule.no", label=label, why=voice.prose(told))


def _rollback_elsewhere(voice: Voice, values: Values) -> list[str]:
    said = [voice.say("rollback_elsewhere.barred" if values["barred"] else "rollback_elsewhere", values)]
    if values["live"]:
        said.append(voice.say("rollback_elsewhere.runs", values))
    return [voice.prose([*said, _then_undone(voice, values)])]


def _released_since(voice: Voice, values: Values) -> list[str]:
    return [voice.prose([voice.say("released_since", values), _then_undone(voice, values)])]


def _then_undone(voice: Voice, values: Values) -> str:
    """The command line of the rollback that applies now: with its target, if there is one."""
    then = "rollback_elsewhere.next" if values["target"] else "rollback_elsewhere.first"
    return voice.say(then, values, command=_rollback(voice, values))


def _rolled_back_already(voice: Voice, values: Values) -> list[str]:
    said = voice.say("rolled_back_already", values)
    if values["target"]:
        said += " " + voice.say("rolled_back_already.next", values, command=_rollback(voice, values))
    return [said]


def _never_live(voice: Voice, values: Values) -> list[str]:
    """With those that `to` can name; the platform may know a way back where there is none."""
    if known := values["known"]:
        return [voice.say("never_live", values, others=_numbers(voice, known))]
    return [voice.say("never_live.none", values, command=f"/status {values['environment']}")]


def _rolling_back(voice: Voice, values: Values) -> list[str]:
    """If it has not begun, with the obstacle it waits for."""
    waits = values["waits"]
    return [voice.say("rolling_back", values), *([held.say_obstacle(voice, "prompt", waits)] if waits else [])]


def _rollback_behind(voice: Voice, values: Values) -> list[str]:
    """The attempt that has to end first; if no end of it is seen, the command line that stops the wait."""
    seen = values["stage"] == "cancelling"
    line = held.unlock_line(voice, values["environment"], reason=True)
    return [voice.say("rollback_behind" if seen else "rollback_behind.unseen", values, command=line)]


def _overtaken_ended(voice: Voice, values: Values) -> list[str]:
    """A cancelled run has ended, and whether a rollback goes on from there."""
    said = voice.say(f"overtaken_ended.{values['phase']}", values, link=_link(voice, values))
    return [f"{said} {voice.say('overtaken_ended.back', values)}" if values["back"] else said]


def _end_of_rollback(code: str, voice: Voice, values: Values) -> list[str]:
    """For the mentioned people, with the next step."""
    environment = values["environment"]
    far = values.get("reach") or ""
    unsure = code == "rollback_failed" and far in reach.UNSURE
    said = "rollback_unbegun" if values.get("unbegun") else "rollback_unsure" if unsure else code
    lines = [voice.say(said, _led(values)) + _link(voice, values), *_more_people(voice, values)]
    lines += reach.explained(voice, far, values.get("broke") or "")
    if code == "rolled_back" and values.get("others"):
        lines.append(voice.say("rolled_back.along", others=_others(voice, values["others"])))
    if values["detail"]:
        by_codedeploy = values["runner"] == "codedeploy"
        lines.append(
            refused_start.reason(voice, values["detail"], workflow=values["workflow"], by_codedeploy=by_codedeploy)
        )
    if values.get("gone"):
        return [*lines, voice.say("left", values)]
    command, again = held.unlock_line(voice, environment, reason=False), f"/rollback {environment}"
    beside = [one for one in values.get("stands", ()) if one["stage"] != "rollback"]
    if "stands" in values and len(beside) == len(values["stands"]):  # read late: that hold was ended meanwhile
        lines += [] if code == "rolled_back" else [voice.say("failed.next", command=again)]
    else:
        then = "rollback.stays" if code == "rolled_back" else "rollback.again"
        lines.append(voice.say(then, values, command=command, again=again))
    return [*lines, *held.say_obstacles(voice, beside, values.get("until"))]


def _led(values: Values) -> Values:
    return {**values, "holders": values["holders"][:LEADING]}


def _more_people(voice: Voice, values: Values) -> list[str]:
    """A line for the others whom it concerns."""
    rest = values["holders"][LEADING:]
    return [voice.say("holders.more", people=rest)] if rest else []


def _foreign(voice: Voice, values: Values) -> list[str]:
    return [voice.say("platform_foreign", values, again=f"{_rollback(voice, values)} stop {values['deployment']}")]


def _rollback(_: Voice, values: Values) -> str:
    """With the target, if it is a pull request."""
    to = f" to #{values['target']}" if isinstance(values["target"], int) else ""
    return f"/rollback {values['environment']}{to}"


def _elsewhere(voice: Voice, values: Values) -> list[str]:
    code = "platform_elsewhere" if values["leads"] else "platform_elsewhere.unknown"
    return [voice.say(code, values, leads_to=values["back"] or "–")]


def _of_platform(code: str, voice: Voice, values: Values) -> list[str]:
    environment = values["environment"]
    lines = {"again": f"/rollback {environment}", "deploy": f"/deploy {environment} #{values['number']}"}
    told = [voice.say(code, values, command=held.unlock_line(voice, environment, reason=True), **lines)]
    told[0] += _link(voice, values)
    if code == "platform_failed" and values["detail"]:
        told.append(voice.say("number.detail.codedeploy", values))
    return [*told, *held.missing(voice, values)]


def _link(voice: Voice, values: Values) -> str:
    url = values["url"]
    return voice.say("number.link", link=run_link.link(voice, url, values.get("runner", ""))) if url else ""


def _to_own(code: str, voice: Voice, values: Values) -> list[str]:
    """One sentence, which does not tell the holder what they did themselves."""
    own = same_login(values["holder"], values["actor"])
    return [voice.say(f"{code}.own" if own else code, values)]


def _deploy(_: Voice, values: Values) -> str:
    return f"/deploy {values['environment']}"


def _too_late_to_cancel(voice: Voice, values: Values) -> list[str]:
    """While the platform still switches, no command unlocks."""
    code = "too_late_to_cancel.ending" if values["by"] else "too_late_to_cancel"
    return [voice.say("too_late_to_cancel.shifting" if values.get("stage") == "shifting" else code, values)]


def _cancel(_: Voice, values: Values) -> str:
    return f"/cancel {values['environment']}"


def _unlock(voice: Voice, values: Values) -> str:
    return held.unlock_line(voice, values["environment"], reason=False)


def _unlock_others(voice: Voice, values: Values) -> str:
    return held.unlock_line(voice, values["environment"], reason=True)


def _somebody(voice: Voice, values: Values) -> str:
    return voice.markup.escape(values["by"]) if values["by"] else voice.say("word.somebody")


def _with(*codes: str, **more: Callable[[Voice, Values], str]) -> Mapping[str, Lines]:
    """Codes that are one sentence with further parameters."""

    def lines(code: str, voice: Voice, values: Values) -> list[str]:
        return [voice.say(code, values, **{name: make(voice, values) for name, make in more.items()})]

    return _for_codes(lines, *codes)


def _for_codes(lines: Callable[[str, Voice, Values], list[str]], *codes: str) -> Mapping[str, Lines]:
    return {code: partial(lines, code) for code in codes}


def _known(name: str, code: str, unknown: str) -> Lines:
    """One sentence: that of `code` where the value is known, else the other."""
    return lambda voice, values: [voice.say(code if values[name] else unknown, values)]


def _merged_live(voice: Voice, values: Values) -> list[str]:
    there = voice.listed(voice.say("merged_live.one", one) for one in values["there"])
    return [voice.say("merged_live", values, there=there)]


def _starting(voice: Voice, values: Values) -> list[str]:
    back, waits, others = values["kind"] == "rollback", values["waits"], values["others"]
    lines = [voice.say("starting.rollback" if back else "starting", values)]
    if waits:
        lines = [voice.say("starting.waits", values), held.say_obstacle(voice, "prompt", waits)]
    along = "slack.thread.undoes" if back else "slack.thread.ships"
    return [*lines, voice.say(along, values, others=_others(voice, others))] if others else lines


def _others(voice: Voice, others: Iterable[Values]) -> str:
    return voice.listed(voice.say("prompt.other", one) for one in others)


def _slack_unlinked(voice: Voice, values: Values) -> list[str]:
    return [voice.say("slack.unlinked", values, link=voice.markup.link(voice.say("slack.edit"), values["url"]))]


def _people(voice: Voice, values: Values) -> list[str]:
    """Without mentions: logins and member ids are quoted."""
    marks = voice.listed(voice.markup.code(one) for one in values["marks"])
    return [voice.say(f"people.{values['what']}", values, others=marks)]


def _owner(voice: Voice, values: Values) -> list[str]:
    """With the reason if nothing new starts under the new owner."""
    return [
        voice.say("owner", values),
        *([held.say_obstacle(voice, "prompt", closed)] if (closed := values["closed"]) else []),
    ]


def _target_not_allowed(voice: Voice, values: Values) -> list[str]:
    return [voice.say("target_not_allowed", values), *held.missing(voice, values)]


def _greeting(voice: Voice, values: Values) -> list[str]:
    """With the file in a fence that no line of it ends."""
    longest = max((len(run) for run in re.findall(r"`+", values["text"])), default=0)
    fence = "`" * max(3, longest + 1)
    text = values["text"].rstrip("\n").split("\n")
    fill = [voice.say("greeting.open"), ""] if values["open"] else []
    return [voice.say("greeting", values), "", f"{fence}yaml", *text, fence, "", *fill, voice.say("greeting.next")]


_LINES: Mapping[str, Lines] = {
    "greeting": _greeting,
    "locked": _locked,
    "queue_gave_up": _queue_gave_up,
    **_for_codes(_bad_news, "failed", "cancelled", "lost"),
    "status": _all_statuses,
    "help": help_page.render,
    **_with("stray", "twin", by=_somebody, link=_link, command=_deploy),
    **_with("rerun", "rerun_succeeded", "rerun_failed", by=_somebody, link=_link, command=_deploy),
    **_with("by_hand", "by_hand.held", by=_somebody, link=_link, command=_deploy),
    **_with("unordered", "unordered.held", by=_somebody, link=_link, command=_deploy),
    **_with("run_under_way", "glass_broken", "not_fenced", link=_link, command=_cancel),
    **_with("waits", "waits_reviewer", "read_late", link=_link, command=_cancel),
    **_with("nag", command=_unlock),
    **_with("cancel_lost", command=_unlock_others),
    **_with("rollback_stuck", "overtaken_unended", link=_link, command=_unlock_others),
    **_with("platform_scaling", "platform_not_at", again=_rollback),
    "frozen": _known("until", "frozen", "frozen.open"),
    "now_locked": _known("until", "now_locked", "now_locked.open"),
    "too_late_to_cancel": _too_late_to_cancel,
    "platform_under_way": _known("deployment", "platform_under_way", "platform_under_way.unseen"),
    "target_claimed": _known("other", "target_claimed", "target_claimed.hidden"),
    **_for_codes(_to_own, "cancelling", "cancelled_at_once"),
    "reason_needed": _reason_needed,
    "locked_by_other": _locked_by_other,
    "which_environment": _which_environment,
    "unknown_environment": _known("line", "unknown_environment.near", "unknown_environment"),
    **_for_codes(_unlocked, "unlocked", "unlocked_other", "unlocked_holds"),
    **_for_codes(_unlocked, "unlocked_lost", "unlocked_unended", "unlocked_unasked", "unlocked_wait"),
    "merged_live": _merged_live,
    "starting": _starting,
    "slack.unlinked": _slack_unlinked,
    "not_allowed": _not_allowed,
    "barred": _barred,
    **_for_codes(_apart, "diverged", "gone", "barred_lost"),
    **_for_codes(_not_live_before, "not_live_before.barred", "not_live_before.in_vain", "not_live_before.unknown"),
    "other_merge": _other_merge,
    "target_gone": _target_gone,
    "lacks": _lacks,
    "not_barred": _not_barred,
    **_for_codes(_checks, "checks_failed", "checks_running", "checks_missing"),
    **_for_codes(_config_invalid, "config_invalid", "merged_config_invalid"),
    "owner": _owner,
    "people": _people,
    "target_not_allowed": _target_not_allowed,
    "released_since": _released_since,
    "rollback_elsewhere": _rollback_elsewhere,
    "rolled_back_already": _rolled_back_already,
    "never_live": _never_live,
    "rolling_back": _rolling_back,
    "rollback_behind": _rollback_behind,
    "overtaken_ended": _overtaken_ended,
    "platform_foreign": _foreign,
    "platform_elsewhere": _elsewhere,
    **_for_codes(_of_platform, "platform_unasked", "platform_failed", "platform_went_on"),
    **_for_codes(_end_of_rollback, "rolled_back", "rollback_failed", "rollback_cancelled"),
}
