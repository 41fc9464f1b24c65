"""`Spec`, the description of a command, one a file in `commands/`; and `CommandContext`, one use of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.commands.grammar import Invocation, Shape
from ghapp.core.config.model import APP, ROLES, UNSPOKEN, EnvironmentConfig, Role, app_of
from ghapp.core.model.decision import Decision, Entry, EntryKind, Notice, Reaction, Refusal, Value, attempt_entry
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Door, Environment, MissingPermission, Repository
from ghapp.core.model.facts import Facts, Grants, Labels, Missing, Need, NeedTeam

T = TypeVar("T")
STALE_AFTER = timedelta(minutes=10)  # an older command may no longer be meant
Who = Literal["readers", "deployers", "rollbackers", "unlockers"]
DISPATCH = "actions: write"  # the permission to start a workflow
CHANGERS: tuple[Who, ...] = ("deployers", "rollbackers", "unlockers")


class CommandContext(Struct, frozen=True, kw_only=True):
    """One use of a command: its actor, door, place, and the environments it is about.

    `at`: when it was typed. `pull`: the pull request it was typed on, if any; `destination`: the place of its answer.
    `commands`: all that exist. `reply_config`: its language and zone are those of an answer if no environment is
    meant. `app`: the slug of the repository owner's App that acts; None: a person does.
    `all_environments`: those of the repository, whichever are meant, since one may come after another.
    """

    invocation: Invocation
    repository: Repository
    environments: tuple[Environment, ...]
    actor: str
    door: Door
    pull: int | None
    destination: Destination
    key: str
    at: datetime
    now: datetime
    commands: "tuple[Spec, ...]" = ()
    reply_config: EnvironmentConfig = UNSPOKEN
    app: str | None = None
    all_environments: tuple[Environment, ...] = ()

    @property
    def environment(self) -> Environment:
        """The one environment that the command is about."""
        (environment,) = self.environments
        return environment

    def entry(self, what: EntryKind, *, number: int | None = None, sha: str | None = None, why: str = "") -> Entry:
        """A history entry by this person, about the pull request that they named, or on which they wrote."""
        name = self.environments[0].name if len(self.environments) == 1 else None
        return Entry(
            at=self.now,
            what=what,
            environment=name,
            actor=self.actor,
            door=self.door,
            number=number,
            sha=sha,
            why=why,
            pull=self.invocation.pull or self.pull or None,
        )


class Spec(Struct, frozen=True, kw_only=True):
    """A command: its grammar, permission, needed facts and decision.

    `about`: whether it takes the one environment that is meant, or all of them. `who` may depend on the state.
    `refusals`: the codes that its decision may refuse with, beside those that every command has.
    `needs`, from the typed operands and the pull request they were typed on, are gathered before the decision.
    """

    word: str
    shape: Shape
    examples: tuple[str, ...]
    about: Literal["one", "all"]
    who: Callable[[CommandContext], Who]
    needs: Callable[[Invocation, int | None], tuple[Need, ...]]
    decide: Callable[[CommandContext, Facts], Decision]
    refusals: tuple[str, ...] = ()
    doors: tuple[Door, ...] = ("pull_request", "slack", "board")


def button(word: str, decide: Callable[[CommandContext, Facts], Decision]) -> Spec:
    """A command that deployers press in Slack and cannot type, and only while its release waits."""
    return Spec(
        word=word,
        shape=Shape(usage="", environment=True, pull=True),
        examples=(),
        about="one",
        who=lambda ask: "deployers",
        needs=lambda said, here: (),
        decide=decide,
        refusals=("not_awaiting",),
        doors=("slack",),
    )


def at_least(role: Role, least: str) -> bool:
    """Whether a role is `least` or higher; a login or a team is no role."""
    return least in ROLES and ROLES.index(role) >= ROLES.index(least)


def is_permitted(who: Who, ask: CommandContext, facts: Facts) -> bool:
    """The one permission rule, by GitHub's present answer. An App has no role: the config must name it."""
    if ask.app is not None:
        return who == "readers" or _names_app(who_config_names(who, ask.environments[0].config), ask.app)
    return is_let_in(ask.repository, ask.actor, who_config_names(who, ask.environments[0].config), facts)


def may_change_anything(ask: CommandContext, facts: Facts) -> bool:
    """Whether the actor may change anything in any of the environments; without one, the role `write` is needed."""
    if ask.app is not None:
        return is_named_app(ask.app, (environment.config for environment in ask.environments))
    rules = (who_config_names(who, environment.config) for environment in ask.environments for who in CHANGERS)
    rule = tuple(dict.fromkeys(one for rule in rules for one in rule))
    return is_let_in(ask.repository, ask.actor, rule or ("write",), facts)


def is_let_in(repository: Repository, login: str, rule: tuple[str, ...], facts: Facts) -> bool:
    """Whether a rule lets a login in now: by its role, or by login or team together with write access.

    A login alone does not count: anybody can take one that was given up, and everybody can read a public repository.
    An App's login never counts, in spite of the role that GitHub gives it: only its comments show who owns the App.
    """
    if app_of(login) is not None:
        return False
    role = facts.role(login)
    if role == "none":
        return False
    if any(at_least(role, least) for least in rule):
        return True
    return at_least(role, "write") and (_is_named(login, rule) or _in_team(repository, login, rule, facts))


