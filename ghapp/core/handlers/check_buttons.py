"""A pressed check button: its command line, if the button is still offered."""

from datetime import datetime

from ghapp.core.commands import rollback
from ghapp.core.commands.spec import CommandContext
from ghapp.core.handlers.current_config import Documents
from ghapp.core.handlers.run_command import CommandSource, run_command, stale_offer, turn_down
from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import CheckButtonPressed
from ghapp.core.model.facts import Facts
from ghapp.core.rules import obstacles
from ghapp.core.rules.release_status import release_status

WISHED = (
    "awaiting",
    "skipped",
    "unlisted",
    "failed",
    "cancelled",
)  # Deploy is offered in these stages while there is no obstacle


def handle_check_button(event: CheckButtonPressed, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """A page may be old, and a delivery late: an offer made at another number does not count now."""

    def recheck(ask: CommandContext, facts: Facts) -> Decision | None:
        environment = next((one for one in ask.environments if one.name == event.environment), None)
        over = _over(event, environment, ask, facts) if environment else None
        return turn_down(ask, over, facts) if over else None

    return run_command(CommandSource(event=event, door="check_run", recheck=recheck), documents, facts, now)


def _over(event: CheckButtonPressed, environment: Environment, ask: CommandContext, facts: Facts) -> Refusal | None:
    if event.button == "rollback" and (back := rollback.taken_back(environment, event.number, ask.now)):
        return back
    if over := stale_offer("button_over", environment, event.offered_at_number):
        return over
    gone = Refusal("button_gone", {"environment": environment.name, "pull": event.number})
    return None if _offered(event, environment, ask, facts) else gone


def _offered(event: CheckButtonPressed, environment: Environment, ask: CommandContext, facts: Facts) -> bool:
    """Whether the button is still offered. An open pull request is released as the button's commit or not at all."""
    if event.button == "unlock" and not obstacles.obstacles(environment, ask.now):
        return True  # it has become free by itself, which the answer will say
    stands = release_status(environment, event.number, event.head, ask.now)
    held = any(one.holds_back(ask.actor) for one in obstacles.obstacles(environment, ask.now))
    if event.button == "deploy" and held and stands.stage in WISHED:
        return True  # the command refuses it, and names the obstacle
    if event.button not in stands.buttons or (event.offered_at_number is None) != (stands.stage == "open"):
        return False
    fact = facts.pull(event.number) if stands.stage == "open" else None
    return fact is None or fact.pull.head == event.head
