"""The button Skip: that release is called no more, and the next one brings it."""

from ghapp.core.commands.spec import CommandContext, answer, button, refuse
from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.facts import Facts
from ghapp.core.rules import releases


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """Only a release that still waits can be skipped. Idempotent."""
    environment, number = ask.environment, ask.invocation.pull or 0
    values: dict[str, Value] = {"number": number, "environment": environment.name}
    release = releases.find(environment, number)
    if release is None or number in releases.in_flight(environment):
        return refuse(ask, environment.config, Refusal("not_awaiting", values))
    notice = answer(ask, environment.config, "skipped", values)
    entry = ask.entry("skipped", number=environment.number, sha=release.sha)
    return Decision(
        changed=(releases.skip_release(environment, number, ask.actor),), notices=(notice,), entries=(entry,)
    )


SPEC = button("skip", decide)
