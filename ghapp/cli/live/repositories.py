"""The repositories: their configs, the workflows and rules that these need, and the targets in AWS."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from ghapp.adapters.aws.codedeploy import CodeDeployPlatform
from ghapp.adapters.github import GitHub
from ghapp.adapters.github.accounts import Installation, read_installations
from ghapp.adapters.github.committers import read_committers
from ghapp.adapters.github.workflow_files import read_present_workflows
from ghapp.cli.live.configs import (
    SUBJECT,
    branches,
    judge_config,
    judge_fence,
    judge_gate,
    repository_finding,
    targets,
)
from ghapp.cli.live.findings import Finding, Status, asked
from ghapp.core.config.model import CONFIG_PATH, CodeDeploy, Config, EnvironmentConfig, InvalidConfig, NoConfig
from ghapp.core.config.workflow_check import Findings, check_workflows
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import ConfigFact, Need, NeedConfig, NeedRequired, Required, RulesHidden
from ghapp.ports import Fault

AT_ONCE = 8
MOST = 500  # repositories whose config is read
NAMED = 10  # repositories without a config, by name
NO_CHANNEL = "config.channel"
INIT = "`ghapp init` in a checkout writes a first one"


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What one repository showed. `committers`: e-mails by login, of those who are not linked; they are not shown."""

    repository: Repository
    config: ConfigFact | None
    findings: Sequence[Finding]
    committers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Survey:
    """All repositories, and the findings that are about none alone."""

    of_all: Sequence[Finding]
    repositories: Sequence[Surveyed]

    @property
    def channels(self) -> Mapping[str, Sequence[str]]:
        """The places that name each Slack channel."""
        found: dict[str, list[str]] = {}
        for one in self.repositories:
            for name, config in _environments(one.config):
                if config.channel:
                    found.setdefault(config.channel, []).append(f"{one.repository.full_name} {name}")
        return found

    @property
    def names(self) -> Mapping[str, Sequence[str]]:
        """The repositories whose config has something else than a channel's id, by what it has."""
        found: dict[str, list[str]] = {}
        for one in self.repositories:
            for problem in one.config.problems if isinstance(one.config, InvalidConfig) else ():
                if problem.code == NO_CHANNEL:
                    found.setdefault(f"{problem.values['text']}", []).append(one.repository.full_name)
        return found


async def survey(github: GitHub, app_id: int, *, owners: Collection[str], people: bool) -> Survey:
    """`people`: whether to read who committed, for Slack. Raises `Retryable` or `Permanent`."""
    gate, platform = asyncio.Semaphore(AT_ONCE), CodeDeployPlatform()
    repositories: list[Repository] = []

    async def list_all(installation: int) -> Sequence[Finding]:
        async with gate:
            repositories.extend(await github.installations.repositories(installation))
        return ()

    async def look(repository: Repository) -> Surveyed:
        async with gate:
            return await _Look(github, platform, repository, app_id).survey(people=people)

    installations = await read_installations(github.api)
    useful = [one for one in installations if not one.suspended_at and (not owners or one.owner.lower() in owners)]
    listing = (asked(SUBJECT, "repositories", f"those of {one.owner}", list_all(one.id)) for one in useful)
    unlisted = [one for found in await asyncio.gather(*listing) for one in found]
    repositories.sort(key=lambda one: one.full_name.lower())
    found = await asyncio.gather(*(look(one) for one in repositories[:MOST]))
    of_all = (*unlisted, *judge_accounts(installations, useful), *judge_all(len(useful), len(repositories), found))
    return Survey(of_all, found)


def judge_accounts(installations: Sequence[Installation], useful: Sequence[Installation]) -> Iterator[Finding]:
    """The accounts for which the server does nothing."""
    for one in installations:
        if one.suspended_at:
            text = f"{one.owner} has suspended the App, so it can do nothing there: an owner ends that on GitHub"
            yield repository_finding("hint", "account", text)
        elif one not in useful:
            yield repository_finding(
                "hint", "account", f"{one.owner} is not in GHAPP_OWNERS, so its events are ignored"
            )


