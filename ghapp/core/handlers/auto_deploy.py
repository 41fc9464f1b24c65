"""`auto: true`: a merge releases automatically, as the merger, by every rule that a command has to pass."""

from datetime import datetime

from msgspec.structs import replace

from ghapp.core.commands import deploy, preconditions
from ghapp.core.commands.grammar import Invocation
from ghapp.core.commands.preconditions import Case
from ghapp.core.commands.spec import STALE_AFTER, CommandContext
from ghapp.core.model.decision import Decision
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import PullRequestMerged
from ghapp.core.model.facts import Facts, NeedPull, NeedRole
from ghapp.core.rules import obstacles, releases

# for the others, see `/status`
TOLD = (
    "not_allowed",
    "checks_running",
    "checks_failed",
    "checks_missing",
    "checks_unknown",
    "diverged",
    "gone",
    "barred",
)


def deploy_merge(
    environment: Environment,
    all_of_them: tuple[Environment, ...],
    event: PullRequestMerged,
    facts: Facts,
    now: datetime,
) -> Decision | str:
    """The decision that grants the waiting release, else a reason code; empty if the prompt shows it anyway."""
    release = releases.find(environment, event.pull.number)
    if release is None or release.skipped or release.unfit or obstacles.obstacles(environment, now):
        return ""
    if unfit := _why_by_hand(environment, event, now):
        return unfit
    assert event.merger
    facts.require(NeedPull(event.pull.number, event.at), NeedRole(event.merger))
    fact = facts.pull(event.pull.number, merged_at=event.at)
    if fact is None or fact.sha != release.sha:
        return "other_merge"
    ask = _ask(environment, all_of_them, event, now)
    case = Case(ask=ask, fact=replace(fact, base=event.base, merger=event.merger), facts=facts)
    refusal = preconditions.PERMISSION.refusal(case) or preconditions.first_failing(case)
    if refusal:
        return refusal.code if refusal.code in TOLD else "refused"
    return replace(deploy.granted(case), reaction=None)


def _why_by_hand(environment: Environment, event: PullRequestMerged, now: datetime) -> str:
    """Why a person has to give the command: no merger, a late event, or the last attempt is no successful deploy."""
    newest = environment.deployment
    if event.merger is None:
        return "nobody"
    if now - event.at > STALE_AFTER:
        return "late"
    if newest and (newest.phase != "succeeded" or newest.grant.kind != "deploy"):
        return "last"
    return ""


def _ask(
    environment: Environment, all_of_them: tuple[Environment, ...], event: PullRequestMerged, now: datetime
) -> CommandContext:
    """The equivalent command of the merger."""
    assert event.merger
    return CommandContext(
        invocation=Invocation(word="deploy"),
        repository=event.repository,
        environments=(environment,),
        actor=event.merger,
        door="auto",
        pull=event.pull.number,
        destination=Destination(pull=event.pull.number),
        key=event.key,
        at=event.at,
        now=now,
        all_environments=all_of_them,
    )
