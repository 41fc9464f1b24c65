"""`/deploy`: takes the environment for a pull request, or answers with its holder, the reason and the end."""

from datetime import datetime

from msgspec.structs import replace

from ghapp.core.commands import preconditions
from ghapp.core.commands.grammar import Shape
from ghapp.core.commands.preconditions import Case
from ghapp.core.commands.spec import CommandContext, Spec, accepted, refuse
from ghapp.core.model.decision import Decision, Refusal
from ghapp.core.model.environment import Environment, Release, Revision, Unfit
from ghapp.core.model.facts import Facts, NeedComparison, NeedPull
from ghapp.core.rules import lock, obstacles, releases, turns

_UNFIT: dict[str, Unfit] = {
    "other_branch": "off_branch",
    "branch_gone": "branch_gone",
    "diverged": "beside",
    "not_live_before": "after",
    "not_live_before.barred": "after_barred",
    "not_live_before.in_vain": "after_barred",
    "not_live_before.unknown": "after_unknown",
    "live_too_short": "after",
}


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """Check, then grant. A merged pull request joins the line first, so that it waits there if it is refused."""
    if ask.environment.gone:
        return refuse(ask, ask.environment.config, Refusal("environment_gone", {"environment": ask.environment.name}))
    number = ask.invocation.pull or ask.pull
    fact = facts.pull(number) if number else None
    if fact is None:
        return refuse(ask, ask.environment.config, Refusal("no_such_pull", {"number": number}))
    case = _in_line(preconditions.Case(ask=ask, fact=fact, facts=facts))
    refusal = preconditions.first_failing(case)
    if refusal is None:
        return granted(case)
    environment = case.environment
    if refusal.code in ("already_live", "contained"):
        environment = releases.settle_as_live(environment, fact.pull.number)
    if why := _UNFIT.get(refusal.code):
        until = refusal.values.get("until")
        moment = until if isinstance(until, datetime) else None
        environment = releases.record_fitness(environment, fact.pull.number, why, moment)
    if refusal.code == "other_merge" and case.sha:
        environment = releases.replace_merge_commit(environment, fact.pull.number, case.sha)
    if refusal.code in ("merge_gone", "unreachable"):
        environment = _take_off_line(environment, fact.pull.number)
    if refusal.code == "gone" and environment.live:
        environment = releases.record_rewrite(environment, {environment.live.contained_in})
    return replace(refuse(case.ask, environment.config, refusal), changed=(environment,))


def _take_off_line(environment: Environment, number: int) -> Environment:
    """Take a release that has left the branch out of the line. If the newest attempt was for it, it stays, as unfit:
    messages still name it, but offer no new try.
    """
    newest = environment.deployment
    tried = newest is not None and newest.phase != "succeeded" and newest.grant.leads_to == number
    return (
        releases.record_fitness(environment, number, "off_branch")
        if tried
        else releases.drop_release(environment, number)
    )


def _in_line(case: Case) -> Case:
    """Put a merged pull request in line; an open one waits for its merge, not for its turn."""
    fact, environment, now = case.fact, case.environment, case.ask.now
    if not fact.merged or not fact.sha or (fact.base != environment.config.branch and preconditions.check_branch(case)):
        return case
    if releases.find(environment, fact.pull.number) is None:
        release = preconditions.in_merge_order(environment, preconditions.release_of(case), case.facts)
        environment = releases.await_release(environment, release)
    environment = releases.unskip_release(environment, fact.pull.number)
    # the person who types needs no call if the environment is free
    if not obstacles.obstacles(environment, now):
        environment = turns.take_turn(environment, fact.pull.number, now)
    return replace(case, ask=replace(case.ask, environments=(environment,)))


def granted(case: Case) -> Decision:
    """Take the environment for the commit that passed every rule."""
    ask, environment = case.ask, case.environment
    release = releases.find(environment, case.fact.pull.number) or preconditions.release_of(case)
    assert release.sha == case.sha
    carried = _carried(environment, release, case.facts)
    back, behind = preconditions.brought_back(case), preconditions.left_behind(case)
    claim = lock.Claim(
        key=ask.key,
        nonce=case.facts.nonce,
        actor=ask.actor,
        door=ask.door,
        revision=Revision(sha=release.sha, pull=release.pull, warns=any(one.warns for one in (release, *carried))),
        along=tuple(waiting.pull for waiting in carried),
        brings_back=back,
        left_behind=behind,
    )
    taken = lock.grant(releases.record_fitness(environment, release.pull.number, None), claim, ask.now)
    why = f"anyway: {ask.invocation.anyway}" if behind or environment.bars_lost else ""
    why += f" (leaves #{behind.pull.number}, {behind.sha[:7]}, behind)" if behind else ""
    entry = accepted(taken, ask.now, why)
    return Decision(changed=(taken,), entries=(entry,), reaction="rocket")


def _carried(environment: Environment, release: Release, facts: Facts) -> tuple[Release, ...]:
    """The releases that ship along; each is compared by itself if the comparison with the baseline lists no commits."""
    base = releases.baseline(environment, release)
    comparison = facts.comparison(base, release.sha) if base else None
    if comparison is None or comparison.lists_commits:
        return releases.contained(environment, release, comparison)
    others = [one for one in environment.awaiting if one.pull.number != release.pull.number]
    facts.require(*(NeedComparison(one.sha, release.sha) for one in others if one.sha != release.sha))
    return tuple(one for one in others if facts.comparison(one.sha, release.sha).contains_base)


SPEC = Spec(
    word="deploy",
    shape=Shape(
        usage="/deploy [environment] [#pr] [with #pr] [anyway reason…]",
        environment=True,
        pull=True,
        barred=True,
        anyway=True,
    ),
    examples=(
        "/deploy",
        "/deploy production",
        "/deploy production #42",
        "/deploy production #43 with #42 #41",
        "/deploy production #44 anyway history was rewritten",
    ),
    about="one",
    who=lambda ask: "deployers",
    needs=lambda said, here: (NeedPull(number),) if (number := said.pull or here) else (),
    decide=decide,
    refusals=(
        "no_such_pull",
        "environment_gone",
        "not_merged",
        "merge_unshown",
        "other_merge",
        "merge_gone",
        "closed",
        "draft",
        "other_branch",
        "branch_gone",
        "unreachable",
        "fork",
        "pushed_after",
        "checks_failed",
        "checks_running",
        "checks_missing",
        "checks_unknown",
        "approvals",
        "approvals.unknown_pusher",
        "already_live",
        "contained",
        "diverged",
        "gone",
        "not_live_before",
        "not_live_before.barred",
        "not_live_before.in_vain",
        "not_live_before.unknown",
        "live_too_short",
        "barred",
        "not_barred",
        "barred_lost",
        "locked",
    ),
    doors=("pull_request", "check_run", "slack", "board"),
)
