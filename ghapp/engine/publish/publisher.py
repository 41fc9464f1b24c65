"""Publishes projections: each is rendered from state and written only where it differs from the last time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from ghapp.core.model.environment import Deployment, Environment, Repository
from ghapp.core.model.events import GatesChanged
from ghapp.core.model.published import Record
from ghapp.core.rules import release_status
from ghapp.core.views import comment, gate, github_deployment
from ghapp.engine.failures import Failures
from ghapp.engine.publish.backoff import Refusals
from ghapp.engine.publish.call import CallProjections
from ghapp.engine.publish.check_runs import CheckRunProjections
from ghapp.engine.publish.gate_fanout import GateFanout
from ghapp.engine.publish.post_comment_once import Spot, replace_comment, show_comment
from ghapp.engine.publish.projections import Projection, Published, Rendered, Shown, has_room
from ghapp.engine.publish.slack_message import SlackProjections
from ghapp.ports import Clock, Comments, Deployments, NotThere, Retryable

GATE = "gate/"
NUMBER = "number/"
PROMPT = "prompt/"
ROOM_AGAIN = timedelta(minutes=10)


@dataclass(slots=True)
class _Painting:
    """One round of an environment's projections. `faults`: why some of them have to be published again; `crowded`: for
    some there was no room.

    A projection that fails never stops another.
    """

    failures: Failures
    refusals: Refusals
    environment: Environment
    shown: Shown
    painted: Shown = field(default_factory=dict)
    faults: list[Retryable] = field(default_factory=list)
    crowded: bool = False

    async def paint(self, kind: str, listed: Callable[[], Iterable[Projection]]) -> None:
        """Publishes all of a kind, each listed in its turn. Where that fails, the notes of the others are kept."""
        try:
            with self.failures.confined(kind, self.environment.repository, self.environment.name):
                for place in listed():
                    await self._paint(place)
        except Retryable as fault:
            self.faults.append(fault)
            before = {key: shown for key, shown in self.shown.items() if key.startswith(f"{kind}/")}
            self.painted = {**before, **self.painted}

    async def _paint(self, place: Projection) -> None:
        painted = before = self.shown.get(place.key)
        if before is None and not has_room(place.key, (*self.shown, *self.painted)):
            self.crowded = True
            return
        repository, name = self.environment.repository, self.environment.name
        try:
            with self.failures.confined(place.key, repository, name):
                painted = await place.painted(before, self.refusals, (repository.id, name, place.key))
        except Retryable as fault:
            self.faults.append(fault)
        if painted:
            self.painted[place.key] = painted

    def later(self) -> Sequence[Retryable]:
        """The faults. Where there was no room, and this round has ended some projections, the next one has it."""
        if not self.crowded:
            return self.faults
        after = None if any(self._ends(key, note) for key, note in self.shown.items()) else ROOM_AGAIN
        return [*self.faults, Retryable("as much is shown as can be kept up to date", after=after)]

    def _ends(self, key: str, before: Published) -> bool:
        """Whether this round has written its last edit, or has dropped its note after that."""
        now = self.painted.get(key)
        return now is None if before.leaves is None else now is not None and now.leaves is None


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes all projections of an environment. `web`: the address of GitHub's own pages."""

    comments: Comments
    deployments: Deployments
    checks: CheckRunProjections
    gates: GateFanout
    slack: SlackProjections | None
    calls: CallProjections
    failures: Failures
    refusals: Refusals
    clock: Clock
    web: str

    async def __call__(
        self, environment: Environment, all_of_them: Sequence[Environment], shown: Shown
    ) -> tuple[Shown, Sequence[Retryable]]:
        """The new notes, and the faults that kept projections from being published.

        Gates, which hold merges, come first, and Slack, which takes one message a second, last.
        """
        now, slack = self.clock(), self.slack
        painting = _Painting(self.failures, self.refusals, environment, shown)
        await painting.paint("gate", lambda: self._gates(environment, all_of_them, shown))
        await painting.paint("number", lambda: self._numbers(environment, shown, now))
        await painting.paint("record", lambda: self._record(environment, now))
        await painting.paint("check", lambda: self.checks.of(environment, shown))
        await painting.paint("call", lambda: self.calls.of(environment, shown))
        if slack:
            await painting.paint("slack", lambda: slack.moved(environment, all_of_them, shown))
        if slack and environment.config.channel:
            await painting.paint("prompt", lambda: self._moved(environment, shown, now))
            await painting.paint("slack", lambda: slack.of(environment, all_of_them, shown, painting.painted))
        else:
            await painting.paint("prompt", lambda: self._prompts(environment, shown, now))
        return painting.painted, painting.later()

    async def announced(self, environment: Environment, shown: Shown) -> Shown:
        """Publishes the comment of the newest number, if it is new; returns no note where that fails."""
        painting = _Painting(self.failures, self.refusals, environment, {})
        attempt = environment.deployment
        new = [self._number(environment, attempt, self.clock())] if attempt else []
        new = [place for place in new if place.key not in shown]
        await painting.paint("number", lambda: new)
        return painting.painted

    def _gates(self, environment: Environment, all_of_them: Sequence[Environment], shown: Shown) -> list[Projection]:
        """The gates of its branch, and of its former branches, where the old ones must not stay."""
        before = (key.removeprefix(GATE) for key in shown if key.startswith(GATE))
        return [
            self._gate(environment, all_of_them, base) for base in dict.fromkeys((environment.config.branch, *before))
        ]

    def _gate(self, environment: Environment, all_of_them: Sequence[Environment], base: str) -> Projection:
        left = base != environment.config.branch

        async def paint(painted: Published | None) -> str:
            await self.gates.order(GatesChanged(repository=environment.repository, base=base, left=left))
            return base

        return Projection(f"{GATE}{base}", lambda: Rendered(gate.fingerprint(all_of_them, base, self.clock()), paint))

    def _numbers(self, environment: Environment, shown: Shown, now: datetime) -> list[Projection]:
        """The comments of the newest number and of the overtaken one, and once more those that were so until now."""
        attempts = [one for one in (environment.deployment, environment.overtaken) if one]
        current = {f"{NUMBER}{one.grant.number}" for one in attempts}
        return [
            *(self._number(environment, one, now) for one in attempts),
            *(self._closed(environment, key, one.leaves) for key, one in _left(shown, NUMBER, current)),
        ]

    def _number(self, environment: Environment, deployment: Deployment, now: datetime) -> Projection:
        grant = deployment.grant
        marker = comment.number_marker(environment, grant.number)
        spot = Spot(environment.repository, grant.told_on, marker, grant.at)

        def render() -> Rendered:
            body = comment.number(environment, deployment, now=now)
            leaves = comment.number_past(environment, deployment, now=now)
            return Rendered(body, partial(show_comment, self.comments, spot, body), leaves)

        return Projection(f"{NUMBER}{grant.number}", render)

    def _closed(self, environment: Environment, key: str, leaves: str | None) -> Projection:
        """The last edit, where the comment is known."""

        async def paint(painted: Published | None) -> str:
            if leaves and painted and painted.id:
                await replace_comment(self.comments, environment.repository, int(painted.id), leaves)
            return ""

        return Projection(key, lambda: Rendered(leaves, paint))

    def _record(self, environment: Environment, now: datetime) -> list[Projection]:
        deployment = environment.deployment
        if deployment is None:
            return []

        def render() -> Rendered | None:
            record = github_deployment.render(environment, deployment, now=now)
            if record is None:
                return None
            return Rendered(f"{record}", partial(self._paint_record, environment.repository, record))

        return [Projection(f"record/{deployment.grant.number}", render)]

    async def _paint_record(self, repository: Repository, record: Record, painted: Published | None) -> str:
        known = int(painted.id) if painted and painted.id else None
        try:
            made = await self.deployments.paint(repository, record, known=known)
        except NotThere:
            return f"{known or ''}"  # it was deleted
        return f"{made or ''}"

    def _prompts(self, environment: Environment, shown: Shown, now: datetime) -> Iterator[Projection]:
        """The prompts of concerned pull requests; and of earlier ones, which say once more what became of them."""
        pulls = dict.fromkeys(pull.number for pull in release_status.concerned(environment))
        for pull in pulls:
            yield self._prompt(environment, pull, f"{PROMPT}{pull}" in shown, now)
        for key, before in _left(shown, PROMPT, {f"{PROMPT}{pull}" for pull in pulls}):
            past = comment.past(environment, int(key.removeprefix(PROMPT)), now=now)
            yield self._closed(environment, key, past or before.leaves)

    def _prompt(self, environment: Environment, pull: int, known: bool, now: datetime) -> Projection:
        marker = comment.prompt_marker(environment, pull)
        spot = Spot(environment.repository, pull, marker, environment.created_at)

        def render() -> Rendered | None:
            body = comment.prompt(environment, pull, web=self.web, now=now)
            if body is None and known:
                body = comment.past(environment, pull, now=now)
            if body is None:
                return None
            leaves = comment.left(environment, pull, now=now)
            return Rendered(body, partial(show_comment, self.comments, spot, body), leaves)

        return Projection(f"{PROMPT}{pull}", render)

    def _moved(self, environment: Environment, shown: Shown, now: datetime) -> Iterator[Projection]:
        """Comments from before Slack was connected: a last edit says where each goes on, or its outcome."""
        concerned = {pull.number for pull in release_status.concerned(environment)}
        for key, before in _left(shown, PROMPT, ()):
            pull = int(key.removeprefix(PROMPT))
            past = comment.moved if pull in concerned else comment.past
            yield self._closed(environment, key, past(environment, pull, now=now) or before.leaves)


def _left(shown: Shown, kind: str, current: Collection[str]) -> Iterator[tuple[str, Published]]:
    """The notes of projections that are published no more and have to be closed."""
    for key, before in shown.items():
        if key.startswith(kind) and key not in current and before.leaves is not None:
            yield key, before
