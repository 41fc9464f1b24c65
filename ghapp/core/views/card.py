"""A card of the board: one environment, its state in one word, what is live, who waits, and what can be done now."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from ghapp.core.config.model import Language
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.environment import Environment, Pull, Revision
from ghapp.core.model.overview import StoredEnvironment
from ghapp.core.rules import lock, obstacles, phases, releases
from ghapp.core.rules.obstacles import Obstacle, ObstacleStage
from ghapp.core.views import held, prompt
from ghapp.core.views.markup import Plain
from ghapp.core.words import Voice

# the colour and the word of a card
State = Literal[
    "free",
    "deploying",
    "rolling_back",
    "cancelling",
    "cooldown",
    "locked",
    "rolled_back",
    "frozen",
    "unknown",
    "closed",
    "unreadable",
]
_SLACK = "https://slack.com/app_redirect?channel={}"
_STATES: dict[ObstacleStage, State] = {
    "under_way": "deploying",
    "shifting": "deploying",
    "scaling": "deploying",
    "rolling_back": "rolling_back",
    "overtaking": "rolling_back",
    "cancelling": "cancelling",
    "kept": "cooldown",
    "ending": "cooldown",
    "cooldown": "cooldown",
    "manual": "locked",
    "rollback": "rolled_back",
    "freeze": "frozen",
    "stuck": "unknown",
    "unended": "unknown",
    "unasked": "unknown",
    "lost": "unknown",
    "config": "closed",
    "permission": "closed",
}


class Served(Struct, frozen=True, kw_only=True):
    """The live revision."""

    pull: Pull
    sha: str
    since: datetime | None


class InLine(Struct, frozen=True, kw_only=True):
    """A release that waits, with the person who is asked to deploy it. `why`: why it cannot be deployed now, if so."""

    pull: Pull
    waiter: str
    since: datetime
    why: str = ""


class Card(Struct, frozen=True, kw_only=True):
    """What people see of an environment. `said`: its obstacles, one sentence each, but none that
    repeats the word. `until`: the earliest end that is known. `run`: the address of the run under way.
    `changed_at`: when the newest attempt or hold began. `timezone`: the repository's. `slack`: the address of the
    channel. `is_over`: it is gone from the config, and nothing is under way.
    """

    repository: str
    environment: str
    state: State
    word: str
    said: tuple[str, ...]
    until: datetime | None
    live: Served | None
    waiting: tuple[InLine, ...]
    run: str
    changed_at: datetime
    timezone: str
    runbook: str = ""
    slack: str = ""
    is_over: bool = False

    @property
    def path(self) -> str:
        """`owner/repository/environment`."""
        return f"{self.repository}/{self.environment}"


def card_of(stored: StoredEnvironment, language: Language, now: datetime) -> Card:
    """The card of a stored environment as of now; one that this server cannot read is locked."""
    if isinstance(stored.state, Unreadable):
        return _unreadable(stored, Voice(language, "UTC", Plain(), now))
    return card(stored.state, Voice(language, stored.state.config.timezone, Plain(), now))


def _unreadable(stored: StoredEnvironment, voice: Voice) -> Card:
    return Card(
        repository=stored.repository.full_name,
        environment=stored.name,
        state="unreadable",
        word=voice.say("card.unreadable"),
        said=(voice.say("card.unreadable.why"),),
        until=None,
        live=None,
        waiting=(),
        run="",
        changed_at=voice.now,
        timezone="UTC",
    )


def card(environment: Environment, voice: Voice) -> Card:
    """The card as of `voice.now`, in the voice's language and zone."""
    standing = obstacles.obstacles(environment, voice.now)
    newest, live = environment.deployment, environment.live
    state = _STATES[standing[0].stage] if standing else "free"
    word = _word(state, standing, voice)
    said = (held.say_obstacle(voice, "prompt", one.values) for one in standing)
    return Card(
        repository=environment.repository.full_name,
        environment=environment.name,
        state=state,
        word=word,
        said=tuple(one for one in said if one.rstrip(".。").removesuffix("です") != word),
        until=obstacles.not_before(environment, standing),
        live=_served(live) if live else None,
        waiting=tuple(_in_line(environment, voice)),
        run=newest.run.url if newest and newest.run and phases.is_busy(newest) else "",
        changed_at=_changed_at(environment),
        timezone=environment.config.timezone,
        runbook=environment.config.runbook or "",
        slack=_SLACK.format(environment.config.channel) if environment.config.channel else "",
        is_over=lock.is_removed(environment, voice.now),
    )


def _word(state: State, standing: tuple[Obstacle, ...], voice: Voice) -> str:
    """The state in a few words, with the pull request and the person where these matter."""
    if not standing:
        return voice.say("card.free")
    first = standing[0]
    return voice.say(f"card.{state}", first.values)


def _served(live: Revision) -> Served:
    return Served(pull=live.pull, sha=live.sha, since=live.live_since)


def _in_line(environment: Environment, voice: Voice) -> Iterator[InLine]:
    for one in releases.waiting_line(environment):
        yield InLine(pull=one.pull, waiter=one.waiter, since=one.merged_at)
    for one in releases.unfit_releases(environment):
        why = prompt.say_if_unfit(voice, environment, one.pull.number)
        yield InLine(pull=one.pull, waiter=one.waiter, since=one.merged_at, why=why)


def _changed_at(environment: Environment) -> datetime:
    holds = (environment.manual, environment.after_rollback)
    moments = [environment.created_at, *(hold.since for hold in holds if hold)]
    moments += [environment.deployment.since] if environment.deployment else []
    moments += [release.merged_at for release in environment.awaiting]
    return max(moments)
