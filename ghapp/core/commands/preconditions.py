"""The ordered preconditions of a deploy. The first that fails is named; a new one is a function and its place below."""

from collections.abc import Callable, Sequence
from functools import partial

from msgspec import Struct

from ghapp.core.commands.spec import (
    CommandContext,
    gather_all,
    is_permitted,
    label_lifts,
    may_start,
    not_granted,
    who_config_names,
)
from ghapp.core.config.model import Config
from ghapp.core.model.decision import Refusal, Value
from ghapp.core.model.environment import Environment, LeftBehind, Pull, Release, Revision, Unfit
from ghapp.core.model.facts import (
    Checks,
    Facts,
    Lacking,
    Missing,
    Need,
    NeedApp,
    NeedChecks,
    NeedComparison,
    NeedRequired,
    PullFact,
    Required,
    Review,
)
from ghapp.core.rules import approvals as reviewing
from ghapp.core.rules import chain, obstacles, paths, releases
from ghapp.core.rules import ci_checks as ci
from ghapp.core.rules.obstacles import Obstacle


class Case(Struct, frozen=True, kw_only=True):
    """A pull request to release, and the facts about it."""

    ask: CommandContext
    fact: PullFact
    facts: Facts

    @property
    def environment(self) -> Environment:
        return self.ask.environment

    @property
    def sha(self) -> str | None:
        """The pinned commit: the merge commit, or the head of an open pull request where the config allows that."""
        if self.fact.merged:
            return self.fact.sha
        released_open = not self.environment.config.require.merged and not self.fact.closed
        return self.fact.pull.head if released_open else None

    def reported(self, sha: str) -> ci.Reported:
        """The CI results on the pinned commit and on the last head."""
        pull, config = self.fact.pull, self.facts.config_if_known()
        configured = config.environments.values() if isinstance(config, Config) else ()
        attempts = (self.environment.deployment, self.environment.overtaken)
        ordered = (one.grant.config for one in attempts if one)  # the workflow file may have been renamed since
        deploys = {
            environment_config.workflow for environment_config in (self.environment.config, *configured, *ordered)
        }
        return ci.Reported(self.facts.checks(sha, pull.number), self.facts.checks(pull.head, pull.number), deploys)

    def refusal(self, code: str, **values: Value) -> Refusal:
        return Refusal(code, {"number": self.fact.pull.number, "environment": self.environment.name, **values})


class Rule(Struct, frozen=True):
    """One precondition; `check` gives None if it holds. `pinned`: it concerns the pinned commit, so it needs one.

    `applies`: whether `/status` lists it.
    """

    name: str
    check: Callable[[Case], Refusal | None]
    pinned: bool = True
    applies: Callable[[Case], bool] = lambda case: True

    def refusal(self, case: Case) -> Refusal | None:
        """Runs `check`. If the App lacks the permission to read a fact, the refusal names that permission."""
        try:
            return self.check(case)
        except Lacking as lacking:
            return not_granted(case.environment.name, lacking.permission, lacking.where)


def first_failing(case: Case) -> Refusal | None:
    """Check in order. All missing facts are requested at once, up to the first rule that is certain to fail."""
    lacking: list[Need] = []
    for rule in (GRANTED, *RULES):
        try:
            refusal = rule.refusal(case)
        except Missing as missing:
            lacking += missing.needs
        else:
            if refusal and not lacking:
                return refusal
            if refusal:
                break
    if lacking:
        raise Missing(*dict.fromkeys(lacking))
    return None


class Verdict(Struct, frozen=True):
    """The result of one rule. `refusal` None: it holds, or is not known yet if `checked` is False."""

    rule: str
    checked: bool
    refusal: Refusal | None = None


def verdicts(case: Case) -> tuple[Verdict, ...]:
    """The results of all rules in order, the permission included; a failure does not end the list."""
    found: list[Verdict] = []
    lacking: list[Need] = []
    for rule in (PERMISSION, *(one for one in RULES if one.applies(case))):
        if rule.pinned and case.sha is None:
            found.append(Verdict(rule.name, checked=False))
            continue
        try:
            found.append(Verdict(rule.name, checked=True, refusal=rule.refusal(case)))
        except Missing as missing:
            lacking += missing.needs
    if lacking:
        raise Missing(*dict.fromkeys(lacking))
    return tuple(found)


