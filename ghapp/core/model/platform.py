"""A platform's deployments as values; the rules that read them are in `core/rollback`."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from ghapp.core.config.model import NotAllowed
from ghapp.core.model.environment import Reference

PlatformStage = Literal["created", "shifting", "ready", "baking", "kept", "succeeded", "failed", "stopped"]
# The maker of a deployment: a caller of its API; the platform, to roll back, or for instances that come or go, beside
# any other deployment; CloudFormation, which alone can end it.
Maker = Literal["person", "auto_rollback", "scaling", "stack"]
ACTIVE: frozenset[PlatformStage] = frozenset({"created", "shifting", "ready", "baking", "kept"})


class PlatformDeployment(Struct, frozen=True, kw_only=True):
    """One deployment of the platform. `moved`: traffic has shifted to it, or may have; None if that was not read.

    `taken_back_by`: the deployment that rolls it back. `until`: when its wait ends; `took`: how long it took to shift
    traffic. `stands_by`: whether the deployment that it replaces still runs.
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
        """Whether the platform is still busy with it, waiting included."""
        return self.stage in ACTIVE

    @property
    def by_platform(self) -> bool:
        """Whether it is the platform's automatic rollback."""
        return self.maker == "auto_rollback"


class PlatformState(Struct, frozen=True):
    """The platform's newest deployments, newest first. `lacking`: the required revision no longer exists there."""

    made: tuple[PlatformDeployment, ...] = ()
    lacking: bool = False

    @property
    def releases(self) -> tuple[PlatformDeployment, ...]:
        """Those that change what serves: without those for instances that come or go."""
        return tuple(made for made in self.made if made.maker != "scaling")

    @property
    def active(self) -> PlatformDeployment | None:
        """The active one that changes what serves: there is one at most."""
        return next((made for made in self.releases if made.active), None)

    @property
    def scaling(self) -> PlatformDeployment | None:
        """The newest active one for instances that come or go; there may be many."""
        return next((made for made in self.made if made.maker == "scaling" and made.active), None)

    def find(self, deployment: str | int | None) -> PlatformDeployment | None:
        return next((made for made in self.made if made.id == deployment), None)


class PlatformDenied(Struct, frozen=True):
    """The platform is not read: `why` is what a person has to fix.

    `claimed_by`: another repository that deploys there too; "" if its name may not be shown. None: there is none.
    `lacks`: the missing lines, if this repository may not act there.
    """

    why: str
    claimed_by: str | None = None
    lacks: NotAllowed | None = None
