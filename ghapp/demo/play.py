"""Plays the story of a release: one line a step, with the action, the observed result and the time it took."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from unicodedata import east_asian_width

from ghapp.demo.cloud import Cloud
from ghapp.demo.codedeploy import Phase
from ghapp.demo.github import Pull
from ghapp.demo.stage import Stage
from ghapp.demo.words import say

PATIENCE = 10.0  # seconds; a step takes a fraction of one
WIDTH = 38  # of the column that names the steps
Seen = Callable[[], str | None]


class NotSeen(Exception):  # noqa: N818 - the story's own end
    """Raised when a step's result does not appear."""


@dataclass(frozen=True, slots=True)
class Play:
    """Plays on a stage and reports each step to `tell`."""

    stage: Stage
    tell: Callable[[str], None]

    async def __call__(self) -> None:
        """Plays the story. Raises NotSeen at the first step whose result does not appear."""
        shop, cloud = self.stage.shop, self.stage.cloud
        assert cloud
        first, second, third = (shop.pulls[number] for number in (41, 42, 43))

        async def nothing() -> None:
            """The action of a step that only waits."""

        step, taro, mona = self.step, {"user": "taro"}, {"user": "mona"}
        await step("play.opened", nothing(), self.gated(third, "success"))
        prompted = self.prompted("/deploy production #41")
        await step("play.merges", shop.merge(first, by="taro"), prompted, number=41, **taro)
        await step("play.types", self.says(first, "taro", "/deploy"), self.commented(first, "production-1"), **taro)
        run = await shop.run_queued(PATIENCE)
        await step("play.runs", shop.start_run(run), lambda: f"{run.display_title} @ {run.inputs['sha'][:7]}")
        cloud.aws.reach(cloud.bring(run), Phase.WAITING)
        await step("play.held", nothing(), self.gated(second, "pending"), number=42)
        await step("play.merges_still", shop.merge(second, by="mona"), self.prompted("#42"), number=42, **mona)
        await step("play.types", self.says(second, "mona", "/deploy"), self.commented(second, "⏳"), **mona)
        await step("play.ends", shop.finish_run(run), self.edited("#41", ":white_check_mark:"))
        await step("play.stays", nothing(), self.gated(third, "pending"))
        await step("play.freed", self.later(31), self.gated(third, "success"))
        called = self.posted("/deploy production #42", after="<@U024BE7LH>")
        await step("play.notified", nothing(), called, **mona)
        await step("play.types", self.says(second, "mona", "/deploy"), self.commented(second, "production-2"), **mona)
        run = await shop.run_queued(PATIENCE)
        await shop.start_run(run)
        cloud.aws.reach(cloud.bring(run), Phase.WAITING)
        await step("play.ends", shop.finish_run(run), self.edited("#42", ":white_check_mark:"))
        await step("play.buttons", nothing(), self.checked(second, "rollback"), number=42)
        await step("play.presses", self.presses(second, "mona", "rollback"), self.serves(first, cloud), **mona)
        await step("play.reported", nothing(), self.commented(second, "rolled_back -->"), number=42)

    async def step(self, code: str, done: Awaitable[object], seen: Seen, **values: object) -> None:
        """Performs the action, waits until its result shows, and reports both."""
        what, begun = self._say(code, **values), time.perf_counter()
        await done
        try:
            shown = await self._until(seen)
        except TimeoutError:
            raise NotSeen(self._say("play.not_seen", what=what, seconds=f"{PATIENCE:.0f}")) from None
        took = (time.perf_counter() - begun) * 1000
        self.tell(f"{_padded(what)} {took:6.0f} ms  {' / '.join(shown.splitlines())}")

    def _say(self, code: str, **values: object) -> str:
        return say(self.stage.language, code, **values)

    async def says(self, pull: Pull, by: str, body: str) -> None:
        await self.stage.shop.comment(pull, by=by, body=body)

    async def presses(self, pull: Pull, by: str, button: str) -> None:
        """Presses a button of the check on the pull request's head."""
        check = self.stage.check(pull)
        assert check
        await self.stage.shop.press(check, button, by=by)

    async def later(self, minutes: int) -> None:
        self.stage.skip(timedelta(minutes=minutes))

    def gated(self, pull: Pull, state: str) -> Seen:
        """The gate on a pull request has this state."""

        def seen() -> str | None:
            gate = self.stage.gate(pull)
            if gate is None or gate[0] != state:
                return None
            return self._say("play.status", number=pull.number, state=self._say(f"state.{state}"), description=gate[1])

        return seen

    def serves(self, pull: Pull, cloud: Cloud) -> Seen:
        """The commit of a pull request serves."""

        def seen() -> str | None:
            there = cloud.commit(cloud.group.serving) == pull.merge_commit_sha
            return self._say("play.traffic", number=pull.number) if there else None

        return seen

    def checked(self, pull: Pull, button: str) -> Seen:
        """The check on a pull request's head shows this button."""

        def seen() -> str | None:
            check = self.stage.check(pull)
            if check is None or button not in check.buttons:
                return None
            return self._say("play.check", name=check.name, number=pull.number, title=check.title)

        return seen

    def commented(self, pull: Pull, text: str) -> Seen:
        """A comment of ghapp on a pull request contains this."""

        def seen() -> str | None:
            bodies = (comment.body for comment in self.stage.comments(pull) if comment.by_app)
            return next((_visible(body) for body in bodies if text in body), None)

        return seen

    def prompted(self, text: str) -> Seen:
        """The newest message in the channel contains this."""

        def seen() -> str | None:
            messages = self.stage.channel.messages
            return messages[-1].text if messages and text in messages[-1].text else None

        return seen

    def posted(self, text: str, *, after: str) -> Seen:
        """An unedited message in the channel begins with `after` and contains `text`."""

        def seen() -> str | None:
            texts = (message.text for message in self.stage.channel.messages if not message.edited)
            return next((one for one in texts if one.startswith(after) and text in one), None)

        return seen

    def edited(self, *texts: str) -> Seen:
        """An edited message in the channel contains all of these."""

        def seen() -> str | None:
            edited = (message.text for message in self.stage.channel.messages if message.edited)
            return next((one for one in edited if all(text in one for text in texts)), None)

        return seen

    async def _until(self, seen: Seen) -> str:
        """Evaluates after changes in Slack too: a result on GitHub is often followed by one in Slack."""
        deadline = time.perf_counter() + PATIENCE
        async for _ in self.stage.looks(lambda: deadline - time.perf_counter()):
            if shown := seen():
                return shown
        raise TimeoutError


def _visible(body: str) -> str:
    return "\n".join(line for line in body.splitlines() if line and not line.startswith("<!--"))


def _padded(what: str) -> str:
    """To a column's width, where a kana or kanji takes two places."""
    return what + " " * (WIDTH - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in what))