def in_merge_order(environment: Environment, release: Release, facts: Facts) -> Release:
    """The release, with a merge time after those of the same second that it contains."""
    others = releases.of_one_second(environment, release)
    facts.require(*(NeedComparison(one.sha, release.sha) for one in others))
    contained = {one.sha for one in others if facts.comparison(one.sha, release.sha).status == "ahead"}
    return releases.order_within_second(release, others, contained)


def why_unfit(environment: Environment, release: Release, facts: Facts) -> Unfit | None:
    """Why the rules of branch and order refuse a release, regardless of any other fix: it could not take its turn.

    The environment that comes before is examined in `chain`. A release that the live one contains is not unfit: its own
    `/deploy` answers so and takes it out of the line.
    """
    config, live = environment.config, environment.live
    of_live = (NeedComparison(live.contained_in, release.sha),) if live and live.contained_in != release.sha else ()
    asked = (NeedComparison(config.branch, release.sha), *of_live)
    facts.require(*asked)
    found = facts.comparison(config.branch, release.sha)
    if not found.contains_head:
        return "branch_gone" if found.status == "base_gone" else "off_branch"
    if live is None or live.off_branch:  # it may be left behind: messages show the command for that
        return None
    if facts.comparison(live.contained_in, release.sha).status in ("ahead", "identical", "behind"):
        return None
    return None if facts.comparison(live.sha, release.sha).contains_head else "beside"


def release_of(case: Case) -> Release:
    """The requested release."""
    fact = case.fact
    assert case.sha
    warns = warned(case.environment, fact.pull, fact.base, case.facts)
    merged_at = fact.merged_at or case.ask.now
    return Release(
        pull=fact.pull,
        merger=fact.merger,
        sha=case.sha,
        merged_at=merged_at,
        warns=warns,
        examined=case.environment.config.branch,
    )


def concerned_environments(
    environments: Sequence[Environment], pull: Pull, base: str, facts: Facts, *, sha: str | None = None
) -> tuple[Environment, ...]:
    """The environments that a pull request onto `base` concerns, by their branch and by its changed files.

    `sha`: its merge commit. If no environment's branch is named `base`, those whose branch contains the commit count.
    """
    there = tuple(environment for environment in environments if environment.config.branch == base)
    there = there or (_containing(environments, sha, facts) if sha else ())
    return tuple(one for one in there if not one.config.paths or _changes(one.config.paths, pull, base, facts))


def _containing(environments: Sequence[Environment], sha: str, facts: Facts) -> tuple[Environment, ...]:
    contained = gather_all(partial(facts.comparison, one.config.branch, sha) for one in environments)
    return tuple(one for one, found in zip(environments, contained, strict=True) if found.contains_head)


def warned(environment: Environment, pull: Pull, base: str, facts: Facts) -> bool:
    """Whether it changes files of `warn_paths`, which a rollback does not take back."""
    warn_paths = environment.config.warn_paths
    return bool(warn_paths) and _changes(warn_paths, pull, base, facts)


def _changes(patterns: tuple[str, ...], pull: Pull, base: str, facts: Facts) -> bool:
    return paths.concern(patterns, facts.files(pull.number, base, pull.head))


# ---------------------------------------------------------------- the rules


def check_permission(case: Case) -> Refusal | None:
    """The permission to deploy, for `/status`: a command's own permission is checked before its decision."""
    if is_permitted("deployers", case.ask, case.facts):
        return None
    return case.refusal("not_allowed", word="deploy", who=list(who_config_names("deployers", case.environment.config)))


def check_merged(case: Case) -> Refusal | None:
    """The pull request must be merged; or open and ready, where the environment allows that."""
    if case.fact.merged:
        return (
            _other_merge(case) if case.fact.sha else case.refusal("merge_gone", branch=case.environment.config.branch)
        )
    if releases.find(case.environment, case.fact.pull.number):
        return case.refusal("merge_unshown")
    if case.environment.config.require.merged:
        return case.refusal("not_merged")
    if case.fact.closed:
        return case.refusal("closed")
    return case.refusal("draft") if case.fact.draft else None


