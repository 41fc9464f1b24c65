"""`/help`: the commands, the environments, their permissions, and the commands that the asking person may use now."""

from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from ghapp.core.commands.grammar import Shape
from ghapp.core.commands.spec import CommandContext, Spec, answer, gather_all, is_permitted, who_config_names
from ghapp.core.model.decision import Decision, Value
from ghapp.core.model.environment import Environment
from ghapp.core.model.facts import Facts


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """An answer; nothing changes. The view reads the commands themselves from `COMMANDS`."""
    rights = gather_all(partial(_rights, ask, environment, facts) for environment in ask.environments)
    described = [{**_described(environment), **own} for environment, own in zip(ask.environments, rights, strict=True)]
    notice = answer(ask, ask.environments[0].config, "help", {"environments": described})
    return Decision(notices=(notice,), reaction="+1")


def _described(environment: Environment) -> dict[str, Value]:
    config = environment.config
    return {
        "environment": environment.name,
        "aliases": list(config.aliases),
        "branch": config.branch,
        "deployers": list(who_config_names("deployers", config)),
        "rollbackers": list(who_config_names("rollbackers", config)),
        "unlockers": list(who_config_names("unlockers", config)),
    }


def _rights(ask: CommandContext, environment: Environment, facts: Facts) -> Mapping[str, Value]:
    """The commands that the person may and may not use, by the commands' own permissions in the present state."""
    here = replace(ask, environments=(environment,))
    changing = [(spec.word, who) for spec in ask.commands if (who := spec.who(here)) != "readers"]
    let_in = gather_all(partial(is_permitted, who, here, facts) for _, who in changing)
    told: dict[bool, list[Value]] = {True: [], False: []}
    for (word, _), allowed in zip(changing, let_in, strict=True):
        told[allowed].append(word)
    return {"may": told[True], "may_not": told[False]}


SPEC = Spec(
    word="help",
    shape=Shape(usage="/help", shared=True),
    examples=("/help",),
    about="all",
    who=lambda ask: "readers",
    needs=lambda said, here: (),
    decide=decide,
)