def label_lifts(environment: Environment, labels: Labels, facts: Facts) -> bool:
    """Whether a label, set by a person who may deploy now, lets its pull request pass `obstacles.LIFTED`."""
    label = environment.config.except_label
    by = labels.get(label) if label else None
    return by is not None and is_let_in(environment.repository, by, environment.config.deployers, facts)


def may_start(environment: Environment, facts: Facts) -> Refusal | None:
    """The refusal if the App may not start workflows: people must not wait for a run that cannot begin."""
    found = facts.grants()
    return not_granted(environment.name, DISPATCH, found.where) if DISPATCH in found.lacking else None


def missing_permission(found: Grants) -> MissingPermission | None:
    """The same, as an environment keeps it: a person who is called could not deploy."""
    return MissingPermission(DISPATCH, found.where) if DISPATCH in found.lacking else None


def not_granted(environment: str, permission: str, where: str) -> Refusal:
    """The refusal that names the permission the App lacks, and the page where its owner accepts it."""
    return Refusal("not_granted", {"environment": environment, "permission": permission, "where": where})


def who_config_names(who: Who, config: EnvironmentConfig) -> tuple[str, ...]:
    """The roles, teams and logins that a config lets in."""
    match who:
        case "readers":
            return ("read",)
        case "deployers":
            return config.deployers
        case "rollbackers":
            return config.rollbackers or config.deployers
        case "unlockers":
            return config.unlockers or config.deployers


def is_named_app(slug: str, config: Iterable[EnvironmentConfig]) -> bool:
    """Whether a config names an App anywhere: the commands of any other are ignored."""
    return any(slug in one.apps for one in config)


def _names_app(rule: tuple[str, ...], slug: str) -> bool:
    return any(one.lower() == f"{APP}{slug}" for one in rule)


def _is_named(login: str, rule: tuple[str, ...]) -> bool:
    return any(one not in ROLES and one.lower() == login.lower() for one in rule)


def _in_team(repository: Repository, login: str, rule: tuple[str, ...], facts: Facts) -> bool:
    """Only teams of the repository's owner count: the App cannot read another account's, and those have no say here."""
    owner = repository.full_name.split("/")[0].lower()
    teams = [team for team in rule if team.lower().startswith(f"@{owner}/")]
    facts.require(*(NeedTeam(team, login) for team in teams))
    return any(facts.member(team, login) for team in teams)


def gather_all(questions: Iterable[Callable[[], T]]) -> list[T]:
    """The results of several calls. The facts that any of them lacks are requested together."""
    answers: list[T] = []
    lacking: list[Need] = []
    for question in questions:
        try:
            answers.append(question())
        except Missing as missing:
            lacking += missing.needs
    if lacking:
        raise Missing(*dict.fromkeys(lacking))
    return answers


def refuse(ask: CommandContext, config: EnvironmentConfig, refusal: Refusal, *, reaction: Reaction = "-1") -> Decision:
    """A decision without a change: the person gets the refusal with reason and next step, the history an entry."""
    return Decision(
        refusal=refusal,
        notices=(answer(ask, config, refusal.code, refusal.values),),
        entries=(replace(ask.entry("refused", why=refusal.code), command=ask.invocation.word),),
        reaction=reaction,
    )


def accepted(taken: Environment, now: datetime, why: str) -> Entry:
    """The history entry of a new attempt."""
    assert taken.deployment
    return attempt_entry(taken.deployment.grant, "accepted", now, why=why)


def answer(ask: CommandContext, config: EnvironmentConfig, code: str, values: Mapping[str, Value]) -> Notice:
    """The notice that answers a command once, at its destination."""
    return Notice(
        id=f"answer/{ask.key}",
        repository=ask.repository,
        destination=ask.destination,
        code=code,
        values={"actor": ask.actor, **pressed(ask), **values},
        config=config,
        at=ask.now,
    )


def announce(
    ask: CommandContext, config: EnvironmentConfig, code: str, values: Mapping[str, Value]
) -> tuple[Notice, ...]:
    """The answer to a command that concerns others too: at its destination, and in the environment's channel.

    A channel gets one message: a command typed in that channel is answered by the public one.
    """
    own = answer(ask, config, code, values)
    if config.channel is None:
        return (own,)
    told = {name: value for name, value in own.values.items() if name != "pressed"}
    public = replace(own, destination=Destination(channel=config.channel), values=told)
    if own.destination.whisper and own.destination.whisper.channel == config.channel:
        return (public,)
    return own, replace(public, id=f"told/{ask.key}")


def pressed(ask: CommandContext) -> Mapping[str, Value]:
    """A press in a check shows nowhere, so the answer names the command."""
    return {"pressed": ask.invocation.word} if ask.door == "check_run" else {}
