"""Answers a command that was carried out, in a door that shows no reaction under it."""

from datetime import datetime

from msgspec.structs import replace

from ghapp.core.commands.grammar import Invocation
from ghapp.core.commands.spec import answer
from ghapp.core.handlers.run_command import CommandSource, command_context
from ghapp.core.model.decision import Decision, Value
from ghapp.core.model.environment import Environment
from ghapp.core.rules import button_payloads
from ghapp.core.rules.obstacles import WAITING, first_of


def heard(decision: Decision, asking: CommandSource, here: tuple[Environment, ...], now: datetime) -> Decision:
    """The same decision; with an answer if it has none and takes a lock for this command."""
    if decision.notices or decision.refusal or not decision.changed or asking.event.text == "":
        return decision
    (environment, *_) = decision.changed
    grant = environment.deployment.grant if environment.deployment else None
    if grant is None or grant.key != asking.event.key:
        return decision
    undone, waits = grant.undoes.pull.number if grant.undoes else None, first_of(environment, now, *WAITING)
    values: dict[str, Value] = {
        "environment": environment.name,
        "name": grant.name,
        "number": grant.leads_to,
        "kind": grant.kind,
        "undone": undone,
        "waits": waits.values if waits else None,
        "others": button_payloads.others((*grant.along, *grant.takes_along)),
    }
    ask = command_context(asking, Invocation(word="help"), here, environment.config, now)
    return replace(decision, notices=(answer(ask, environment.config, "starting", values),))
