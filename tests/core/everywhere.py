"""Renders a decision in every place and both languages, as the engine does: a missing sentence fails the test."""

import dataclasses
import hashlib
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from ghapp.core.config import reader
from ghapp.core.config.model import UNSPOKEN, Config, EnvironmentConfig, InvalidConfig, Language, PolicyFile, Problem
from ghapp.core.config.workflow_check import Findings
from ghapp.core.handlers import undecided
from ghapp.core.model import codec
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.decision import Decision, Entry, Notice, Refusal
from ghapp.core.model.environment import Deployment, Environment
from ghapp.core.model.events import CommandGiven, DeploymentJobWaiting, Event, GuardAsked
from ghapp.core.model.facts import ConfigFact
from ghapp.core.model.published import Message
from ghapp.core.rules import release_status
from ghapp.core.views import call, check_run, comment, config_check, fence, gate, github_deployment, history, slack
from ghapp.core.views.call import Call
from ghapp.core.views.markup import Terminal
from ghapp.core.views.problem import line
from ghapp.core.views.slack_blocks import SECTION_LIMIT, name_repository
from ghapp.core.words import Voice
from ghapp.engine.publish.notices import refusal
from ghapp.ports import Permanent
from tests import sentences

NOTHING_FOUND = Findings()
LANGUAGES: tuple[Language, ...] = ("en", "ja")
WEB = "https://github.com"
OPEN, HEAD = 9_999, "0" * 40  # an open pull request
FACT = 6  # letters of the shortest fact, `デプロイしてね`
PHONE = 60  # characters of a notification that are seen at a glance
MENTION = re.compile(r"<@(\w+)>|<!subteam\^\w+>")
PEOPLE = {"U024BE7LH": "mona", "U024BE7TA": "taro", "U024BE7HA": "hanako"}


@dataclass(frozen=True, slots=True)
class Decided:
    """An event and its decision: `environments` and `config` of the repository after it.

    `called`: all calls that were posted; they are edited when they are over.
    """

    event: Event
    decision: Decision
    environments: Sequence[Environment]
    config: ConfigFact
    now: datetime
    called: Sequence[Call] = ()


_seen: set[bytes] = set()


def rendered(decided: Decided) -> None:
    """Renders all that people can read of a decision. Skips a decision rendered before: many tests begin alike."""
    decision, now = decided.decision, decided.now
    key = hashlib.sha256(msgspec.json.encode(decided)).digest()
    if key in _seen:
        return
    with sentences.listening():
        for language in LANGUAGES:
            spoken = [in_language(one, language) for one in decided.environments]
            changed = {one.name for one in decision.changed}
            _Places(spoken, now, decided.called).paint([one for one in spoken if one.name in changed])
            for notice in (*decision.notices, *_undecided(decided.event, now)):
                _noticed(replace(notice, config=_in(notice.config, language)), now)
            _remembered(decision.entries, language, now)
            if decision.refusal:
                _turned_down(decided, spoken, language)
            if isinstance(decided.event, DeploymentJobWaiting):
                fence.could_not_check("GitHub is not to be reached", _in(UNSPOKEN, language), now=now)
    proposed(decided.config)
    _seen.add(key)


def _undecided(event: Event, now: datetime) -> list[Notice]:
    """The answers to a command that is not decided."""
    if not isinstance(event, CommandGiven):
        return []
    refusals = [undecided.slow_down(), undecided.answers_itself(), undecided.unknown("user_not_found")]
    refusals.append(undecided.gate_refused("GitHub answered 422: Validation Failed"))
    for pressed in (False, True):
        refusals.append(undecided.could_not_check(event.text, "GitHub is not to be reached", pressed=pressed))
        refusals.append(undecided.broken(event.text, pressed=pressed))
    return [undecided.answer(event, refusal, UNSPOKEN, now) for refusal in refusals]