def judge_all(installations: int, listed: int, found: Sequence[Surveyed]) -> Sequence[Finding]:
    """`listed`: how many repositories there are; `found`: those that were looked at."""
    if not listed:
        text = "the App is installed on no repository: an owner installs it from the App's page on GitHub"
        return [repository_finding("todo", "repositories", text)]
    without = [one.repository.full_name for one in found if isinstance(one.config, NoConfig)]
    accounts = "1 account" if installations == 1 else f"{installations} accounts"
    places = "1 repository" if listed == 1 else f"{listed} repositories"
    lines = [repository_finding("ok", "repositories", f"the App is installed on {places} of {accounts}")]
    if without:
        more = f" and {len(without) - NAMED} more" if len(without) > NAMED else ""
        named = f"{', '.join(without[:NAMED])}{more}"
        text = f"no {CONFIG_PATH} on the default branch of {named}, so ghapp is silent there"
        status: Status = "todo" if len(without) == len(found) else "hint"
        lines.append(repository_finding(status, "config.absent", f"{text}: {INIT}"))
    if listed > len(found):
        lines.append(
            repository_finding("not asked", "repositories", f"{listed - len(found)} more: at most {MOST} are looked at")
        )
    return lines


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at one repository."""

    github: GitHub
    platform: CodeDeployPlatform
    repository: Repository
    app_id: int

    async def survey(self, *, people: bool) -> Surveyed:
        config: ConfigFact | None = None
        committers: Mapping[str, str] = {}

        async def read() -> Sequence[Finding]:
            nonlocal config, committers
            fact = await self.github.source.gather(self.repository, NeedConfig())
            assert isinstance(fact, Config | InvalidConfig | NoConfig)
            config = fact
            if not isinstance(fact, Config):
                return judge_config(fact, Findings())
            if people and any(one.channel for one in fact.environments.values()):
                committers = await self._unlinked(fact)
            return await self._configured(fact)

        found = await asked(SUBJECT, "config", CONFIG_PATH, read())
        named = [replace(one, repository=self.repository.full_name) for one in found]
        return Surveyed(self.repository, config, named, committers)

    async def _configured(self, config: Config) -> Sequence[Finding]:
        """What a valid config needs around it."""
        asking = (
            asked(SUBJECT, "config", "the workflows", self._workflows(config)),
            *(
                asked(SUBJECT, "gate", f"the rules of {branch}", self._gate(branch, held))
                for branch, held in branches(config).items()
            ),
            *(asked(SUBJECT, "aws", target.target, self._target(target)) for target in targets(config)),
        )
        return [finding for found in await asyncio.gather(*asking) for finding in found]

    async def _workflows(self, config: Config) -> Sequence[Finding]:
        text, files = await asyncio.gather(
            self.github.source.config.text(self.repository),
            read_present_workflows(self.github.api, self.repository, config),
        )
        findings = await asyncio.to_thread(check_workflows, config, text, files)
        return [*judge_config(config, findings), *judge_fence(config, files)]

    async def _gate(self, branch: str, environments: Sequence[str]) -> Sequence[Finding]:
        need: Need = NeedRequired(branch)
        fact = await self.github.source.gather(self.repository, need)
        assert isinstance(fact, Required | RulesHidden)
        return [judge_gate(fact, branch, environments, self.app_id)]

    async def _target(self, target: CodeDeploy) -> Sequence[Finding]:
        refused = await self.platform.refused_reads(self.repository, target)
        if refused:
            return [repository_finding("todo", "aws", f"{target.target}: {one}") for one in refused]
        text = f"{target.target}: its deployments can be read. Calls that change it cannot be tried without effect"
        return [repository_finding("ok", "aws", text)]

    async def _unlinked(self, config: Config) -> Mapping[str, str]:
        """Advice only: a repository whose commits cannot be read has none."""
        linked = {login.lower() for _, one in _environments(config) for login in one.people}
        try:
            found = await read_committers(self.github.api, self.repository)
        except Fault:
            return {}
        return {login: email for login, email in found.items() if login.lower() not in linked}


def _environments(config: ConfigFact | None) -> Iterable[tuple[str, EnvironmentConfig]]:
    return config.environments.items() if isinstance(config, Config) else ()
