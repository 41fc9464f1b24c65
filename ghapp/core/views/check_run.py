"""The check run `release / <environment>` on a pull request's head: its release's status, and the matching buttons."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.environment import Deployment, Environment, Pull
from ghapp.core.model.events import Button
from ghapp.core.model.published import Action, CheckRun, Conclusion
from ghapp.core.rules import obstacles, releases
from ghapp.core.rules.obstacles import WAITING
from ghapp.core.rules.release_status import ReleaseStage, ReleaseStatus, release_status
from ghapp.core.views import held, reach, rollback, run_link, runbook
from ghapp.core.views import prompt as prompts
from ghapp.core.views.markup import GitHub, Plain
from ghapp.core.words import Voice, cut

TITLE_LIMIT = 140
_CONCLUSIONS: Mapping[ReleaseStage, Conclusion | None] = {
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
    texts = _ReleaseTexts(environment, pull, web, now)
    url = texts.newest.run.url if stands.stage in _OF_A_RUN and texts.newest and texts.newest.run else None
    return _check(texts, stands, _summary(texts, stands.stage), url)


def preview(environment: Environment, number: int, head: str, *, now: datetime) -> CheckRun | None:
    """The check run of an open pull request: what its merge leads to. None if its head already has a release status.

    It is published when the head appears and never updated, so it names its time.
    """
    stands = release_status(environment, number, head, now)
    texts = _ReleaseTexts(environment, Pull(number=number, title="", author="", head=head), "", now)
    if stands.stage != "open" or environment.gone:
        return None
    barred = dict.fromkeys(one.pull.number for one in environment.barred)  # its merge comes after all of them
    line = prompts.deploy_line(environment.name, number, barred, prompts.to_say(environment))
    lines = [texts.say("release.open.after" if environment.config.after else "release.open.next", command=line)]
    if stands.buttons:
        lines = [texts.say("release.open.deploy")]
    lines += texts.held()
    return _check(texts, stands, [*lines, texts.say("release.open.then", now=now)], None)


class _ReleaseTexts(Struct, frozen=True):
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
        link = run_link.link_of(self._voice, self.newest)
        return rollback.lines(self._voice, self.environment, self.newest, stage=stage, link=link)

    def runbook(self) -> list[str]:
        return runbook.link(self._voice, self.environment.config)

    def prompt(self) -> list[str]:
        number, quiet = self.pull.number, Quiet()
        lines = prompts.render(self.environment, number, quiet, web=self.web, now=self.now)
        return lines or prompts.past(self.environment, number, quiet, now=self.now) or []

    def unfit(self) -> str:
        return prompts.say_if_unfit(self._voice, self.environment, self.pull.number)

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
        after = environment.config.after
        return {
            "environment": environment.name,
            "earlier": after.environment if after else "",
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


def _check(texts: _ReleaseTexts, stands: ReleaseStatus, lines: list[str], url: str | None) -> CheckRun:
    environment = texts.environment
    # an offer is void at the next number; without buttons the number would cause needless updates
    offered = environment.number if stands.buttons and stands.stage != "open" else None
    return CheckRun(
        mark=ButtonId(
            repository=environment.repository.id,
            environment=environment.name,
            pull=texts.pull.number,
            offered_at_number=offered,
        ),
        head=texts.pull.head,
        conclusion=_CONCLUSIONS[stands.stage],
        title=_title(texts, stands.stage),
        summary="\n\n".join(lines),
        actions=tuple(_action(texts, button) for button in stands.buttons),
        url=url,
    )


def _action(texts: _ReleaseTexts, button: Button) -> Action:
    return Action(texts.plain(f"button.{button}"), texts.plain(f"button.{button}.what"), button)


def _title(texts: _ReleaseTexts, stage: ReleaseStage) -> str:
    environment = texts.environment
    if stage == "open":
        count = len(releases.waiting_line(environment))
        waiting = texts.plain("release.open.waiting", count=count) if count else ""
        code = "release.open.locked" if obstacles.first(environment, texts.now) else "release.open.free"
        return texts.plain(f"{code}.after" if environment.config.after else code, now=texts.now, waiting=waiting)
    rank = releases.rank(environment, texts.pull.number)  # none for a skipped release
    if stage == "awaiting" and rank and obstacles.first(environment, texts.now):
        return texts.plain("release.waiting", rank=rank)
    release = releases.find(environment, texts.pull.number)
    if stage in ("awaiting", "skipped") and release and release.unfit:
        return texts.plain("release.unfit")
    waits = obstacles.first_of(environment, texts.now, *WAITING) if stage == "rolling_back" else None
    if waits:
        return texts.plain("release.waits", after=waits.after)
    stop = texts.newest.stop if texts.newest and stage in ("deploying", "rolling_back") else None
    if stop:
        return texts.plain("release.cancelling", by=stop.by)
    if stage == "failed" and texts.newest and reach.ended("failed", texts.newest.reach) == "unsure":
        return texts.plain("release.unsure")
    if stage == "cancelled" and texts.newest and texts.newest.given_up:
        return texts.plain("release.given_up")
    if stage == "rollback_failed" and texts.newest and releases.unbegun(environment, texts.newest):
        return texts.plain("release.rollback_unbegun")
    return texts.plain(f"release.{texts.barred() if stage == 'rolled_back' else stage}")


_OF_A_RUN: frozenset[ReleaseStage] = frozenset(
    {"deploying", "failed", "cancelled", "lost", "rolling_back", "rollback_failed"}
)


def _summary(texts: _ReleaseTexts, stage: ReleaseStage) -> list[str]:
    lines = _SUMMARIES.get(stage)
    return lines(texts) if lines else [texts.say(f"release.{stage}.more")]


def _live(texts: _ReleaseTexts) -> list[str]:
    """Nothing that the next release would change. After its own deploy, it shows until when the cool-down lasts."""
    newest, pull = texts.newest, texts.pull
    title = texts.say("prompt.release", title=pull.title, number=pull.number, author=pull.author)
    lines = [texts.say("release.live.more"), title]
    own = newest and newest.grant.kind == "deploy" and newest.grant.brings.pull == pull
    return [*lines, *texts.stays()] if own and obstacles.first_of(texts.environment, texts.now, "cooldown") else lines


def _lost(texts: _ReleaseTexts) -> list[str]:
    return [texts.say("prompt.lost.own"), texts.say("lost.next", command=texts.unlock_line()), *texts.runbook()]


def _rolled_back(texts: _ReleaseTexts) -> list[str]:
    """If it is in line again, the full command line that releases it."""
    release = releases.find(texts.environment, texts.pull.number)
    again = release is not None and releases.rolled_back(texts.environment, release)
    line = texts.say("prompt.type", command=prompts.command(texts.environment, texts.pull.number))
    return [texts.say(f"release.{texts.barred()}.more"), *([texts.unfit() or line] if again else []), *texts.runbook()]


def _rollback_ended(texts: _ReleaseTexts) -> list[str]:
    assert texts.newest
    return [*texts.rollback(reach.end_of(texts.environment, texts.newest)), *texts.runbook()]


def _gone(texts: _ReleaseTexts) -> list[str]:
    return texts.past() or [texts.say("release.gone.more")]


_SUMMARIES: Mapping[ReleaseStage, Callable[[_ReleaseTexts], list[str]]] = {
    "awaiting": _ReleaseTexts.prompt,
    "skipped": _ReleaseTexts.prompt,
    "unlisted": _ReleaseTexts.prompt,
    "deploying": _ReleaseTexts.prompt,
    "live": _live,
    "carried": _ReleaseTexts.prompt,
    "failed": _ReleaseTexts.prompt,
    "cancelled": _ReleaseTexts.prompt,
    "lost": _lost,
    "replaced": _ReleaseTexts.past,
    "gone": _gone,
    "rolling_back": lambda told: told.rollback("running" if told.newest and told.newest.run else "accepted"),
    "rollback_failed": _rollback_ended,
    "rolled_back": _rolled_back,
}