def _other_merge(case: Case) -> Refusal | None:
    """GitHub's answer and its webhook must name the same merge commit: the checked commit is the released one."""
    told = releases.find(case.environment, case.fact.pull.number)
    if told is None or case.sha is None or told.sha == case.sha:
        return None
    return case.refusal("other_merge", told=told.sha[:7], shown=case.sha[:7])


def check_branch(case: Case) -> Refusal | None:
    """The commit must be on the environment's branch now, even if that branch had another name at the merge."""
    wanted, base = case.environment.config.branch, case.fact.base
    if not case.fact.merged or case.sha is None:
        return None if base == wanted else case.refusal("other_branch", base=base, branch=wanted)
    found = case.facts.comparison(wanted, case.sha)
    if found.contains_head:
        return None
    if found.status == "base_gone":
        return case.refusal("branch_gone", branch=wanted)
    if base != wanted:
        return case.refusal("other_branch", base=base, branch=wanted)
    return case.refusal("unreachable", branch=wanted, sha=case.sha[:7])


def check_fork(case: Case) -> Refusal | None:
    """An open pull request's head must be in this repository: pushes to another one are not visible to us."""
    return case.refusal("fork") if case.fact.fork and not case.fact.merged else None


def check_push(case: Case) -> Refusal | None:
    """An open head must be pushed before the command was typed, by GitHub's time: a commit's own can be forged."""
    fact = case.fact
    if fact.merged or case.sha is None or fact.fork:
        return None
    push = case.facts.push(fact.branch, fact.pull.head, listed=True)
    if push and push.at < case.ask.at:
        return None
    return case.refusal("pushed_after", sha=fact.pull.head[:7])


def check_ci(case: Case) -> Refusal | None:
    """The required checks must have passed. Failed ones are named before running ones, and those before missing."""
    config, pull, rule = case.environment.config, case.fact.pull, case.environment.config.require.checks
    if rule == "none" or case.sha is None:
        return None
    by_rules = rule in ("required", "all")
    asked = (NeedRequired(config.branch),) if by_rules else ()
    case.facts.require(NeedChecks(case.sha, pull.number), NeedChecks(pull.head, pull.number), *asked)
    required = case.facts.required(config.branch) if by_rules else Required()
    if required is None:
        return case.refusal("checks_unknown", branch=config.branch)
    found = ci.lacking(rule, case.reported(case.sha), required)
    if not found:
        return None
    code = "checks_failed" if found.failing else "checks_running" if found.running else "checks_missing"
    names = {"failing": list(found.failing), "running": list(found.running), "missing": list(found.missing)}
    ours = _only_ours(case, case.sha, found.missing)
    return case.refusal(code, **names, ours=ours, workflow=config.workflow, branch=config.branch, sha=case.sha[:7])


def _only_ours(case: Case, sha: str, missing: Sequence[str]) -> list[Value]:
    """The missing checks that only a release itself reports: GitHub shows them on the live, released commit."""
    live, facts = case.environment.live, case.facts
    known = live if live and missing and facts.has(live.sha) else None  # a commit that is gone shows no checks
    before = facts.checks(known.sha, known.pull.number) if known else Checks(())
    return list(case.reported(sha).only_ours(missing, before))


def check_approvals(case: Case) -> Refusal | None:
    """Enough other people must have approved the last head. GitHub does not report a fork's pushes to us."""
    wanted, fact = case.environment.config.require.approvals, case.fact
    if not wanted:
        return None
    push = None if fact.fork else case.facts.push(fact.branch, fact.pull.head, listed=not fact.merged)
    reviews = case.facts.reviews(fact.pull.number)
    have = reviewing.counted(reviews, fact.pull.head, fact.pull.author, push, _vouching(case, reviews))
    need = reviewing.needed(wanted, push)
    if len(have) >= need:
        return None
    code = "approvals" if need == wanted else "approvals.unknown_pusher"
    return case.refusal(code, have=len(have), need=need, by=list(have))


def _vouching(case: Case, reviews: Sequence[Review]) -> frozenset[str]:
    """The approving Apps that a list of this environment names and that belong to the repository's owner."""
    named_ = case.environment.config.apps
    asked = {slug for one in reviewing.approved(reviews, case.fact.pull.head) if (slug := reviewing.app(one)) in named_}
    case.facts.require(*map(NeedApp, sorted(asked)))
    owner = case.environment.repository.full_name.split("/")[0].lower()
    found = {slug: case.facts.app(slug) for slug in asked}
    return frozenset(slug for slug, one in found.items() if one and one.owner.lower() == owner)


