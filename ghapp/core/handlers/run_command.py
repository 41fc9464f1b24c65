"""The common part of all commands: address, environment, permission; then the command's own decision."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.commands import BUTTONS, COMMANDS, grammar, preconditions
from ghapp.core.commands.grammar import Invocation, Known, Mistake, none_known
from ghapp.core.commands.near_miss import meant_name
from ghapp.core.commands.spec import (
    STALE_AFTER,
    CommandContext,
    Spec,
    Who,
    answer,
    is_named_app,
    is_permitted,
    may_change_anything,
    not_granted,
    refuse,
    who_config_names,
)
from ghapp.core.config.model import Config, EnvironmentConfig, InvalidConfig, NoConfig, app_of
from ghapp.core.handlers.current_config import (
    Documents,
    current_environments,
    readable,
    removed_environments,
    reply_config,
    unusable,
)
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.environment import Door, Environment
from ghapp.core.model.events import BoardCommandGiven, CommandGiven, CommentPosted, SlackCommandGiven
from ghapp.core.model.facts import ConfigFact, Facts, Lacking, Need, NeedConfig, NeedGrants, NeedRole

ALL = {**COMMANDS, **BUTTONS}
REMOVAL_ANSWERED_FOR = timedelta(days=7)


class CommandSource(Struct, frozen=True, kw_only=True):
    """A command as its door hands it over.

    `needs` are known when `recheck` is called: that returns the decision to take instead, if the command must not be
    carried out as sent. `invocation`: the command, if the text alone does not determine it. `admits`: whether an
    environment's config admits the command there.
    """

    event: CommandGiven
    door: Door
    recheck: Callable[[CommandContext, Facts], Decision | None]
    needs: tuple[Need, ...] = ()
    invocation: Invocation | None = None
    admits: Callable[[EnvironmentConfig], bool] = lambda config: True

    @property
    def app(self) -> str | None:
        """The slug of the App that wrote it, only ever one of the owner's; None for a person."""
        return app_of(self.event.author) if isinstance(self.event, CommentPosted) else None