def whispered(refusal: Refusal, now: datetime) -> None:
    """Renders a refusal as Slack shows it where nothing was decided."""
    with sentences.listening():
        for language in LANGUAGES:
            slack.refusal(refusal, _in(UNSPOKEN, language), now=now)


def read_config(
    text: str, sha: str, branch: str, policy: PolicyFile | None = None, **more: Any
) -> Config | InvalidConfig:
    """Reads a config file as the product does, and renders its problems."""
    config = reader.read_config(text, sha, branch, policy, **more)
    proposed(config)
    return config


def proposed(config: ConfigFact, findings: Findings = NOTHING_FOUND) -> None:
    """Renders the check `ghapp/config` of a pull request; `findings`: the problems in the workflows."""
    with sentences.listening():
        for language in LANGUAGES:
            match config:
                case Config(environments=named):
                    spoken: ConfigFact = dataclasses.replace(
                        config,
                        environments={
                            name: _in(environment_config, language) for name, environment_config in named.items()
                        },
                    )
                case InvalidConfig():
                    spoken = dataclasses.replace(config, language=language)
                case _:
                    spoken = config
            config_check.render(spoken, findings, language)
            if isinstance(spoken, Config):
                config_check.unread(spoken)


def said(problems: Iterable[Problem]) -> None:
    """Renders the problems of a file as the command line prints them."""
    with sentences.listening():
        assert all(line(problem, language) for problem in problems for language in LANGUAGES)


def in_language(environment: Environment, language: Language) -> Environment:
    """The same environment, and the attempts in it, in a language."""

    def spoken(attempt: Deployment | None) -> Deployment | None:
        return attempt and replace(attempt, grant=replace(attempt.grant, config=_in(attempt.grant.config, language)))

    return replace(
        environment,
        config=_in(environment.config, language),
        deployment=spoken(environment.deployment),
        overtaken=spoken(environment.overtaken),
    )


def _in(config: EnvironmentConfig, language: Language) -> EnvironmentConfig:
    return replace(config, language=language)


@dataclass(frozen=True, slots=True)
class _Places:
    """The places that show the state of a repository at one moment."""

    environments: Sequence[Environment]
    now: datetime
    called: Sequence[Call]

    def paint(self, changed: Sequence[Environment]) -> None:
        """Renders what a reconcile of the changed environments shows; without environments nothing is shown."""
        for base in dict.fromkeys(one.config.branch for one in changed):
            self._gate(base)
        for environment in changed:
            self._on_github(environment)
            if environment.config.channel:
                self._in_slack(environment, environment.config.channel)

    def _gate(self, base: str) -> None:
        everything = [one.name for one in self.environments]
        for lifted in ((), everything):
            for left in (False, True):
                shown = gate.render(self.environments, gate.Change(base=base, lifted=lifted), self.now, former=left)
                assert shown is None or len(shown.description) <= gate.LIMIT
        gate.full(self.environments, self.now)
        gate.doubtful(self.environments, base, self.now)
        gate.fingerprint(self.environments, base, self.now)

    def _on_github(self, environment: Environment) -> None:
        now, deployment = self.now, environment.deployment
        for attempt in filter(None, (deployment, environment.overtaken)):
            comment.number(environment, attempt, now=now)
            comment.number_past(environment, attempt, now=now)
        if deployment:
            github_deployment.render(environment, deployment, now=now)
        for one in self.called:
            notifies(call.message(environment, one, now=now))
            call.comment(environment, one, now=now, refused=("C1", "is_archived"))
            call.moved(environment, one, now=now)
        for pull in release_status.pulls_to_show(environment):
            check_run.render(environment, pull, web=WEB, now=now)
            for refused in (None, (environment.config.channel or "", "channel_not_found")):
                comment.prompt(environment, pull.number, web=WEB, now=now, refused=refused)
            comment.past(environment, pull.number, now=now)
            comment.final_text(environment, pull.number, now=now)
            comment.moved(environment, pull.number, now=now)
            slack.moved(environment, pull.number, now=now)
        for revision in (*environment.barred, *environment.earlier):
            check_run.render(environment, revision.pull, web=WEB, now=now)
            comment.past(environment, revision.pull.number, now=now)
        check_run.preview(environment, OPEN, HEAD, now=now)

    def _in_slack(self, environment: Environment, channel: str) -> None:
        here = [one for one in self.environments if one.config.channel == channel]
        for pull in release_status.pulls_to_show(environment):
            for told in (here, [environment]):
                notifies(slack.prompt(told, pull.number, web=WEB, now=self.now))
            slack.thread(environment, pull.number, now=self.now)
            slack.over(environment, pull.number, now=self.now)
            slack.taken_back(environment, pull.number, now=self.now)


