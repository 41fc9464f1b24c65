"""What a platform tells of its own deployments, as values; `rollback/plan.py` has the rules that read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ghapp.core.model.environment import Reference

PlatformStage = Literal["created", "shifting", "ready", "baking", "kept", "succeeded", "failed", "stopped"]
# Who had it made: somebody, by its API; the platform, to go back, or for instances that come or go, beside whatever is
# under way; CloudFormation, which alone can end it.
Maker = Literal["person", "way_back", "scaling", "stack"]
ACTIVE: frozenset[PlatformStage] = frozenset({"created", "shifting", "ready", "baking", "kept"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformDeployment:
    """One deployment of the platform's. `moved`: traffic has moved to it, or may have; None where nobody has asked.

    `taken_back_by`: the deployment that takes it back. `until`: when its wait ends;
    `took`: how long it took to bring traffic over. `stands_by`: whether what it replaces still runs.
    """

    id: str
    stage: PlatformStage
    revision: Reference
    created_at: datetime
    url: str = ""
    description: str = ""
    maker: Maker = "person"
    moved: bool | None = None
    taken_back_by: str | None = None
    until: datetime | None = None
    took: timedelta | None = None
    stands_by: bool | None = None
    error: str = ""

    @property
    def active(self) -> bool:
        """Whether the platform is still busy with it, be it with waiting."""
        return self.stage in ACTIVE

    @property
    def by_platform(self) -> bool:
        """Whether the platform goes back by it, of itself."""
        return self.maker == "way_back"


@dataclass(frozen=True, slots=True)
class PlatformState:
    """Its newest deployments, newest first. `lacking`: the revision that was asked for is not there any more."""

    made: tuple[PlatformDeployment, ...] = ()
    lacking: bool = False

    @property
    def releases(self) -> tuple[PlatformDeployment, ...]:
        """Those that change what serves: not those that bring it to instances that come."""
        return tuple(made for made in self.made if made.maker != "scaling")

    @property
    def active(self) -> PlatformDeployment | None:
        """The one that it is busy with, of those that change what serves: there is one at most."""
        return next((made for made in self.releases if made.active), None)

    @property
    def scaling(self) -> PlatformDeployment | None:
        """The newest that it is busy with for instances that come or go; there may be many."""
        return next((made for made in self.made if made.maker == "scaling" and made.active), None)

    def find(self, deployment: str | int | None) -> PlatformDeployment | None:
        """One by its id."""
        return next((made for made in self.made if made.id == deployment), None)


@dataclass(frozen=True, slots=True)
class PlatformDenied:
    """It is not looked at: `why` is what a person has to mend.

    `claimed_by`: another repository that acts there too; "" where not everybody may know which. None: there is none.
    """

    why: str
    claimed_by: str | None = None
