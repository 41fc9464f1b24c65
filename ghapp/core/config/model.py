"""The config of a repository: `Config`, and `EnvironmentConfig`, the slice by which one environment is decided."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from ghapp.core.config.names import plain_name

Language = Literal["en", "ja"]
Role = Literal["none", "read", "triage", "write", "maintain", "admin"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ObstacleKind = Literal["deployment", "manual", "rollback", "freeze", "config", "permission"]
GateKind = Literal["deployment", "manual", "freeze"]  # a rollback hold alone never blocks the fix

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROLES: tuple[Role, ...] = ("none", "read", "triage", "write", "maintain", "admin")
APP = "app/"  # the prefix of a GitHub App's slug in a config
CONFIG_PATH = ".github/ghapp.yml"
DEFAULT_INPUTS: Mapping[str, str] = {"sha": "{sha}", "environment": "{environment}", "ghapp": "{ticket}"}


class Window(Struct, frozen=True, kw_only=True):
    """A time without new releases: days, and the minutes of the local day from `start` up to `end`.

    The days are weekdays, or `first` to `last`, or a country's holidays or the days before them, or every day.
    """

    reason: str
    weekdays: tuple[Weekday, ...] = ()
    holidays: str | None = None
    holiday_eve: str | None = None
    first: date | None = None
    last: date | None = None
    start: int = 0
    end: int = 1440


CheckWord = Literal["required", "all", "none"]
CheckRule = CheckWord | tuple[str, ...]


class Require(Struct, frozen=True, kw_only=True):
    """The conditions of a release. `checks`: a word, or the names of the checks that must have passed.

    `approvals`: by so many other people. `merged`: merged pull requests only, else an open one's head too.
    """

    checks: CheckRule = "required"
    approvals: int = 0
    merged: bool = True


class ChainLink(Struct, frozen=True):
    """The other environment of a pair in a chain, and how long a revision has to be live in the earlier of the two."""

    environment: str
    lasting: timedelta = timedelta(0)


class CodeDeploy(Struct, frozen=True, kw_only=True):
    """A deployment group of Amazon's CodeDeploy: it knows the serving revision and the way back.

    `role_arn`: the role that queries it, if it is not the server's own.
    """

    application: str
    deployment_group: str
    region: str
    role_arn: str | None = None

    @property
    def target(self) -> str:
        """Its name in the operator's setting and in the owner's rules."""
        return f"codedeploy:{self.application}/{self.deployment_group}"

    @property
    def kept_in(self) -> str:
        """The application that has its revisions: a config that moves to another one leaves them behind."""
        return f"{self.application}@{self.region}"


class NotAllowed(Struct, frozen=True, kw_only=True):
    """Why a repository may not act on a platform's target: the missing lines, each empty if it is not missing.

    `setting`: in GHAPP_AWS_TARGETS. `rule`: under `platforms` of the owner's rules in `file`.
    """

    target: str
    setting: str = ""
    rule: str = ""
    file: str = ""

    def as_values(self) -> dict[str, str]:
        """The parameters of its sentences."""
        return {"target": self.target, "setting": self.setting, "rule": self.rule, "file": self.file}

    @property
    def why(self) -> str:
        """The missing lines in one sentence, for a fault and its log."""
        missing = [f"GHAPP_AWS_TARGETS: {self.setting}"] if self.setting else []
        missing += [f"platforms in {self.file}: {self.rule}"] if self.rule else []
        return f"not allowed; missing: {'; '.join(missing)}"


class People(Struct, frozen=True):
    """The GitHub logins that a config links, each with its Slack member id; the same for all environments.

    `linked`: those that Slack can mention; `acting`: those of the owner's rules, if these name who may act.
    """

    linked: Mapping[str, str] = field(default_factory=dict)
    acting: Mapping[str, str] | None = None


NOBODY = People()


class EnvironmentConfig(Struct, frozen=True, kw_only=True):
    """The config of one environment, with the SHA it was read at.

    An environment keeps the config it was last decided on; a deployment keeps the parts of the accepted one that
    carry it out. `people` and `acting` are stored once for the whole repository (`People`).
    `rollback`: the platform that rolls back, if it is not the workflow.
    `not_allowed`: why this repository may not act on that platform, when the config was read. It is only shown: each
    act is checked anew.
    `people`: those that Slack can mention; `acting`: those of the owner's rules, if these name who may act.
    `policy`: the blob of the owner's rules that were read with it, `policy_file`: their address; empty without any.
    `default_branch`: the branch that the config was read from, and on which workflows are dispatched.
    `runbook`: the address that a message about an obstacle or a failure links.
    `github_environment`: the name of its GitHub environment, if that is neither its name nor an alias.
    `after`: where a revision has to be live first; `followed_by`: the environments whose `after` names this one.
    """

    sha: str
    branch: str
    workflow: str
    paths: tuple[str, ...] = ()
    warn_paths: tuple[str, ...] = ()
    require: Require = Require()
    after: ChainLink | None = None
    followed_by: tuple[ChainLink, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_INPUTS))
    aliases: tuple[str, ...] = ()
    lock: timedelta = timedelta(minutes=30)
    cooldown: timedelta = timedelta(0)
    deployers: tuple[str, ...] = ("write",)
    rollbackers: tuple[str, ...] | None = None  # None: the deployers
    unlockers: tuple[str, ...] | None = None  # None: the deployers
    rollback: CodeDeploy | None = None
    not_allowed: NotAllowed | None = None
    turn: timedelta = timedelta(minutes=10)
    remind: timedelta = timedelta(minutes=30)
    skip_label: str | None = None
    auto: bool = False
    url: str | None = None
    runbook: str | None = None
    gate: tuple[GateKind, ...] = ("deployment", "manual", "freeze")
    except_label: str | None = None  # lets one pull request pass a lock and a freeze
    freeze: tuple[Window, ...] = ()
    language: Language = "en"
    timezone: str = "UTC"
    people: Mapping[str, str] = field(default_factory=dict)
    acting: Mapping[str, str] | None = None
    policy: str = ""
    policy_file: str = ""
    channel: str | None = None
    fallback: str | None = None
    default_branch: str = ""
    github_environment: str | None = None

    def named_on_github(self, name: str) -> tuple[str, ...]:
        """The plain names of the GitHub environment: the configured one, else the environment's name and aliases."""
        return (plain_name(self.github_environment),) if self.github_environment else (name, *self.aliases)

    @property
    def slack_actors(self) -> Mapping[str, str]:
        """The people who may act from Slack, login: member id. If the owner's rules name them, only those."""
        return self.people if self.acting is None else self.acting

    def checked(self, refuses: Callable[[CodeDeploy], NotAllowed | None]) -> "EnvironmentConfig":
        """The same, with the reason why its platform may not be queried, if there is one."""
        return replace(self, not_allowed=refuses(self.rollback)) if self.rollback else self

    @property
    def everybody(self) -> People:
        """The people that the config links, as a repository stores them."""
        return People(self.people, self.acting)

    def with_everybody(self, people: People) -> "EnvironmentConfig":
        """The same with these people."""
        return replace(self, people=people.linked, acting=people.acting)

    @property
    def of_a_message(self) -> "EnvironmentConfig":
        """The parts that a message needs. The people it can mention are looked up when it is posted."""
        return EnvironmentConfig(
            sha=self.sha,
            branch=self.branch,
            workflow=self.workflow,
            language=self.language,
            timezone=self.timezone,
            channel=self.channel,
            fallback=self.fallback,
            runbook=self.runbook,
        )

    @property
    def of_a_deployment(self) -> "EnvironmentConfig":
        """The parts that carry out, follow, roll back and report a deployment. The rest was checked before it."""
        return replace(
            self.of_a_message,
            inputs=self.inputs,
            aliases=self.aliases,
            lock=self.lock,
            cooldown=self.cooldown,
            rollback=self.rollback,
            url=self.url,
            default_branch=self.default_branch,
            github_environment=self.github_environment,
        )

    @property
    def apps(self) -> frozenset[str]:
        """The slugs of the Apps that any of its lists names, in lower case."""
        named = (*self.deployers, *(self.rollbackers or ()), *(self.unlockers or ()))
        return frozenset(one.removeprefix(APP).lower() for one in named if one.startswith(APP))


