"""The App Home in Slack: what waits for the member, what they lock, and the environments of their channels."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from ghapp.core.config.model import Language, same_login
from ghapp.core.model.environment import Environment
from ghapp.core.model.published import Block
from ghapp.core.model.slack_person import Unfit, aim
from ghapp.core.rules import obstacles, releases
from ghapp.core.views import held
from ghapp.core.views.card import Card, card
from ghapp.core.views.markup import Slack
from ghapp.core.views.slack_blocks import plain, section
from ghapp.core.words import Voice

ENVIRONMENTS = 40  # that are shown; Slack takes a hundred blocks
LINES = 20  # of what waits, and of locks
IN_LINE = 3  # of an environment


class Seen(Struct, frozen=True):
    """An environment of one of the member's channels. `login`: as which they act there; None if as nobody."""

    environment: Environment
    login: str | None


def home(
    seen: Sequence[Seen], language: Language, now: datetime, *, linked: str | None, can_link: bool
) -> tuple[Block, ...]:
    """The blocks, the newest activity first. Times are in the zone of each environment's config.

    `linked`: the login of the account that the member has linked. `can_link`: whether that is possible on this server.
    """
    voice = Voice(language, seen[0].environment.config.timezone if seen else "UTC", Slack({}), now)
    if not seen:
        return (section(voice.say("home.nothing")),)
    voices = [_voice(one, language, now) for one in seen]
    cards = sorted(
        ((card(one.environment, speaks), speaks) for one, speaks in zip(seen, voices, strict=True)),
        key=lambda shown: shown[0].changed_at,
        reverse=True,
    )
    blocks = [section(_whose(seen, voice, linked, can_link))]
    blocks += _titled("home.waiting", _waiting(seen, voices), voice)
    blocks += _titled("home.locks", _locks(seen, voices), voice)
    blocks.append({"type": "header", "text": plain(voice.say("home.environments"))})
    blocks += [section(*_card(shown, speaks)) for shown, speaks in cards[:ENVIRONMENTS]]
    if len(cards) > ENVIRONMENTS:
        blocks.append(section(voice.say("home.more", count=len(cards) - ENVIRONMENTS)))
    return (*blocks, section(voice.say("home.as_of", at=now)))


def closed(unfit: Unfit, language: Language, now: datetime) -> tuple[Block, ...]:
    """The one sentence for a person who may not see it."""
    return (section(Voice(language, "UTC", Slack({}), now).say(f"slack.{unfit}")),)


def unknown(why: str, language: Language, now: datetime) -> tuple[Block, ...]:
    """The one sentence where Slack does not say in which channels the member is."""
    return (section(Voice(language, "UTC", Slack({}), now).say("home.unknown", why=why)),)


def _voice(seen: Seen, language: Language, now: datetime) -> Voice:
    config = seen.environment.config
    return Voice(language, config.timezone, Slack(config.people, config.fallback), now)


def _whose(seen: Sequence[Seen], voice: Voice, linked: str | None, can_link: bool) -> str:
    logins = dict.fromkeys(one.login for one in seen if one.login)
    if linked and not logins:
        return voice.say("home.not_named", login=linked)
    if not logins:
        return voice.say("home.unlinked" if can_link else "home.unnamed")
    return voice.say("home.you", others=voice.listed(voice.markup.code(login) for login in logins))


def _waiting(seen: Sequence[Seen], voices: Sequence[Voice]) -> Iterator[str]:
    """The releases that this member is asked to deploy, each with the line to type."""
    for one, voice in zip(seen, voices, strict=True):
        name, full_name = one.environment.name, one.environment.repository.full_name
        for release in releases.waiting_line(one.environment):
            if one.login and same_login(release.waiter, one.login):
                line = aim(f"/deploy {name} #{release.pull.number}", full_name)
                yield voice.say("home.waits", title=release.pull.title, number=release.pull.number, line=line)


def _locks(seen: Sequence[Seen], voices: Sequence[Voice]) -> Iterator[str]:
    """What this member keeps others from, until when, and how it ends."""
    for one, voice in zip(seen, voices, strict=True):
        full_name = one.environment.repository.full_name
        for each in obstacles.obstacles(one.environment, voice.now):
            if one.login and same_login(str(each.values.get("holder") or ""), one.login):
                said = held.say_obstacle(voice, "prompt", each.values)
                yield voice.say("home.lock", repository=full_name, environment=one.environment.name, said=said)


def _card(shown: Card, voice: Voice) -> list[str]:
    lines = [voice.say("home.card", repository=shown.repository, environment=shown.environment, word=shown.word)]
    lines += shown.said
    if shown.until:
        lines.append(voice.say("home.until", until=shown.until))
    if shown.live:
        lines.append(voice.say("home.live", number=shown.live.pull.number, title=shown.live.pull.title))
    if shown.waiting:
        first = [
            voice.say("home.in_line", number=one.pull.number, title=one.pull.title, waiter=one.waiter)
            for one in shown.waiting[:IN_LINE]
        ]
        more = len(shown.waiting) - len(first)
        first += [voice.say("board.more", count=more)] if more else []
        lines.append(voice.say("home.line", others=voice.listed(first)))
    return lines


def _titled(code: str, lines: Iterator[str], voice: Voice) -> list[Block]:
    """A heading with its lines; nothing without any."""
    found = list(lines)
    shown = [*found[:LINES], *([voice.say("board.more", count=len(found) - LINES)] if len(found) > LINES else [])]
    return [{"type": "header", "text": plain(voice.say(code))}, *(section(one) for one in shown)] if shown else []
