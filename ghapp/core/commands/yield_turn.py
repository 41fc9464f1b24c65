"""The button Pass: the next release in line is called now, and the one that passes keeps its place."""

from ghapp.core.commands.spec import CommandContext, answer, button, refuse
from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.facts import Facts
from ghapp.core.rules import releases, turns


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """Only a called release can pass its turn, and only if another one waits after it."""
    environment, number = ask.environment, ask.invocation.pull or 0
    values: dict[str, Value] = {"number": number, "environment": environment.name}
    release = releases.find(environment, number)
    if release is None or release.called_at is None or number in releases.in_flight(environment):
        return refuse(ask, environment.config, Refusal("not_awaiting", values))
    following = releases.after(environment, number)
    if following is None:
        return Decision(notices=(answer(ask, environment.config, "passed.nobody", values),))
    others: dict[str, Value] = {"next": following.pull.number, "next_waiter": following.waiter}
    notice = answer(ask, environment.config, "passed", {**values, **others})
    entry = ask.entry("passed", number=environment.number, sha=release.sha)
    return Decision(changed=(turns.pass_turn(environment, number),), notices=(notice,), entries=(entry,))


SPEC = button("pass", decide)