def same_login(one: str, other: str) -> bool:
    """GitHub ignores the case of logins."""
    return one.lower() == other.lower()


def as_bot(slug: str) -> str:
    """The login under which an App acts."""
    return f"{slug.lower()}[bot]"


def app_of(login: str) -> str | None:
    """The slug of the App that acts under a login; None: a person's login, which cannot end so."""
    return login.lower().removesuffix("[bot]") if login.endswith("[bot]") else None


UNSPOKEN = EnvironmentConfig(sha="", branch="", workflow="")
"""The config of a repository without a readable one: its answers are in English."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole valid file of one repository at `sha`, the newest commit of its default `branch` when it was read.

    Here and below `repository` is the repository's full name as GitHub had it then, and `page` the address of its page;
    both empty where GitHub was not asked.
    """

    sha: str
    environments: Mapping[str, EnvironmentConfig]
    branch: str = ""
    repository: str = dataclasses.field(default="", compare=False)
    page: str = dataclasses.field(default="", compare=False)


Said = str | int | tuple[str, ...]
"""A value in a problem's sentence; several are joined as their reader's language does."""


class Problem(Struct, frozen=True):
    """One reason why a config is not valid: its place (both count from 1), and the code and values of its sentence."""

    line: int
    column: int
    code: str
    values: Mapping[str, Said] = field(default_factory=dict)

    def as_values(self) -> dict[str, str | int | Mapping[str, Said]]:
        """The problem as values of a refusal."""
        return {"line": self.line, "column": self.column, "code": self.code, "values": self.values}


