"""The repository that a line from Slack means, among those that use its channel."""

from collections.abc import Mapping, Sequence

from ghapp.core.commands.grammar import Invocation, Mistake
from ghapp.core.handlers.run_command import explain_mistake, naming, parse_line
from ghapp.core.model.decision import Refusal, Value
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.slack_person import Aimed, aim
from ghapp.core.rules import button_payloads

LISTED = 20
Here = Mapping[str, Sequence[Environment]]
"""The environments that use one channel, by their repository's full name."""


def choose_repository(aimed: Aimed, here: Here) -> Repository | Refusal | None:
    """The repository that is meant, or a refusal with the lines to type. None: the fully named one is unknown.

    An environment's name that only one of them has identifies that one.
    """
    named = [name for name in here if aimed.names(name)]
    if not named:
        return None if "/" in aimed.repository else not_here(aimed.repository, here)
    meant = named if len(named) == 1 else _meant(aimed.line, {name: here[name] for name in named})
    if isinstance(meant, Refusal):
        return meant
    return here[meant[0]][0].repository if len(meant) == 1 else _which(aimed.line, meant, here)


def not_here(typed: str, names: Sequence[str] | Here) -> Refusal:
    """The refusal of a repository that does not use this channel, with those that do."""
    if not names:
        return Refusal("slack.no_repository")
    return Refusal("slack.other_repository", {"typed": typed, "repositories": list(names)[:LISTED]})


def _meant(line: str, here: Here) -> list[str] | Refusal:
    """The repositories that have the named environment."""
    every = [one for environments in here.values() for one in environments]
    said = parse_line(line, naming(every))
    if isinstance(said, Mistake):
        return explain_mistake(said, every)
    wanted = said.environment if said else None
    if wanted is None:
        return list(here)
    having = [name for name, environments in here.items() if any(one.answers_to(wanted) for one in environments)]
    known = sorted({one.name for one in every})
    return having or Refusal("unknown_environment", {"typed": wanted, "environments": list[Value](known[:LISTED])})


def _which(line: str, meant: Sequence[str], here: Here) -> Refusal:
    """Every line that it can mean, and a button for each complete one."""
    line = line if parse_line(line) else "/help"
    lines: list[Value] = [aim(line, name) for name in meant[:LISTED]]
    choices = meanings(line, [one for name in meant for one in here[name]])
    return Refusal("slack.which_repository", {"lines": lines, "choices": choices})


def meanings(line: str, environments: Sequence[Environment]) -> list[Value]:
    """The possible meanings of an incomplete line, each with the effect of its button."""
    said = parse_line(line, naming(environments))
    if not isinstance(said, Invocation):
        return []
    named = (one for one in environments if said.environment is None or one.answers_to(said.environment))
    return button_payloads.choices(said.word, said.pull, named)