def check_order(case: Case) -> Refusal | None:
    """The commit must contain the live one. A diverged one would undo that release: it takes an unlocker's `anyway`."""
    live = case.environment.live
    if live is None or case.sha is None:
        return None
    if live.sha == case.sha:
        return case.refusal("already_live", live=live.pull.number, since=live.live_since)
    if case.facts.comparison(live.contained_in, case.sha).contains_base:
        return None
    if case.facts.comparison(live.sha, case.sha).status == "behind":
        return case.refusal("contained", live=live.pull.number, since=live.live_since)
    return None if _is_answered_for(case) else _apart(case, live)


def _is_answered_for(case: Case) -> bool:
    """Whether an unlocker gave a reason."""
    return bool(case.ask.invocation.anyway) and is_permitted("unlockers", case.ask, case.facts)


def _apart(case: Case, live: Revision) -> Refusal:
    """The refusal of a diverged commit: both are on the branch, or the live one is not (rewritten, or never merged)."""
    config = case.environment.config
    on_branch = case.facts.comparison(config.branch, live.contained_in).contains_head
    return case.refusal(
        "diverged" if on_branch else "gone",
        live=live.pull.number,
        live_sha=live.sha[:7],
        branch=config.branch,
        barred=list(case.ask.invocation.barred),
        who=list(who_config_names("unlockers", config)),
    )


def left_behind(case: Case) -> LeftBehind | None:
    """The live revision, if this release does not contain it: every rule has passed, so a person has allowed that."""
    live = case.environment.live
    if live is None or case.sha is None or case.facts.comparison(live.contained_in, case.sha).contains_base:
        return None
    return LeftBehind(live.pull, live.sha, case.ask.invocation.anyway)


def check_after(case: Case) -> Refusal | None:
    """A live revision of the environment that comes before must contain it, or have contained it, for so long."""
    after, fact = case.environment.config.after, case.fact
    if after is None or case.sha is None:
        return None
    existed = case.sha == fact.pull.head
    commit = chain.Candidate(case.sha, None if existed else fact.merged_at, is_open=not fact.merged)
    why, moment = chain.examine(after, case.ask.all_environments, commit, case.facts)
    if why:
        return _not_live_before(case, after.environment, why)
    too_short = moment is not None and moment > case.ask.now
    return case.refusal("live_too_short", earlier=after.environment, until=moment) if too_short else None


def _not_live_before(case: Case, earlier: str, why: Unfit) -> Refusal:
    """With the line that brings it there: after a failed rollback, which left it live, the same rollback again."""
    before = next((one for one in case.ask.all_environments if one.name == earlier), None)
    if why == "after_unknown":
        return case.refusal("not_live_before.unknown", earlier=earlier)
    if why != "after_barred" or before is None:
        return case.refusal("not_live_before", earlier=earlier)
    if before.live and releases.is_barred(before, before.live):
        return case.refusal("not_live_before.in_vain", earlier=earlier)
    again: list[Value] = [one.number for one in releases.brings_back(before, case.fact.pull.number)]
    return case.refusal("not_live_before.barred", earlier=earlier, barred=again)


def check_barred(case: Case) -> Refusal | None:
    """A rolled back pull request comes again only if the command names it and an unlocker types it."""
    returning, named_ = _returning(case), case.ask.invocation.barred
    back = [pull for pull, _ in returning]
    numbers: list[Value] = list(dict.fromkeys(one.number for one in back))
    if not back or (set(numbers) <= set(named_) and is_permitted("unlockers", case.ask, case.facts)):
        other: list[Value] = [number for number in named_ if number not in numbers]
        return case.refusal("not_barred", other=other, barred=numbers) if other else _lost_bars(case, numbers)
    titles: list[Value] = [{"number": one.number, "title": one.title} for one in back]
    who = list(who_config_names("unlockers", case.environment.config))
    unsure: list[Value] = [pull.number for pull, certain in returning if not certain]
    line: dict[str, Value] = {"barred": numbers, "anyway": case.ask.invocation.anyway}
    line["lost"] = int(case.environment.bars_lost)
    line["in_vain"] = int(releases.barred_in_vain(case.environment, [one.number for one in back]))
    return case.refusal("barred", back=titles, who=who, unsure=unsure, branch=case.environment.config.branch, **line)


