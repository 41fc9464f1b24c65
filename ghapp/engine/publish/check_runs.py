"""The check runs `release / <environment>` as projections: for releases under way or waiting, and outdated checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.environment import Environment, Pull, Repository
from ghapp.core.model.published import CheckRun
from ghapp.core.rules import release_status
from ghapp.core.views import check_run
from ghapp.engine.publish.backoff import Refusals
from ghapp.engine.publish.projections import Projection, Published, Rendered, Shown
from ghapp.ports import Clock, ReleaseChecks, ShownCheck

CHECK = "check/"
_ENDED = "/ended"


@dataclass(frozen=True, slots=True)
class CheckRunProjections:
    """`web`: the address of GitHub's own pages."""

    checks: ReleaseChecks
    refusals: Refusals
    clock: Clock
    web: str

    def of(self, environment: Environment, shown: Shown) -> Sequence[Projection]:
        """Those whose content may have changed."""
        heads = (key.removeprefix(CHECK) for key in shown if key.startswith(CHECK))
        before = (release_status.known(environment, head) for head in heads)
        pulls = (*release_status.concerned(environment), *(pull for pull in before if pull))
        return [self._place(environment, pull) for pull in {pull.head: pull for pull in pulls}.values()]

    async def again(self, environment: Environment, mark: ButtonId, head: str) -> Shown:
        """Publishes a check run again on request: as a new run, if it has ended. Raises Retryable."""
        pull = next(
            (one for one in release_status.met(environment) if (one.number, one.head) == (mark.pull, head)), None
        )
        if pull:
            place = self._place(environment, pull, again=True)
        elif check := check_run.preview(environment, mark.pull, head, now=self.clock()):
            place = self._shows(environment.repository, check, again=True)
        else:
            return {}
        key = (environment.repository.id, environment.name, place.key)
        painted = await place.painted(None, self.refusals, key)
        return {place.key: painted} if painted else {}

    def _place(self, environment: Environment, pull: Pull, *, again: bool = False) -> Projection:
        def render() -> Rendered:
            check = check_run.render(environment, pull, web=self.web, now=self.clock())
            return self._rendered(environment.repository, check, again=again)

        return Projection(f"{CHECK}{pull.head}", render)

    def _shows(self, repository: Repository, check: CheckRun, *, again: bool) -> Projection:
        return Projection(f"{CHECK}{check.head}", lambda: self._rendered(repository, check, again=again))

    def _rendered(self, repository: Repository, check: CheckRun, *, again: bool) -> Rendered:
        return Rendered(f"{check}", partial(self._paint, repository, check, again))

    async def _paint(self, repository: Repository, check: CheckRun, again: bool, painted: Published | None) -> str:
        known = _known(painted.id) if painted else None
        shown = await self.checks.paint(repository, check, known=known, again=again)
        return f"{shown.id}{_ENDED if shown.ended else ''}"


def _known(noted: str) -> ShownCheck | None:
    """Reads the note of a check run: its id, and whether it has ended."""
    number = noted.removesuffix(_ENDED)
    return ShownCheck(int(number), noted.endswith(_ENDED)) if number else None
