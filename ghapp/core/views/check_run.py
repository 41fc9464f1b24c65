"""The check run `release / <environment>` on a pull request's head: its release's status, and the matching buttons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.environment import Deployment, Environment, Pull
from ghapp.core.model.events import Button
from ghapp.core.model.published import Action, CheckRun, Conclusion
from ghapp.core.rules import obstacles, releases
from ghapp.core.rules.obstacles import WAITING
from ghapp.core.rules.release_status import ReleaseStatus, Stage, release_status
from ghapp.core.views import held, reach, rollback
from ghapp.core.views import prompt as prompts
from ghapp.core.views.markup import GitHub, Plain
from ghapp.core.words import Voice, cut

TITLE_LIMIT = 140
_CONCLUSIONS: Mapping[Stage, Conclusion | None] = {
    "open": "neutral",
    "awaiting": "neutral",
    "skipped": "neutral",
    "unlisted": "neutral",
    "deploying": None,
    "live": "success",
    "carried": "success",
    "failed": "failure",
    "cancelled": "cancelled",
    "lost": "failure",
    "rolling_back": None,
    "rollback_failed": "failure",
    "rolled_back": "cancelled",
    "replaced": "success",
    "gone": "neutral",
}


class Quiet(GitHub):
    """GitHub's Markdown without notifications."""

    def mention(self, login: str) -> str:
        """The login as text."""
        return self.escape(login)


def render(environment: Environment, pull: Pull, *, web: str, now: datetime) -> CheckRun:
    """The current check run. `web`: the address of GitHub's own pages."""
    stands = release_status(environment, pull.number, pull.head, now)
    told = _Told(environment, pull, web, now)
    url = told.newest.run.url if stands.stage in _OF_A_RUN and told.newest and told.newest.run else None
    return _check(told, stands, _summary(told, stands.stage), url)


def preview(environment: Environment, number: int, head: str, *, now: datetime) -> CheckRun | None:
    """The check run of an open pull request: what its merge leads to. None if its head already has a release status.

    It is published when the head appears and never updated, so it names its time.
    """
    stands = release_status(environment, number, head, now)
    told = _Told(environment, Pull(number=number, title="", author="", head=head), "", now)
    if stands.stage != "open" or environment.gone:
        return None
    barred = dict.fromkeys(one.pull.number for one in environment.barred)  # its merge comes after all of them
    line = prompts.deploy_line(environment.name, number, barred, prompts.to_say(environment))
    lines = [told.say("release.open.next", command=line)]
    if stands.buttons:
        lines = [told.say("release.open.deploy")]
    lines += told.held()
    return _check(told, stands, [*lines, told.say("release.open.then", now=now)], None)


@dataclass(frozen=True, slots=True)
class _Told:
    """One pull request's release, with its voice."""

    environment: Environment
    pull: Pull
    web: str
    now: datetime

    @property
    def newest(self) -> Deployment | None:
        return self.environment.deployment

    def say(self, code: str, **more: Any) -> str:
        return self._voice.say(code, self._values(), **more)

    def plain(self, code: str, **more: Any) -> str:
        return cut(self._plain.say(code, self._values(), **more), TITLE_LIMIT)

    def held(self) -> list[str]:
        return held.lines(self._voice, self.environment, obstacles.obstacles(self.environment, self.now))

    def barred(self) -> str:
        """The code suffix: whether the rollback succeeded."""
        in_vain = releases.barred_in_vain(self.environment, [self.pull.number])
        return "rolled_back.in_vain" if in_vain else "rolled_back"

    def unlock_line(self) -> str:
        return held.unlock_line(self._voice, self.environment.name, reason=True)

    def stays(self) -> list[str]:
        return held.stays(self._voice, self.environment)

    def rollback(self, stage: str) -> list[str]:
        assert self.newest
        voice, run = self._voice, self.newest.run
        link = voice.markup.link(voice.say("prompt.view.run"), run.url) if run else ""
        return rollback.lines(voice, self.environment, self.newest, stage=stage, link=link)

    def prompt(self) -> list[str]:
        number, quiet = self.pull.number, Quiet()
        lines = prompts.render(self.environment, number, quiet, web=self.web, now=self.now)
        return lines or prompts.past(self.environment, number, quiet, now=self.now) or []

    def unfit(self) -> str:
        return prompts.unfit_now(self._voice, self.environment, self.pull.number)

    @property
    def _voice(self) -> Voice:
        return Voice.of(self.environment.config, Quiet(), self.now)

    @property
    def _plain(self) -> Voice:
        return Voice.of(self.environment.config, Plain(), self.now)

    def past(self) -> list[str]:
        return prompts.past(self.environment, self.pull.number, Quiet(), now=self.now) or []

    def _span(self) -> str:
        was = prompts.was_live(self.environment, self.pull.head)
        return self._plain.span(was.live_since, was.live_until) if was and was.live_until else ""

    def _values(self) -> dict[str, Any]:
        environment, grant = self.environment, self.newest.grant if self.newest else None
        return {
            "environment": environment.name,
            "number": self.pull.number,
            "name": grant.name if grant else "",
            "actor": grant.actor if grant else "",
            "pull": _carrier(environment, self.pull.number),
            "span": self._span(),
        }