@dataclasses.dataclass(frozen=True, slots=True)
class InvalidConfig:
    """A file exists but cannot be used. `language`: the one it sets; None if that is unreadable.

    `file`: the repository's own, or the address of the owner's rules. With the repository's own, the present rules
    still count: `acting`, as in `EnvironmentConfig`, and `refuses`, which gives the reason why a target is not allowed.
    """

    sha: str
    problems: tuple[Problem, ...]
    language: Language | None = None
    file: str = CONFIG_PATH
    acting: Mapping[str, str] | None = None
    refuses: Callable[[CodeDeploy], NotAllowed | None] | None = dataclasses.field(default=None, compare=False)
    repository: str = dataclasses.field(default="", compare=False)
    page: str = dataclasses.field(default="", compare=False)

    @property
    def of_owner(self) -> bool:
        """Whether the unusable file is the owner's rules."""
        return self.file != CONFIG_PATH


ClosedCode = Literal["config_invalid", "policy_unread", "policy_left", "owner_not_served"]
"""The refusal's code while the config cannot be used."""

POLICY_UNREAD = "policy.unread"
POLICY_LEFT = "policy.left"
OWNER_NOT_SERVED = "owner.not_served"
CLOSED: Mapping[str, ClosedCode] = {
    POLICY_UNREAD: "policy_unread",
    POLICY_LEFT: "policy_left",
    OWNER_NOT_SERVED: "owner_not_served",
}
"""The refusal's code by the problem's: the owner's rules cannot be read at all; the repository has left the owner whose
rules held for it, and none are named for the new one; the operator does not serve the owner. The file of the last is
the repository itself."""


class PolicyFile(Struct, frozen=True):
    """The owner's rules, which are valid in all of the owner's repositories: their address and their text.

    `blob`: its id in git; `sha`: the commit that it was read at.
    """

    address: str
    text: str
    blob: str = ""
    sha: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class NoConfig:
    """The repository has no config: ghapp is silent in it."""

    repository: str = dataclasses.field(default="", compare=False)
    page: str = dataclasses.field(default="", compare=False)
