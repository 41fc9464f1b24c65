"""Paints projections: each place is rendered from state and written only where it differs from what was painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ghapp.core import standing
from ghapp.core.environment import Environment, Pull
from ghapp.core.events import Repaint
from ghapp.core.views import check_run, comment, github_deployment, prompt
from ghapp.engine.fanout import Fanout
from ghapp.engine.once import Once, Spot
from ghapp.engine.places import Painted, Place, Shown
from ghapp.engine.slack_places import SlackPlaces
from ghapp.ports import Clock, Comments, Deployments, ReleaseChecks, Retryable

GATE = "gate/"
CHECK = "check/"


@dataclass(frozen=True, slots=True)
class Painter:
    """Paints all the places of an environment. `web`: the address of GitHub's own pages."""

    comments: Comments
    deployments: Deployments
    checks: ReleaseChecks
    gates: Fanout
    slack: SlackPlaces | None
    clock: Clock
    web: str

    async def __call__(
        self, environment: Environment, all_of_them: Sequence[Environment], shown: Shown
    ) -> tuple[Shown, Retryable | None]:
        """What is shown afterwards, and the fault that kept a place from being painted, if one did.

        A place that fails never keeps another from its paint. What holds merges comes first, and Slack, which takes
        one message a second, last.
        """
        now = self.clock()
        painted: Shown = {}
        places = [*self._gates(environment, all_of_them, shown), *self._number(environment, now)]
        places += [*self._record(environment, now), *self._checks(environment, shown, now)]
        if self.slack and environment.terms.channel:
            places += self.slack.of(environment, all_of_them, shown, painted)
        else:
            places += self._prompts(environment, now)
        fault: Retryable | None = None
        for place in places:
            try:
                painted[place.key] = await place.painted(shown.get(place.key))
            except Retryable as later:
                fault = later
                if place.key in shown:
                    painted[place.key] = shown[place.key]
        return painted, fault

    async def announced(self, environment: Environment, shown: Shown) -> Shown:
        """The comment of the newest number, where nobody has painted it yet. Raises Retryable."""
        places = [place for place in self._number(environment, self.clock()) if place.key not in shown]
        return {place.key: await place.painted(None) for place in places}

    def _gates(self, environment: Environment, all_of_them: Sequence[Environment], shown: Shown) -> list[Place]:
        """On its branch, and on those that were its own before: what is shown there must not stay."""
        before = (key.removeprefix(GATE) for key in shown if key.startswith(GATE))
        return [
            self._gate(environment, all_of_them, base) for base in dict.fromkeys((environment.terms.branch, *before))
        ]

    def _gate(self, environment: Environment, all_of_them: Sequence[Environment], base: str) -> Place:
        left = base != environment.terms.branch

        async def paint(painted: Painted | None) -> str:
            await self.gates.order(Repaint(repository=environment.repository, base=base, left=left))
            return base

        return Place(f"{GATE}{base}", self.gates.fingerprint(all_of_them, base), paint)

    def _number(self, environment: Environment, now: datetime) -> list[Place]:
        deployment = environment.deployment
        if deployment is None:
            return []
        order = deployment.order
        body = comment.number(environment, deployment, now=now)
        marker = comment.number_marker(environment, order.number)
        spot = Spot(environment.repository, order.told_on, marker, order.at)
        return [self._comment(f"number/{order.number}", spot, body)]

    def _record(self, environment: Environment, now: datetime) -> list[Place]:
        deployment = environment.deployment
        record = github_deployment.render(environment, deployment, now=now) if deployment else None
        if deployment is None or record is None:
            return []

        async def paint(painted: Painted | None) -> str:
            known = int(painted.id) if painted and painted.id else None
            made = await self.deployments.paint(environment.repository, record, known=known)
            return f"{made or ''}"

        return [Place(f"record/{deployment.order.number}", f"{record}", paint)]

    def _checks(self, environment: Environment, shown: Shown, now: datetime) -> list[Place]:
        """On what is under way or waits, and on what still shows what it was."""
        heads = (key.removeprefix(CHECK) for key in shown if key.startswith(CHECK))
        before = (standing.known(environment, head) for head in heads)
        pulls = (*standing.concerned(environment), *(pull for pull in before if pull))
        return [self._check(environment, pull, now) for pull in {pull.head: pull for pull in pulls}.values()]

    def _check(self, environment: Environment, pull: Pull, now: datetime) -> Place:
        check = check_run.render(environment, pull, web=self.web, now=now)

        async def paint(painted: Painted | None) -> str:
            known = int(painted.id) if painted and painted.id else None
            return str(await self.checks.paint(environment.repository, check, known=known))

        later = standing.may_wait(environment, pull)
        return Place(f"{CHECK}{pull.head}", None if later else f"{check}", paint)

    def _prompts(self, environment: Environment, now: datetime) -> list[Place]:
        made = (self._prompt(environment, pull, now) for pull in prompt.concerned(environment))
        return [place for place in made if place]

    def _prompt(self, environment: Environment, pull: int, now: datetime) -> Place | None:
        body = comment.prompt(environment, pull, web=self.web, now=now)
        marker = comment.prompt_marker(environment, pull)
        spot = Spot(environment.repository, pull, marker, environment.created_at)
        return self._comment(f"prompt/{pull}", spot, body) if body else None

    def _comment(self, key: str, spot: Spot, body: str) -> Place:
        once = Once(self.comments, self.clock)

        async def paint(painted: Painted | None) -> str:
            known, says = (int(painted.id), False) if painted and painted.id else await once.post(spot, body, look=True)
            if not says:
                await self.comments.edit(spot.repository, known, body)
            return str(known)

        return Place(key, body, paint)
