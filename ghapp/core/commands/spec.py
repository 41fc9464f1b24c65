"""What a command is: `Spec`, one a file in `commands/`; and `CommandContext`, one person's use of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from ghapp.core.commands.grammar import Invocation, Shape
from ghapp.core.config.model import APP, ROLES, UNSPOKEN, EnvironmentConfig, Role, app_of
from ghapp.core.model.decision import Decision, Entry, EntryKind, Notice, Reaction, Refusal, Value
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Door, Environment, MissingPermission, Repository
from ghapp.core.model.facts import Facts, Grants, Labels, Missing, Need, NeedTeam

T = TypeVar("T")
STALE_AFTER = timedelta(minutes=10)  # an older command may no longer be meant
Who = Literal["readers", "deployers", "rollbackers", "unlockers"]
DISPATCH = "actions: write"  # what starting a workflow takes
CHANGERS: tuple[Who, ...] = ("deployers", "rollbackers", "unlockers")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """Who asks for what, where, through which door, and about which environments.

    `at`: when it was typed. `pull`: where, if it was on a pull request; `destination`: where it is answered.
    `commands`: all that there are. `spoken`: in whose language and zone it is answered where no environment is meant.
    `app`: the slug of the repository owner's App that asks; None: a person does.
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
    spoken: EnvironmentConfig = UNSPOKEN
    app: str | None = None
    all_environments: tuple[Environment, ...] = ()

    @property
    def environment(self) -> Environment:
        """The one environment that the command is about."""
        (environment,) = self.environments
        return environment

    def entry(self, what: EntryKind, *, number: int | None = None, sha: str | None = None, why: str = "") -> Entry:
        """A line of history by this person."""
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
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A command: its words, who may, what must be known before, and its decision.

    `about`: the one environment that is meant, or all that are. `who` may depend on the state.
    `refusals`: the codes that its decision may refuse with, beside those that every command has.
    `needs`, from what was typed and the pull request it was typed in, are gathered before anything is decided.
    """

    word: str
    shape: Shape
    examples: tuple[str, ...]
    about: Literal["one", "all"]
    who: Callable[[CommandContext], Who]
    needs: Callable[[Invocation, int | None], tuple[Need, ...]]
    decide: Callable[[CommandContext, Facts], Decision]
    refusals: tuple[str, ...] = ()
    doors: tuple[Door, ...] = ("pull_request", "slack")


def button(word: str, decide: Callable[[CommandContext, Facts], Decision]) -> Spec:
    """What is only pressed in Slack, by whoever may deploy, and only while its release waits."""
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
    """Whether a role is that one or a better one; a login or a team is no role."""
    return least in ROLES and ROLES.index(role) >= ROLES.index(least)


def is_permitted(who: Who, ask: CommandContext, facts: Facts) -> bool:
    """The one permission rule, by what GitHub says now. An App has no role: it is named, or it is not let in."""
    if ask.app is not None:
        return who == "readers" or _names_app(who_config_names(who, ask.environments[0].config), ask.app)
    return is_let_in(ask.repository, ask.actor, who_config_names(who, ask.environments[0].config), facts)


def may_change_anything(ask: CommandContext, facts: Facts) -> bool:
    """Whether they may change anything in any of the environments; where there are none, by their role."""
    if ask.app is not None:
        return is_named_app(ask.app, (environment.config for environment in ask.environments))
    rules = (who_config_names(who, environment.config) for environment in ask.environments for who in CHANGERS)
    rule = tuple(dict.fromkeys(one for rule in rules for one in rule))
    return is_let_in(ask.repository, ask.actor, rule or ("write",), facts)


def is_let_in(repository: Repository, login: str, rule: tuple[str, ...], facts: Facts) -> bool:
    """Whether somebody is among those that a rule names, now: by their role, or by name with the right to write.

    A name alone is nothing: a login that was given up can be taken by anybody, and everybody reads what is public.
    Nor is an App's, whatever role GitHub tells of it: whose it is shows in its comments alone.
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
    """Whether a label lets its pull request pass what `obstacles.LIFTED` names: put there by who may deploy, now."""
    label = environment.config.except_label
    by = labels.get(label) if label else None
    return by is not None and is_let_in(environment.repository, by, environment.config.deployers, facts)


def may_start(environment: Environment, facts: Facts) -> Refusal | None:
    """GitHub has to let the App start a workflow: where it does not, nobody shall wait for what cannot begin."""
    found = facts.grants()
    return not_granted(environment.name, DISPATCH, found.where) if DISPATCH in found.lacking else None


def missing_permission(found: Grants) -> MissingPermission | None:
    """The same as an environment keeps it: whoever is called could not deploy."""
    return MissingPermission(DISPATCH, found.where) if DISPATCH in found.lacking else None


def not_granted(environment: str, permission: str, where: str) -> Refusal:
    """The App lacks the permission that it takes, and where its owner accepts it."""
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
    """Whether a config names an App anywhere: one that it does not is not listened to."""
    return any(slug in one.apps for one in config)


def _names_app(rule: tuple[str, ...], slug: str) -> bool:
    return any(one.lower() == f"{APP}{slug}" for one in rule)


def _is_named(login: str, rule: tuple[str, ...]) -> bool:
    return any(one not in ROLES and one.lower() == login.lower() for one in rule)


def _in_team(repository: Repository, login: str, rule: tuple[str, ...], facts: Facts) -> bool:
    """Only the repository owner's teams count: nobody else's can be asked for, and nobody else decides here."""
    owner = repository.full_name.split("/")[0].lower()
    teams = [team for team in rule if team.lower().startswith(f"@{owner}/")]
    facts.require(*(NeedTeam(team, login) for team in teams))
    return any(facts.member(team, login) for team in teams)


def gather_all(questions: Iterable[Callable[[], T]]) -> list[T]:
    """The answers to several questions. What is missing for any of them is asked for at once."""
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
    """Nothing changes; the person is told what, why and the next step, and it is in the history."""
    return Decision(
        refusal=refusal,
        notices=(answer(ask, config, refusal.code, refusal.values),),
        entries=(ask.entry("refused", why=refusal.code),),
        reaction=reaction,
    )


def answer(ask: CommandContext, config: EnvironmentConfig, code: str, values: Mapping[str, Value]) -> Notice:
    """An answer, owed once to whoever asked, where they asked."""
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
    """An answer that changes what others may do: said where it was asked for, and in the environment's channel.

    A channel hears it once: what was typed there is answered by the message that everybody reads.
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
    """Where nobody can read what was asked for, the answer says it."""
    return {"pressed": ask.invocation.word} if ask.door == "check_run" else {}