def noticed(notice: Notice, now: datetime) -> None:
    """Renders a notice in every place and both languages."""
    with sentences.listening():
        for language in LANGUAGES:
            _noticed(replace(notice, config=_in(notice.config, language)), now)


def noted(decision: Decision, now: datetime) -> None:
    """Renders the notices and the history of a decision that changes no environment."""
    for notice in decision.notices:
        noticed(notice, now)
    with sentences.listening():
        for language in LANGUAGES:
            _remembered(decision.entries, language, now)


def _remembered(entries: Iterable[Entry], language: Language, now: datetime) -> None:
    """Renders the lines of history, as a terminal shows them."""
    voice = Voice(language, "Asia/Tokyo", Terminal(), now)
    assert all(history.sentence(entry, voice) for entry in entries)


def _noticed(notice: Notice, now: datetime) -> None:
    """Renders a notice as decided and as read from the queue, where a time is text; and its fallback without Slack."""
    queued = codec.decode_item(codec.encode_item(notice))
    assert isinstance(queued, Notice)
    for told in (notice, queued):
        comment.notice(told, now=now)
        shown = slack.notice(told, now=now)
        notifies(shown if told.destination.channel else None)
        fence.to_job(told, now=now)
    if notice.destination.channel and notice.destination.pull:
        comment.notice(
            refusal(notice, notice.destination.pull, notice.destination.channel, Permanent("is_archived")), now=now
        )
        slack.refusal(undecided.late(), notice.config, now=now)


def phone(message: Message) -> str:
    """The first words of a message, as a phone shows them."""
    return _seen_on_phone(message.text)[:PHONE]


def notifies(message: Message | None) -> None:
    """A message in a channel begins with the person it mentions and with what happened, never with its repository."""
    if message is None:
        return
    for shown in (message, name_repository(message, "acme/a-repository-with-quite-a-long-name")):
        assert len(shown.text) <= SECTION_LIMIT
        if mention := MENTION.search(shown.text):
            assert len(_seen_on_phone(shown.text[: mention.end()])) <= PHONE, shown.text
        words = re.sub(r"@\w+|:\w+:|acme/a-rep.*", "", phone(shown))
        assert len(re.findall(r"\w", words)) >= FACT, shown.text


def _seen_on_phone(text: str) -> str:
    """Without mark-up, and with people by name."""
    named = MENTION.sub(lambda found: f"@{PEOPLE.get(found[1], 'somebody')}", text)
    return html.unescape(re.sub(r"<[^|>]+\|([^>]*)>", r"\1", named).replace("*", ""))


def _turned_down(decided: Decided, environments: Sequence[Environment], language: Language) -> None:
    """Renders a refusal where it is shown at once, and the question where only a reason is missing."""
    decision, now = decided.decision, decided.now
    assert decision.refusal
    if isinstance(decided.event, GuardAsked):
        fence.refusal(decision.refusal, _in(decision.config or UNSPOKEN, language), now=now)
    if decision.refusal.code == "reason_needed":
        named = str(decision.refusal.values["environment"])
        (environment,) = (one for one in environments if one.name == named)
        mark = ButtonId(repository=environment.repository.id, environment=named, pull=1, offered_at_number=None)
        slack.question(environment, mark, environment.config.channel or "", now=now)