def run_command(source: CommandSource, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """The command's decision, or a refusal; silent if it is not for us or the repository has no config."""
    try:
        return _decide_command(source, documents, facts, now)
    except Lacking as lacking:
        return _refuse_ungranted(source, lacking, documents, facts, now)


def _refuse_ungranted(
    source: CommandSource, lacking: Lacking, documents: Documents, facts: Facts, now: datetime
) -> Decision:
    """The App lacks a permission for a fact. Without a config, only known environments are served."""
    found = tuple(one for one in readable(documents) if source.admits(one.config))
    said = source.invocation or parse_line(source.event.text, naming(found))
    if said is None or not found:
        return Decision()
    ask = command_context(source, said, found, found[0].config, now)
    if _is_unnamed_app(ask):
        return Decision()
    refusal = not_granted(found[0].name, lacking.permission, lacking.where)
    return turn_down(ask, refusal, facts)


def _decide_command(source: CommandSource, documents: Documents, facts: Facts, now: datetime) -> Decision:
    event = source.event
    said = source.invocation or parse_line(event.text, naming(readable(documents)))
    if said is None or (not documents and isinstance(facts.config_if_known(), NoConfig)):
        return Decision()
    role = (NeedRole(event.author, _account(event)),) if source.app is None else ()
    facts.require(NeedConfig(), NeedGrants(), *source.needs, *role, *_needs(said, event))
    config = facts.config()
    found = current_environments(event.repository, documents, config, now)
    environments = tuple(one for one in found if source.admits(one.config))
    gone = _removed_lately(removed_environments(documents, config, now), now)
    said = source.invocation or parse_line(event.text, naming((*environments, *gone))) or said
    ask = command_context(source, said, environments, reply_config(documents, config), now)
    ask = replace(ask, all_environments=found)
    if _is_unnamed_app(ask):
        return Decision()
    if isinstance(config, NoConfig) and not environments:
        return turn_down(ask, refuse_removed(gone), facts) if gone else Decision()
    if _is_for_another_bot(said, ask, documents, facts):
        return Decision()
    if doubtful := source.recheck(ask, facts):
        return doubtful
    if refusal := _refuse_unfit(event, said, ask, config):
        return turn_down(ask, refusal, facts)
    if isinstance(said, Mistake):
        return answer_outsider(
            ask, refuse(ask, ask.reply_config, explain_mistake(said, environments), reaction="confused"), facts
        )
    return _add_lacking(ask, _decide_in_environment(ask, ALL[said.word], documents, facts), facts)


def _account(event: CommandGiven) -> int | None:
    """The account that acts, where it is known by its id: its login may pass to another one at any moment."""
    match event:
        case BoardCommandGiven():
            return event.user
        case SlackCommandGiven():
            return event.account.id if event.account else None
        case _:
            return None


def _is_unnamed_app(ask: CommandContext) -> bool:
    """Whether the sender is an App that the config does not name: that is never answered."""
    return ask.app is not None and not is_named_app(ask.app, (one.config for one in ask.environments))


def _add_lacking(ask: CommandContext, decision: Decision, facts: Facts) -> Decision:
    """A command that works without a missing permission goes on; its sender gets one notice of the permission."""
    found = facts.grants()
    if not found.lacking or decision.refusal or decision.outsider:
        return decision
    place, values = ask.pull or ask.actor, {"lacking": list(found.lacking), "where": found.where}
    notice = replace(answer(ask, ask.reply_config, "lacks", values), id=f"lacks/{place}/{'+'.join(found.lacking)}")
    return replace(decision, notices=(*decision.notices, notice))


def refuse_removed(gone: Sequence[Environment]) -> Refusal:
    """The refusal for environments that have left the config, with the time."""
    since = max(one.gone for one in gone if one.gone)
    return Refusal("environment_left", {"environments": [one.name for one in gone], "since": since})


def _removed_lately(gone: Sequence[Environment], now: datetime) -> list[Environment]:
    """The environments that left lately: people may still read their messages. Later there is no answer."""
    return [one for one in gone if one.gone and now - one.gone < REMOVAL_ANSWERED_FOR]


def _is_for_another_bot(said: Invocation | Mistake, ask: CommandContext, documents: Documents, facts: Facts) -> bool:
    """Whether a word that other bots share is theirs: before the first release, from a person without permissions."""
    known = documents.values()
    used = any(isinstance(one, Unreadable) or one.number or one.manual or one.awaiting for one in known)
    return _is_shared(said) and ask.door == "pull_request" and not used and not _insider(ask, facts)


def parse_line(line: str, known: Known = none_known) -> Invocation | Mistake | None:
    """A line as one of our commands, or a mistake in one."""
    return grammar.parse(line, {word: spec.shape for word, spec in COMMANDS.items()}, known)


def naming(environments: Iterable[Environment]) -> Known:
    """Knows the names of environments, and the slips in those beyond ASCII: these are refused with the meant one."""
    names = {name: one.name for one in environments for name in one.names}
    foreign = {name: meant for name, meant in names.items() if not name.isascii()}
    return lambda word: word in names or meant_name(word, foreign) is not None


def is_no_command(line: str) -> bool:
    """Whether a line is no command of ours, not even one with a mistake after its word."""
    said = parse_line(line)
    return said is None or (isinstance(said, Mistake) and said.code == "unknown_command")


def only_ours(line: str) -> bool:
    """Whether a line is a command of ours only, judged without its repository."""
    said = parse_line(line)
    return said is not None and not _is_shared(said)


def _is_shared(said: Invocation | Mistake) -> bool:
    return isinstance(said, Invocation) and ALL[said.word].shape.shared


def explain_mistake(said: Mistake, environments: Sequence[Environment]) -> Refusal:
    """The mistake in a line, and its usage or a correct part. `environments`: those it may mean."""
    values: dict[str, Value] = {"typed": said.typed, "usage": said.usage, "point": said.point}
    return Refusal(said.code, {**values, **_kept(said, said.kept, environments)} if said.kept else values)


def _kept(said: Mistake, kept: Invocation, environments: Sequence[Environment]) -> dict[str, Value]:
    """The correct part. A first word that names no environment belongs to the rest."""
    name = kept.environment
    if name and not any(one.answers_to(name) for one in environments):
        return {**_kept(said, replace(kept, environment=None), environments), "typed": f"{name} {said.typed}"}
    name = name or (environments[0].name if len(environments) == 1 else None)
    parts = (f"/{kept.word}", name, f"to #{kept.target}" if kept.target else None)
    return {"command": " ".join(part for part in parts if part)}


def turn_down(ask: CommandContext, refusal: Refusal, facts: Facts) -> Decision:
    """Refuse before the command itself decides."""
    return answer_outsider(ask, refuse(ask, ask.reply_config, refusal), facts)


def answer_outsider(ask: CommandContext, decision: Decision, facts: Facts) -> Decision:
    """The answer. An outsider gets no reaction to a refusal, and is marked, so that these answers can be limited."""
    if _insider(ask, facts):
        return decision
    return replace(decision, outsider=True, reaction=None if decision.refusal else decision.reaction)


def _insider(ask: CommandContext, facts: Facts) -> bool:
    """Whether the actor certainly may change something: a team that cannot be read admits no one."""
    try:
        return may_change_anything(ask, facts)
    except Lacking:
        return False


def stale_offer(code: str, environment: Environment, offered_at_number: int | None) -> Refusal | None:
    """The refusal of an offer made at another number; None if the number is the same."""
    if offered_at_number is None or offered_at_number == environment.number:
        return None
    name = environment.name
    then: dict[str, Value] = {"name": f"{name}-{offered_at_number}", "current": f"{name}-{environment.number}"}
    return Refusal(code, {"environment": name, **then})


def _needs(said: Invocation | Mistake, event: CommandGiven) -> tuple[Need, ...]:
    return ALL[said.word].needs(said, event.number) if isinstance(said, Invocation) else ()


def command_context(
    source: CommandSource,
    said: Invocation | Mistake,
    environments: tuple[Environment, ...],
    config: EnvironmentConfig,
    now: datetime,
) -> CommandContext:
    """The context of one command; for anything else, of its answer. `config`: used if there is no environment."""
    event = source.event
    return CommandContext(
        invocation=said if isinstance(said, Invocation) else Invocation(word="help"),
        repository=event.repository,
        environments=environments,
        actor=event.author,
        door=source.door,
        pull=event.number,
        destination=event.destination,
        key=event.key,
        at=event.at,
        now=now,
        commands=tuple(COMMANDS.values()),
        reply_config=environments[0].config if environments else config,
        app=source.app,
    )


def _refuse_unfit(
    event: CommandGiven, said: Invocation | Mistake, ask: CommandContext, config: ConfigFact
) -> Refusal | None:
    """The refusal of a command that is too old, or that needs a valid config."""
    if ask.now - event.at > STALE_AFTER:
        return Refusal("stale", {"typed": event.text})
    starts = isinstance(said, Invocation) and said.word == "deploy"
    if isinstance(config, InvalidConfig) and (starts or not ask.environments):
        return unusable(config)
    return None


def _decide_in_environment(ask: CommandContext, spec: Spec, documents: Documents, facts: Facts) -> Decision:
    """Environment, then permission, then the command: in this order for every command."""
    meant = _find_environments(ask, spec, documents, facts)
    if isinstance(meant, Refusal):
        return answer_outsider(ask, refuse(ask, ask.reply_config, meant, reaction="confused"), facts)
    here = replace(ask, environments=meant)
    who, config = spec.who(here), meant[0].config
    if not is_permitted(who, here, facts):
        return answer_outsider(ask, refuse(here, config, _not_allowed(here, spec, who, config)), facts)
    decision = spec.decide(here, facts)
    return answer_outsider(ask, decision, facts) if who == "readers" else decision


def _find_environments(
    ask: CommandContext, spec: Spec, documents: Documents, facts: Facts
) -> tuple[Environment, ...] | Refusal:
    name = ask.invocation.environment
    if name is None and not ask.environments:
        name = next(iter(documents), "")  # there are documents, and none is readable
    if name is not None:
        return _find_by_name(ask, name, documents, facts.config())
    if spec.about == "all" or len(ask.environments) == 1:
        return ask.environments
    number = ask.invocation.pull or ask.pull
    fact = facts.pull(number) if number else None
    concerned = (
        preconditions.concerned_environments(ask.environments, fact.pull, fact.base, facts, sha=fact.sha)
        if fact
        else ()
    )
    if len(concerned) == 1:
        return concerned
    return _which(ask, [one.name for one in concerned or ask.environments], facts.config())


def _which(ask: CommandContext, names: list[str], config: ConfigFact) -> Refusal:
    """With a line for each possible environment, in the order of the file."""
    order = list(config.environments) if isinstance(config, Config) else []
    ordered = [*(name for name in order if name in names), *(name for name in names if name not in order)]
    return Refusal("which_environment", {"lines": [_line(ask, name) for name in ordered[:20]]})


def _find_by_name(
    ask: CommandContext, name: str, documents: Documents, config: ConfigFact
) -> tuple[Environment, ...] | Refusal:
    unreadable = documents.get(name)
    if isinstance(unreadable, Unreadable):
        return Refusal("unreadable", {"environment": name, "why": unreadable.why})
    for environment in ask.environments:
        if environment.answers_to(name):
            return (environment,)
    if isinstance(config, Config) and name in config.environments:
        gone: list[Value] = [environment.name for environment in ask.environments if environment.gone]
        return Refusal("environment_waits", {"environment": name, "leaving": gone})
    gone_now = [one for one in removed_environments(documents, config, ask.now) if one.answers_to(name)]
    if gone_now:
        return refuse_removed(gone_now)
    near = meant_name(name, {each: one.name for one in ask.environments for each in one.names})
    line = _line(ask, near) if near else None
    return Refusal("unknown_environment", {"typed": name, "environments": _names(ask), "line": line})


def _line(ask: CommandContext, environment: str) -> str:
    """The command with that environment, without its further words."""
    pull = f" #{ask.invocation.pull}" if ask.invocation.pull else ""
    return f"/{ask.invocation.word} {environment}{pull}"


def _names(ask: CommandContext) -> list[Value]:
    return [environment.name for environment in ask.environments[:20]]


def _not_allowed(ask: CommandContext, spec: Spec, who: Who, config: EnvironmentConfig) -> Refusal:
    values: dict[str, Value] = {"word": spec.word, "who": list(who_config_names(who, config))}
    return Refusal("not_allowed", {**values, "environment": ask.environments[0].name})
