"""What visitors do on the page, each as a person of the world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import aiohttp

from ghapp.demo import arguments, freeze_switch
from ghapp.demo.faults import NAMES, Faults
from ghapp.demo.github import Pull
from ghapp.demo.kinds import KINDS
from ghapp.demo.slack import Message, Version, Whisper
from ghapp.demo.stage import CONFIG_FILE, Stage
from ghapp.demo.words import say

COMMANDS = ("/deploy", "/rollback", "/ghapp")
LONGEST_SKIP = 525_600  # minutes: a year
SECOND = timedelta(seconds=1)


class Server(Protocol):
    """ghapp's process."""

    def kill(self) -> bool:
        """Ends it at once, as `kill -9` does; False where there is none."""


class Event(NamedTuple):
    """An event that time alone brings. `what`: a sentence."""

    at: datetime
    what: str


@dataclass(slots=True)
class Acts:
    """Carries out one act after the other. `server`: None where it is no process of its own. `upcoming`: the next event
    that time brings."""

    stage: Stage
    server: Server | None = None
    upcoming: Callable[[], Event | None] = lambda: None
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.faults = Faults(self.stage.github, self.stage.slack)

    async def __call__(self, verb: str, said: Mapping[str, Any]) -> None:
        """Raises ValueError with a sentence where the act is not possible: then nothing is done."""
        arguments.check(verb, said, self.stage.language)
        by = self._person(said) if "by" in arguments.VERBS[verb] else ""
        match verb:
            case "merge" | "push" | "open" | "config":
                await self._change_code(verb, said, by)
            case "comment" | "click":
                await self._speak_on_github(verb, said, by)
            case "press" | "type":
                await self._speak_in_slack(verb, said, by)
            case _:
                await self._change_world(verb, said)

    # ------------------------------------------------------------ on GitHub

    async def _change_code(self, verb: str, said: Mapping[str, Any], by: str) -> None:
        stage = self.stage
        if not stage.may(by):
            raise self._refusal("error.may_not", user=by)
        match verb:
            case "merge":
                await stage.shop.merge(self._pull(said, is_open=True), by=by)
            case "push":
                await stage.shop.push(self._pull(said, is_open=True), by=by)
            case "open":
                kind = next((kind for kind in KINDS if kind == (said.get("kind") or "good")), None)
                if kind is None:
                    raise self._refusal("error.no_kind", kinds=", ".join(KINDS))
                await stage.open(by, said["title"].strip() or say(stage.language, "pull.untitled"), kind)
            case _:
                await self._save(said["text"], by)

    async def _save(self, text: str, by: str) -> None:
        await self.stage.shop.commit(CONFIG_FILE, text, by=by, message="Change the config")

    async def _speak_on_github(self, verb: str, said: Mapping[str, Any], by: str) -> None:
        shop = self.stage.shop
        if verb == "comment":
            if not said["body"].strip():
                raise self._refusal("error.empty")
            await shop.comment(self._pull(said), by=by, body=said["body"])
            return
        report = shop.reports.get(said["check"])
        if report is None or said["button"] not in report.buttons:
            raise self._refusal("error.no_button")
        await shop.press(report, said["button"], by=by)

    def _pull(self, said: Mapping[str, Any], *, is_open: bool = False) -> Pull:
        pull = self.stage.shop.pulls.get(said["number"])
        if pull is None:
            raise self._refusal("error.no_pull", number=said["number"])
        if is_open and pull.state != "open":
            raise self._refusal("error.not_open", number=pull.number)
        return pull

    # ------------------------------------------------------------ in Slack

    async def _speak_in_slack(self, verb: str, said: Mapping[str, Any], by: str) -> None:
        if self.faults.shown["slack"]:
            raise self._refusal("error.slack_down")
        if said["channel"] not in self.stage.slack.channels:
            raise self._refusal("error.no_channel")
        try:
            await (self._press(said, by) if verb == "press" else self._type(said, by))
        except (aiohttp.ClientError, TimeoutError):
            raise self._refusal("error.no_answer") from None

    async def _press(self, said: Mapping[str, Any], by: str) -> None:
        """Presses a button. The page cannot show modals, so a button that opens one is an error."""
        slack, person = self.stage.slack, self.stage.people[by]
        channel = slack.channels[said["channel"]]
        seen: list[Message | Whisper] = [*channel.messages, *slack.whispers]
        message = next((one for one in seen if one.ts == said["ts"]), None)
        if message is None or (isinstance(message, Whisper) and message.user != person):
            raise self._refusal("error.unseen", user=by)
        windows = len(slack.modals)
        try:
            await slack.press(channel.id, person, message, said["action_id"], said["value"])
        except LookupError:
            raise self._refusal("error.no_button") from None
        if len(slack.modals) > windows:
            raise self._refusal("error.window")

    async def _type(self, said: Mapping[str, Any], by: str) -> None:
        """Types a line, or a reply in a thread. Slack passes its registered commands on, outside of threads only."""
        slack, line, thread = self.stage.slack, said["line"], said.get("thread")
        if thread is not None:
            self._reply(said, by)
            return
        if line.split(" ", maxsplit=1)[0] not in COMMANDS:
            raise self._refusal("error.no_command")
        await slack.type(said["channel"], self.stage.people[by], line)

    def _reply(self, said: Mapping[str, Any], by: str) -> None:
        slack, line = self.stage.slack, said["line"].strip()
        channel = slack.channels[said["channel"]]
        if not any(one.ts == said["thread"] and one.thread_ts is None for one in channel.messages):
            raise self._refusal("error.unseen", user=by)
        if not line:
            raise self._refusal("error.empty")
        if line.startswith("/"):
            raise self._refusal("error.in_thread")
        reply = Message(slack.stamp(), self.stage.people[by], Version(line, []), thread_ts=said["thread"])
        slack.append(channel, reply)

    # ------------------------------------------------------------ the world

    async def _change_world(self, verb: str, said: Mapping[str, Any]) -> None:
        match verb:
            case "skip":
                if said["minutes"] > LONGEST_SKIP:
                    raise self._refusal("error.too_far", most=LONGEST_SKIP)
                self.stage.skip(timedelta(minutes=said["minutes"]))
            case "jump":
                event = self.upcoming()
                if event is None:
                    raise self._refusal("error.nothing_next")
                self.stage.skip(max(event.at - self.stage.clock(), timedelta()) + SECOND)
            case "freeze":
                await self._freeze(on=said["on"])
            case "fault":
                name = next((name for name in NAMES if name == said["name"]), None)
                if name is None:
                    raise self._refusal("error.no_fault", names=", ".join(NAMES))
                self.faults.switch(name, on=said["on"])
            case "kill":
                if self.server is None or not self.server.kill():
                    raise self._refusal("error.not_running")
            case _:  # the world itself is not this one's to renew
                raise LookupError(verb)

    async def _freeze(self, *, on: bool) -> None:
        """The first person pushes the change: a switch has no user."""
        stage = self.stage
        text = freeze_switch.switched(stage.config, stage.language, stage.today, on=on)
        if text is None:
            raise self._refusal("error.no_freeze")
        if text != stage.config:
            await self._save(text, next(iter(stage.people)))

    def _person(self, said: Mapping[str, Any]) -> str:
        by: str = said["by"]
        if by not in self.stage.people:
            raise self._refusal("error.no_person", user=by[:40])
        return by

    def _refusal(self, code: str, **values: object) -> ValueError:
        return ValueError(say(self.stage.language, code, **values))
