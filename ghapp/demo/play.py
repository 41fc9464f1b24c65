"""Plays the story of a release: one line a step, with the action, the observed result and the time it took."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from ghapp.demo.cloud import Cloud
from ghapp.demo.codedeploy import Phase
from ghapp.demo.github import Pull
from ghapp.demo.stage import Stage

PATIENCE = 10.0  # seconds; a step takes a fraction of one
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

        await self.step(nothing(), "three pull requests are open", self.gated(third, "success"))
        await self.step(shop.merge(first, by="taro"), "taro merges #41", self.prompted("/deploy production #41"))
        await self.step(
            self.says(first, "taro", "/deploy"), "taro types /deploy", self.commented(first, "production-1")
        )
        run = await shop.run_queued(PATIENCE)
        await self.step(
            shop.start_run(run), "the workflow runs", lambda: f"{run.display_title} @ {run.inputs['sha'][:7]}"
        )
        cloud.aws.reach(cloud.bring(run), Phase.WAITING)
        await self.step(nothing(), "the gate on #42 closes", self.gated(second, "pending"))
        await self.step(shop.merge(second, by="mona"), "mona merges #42 all the same", self.prompted("#42"))
        await self.step(self.says(second, "mona", "/deploy"), "mona types /deploy", self.commented(second, "⏳"))
        await self.step(shop.finish_run(run), "the run ends well", self.edited("#41", ":white_check_mark:"))
        await self.step(nothing(), "production stays locked for a while", self.gated(third, "pending"))
        await self.step(self.later(31), "the hold ends", self.gated(third, "success"))
        await self.step(nothing(), "mona is told", self.posted("/deploy production #42", after="<@U024BE7LH>"))
        await self.step(
            self.says(second, "mona", "/deploy"), "mona types /deploy", self.commented(second, "production-2")
        )
        run = await shop.run_queued(PATIENCE)
        await shop.start_run(run)
        cloud.aws.reach(cloud.bring(run), Phase.WAITING)
        await self.step(shop.finish_run(run), "the run ends well", self.edited("#42", ":white_check_mark:"))
        await self.step(nothing(), "its check can be pressed", self.checked(second, "rollback"))
        await self.step(self.presses(second, "mona", "rollback"), "mona presses Roll back", self.serves(first, cloud))
        await self.step(nothing(), "everybody reads it", self.commented(second, "rolled_back -->"))

    async def step(self, done: Awaitable[object], what: str, seen: Seen) -> None:
        """Performs the action, waits until its result shows, and reports both."""
        begun = time.perf_counter()
        await done
        try:
            shown = await self._until(seen)
        except TimeoutError:
            raise NotSeen(f"{what}: it did not show within {PATIENCE:.0f} s") from None
        took = (time.perf_counter() - begun) * 1000
        self.tell(f"{what:<38} {took:6.0f} ms  {' / '.join(shown.splitlines())}")

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
            return f"#{pull.number} {gate[0]}: {gate[1]}" if gate and gate[0] == state else None

        return seen

    def serves(self, pull: Pull, cloud: Cloud) -> Seen:
        """The commit of a pull request serves."""

        def seen() -> str | None:
            there = cloud.commit(cloud.group.serving) == pull.merge_commit_sha
            return f"traffic is on #{pull.number}" if there else None

        return seen

    def checked(self, pull: Pull, button: str) -> Seen:
        """The check on a pull request's head shows this button."""

        def seen() -> str | None:
            check = self.stage.check(pull)
            shown = check and button in check.buttons
            return f"{check.name} on #{pull.number}: {check.title}" if check and shown else None

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
