"""Builds GitHub's ports on one HTTP session and one App. Clients and tokens are separate per installation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import aiohttp
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.app_complaints import GitHubComplaints
from ghapp.adapters.github.branches import Branches
from ghapp.adapters.github.check_runs import CheckRuns, GitHubReleaseChecks
from ghapp.adapters.github.ci import Ci
from ghapp.adapters.github.comments import GitHubComments
from ghapp.adapters.github.config_checks import GitHubConfigChecks
from ghapp.adapters.github.config_file import ConfigFile, Reading
from ghapp.adapters.github.deliveries import GitHubDeliveries
from ghapp.adapters.github.deployments import GitHubDeployments
from ghapp.adapters.github.first_pulls import GitHubFirstPulls
from ghapp.adapters.github.gates import GitHubGates
from ghapp.adapters.github.github_clock import GitHubClock
from ghapp.adapters.github.history import History
from ghapp.adapters.github.installations import GitHubInstallations
from ghapp.adapters.github.oidc import OidcJobs
from ghapp.adapters.github.oidc_keys import OidcKeys
from ghapp.adapters.github.pages import PageSizes
from ghapp.adapters.github.policy_file import PolicyFiles
from ghapp.adapters.github.profiles import GitHubProfiles
from ghapp.adapters.github.protection_rules import GitHubProtectionRules
from ghapp.adapters.github.pull_files import PullFiles
from ghapp.adapters.github.pulls import Pulls
from ghapp.adapters.github.reviews import ReviewsAndPushes
from ghapp.adapters.github.runs import WorkflowRunner
from ghapp.adapters.github.sign_in import GitHubSignIn, OAuthClient
from ghapp.adapters.github.source import GitHubSource
from ghapp.adapters.github.stacks import Stacks
from ghapp.adapters.github.tokens import AppJwt, read_key
from ghapp.ports import Clock, Priority

__all__ = ["App", "GitHub", "GitHubSignIn", "OAuthClient", "OidcJobs", "OidcKeys", "read_key"]


@dataclass(frozen=True, slots=True)
class App:
    """Our App and its GitHub server. `key`: from the PEM, by `read_key`."""

    id: int
    key: RSAPrivateKey = field(repr=False)
    api_url: str = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class _Shared:
    """Used at all priorities: the App, and the caches."""

    app: App
    clock: Clock
    time: GitHubClock
    branches: Branches
    sizes: PageSizes
    config: ConfigFile
    files: PullFiles


@dataclass(frozen=True, slots=True)
class GitHub:
    """The ports, whose calls have one priority: `Priority.ACT`, unless made by `at`."""

    source: GitHubSource
    runner: WorkflowRunner
    gates: GitHubGates
    comments: GitHubComments
    rules: GitHubProtectionRules
    deployments: GitHubDeployments
    config_checks: GitHubConfigChecks
    first_pulls: GitHubFirstPulls
    deliveries: GitHubDeliveries
    release_checks: GitHubReleaseChecks
    profiles: GitHubProfiles
    installations: GitHubInstallations
    standing: GitHubComplaints
    policies: PolicyFiles
    api: Api
    _shared: _Shared

    @classmethod
    def connect(  # noqa: PLR0913 - a connection, and the two settings that say whose rules count
        cls,
        session: aiohttp.ClientSession,
        app: App,
        *,
        clock: Clock,
        read_config: Reading,
        policies: Mapping[str, str],
        owners: Collection[str] = (),
    ) -> "GitHub":
        """Sends no request. The caller closes the session.

        `policies`: the policy repository of each owner; `owners`: the accounts that are served, empty = all.
        """
        time = GitHubClock(clock)
        api = Api(session, AppJwt(app.id, app.key, time), base_url=app.api_url, clock=clock, time=time)
        branches, rules = Branches(clock), PolicyFiles(api, policies, owners)
        config = ConfigFile(api, read_config, branches, rules)
        return cls._on(api, _Shared(app, clock, time, branches, PageSizes(clock), config, PullFiles(api)))

    def at(self, priority: Priority) -> "GitHub":
        """The same ports for calls of this priority. Each one made combines only its own queries."""
        return self._on(self.api.at(priority), self._shared)

    @classmethod
    def _on(cls, api: Api, shared: _Shared) -> "GitHub":
        app, clock = shared.app, shared.clock
        stacks, config = Stacks(api), shared.config.at(api)
        pulls = Pulls(api, shared.sizes, stacks, clock)
        source = GitHubSource(
            api=api,
            config=config,
            pulls=pulls,
            files=shared.files.at(api),
            ci=Ci(api, app.id),
            history=History(api),
            reviews=ReviewsAndPushes(api),
            clock=clock,
        )
        check_runs = CheckRuns(api, app.id)
        return cls(
            source=source,
            runner=WorkflowRunner(api, shared.branches, shared.time),
            gates=GitHubGates(api, shared.sizes, stacks),
            comments=GitHubComments(api, app.id),
            rules=GitHubProtectionRules(api),
            deployments=GitHubDeployments(api),
            config_checks=GitHubConfigChecks(api, check_runs, source, config),
            first_pulls=GitHubFirstPulls(api, config),
            release_checks=GitHubReleaseChecks(check_runs),
            profiles=GitHubProfiles(api),
            installations=GitHubInstallations(api),
            standing=GitHubComplaints(api, app.id, clock),
            policies=config.policies,
            deliveries=GitHubDeliveries(api),
            api=api,
            _shared=shared,
        )

    async def check(self) -> datetime | None:
        """Reads GitHub's clock with a request as this App. Raises `Retryable` or `Permanent`."""
        return await self.api.date()
