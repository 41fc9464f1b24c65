"""A command line from the board: the page of one environment, seen at one number, by a person whom GitHub knows."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.commands import COMMANDS
from ghapp.core.commands.command_line import COMMAND, plain_signs, without_code_marks
from ghapp.core.commands.grammar import Invocation
from ghapp.core.commands.near_miss import meant_name
from ghapp.core.commands.spec import CommandContext, Spec
from ghapp.core.config.model import EnvironmentConfig, InvalidConfig, same_login
from ghapp.core.config.names import plain_name
from ghapp.core.handlers.current_config import (
    Documents,
    current_environments,
    removed_environments,
    reply_config,
    unusable,
)
from ghapp.core.handlers.heard import heard
from ghapp.core.handlers.run_command import (
    CommandSource,
    command_context,
    naming,
    parse_line,
    refuse_removed,
    run_command,
    stale_offer,
    turn_down,
)
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.environment import Deployment, Environment, Hold
from ghapp.core.model.events import BoardCommandGiven
from ghapp.core.model.facts import Facts, NeedConfig, NeedRole
from ghapp.core.model.slack_person import Aimed, aimed
from ghapp.core.rules import obstacles, releases
from ghapp.core.rules.obstacles import Obstacle

NO_COMMAND = Invocation(word="")


def handle_board_command(event: BoardCommandGiven, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Always answered: the page waits for it."""
    facts.require(NeedConfig(), NeedRole(event.author, event.user))
    config = facts.config()
    found = current_environments(event.repository, documents, config, now)
    every = (*found, *removed_environments(documents, config, now))
    event = replace(event, text=_whole(event, every))
    said = parse_line(event.text, naming(every))
    asking = CommandSource(
        event=event,
        door="board",
        recheck=lambda ask, facts: _refused(event, ask, facts),
        invocation=said if isinstance(said, Invocation) else None,
    )
    here = tuple(one for one in every if one.name == event.environment)
    ask = command_context(asking, NO_COMMAND, here, reply_config(documents, config), now)
    if said is None:
        return turn_down(ask, Refusal("board.no_command", {"typed": event.text}), facts)
    if isinstance(config, InvalidConfig) and config.of_owner:  # it says who may act here
        return turn_down(ask, unusable(config), facts)
    if isinstance(unreadable := documents.get(event.environment), Unreadable):
        return turn_down(ask, Refusal("unreadable", {"environment": event.environment, "why": unreadable.why}), facts)
    decision = heard(run_command(asking, documents, facts, now), asking, found, now)
    if decision.notices:
        return decision
    return turn_down(ask, refuse_removed([one for one in here if one.gone]), facts)


def _whole(event: BoardCommandGiven, every: Sequence[Environment]) -> str:
    """The line with the name of the page's environment, if it names none: what follows may be a time or a reason."""
    line = plain_signs(without_code_marks(event.text))
    spec, said = _spec(line), _aimed(line)
    if spec is None or not spec.shape.environment:
        return line
    line = said.line if said.names(event.repository.full_name) else line
    first, *_ = rest = line.split()[1:] or [""]
    names = {name: one.name for one in every for name in one.names}
    if plain_name(first) in names or (first and meant_name(plain_name(first), names)):
        return line
    return f"/{spec.word} {event.environment} {' '.join(rest)}".rstrip()


def _spec(line: str) -> Spec | None:
    begun = COMMAND.match(line)
    return COMMANDS.get(begun[1].lower()) if begun else None


def _aimed(line: str) -> Aimed:
    """`acme/shop#42` is meant as a pull request where a command takes one; a reason may contain anything."""
    spec = _spec(line)
    return aimed(line) if spec and (spec.shape.pull or spec.shape.target) else Aimed(line)


def _refused(event: BoardCommandGiven, ask: CommandContext, facts: Facts) -> Decision | None:
    """A page may be old, and is of one environment."""
    here = next((one for one in ask.environments if one.name == event.environment), None)
    refusal = _elsewhere(event, ask, here) or _not_listed(here.config if here else ask.reply_config, ask)
    if here:
        ask = replace(ask, environments=(here,))
        over = stale_offer("board.over", here, event.offered_at_number) or _held_since(event, ask, here)
        refusal = refusal or over or _unnumbered(ask, here)
    return turn_down(ask, refusal, facts) if refusal else None


def _elsewhere(event: BoardCommandGiven, ask: CommandContext, here: Environment | None) -> Refusal | None:
    said, other = ask.invocation, _aimed(event.text)
    values = {"environment": event.environment, "repository": event.repository.full_name}
    if other.repository and not other.names(event.repository.full_name):
        return Refusal("board.elsewhere", {**values, "typed": other.repository})
    if said.environment is None or (here and here.answers_to(said.environment)):
        return None
    named = any(one.answers_to(said.environment) for one in ask.environments)
    return Refusal("board.elsewhere", {**values, "typed": said.environment}) if named else None


def _held_since(event: BoardCommandGiven, ask: CommandContext, here: Environment) -> Refusal | None:
    """An unlock ends what its page showed. Something else may hold the environment since, while the number stayed."""
    standing = obstacles.obstacles(here, ask.now) if ask.invocation.word == "unlock" else ()
    others = (one for one in obstacles.endable(standing) if not one.owned_by(ask.actor))
    newer = any(begun.since > event.page_at for one in others if (begun := _begun(here, one)))
    return Refusal("board.held_since", {"environment": here.name}) if newer else None


def _begun(here: Environment, obstacle: Obstacle) -> Hold | Deployment | None:
    """What holds the environment there: a hold, or an attempt since its newest phase."""
    match obstacle.stage:
        case "manual":
            return here.manual
        case "rollback":
            return here.after_rollback
        case "stuck" | "unended":
            return here.overtaken
        case _:
            return here.deployment


def _not_listed(config: EnvironmentConfig, ask: CommandContext) -> Refusal | None:
    """Where the owner's rules name who may act, they name everybody who may act here."""
    listed = config.acting
    if listed is None or any(same_login(login, ask.actor) for login in listed):
        return None
    return Refusal("board.not_listed", {"file": config.policy_file})


def _unnumbered(ask: CommandContext, here: Environment) -> Refusal | None:
    """A deploy names its pull request: which ones wait may have changed since the page was read."""
    if ask.invocation.word != "deploy" or ask.invocation.pull:
        return None
    waiting = releases.waiting_line(here) or releases.unfit_releases(here)
    newest = waiting[-1].pull.number if waiting else 42
    return Refusal("board.which_pull", {"command": f"/deploy {here.name} #{newest}"})
