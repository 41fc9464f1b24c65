"""The repositories: their configs, the workflows and rules that these need, and the targets in AWS."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from ghapp.adapters.aws.codedeploy import CodeDeployPlatform
from ghapp.adapters.github import GitHub
from ghapp.adapters.github.committers import read_committers
from ghapp.adapters.github.installations import Installation
from ghapp.adapters.github.open_pulls import CONTEXT as GATE
from ghapp.adapters.github.workflow_files import read_present_workflows
from ghapp.cli.live.findings import Finding, Status, Subject, asked
from ghapp.core.config.model import (
    CLOSED,
    CONFIG_PATH,
    CodeDeploy,
    Config,
    EnvironmentConfig,
    InvalidConfig,
    NoConfig,
    Problem,
)
from ghapp.core.config.workflow_check import TRAPS, Files, Findings, check_workflows
from ghapp.core.config.workflow_file import Workflow
from ghapp.core.model.environment import Repository
from ghapp.core.model.facts import ConfigFact, Need, NeedConfig, NeedRequired, Required, RulesHidden
from ghapp.core.views.problem import line, say
from ghapp.ports import Fault

SUBJECT: Subject = "Repositories"
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

    installations = await github.installations.all()
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
            yield _finding("hint", "account", text)
        elif one not in useful:
            yield _finding("hint", "account", f"{one.owner} is not in GHAPP_OWNERS, so its events are ignored")


def judge_all(installations: int, listed: int, found: Sequence[Surveyed]) -> Sequence[Finding]:
    """`listed`: how many repositories there are; `found`: those that were looked at."""
    if not listed:
        text = "the App is installed on no repository: an owner installs it from the App's page on GitHub"
        return [_finding("todo", "repositories", text)]
    without = [one.repository.full_name for one in found if isinstance(one.config, NoConfig)]
    accounts = "1 account" if installations == 1 else f"{installations} accounts"
    places = "1 repository" if listed == 1 else f"{listed} repositories"
    lines = [_finding("ok", "repositories", f"the App is installed on {places} of {accounts}")]
    if without:
        more = f" and {len(without) - NAMED} more" if len(without) > NAMED else ""
        named = f"{', '.join(without[:NAMED])}{more}"
        text = f"no {CONFIG_PATH} on the default branch of {named}, so ghapp is silent there"
        status: Status = "todo" if len(without) == len(found) else "hint"
        lines.append(_finding(status, "config.absent", f"{text}: {INIT}"))
    if listed > len(found):
        lines.append(_finding("not asked", "repositories", f"{listed - len(found)} more: at most {MOST} are looked at"))
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
            return [_finding("todo", "aws", f"{target.target}: {one}") for one in refused]
        text = f"{target.target}: its deployments can be read. Calls that change it cannot be tried without effect"
        return [_finding("ok", "aws", text)]

    async def _unlinked(self, config: Config) -> Mapping[str, str]:
        """Advice only: a repository whose commits cannot be read has none."""
        linked = {login.lower() for _, one in _environments(config) for login in one.people}
        try:
            found = await read_committers(self.github.api, self.repository)
        except Fault:
            return {}
        return {login: email for login, email in found.items() if login.lower() not in linked}


def judge_config(config: ConfigFact, findings: Findings) -> Sequence[Finding]:
    """The problems of a config and its workflows, in the words of `ghapp check`. No config: no finding."""
    if isinstance(config, NoConfig):
        return []
    problems = config.problems if isinstance(config, InvalidConfig) else findings.problems
    file = config.file if isinstance(config, InvalidConfig) else CONFIG_PATH
    found = [_finding("todo", "config", _problem(file, one)) for one in problems]
    if isinstance(config, InvalidConfig):
        return found
    if not found:
        named = ", ".join(config.environments)
        found = [_finding("ok", "config", f"{file} is valid, and its workflows take the inputs: {named}")]
    return [*found, *(_advice(file, one) for one in findings.advice)]


def _problem(file: str, problem: Problem) -> str:
    if problem.code in CLOSED:  # it has no place in the file
        return say("en", CLOSED[problem.code], file=file)
    return f"{file}: {line(problem, 'en')}"


def _advice(file: str, problem: Problem) -> Finding:
    """A way past the lock is more than advice."""
    trap = problem.code in TRAPS
    return _finding("todo" if trap else "hint", problem.code, f"{file}: {line(problem, 'en')}")


def judge_fence(config: Config, files: Files) -> Iterator[Finding]:
    """Whether the jobs that deploy ask the guard."""
    for name, environment in config.environments.items():
        workflow = files.get(environment.workflow)
        if not isinstance(workflow, Workflow):
            continue
        jobs = workflow.deploying((name, *environment.aliases)) or workflow.jobs
        if any(job.guarded for job in jobs):
            yield _finding("ok", "fence", f"{name}: {environment.workflow} asks the guard")
        else:
            text = "shows no job that asks the guard, so a run by hand may pass the lock: docs/fence.md"
            yield _finding("hint", "fence", f"{name}: {environment.workflow} {text}")


def judge_gate(rules: Required | RulesHidden, branch: str, environments: Sequence[str], app_id: int) -> Finding:
    """Whether the branch requires the gate, and from this App. Classic protection does not show the App.

    `environments`: those whose gate the branch's pull requests get.
    """
    if isinstance(rules, RulesHidden):
        return _finding("hint", "gate", f"the rules of {branch} could not be read: GitHub denies it")
    apps = {one.app for one in rules.checks if one.name == GATE}
    what = f"{GATE} on {branch} ({', '.join(environments)})"
    if app_id in apps:
        return _finding("ok", "gate", f"{what} is required from this App, so it holds merges")
    if None in apps:
        text = f"{what} is required. That only this App may set it, no ruleset says: docs/gate.md"
        return _finding("hint", "gate", text)
    if apps:
        text = (
            f"{what} is required from the App {min(one for one in apps if one)}, so nothing can be merged: set {app_id}"
        )
        return _finding("todo", "gate", text)
    return _finding("hint", "gate", f"{what} is not a required check, so it holds no merge: docs/gate.md")


def branches(config: Config) -> Mapping[str, Sequence[str]]:
    """The environments with a gate, by the branch that they release."""
    found: dict[str, list[str]] = {}
    for name, environment in config.environments.items():
        if environment.gate:
            found.setdefault(environment.branch, []).append(name)
    return found


def targets(config: Config) -> Collection[CodeDeploy]:
    """The targets that the repository may act on, each once: why it may not is a problem of the config."""
    allowed = (one.rollback for one in config.environments.values() if one.rollback and not one.not_allowed)
    return dict.fromkeys(allowed)


def _environments(config: ConfigFact | None) -> Iterable[tuple[str, EnvironmentConfig]]:
    return config.environments.items() if isinstance(config, Config) else ()


def _finding(status: Status, code: str, text: str) -> Finding:
    return Finding(subject=SUBJECT, status=status, code=code, text=text)