def _lost_bars(case: Case, barred: list[Value]) -> Refusal | None:
    """More was rolled back than the bounded list holds: an unlocker answers for what is not named there."""
    if not case.environment.bars_lost or _is_answered_for(case):
        return None
    who = list(who_config_names("unlockers", case.environment.config))
    return case.refusal("barred_lost", barred=barred, who=who)


def brought_back(case: Case) -> tuple[Pull, ...]:
    """The pull requests that were rolled back here and would come again with this release."""
    return tuple(pull for pull, _ in _returning(case))


def _returning(case: Case) -> list[tuple[Pull, bool]]:
    """The same, each with whether that is certain."""
    if case.sha is None or not case.environment.barred:
        return []
    live, sha, barred_ = case.environment.live, case.sha, case.environment.barred
    brought = case.facts.comparison(live.contained_in, sha).commits if live else frozenset[str]()
    asked = [one for one in barred_ if one.contained_in not in brought]
    case.facts.require(*(NeedComparison(one.contained_in, sha) for one in asked if one.contained_in != sha))
    contains = {one: _contains(case.facts, one, sha) if one in asked else True for one in barred_}
    return [(one.pull, contains[one] is True) for one in barred_ if contains[one] is not False]


def _contains(facts: Facts, back: Revision, sha: str) -> bool | None:
    """Whether a commit contains a rolled back revision. None: that was merged and has left its branch since, so it may
    be there again under another commit.
    """
    found = facts.comparison(back.contained_in, sha)
    merged_ = back.contained_in != back.pull.head
    return None if merged_ and not (found.contains_base or found.contains_head) else found.contains_base


def check_obstacles(case: Case) -> Refusal | None:
    """No obstacle may hold this person back; a label lifts those in `obstacles.LIFTED`."""
    environment, number = case.environment, case.fact.pull.number
    standing = obstacles.obstacles(environment, case.ask.now)
    held = [one for one in standing if one.holds_back(case.ask.actor)]
    if any(one.kind in obstacles.LIFTED for one in held) and label_lifts(environment, case.fact.labels, case.facts):
        held = [one for one in held if one.kind not in obstacles.LIFTED]
    if not held:
        return None
    return case.refusal("locked", **_stands(case, held), **place_in_line(environment, number))


def _stands(case: Case, held: Sequence[Obstacle]) -> dict[str, Value]:
    """The obstacles, the end of the last one, how many of them a person can end, and the other holders of those."""
    known, look_first = all(one.until for one in held), any(one.stage in obstacles.UNSEEN for one in held)
    endable = [] if look_first else obstacles.endable(held)
    holders = (holder for one in endable for holder in one.holders if not one.owned_by(case.ask.actor))
    return {
        **held[0].values,
        "stands": [one.values for one in held],
        "until": obstacles.not_before(case.environment, held) if known else None,
        "endable": len(endable),
        "others": list(dict.fromkeys(holders)),
    }


def place_in_line(environment: Environment, number: int) -> dict[str, Value]:
    """The rank of a pull request in line, and the person who is called in its turn."""
    release = releases.find(environment, number)
    return {"rank": releases.rank(environment, number), "waiter": release.waiter if release else None}


def granted(case: Case) -> Refusal | None:
    """The App must be allowed to start workflows there."""
    return may_start(case.environment, case.facts)


PERMISSION = Rule("permission", check_permission, pinned=False)
GRANTED = Rule("granted", granted, pinned=False)
RULES: tuple[Rule, ...] = (
    Rule("merged", check_merged, pinned=False),
    Rule("branch", check_branch, pinned=False),
    Rule("fork", check_fork, pinned=False),
    Rule("pushed", check_push),
    Rule("checks", check_ci),
    Rule("approvals", check_approvals, pinned=False),
    Rule("order", check_order),
    Rule("after", check_after, applies=lambda case: case.environment.config.after is not None),
    Rule("barred", check_barred),
    Rule("free", check_obstacles, pinned=False),
)
