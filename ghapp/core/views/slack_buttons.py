"""Slack buttons that fit the state, since slash commands do not work in a thread.

A release, a stop or a rollback is confirmed first, with its effect.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ghapp.core.model.environment import Environment
from ghapp.core.model.events import SlackAction
from ghapp.core.model.published import Block
from ghapp.core.model.slack_person import aim
from ghapp.core.rules import button_payloads, releases
from ghapp.core.rules.release_status import ReleaseStage, pulls_to_show, release_status
from ghapp.core.views.markup import Plain
from ghapp.core.views.slack_blocks import Part, plain
from ghapp.core.words import Voice, cut

SURE_LIMIT = 300
SURE_TITLE_LIMIT = 100
SURE_NAME_LIMIT = 60  # two titles and a commit fit together
_STYLES = {"deploy": "primary", "rollback": "danger", "cancel": "danger"}


def of_release(environment: Environment, pull: int, now: datetime, *, named: bool = False) -> tuple[Block, ...]:
    """The buttons that fit a release now. `named`: a deploy names its environment, since the message has several."""
    head = next((one.head for one in pulls_to_show(environment) if one.number == pull), None)
    if head is None:
        return ()
    stands = release_status(environment, pull, head, now)
    fitting = _fitting(environment, now, stands.stage, stands.buttons)
    voice, mark = _voice(environment, now), str(button_payloads.mark(environment, pull))
    place = environment.name if named else ""
    return tuple(_button(action, mark, voice, _sure(action, environment, pull, voice), place) for action in fitting)


def of_turn(environment: Environment, pull: int, now: datetime) -> tuple[Block, ...]:
    """The buttons of a call: deploy, or let the next one go first."""
    voice, mark = _voice(environment, now), str(button_payloads.mark(environment, pull))
    other: SlackAction = "pass" if releases.after(environment, pull) else "skip"
    offer = None if releases.takes_a_line(environment, pull) else button_payloads.deploying(environment, pull)
    deploy = (_of_offer(offer, voice),) if offer else ()
    return (*deploy, _button(other, mark, voice, None))


def of_choices(choices: Iterable[Mapping[str, Any]], speaks: Voice, now: datetime) -> list[Part]:
    """The possible meanings of a command line, each with its button; `speaks` is the message's own voice."""
    voice = Voice(speaks.language, str(speaks.zone), Plain(), now)
    return [Part([_line(offer, speaks)], (_of_offer(offer, voice, offer["environment"]),)) for offer in choices]


def ships(code: str, voice: Voice, along: Iterable[Mapping[str, Any]], **more: Any) -> list[str]:
    """The releases that go along with this one, or back with it, if any."""
    named = [voice.say("prompt.other", one) for one in along]
    return [voice.say(code, others=voice.listed(named), **more)] if named else []


def _line(offer: Mapping[str, Any], voice: Voice) -> str:
    if offer["action"] == "rollback":
        line = f"/rollback {offer['environment']}"
        command = aim(line, offer["full_name"]) if offer.get("full_name") else line
        return voice.say("slack.choice.rollback", offer, command=command)
    line = f"/deploy {offer['environment']} {offer['repository']}#{offer['number']}"
    return voice.say("slack.choice", offer, command=line)


def _fitting(
    environment: Environment, now: datetime, stage: ReleaseStage, buttons: Iterable[SlackAction]
) -> tuple[SlackAction, ...]:
    """As on GitHub, and two of Slack only: Skip while it waits, Cancel while it is under way."""
    if stage == "deploying":
        deployment = environment.deployment
        return () if deployment is None or deployment.stop else ("cancel",)
    if stage != "awaiting":
        return tuple(buttons)
    return (*buttons, "skip")


# ---------------------------------------------------------------- the confirmations


def _sure(action: SlackAction, environment: Environment, pull: int, voice: Voice) -> Block | None:
    match action:
        case "deploy":
            offer = button_payloads.deploying(environment, pull)
            return _sure_of(offer, voice) if offer else None
        case "rollback":
            offer = button_payloads.rolling_back(environment)
            return _sure_of(offer, voice) if offer else None
        case "cancel":
            return _sure_cancel(environment, voice)
        case _:
            return None


def _sure_of(offer: Mapping[str, Any], voice: Voice) -> Block:
    """The parts that are never cut come first: the commit, and that it cannot be taken back."""
    titles = {name: cut(str(title), SURE_NAME_LIMIT) for name, title in offer.items() if name.endswith("title")}
    values, warns = {**offer, **titles}, [voice.say("warns")] if offer["warns"] else []
    if offer["action"] == "rollback":
        along = ships("slack.sure.undoes", voice, offer["along"])
        return _asked("rollback", [voice.say("slack.sure.back", values), *warns, *along], values, voice)
    along = ships("slack.sure.ships", voice, offer["along"])
    return _asked("deploy", [voice.say("slack.sure.what", values), *warns, *along], values, voice)


def _sure_cancel(environment: Environment, voice: Voice) -> Block:
    deployment = environment.deployment
    assert deployment
    grant = deployment.grant
    title = grant.revision.pull.title if grant.revision else ""
    values = {"name": grant.name, "number": grant.leads_to, "title": title}
    return _asked("cancel", [voice.say("slack.sure.cancel.what", values)], values, voice)


def _asked(action: SlackAction, lines: list[str], values: Mapping[str, Any], voice: Voice) -> Block:
    text = "\n".join(lines)
    return {
        "title": plain(cut(voice.say(f"slack.sure.{action}", values), SURE_TITLE_LIMIT)),
        "text": plain(text if len(text) <= SURE_LIMIT else text[: SURE_LIMIT - 1] + "…"),
        "confirm": plain(voice.say(f"slack.button.{action}")),
        "deny": plain(voice.say("slack.sure.no")),
    }


# ---------------------------------------------------------------- the button


def _of_offer(offer: Mapping[str, Any], voice: Voice, place: str = "") -> Block:
    return _button(offer["action"], offer["mark"], voice, _sure_of(offer, voice), place)


def _button(action: SlackAction, mark: str, voice: Voice, sure: Block | None, place: str = "") -> Block:
    style = _STYLES.get(action)
    named = place and action == "deploy"
    label = voice.say("slack.button.deploy.to", environment=place) if named else voice.say(f"slack.button.{action}")
    return {
        "type": "button",
        "action_id": action,
        "value": mark,
        "text": plain(label),
        **({"style": style} if style else {}),
        **({"confirm": sure} if sure else {}),
    }


def _voice(environment: Environment, now: datetime) -> Voice:
    """Slack shows a button and its confirmation as plain text only."""
    return Voice.of(environment.config, Plain(), now)