def _carrier(environment: Environment, number: int) -> int | str | None:
    """The release with which it went live: the live one, if that carried it; else that of the newest attempt."""
    grant, live = environment.deployment.grant if environment.deployment else None, environment.live
    if live and any(release.pull.number == number for release in live.along):
        return live.pull.number
    return grant.leads_to if grant else None


def _check(told: _Told, stands: ReleaseStatus, lines: list[str], url: str | None) -> CheckRun:
    environment = told.environment
    # an offer is void at the next number; without buttons the number would cause needless updates
    painted = environment.number if stands.buttons and stands.stage != "open" else None
    return CheckRun(
        mark=ButtonId(
            repository=environment.repository.id, environment=environment.name, pull=told.pull.number, painted=painted
        ),
        head=told.pull.head,
        conclusion=_CONCLUSIONS[stands.stage],
        title=_title(told, stands.stage),
        summary="\n\n".join(lines),
        actions=tuple(_action(told, button) for button in stands.buttons),
        url=url,
    )


def _action(told: _Told, button: Button) -> Action:
    return Action(told.plain(f"button.{button}"), told.plain(f"button.{button}.what"), button)


def _title(told: _Told, stage: Stage) -> str:
    environment = told.environment
    if stage == "open":
        count = len(releases.waiting_line(environment))
        waiting = told.plain("release.open.waiting", count=count) if count else ""
        code = "release.open.locked" if obstacles.first(environment, told.now) else "release.open.free"
        return told.plain(code, now=told.now, waiting=waiting)
    rank = releases.rank(environment, told.pull.number)  # none for a skipped release
    if stage == "awaiting" and rank and obstacles.first(environment, told.now):
        return told.plain("release.waiting", rank=rank)
    release = releases.find(environment, told.pull.number)
    if stage in ("awaiting", "skipped") and release and release.unfit:
        return told.plain("release.unfit")
    waits = obstacles.first_of(environment, told.now, *WAITING) if stage == "rolling_back" else None
    if waits:
        return told.plain("release.waits", after=waits.after)
    stop = told.newest.stop if told.newest and stage in ("deploying", "rolling_back") else None
    if stop:
        return told.plain("release.cancelling", by=stop.by)
    if stage == "failed" and told.newest and reach.ended("failed", told.newest.reach) == "unsure":
        return told.plain("release.unsure")
    if stage == "rollback_failed" and told.newest and releases.unbegun(environment, told.newest):
        return told.plain("release.rollback_unbegun")
    return told.plain(f"release.{told.barred() if stage == 'rolled_back' else stage}")


_OF_A_RUN: frozenset[Stage] = frozenset({"deploying", "failed", "cancelled", "lost", "rolling_back", "rollback_failed"})


def _summary(told: _Told, stage: Stage) -> list[str]:
    lines = _SUMMARIES.get(stage)
    return lines(told) if lines else [told.say(f"release.{stage}.more")]


def _live(told: _Told) -> list[str]:
    """Nothing that the next release would change. After its own deploy, it shows until when the cool-down lasts."""
    newest, pull = told.newest, told.pull
    title = told.say("prompt.release", title=pull.title, number=pull.number, author=pull.author)
    lines = [told.say("release.live.more"), title]
    own = newest and newest.grant.kind == "deploy" and newest.grant.brings.pull == pull
    return [*lines, *told.stays()] if own and obstacles.first_of(told.environment, told.now, "cooldown") else lines


def _lost(told: _Told) -> list[str]:
    return [told.say("prompt.lost.own"), told.say("lost.next", command=told.unlock_line())]


def _rolled_back(told: _Told) -> list[str]:
    """If it is in line again, the full command line that releases it."""
    release = releases.find(told.environment, told.pull.number)
    again = release is not None and releases.rolled_back(told.environment, release)
    line = told.say("prompt.type", command=prompts.command(told.environment, told.pull.number))
    return [told.say(f"release.{told.barred()}.more"), *([told.unfit() or line] if again else [])]


def _rollback_ended(told: _Told) -> list[str]:
    assert told.newest
    return told.rollback(reach.end_of(told.environment, told.newest))


def _gone(told: _Told) -> list[str]:
    return told.past() or [told.say("release.gone.more")]


_SUMMARIES: Mapping[Stage, Callable[[_Told], list[str]]] = {
    "awaiting": _Told.prompt,
    "skipped": _Told.prompt,
    "unlisted": _Told.prompt,
    "deploying": _Told.prompt,
    "live": _live,
    "carried": _Told.prompt,
    "failed": _Told.prompt,
    "cancelled": _Told.prompt,
    "lost": _lost,
    "replaced": _Told.past,
    "gone": _gone,
    "rolling_back": lambda told: told.rollback("running" if told.newest and told.newest.run else "accepted"),
    "rollback_failed": _rollback_ended,
    "rolled_back": _rolled_back,
}
