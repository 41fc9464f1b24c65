"""The preconditions of a deploy: permission, the requested commit, and each rule in order."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import Require
from ghapp.core.model.facts import Checks, Context, NoPush, Push, Required, RequiredCheck, Review, RulesHidden
from ghapp.core.rules import ci_checks
from ghapp.core.views import comment
from tests.core.build import LANGUAGES, NOON, Production, code, config, environment, live, sha


def with_teams(*rule: str, **more: Any) -> Production:
    """Production with these deployers; ken may write, and #42 is merged."""
    production = Production(environment(config=config(deployers=rule, **more)))
    production.roles["ken"] = "write"
    production.merges(42)
    return production


# ---------------------------------------------------------------- permission


def test_only_members_of_the_team_may_deploy() -> None:
    """A member who may only read the repository is refused."""
    production = with_teams("admin", "@acme/sre")
    production.teams["@acme/sre"] = {"ken"}
    production.roles["ken"] = "triage"
    assert code(production.says("ken", "/deploy")) == "not_allowed"
    production.roles["ken"] = "write"
    assert code(production.says("mona", "/deploy")) == "not_allowed"
    assert production.says("ken", "/deploy").reaction == "rocket"


def test_membership_is_asked_anew_for_every_decision() -> None:
    """A person who left the team a moment ago is refused."""
    production = with_teams("@acme/sre")
    production.teams["@acme/sre"] = {"mona"}
    assert production.says("mona", "/lock").reaction == "+1"
    production.teams["@acme/sre"].clear()
    assert code(production.says("mona", "/deploy")) == "not_allowed"


def test_a_member_who_cannot_read_the_repository_is_refused() -> None:
    """The team grants the command; the repository's role grants access at all."""
    production = with_teams("@acme/sre")
    production.teams["@acme/sre"] = {"stranger"}
    assert code(production.says("stranger", "/deploy")) == "not_allowed"


@pytest.mark.parametrize("team", ["@evil/sre", "@acme-evil/sre"])
def test_only_teams_of_the_repositorys_owner_count(team: str) -> None:
    """A team of another organization never matches, and GitHub is not asked about it."""
    production = with_teams(team)
    production.teams[team] = {"mona"}
    assert code(production.says("mona", "/deploy")) == "not_allowed"


def test_a_sufficient_role_needs_no_request_about_teams() -> None:
    """That saves a request, and an outage of the teams API does not matter."""
    production = with_teams("@acme/sre", "write")
    del production.teams
    assert production.says("mona", "/deploy").reaction == "rocket"


def test_members_of_an_unlocker_team_may_unlock() -> None:
    """Every list of people accepts teams."""
    production = with_teams("write", unlockers=("@ACME/sre",))
    production.teams["@ACME/sre"] = {"ken"}
    production.says("mona", "/lock production forever")
    assert code(production.says("taro", "/unlock production because")) == "not_allowed"
    assert production.says("ken", "/unlock production looked at it").reaction == "+1"


# ---------------------------------------------------------------- CI checks


def context(name: str, state: Any = "passed", **more: Any) -> Context:
    """A result that a push started, at noon."""
    plain = {"name": name, "state": state, "required": False, "began": NOON, "app": ACTIONS}
    return Context(**{**plain, "workflow": "ci.yml", "event": "push", **more})


def other(name: str, state: Any = "passed", **more: Any) -> Context:
    """A result from another App, or a commit status."""
    return context(name, state, **{"app": 7, "workflow": "", "event": "", **more})


def lack(
    rule: Any, pinned: Sequence[Context] = (), head: Sequence[Context] = (), required: Sequence[RequiredCheck] = ()
) -> tuple[Any, ...]:
    """The names of the failing, running and missing checks."""
    reported = ci_checks.Reported(Checks(tuple(pinned)), Checks(tuple(head)), {"deploy.yml"})
    found = ci_checks.lacking(rule, reported, Required(tuple(required)))
    return found.failing, found.running, found.missing


ACTIONS, LATER = 15368, NOON + timedelta(minutes=1)
NOTHING = ((), (), ())
TEST, OF_ACTIONS = RequiredCheck("test"), RequiredCheck("test", ACTIONS)
BY_HAND = {"event": "workflow_dispatch", "workflow": "deploy.yml"}


@pytest.mark.parametrize(
    ("rule", "pinned", "head", "expected"),
    [
        ("required", [], [], ((), (), ("test",))),
        ("required", [context("test")], [], NOTHING),
        ("required", [context("test", "failing")], [], (("test",), (), ())),
        ("required", [context("test", "running")], [], ((), ("test",), ())),
        ("required", [context("test"), context("lint", "failing")], [], NOTHING),
        ("required", [context("test"), context("lint", "failing", required=True)], [], (("lint",), (), ())),
        ("required", [], [context("test", "failing")], (("test",), (), ())),
        ("required", [context("test")], [context("test", "failing")], NOTHING),
        ("required", [context("publish")], [context("test", "failing")], (("test",), (), ())),
        ("required", [context("test", "failing")], [context("test")], (("test",), (), ())),
        ("required", [context("test"), context("test", "failing")], [], (("test",), (), ())),
        ("all", [context("test"), context("lint", "failing")], [], (("lint",), (), ())),
        ("all", [context("test")], [context("lint", "failing")], NOTHING),
        ("all", [context("lint")], [], ((), (), ("test",))),
        ("all", [], [context("test", "running")], ((), ("test",), ())),
        ("all", [], [], ((), (), ("test",))),
        ("none", [context("test", "failing")], [], NOTHING),
        (("test", "lint"), [context("test")], [context("lint")], NOTHING),
        (("test", "lint"), [context("test", "failing")], [], (("test",), (), ("lint",))),
        (("lint",), [context("other", "failing")], [], ((), (), ("lint",))),
    ],
)
def test_checks_are_read_from_the_pinned_commit_then_from_the_head(
    rule: Any, pinned: Any, head: Any, expected: Any
) -> None:
    """A check is read from the pinned commit, else from the head; a required check without a result is missing."""
    assert lack(rule, pinned, head, [TEST]) == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([context("test", "failing"), context("test", began=LATER)], NOTHING),
        ([context("test", began=LATER), context("test", "failing")], NOTHING),
        ([context("test"), context("test", "failing", began=LATER)], (("test",), (), ())),
        ([context("test"), context("test", "running", began=None)], ((), ("test",), ())),
        ([context("test", "failing"), context("test", "running", began=None)], ((), ("test",), ())),
        ([context("test", "failing"), context("test", began=LATER, event="pull_request")], (("test",), (), ())),
        ([context("test", "failing"), context("test", began=LATER, workflow="nightly.yml")], (("test",), (), ())),
        ([context("test", "failing"), other("test", began=LATER)], (("test",), (), ())),
        ([other("test", "failing"), other("test", began=LATER)], NOTHING),
        ([context("test", "failing"), context("test")], (("test",), (), ())),
    ],
    ids=["newer", "listed first", "red again", "queued", "queued after red", "event", "file", "App", "theirs", "tie"],
)
def test_of_each_check_the_newest_result_counts(results: Any, expected: Any) -> None:
    """App, workflow, event and name identify a check; of equal times all count, whatever GitHub's order."""
    for listed in (results, results[::-1]):
        assert lack("required", listed, [], [TEST]) == expected
        assert lack(("test",), listed) == expected
        assert lack("all", listed) == expected


@pytest.mark.parametrize(
    ("required", "results", "expected"),
    [
        (OF_ACTIONS, [other("test")], ((), (), ("test",))),
        (OF_ACTIONS, [other("test", "failing"), context("test")], NOTHING),
        (OF_ACTIONS, [other("test", app=None, by_bot=True)], NOTHING),
        (OF_ACTIONS, [other("test", app=None)], ((), (), ("test",))),
        (TEST, [other("test")], NOTHING),
        (RequiredCheck("ghapp/lock", 4711), [], NOTHING),
        (RequiredCheck("ghapp/config"), [], NOTHING),
        (RequiredCheck("release / production"), [other("release / production", "running", own=True)], NOTHING),
        (RequiredCheck("release / unit"), [], ((), (), ("release / unit",))),
        (RequiredCheck("release / unit"), [context("release / unit", "failing")], (("release / unit",), (), ())),
        (
            RequiredCheck("release / staging"),
            [context("release / staging", "running")],
            ((), ("release / staging",), ()),
        ),
        (RequiredCheck("ghapp/config"), [other("ghapp/config", "failing")], (("ghapp/config",), (), ())),
    ],
)
def test_a_required_check_counts_from_its_app_only(required: RequiredCheck, results: Any, expected: Any) -> None:
    """Where the rules name an App, only its check counts; ours are recognized by their reporter, not by a name."""
    assert lack("required", results, [], [required]) == expected


@pytest.mark.parametrize("rule", ["required", "all", ("test",)])
@pytest.mark.parametrize(
    "event", ["schedule", "repository_dispatch", "issue_comment", "workflow_run", "workflow_dispatch"]
)
def test_checks_started_by_a_change_outrank_all_others(rule: Any, event: str) -> None:
    """GitHub attaches runs that a timer or a person starts to the newest commit of the branch."""
    nightly = context("test", "failing", began=LATER, event=event)
    assert lack(rule, [context("test"), nightly], [], [TEST]) == NOTHING
    assert lack(rule, [nightly], [context("test")], [TEST]) == NOTHING
    red = (("test",), (), ())
    assert lack(rule, [context("test", "failing"), replace(nightly, state="passed")], [], [TEST]) == red
    assert lack(rule, [context("test"), context("nightly", "failing", event=event)], [], [TEST]) == NOTHING


@pytest.mark.parametrize("event", ["push", "pull_request", "pull_request_target", "merge_group"])
def test_every_event_of_a_change_counts(event: str) -> None:
    """With `all`, such checks have to pass, and so do checks that no workflow run reported."""
    assert lack("all", [context("lint", "failing", event=event)]) == (("lint",), (), ())
    assert lack("all", [other("lint", "failing")]) == (("lint",), (), ())


def test_a_required_check_that_only_a_timer_or_a_deployment_starts_counts() -> None:
    """The rule has no other result to count."""
    assert lack("required", [context("e2e", event="deployment_status")], [], [RequiredCheck("e2e")]) == NOTHING
    assert lack("required", [context("e2e", "failing", event="schedule")], [], [RequiredCheck("e2e")])[0] == ("e2e",)


@pytest.mark.parametrize("rule", ["required", "all", ("test",)])
def test_the_deploy_workflow_counts_as_ci_only_when_a_push_started_it(rule: Any) -> None:
    """One file may do both. Its result from a dispatch is about a deployment."""
    assert lack(rule, [context("test", "failing", workflow="deploy.yml")], [], [TEST]) == (("test",), (), ())
    assert lack(rule, [context("test", workflow="deploy.yml"), context("test", "failing", **BY_HAND)], [], [TEST]) == (
        NOTHING
    )
    assert lack(rule, [context("test", **BY_HAND)], [], [TEST]) == ((), (), ("test",))
    for state in ("passed", "failing"):
        ours = context("test", state, event="workflow_dispatch", workflow="long-gone.yml", dispatched=True)
        assert lack(rule, [ours], [ours], [TEST]) == ((), (), ("test",))


def test_hidden_branch_rules_do_not_count_as_no_required_checks() -> None:
    """The required checks are unknown then; names in the config still work."""
    for rule, reason in (("required", "checks_unknown"), ("all", "checks_unknown"), (("test",), None), ("none", None)):
        production = with_teams("write", require=Require(checks=rule))  # type: ignore[arg-type]
        production.required = RulesHidden()
        production.checks[sha(42)] = Checks((context("test"),))
        assert code(production.says("mona", "/deploy")) == reason


def test_required_checks_come_from_the_environments_branch() -> None:
    """A missing required check is refused by its name."""
    production = with_teams("write")
    production.required = Required((RequiredCheck("e2e"), RequiredCheck("test")))
    production.checks[sha(142)] = Checks((context("test"),))
    decision = production.says("mona", "/deploy")
    assert code(decision) == "checks_missing"
    assert decision.refusal
    assert decision.refusal.values["missing"] == ["e2e"]
    assert production.environment.number == 0


@pytest.mark.parametrize(
    ("state", "reason"), [("failing", "checks_failed"), ("running", "checks_running"), ("passed", None)]
)
def test_a_release_waits_for_ci(state: Any, reason: str | None) -> None:
    """The refusal names the check, and nothing is granted."""
    production = with_teams("write")
    production.checks[sha(42)] = Checks((context("test", state, required=True),))
    decision = production.says("mona", "/deploy")
    assert code(decision) == reason
    assert production.environment.number == (0 if reason else 1)
    if decision.refusal:
        assert "test" in [*decision.refusal.values["failing"], *decision.refusal.values["running"]]  # type: ignore[misc]


def test_a_named_check_that_was_never_reported_is_missing() -> None:
    """A missing result is no success."""
    production = with_teams("write", require=Require(checks=("e2e",)))
    decision = production.says("mona", "/deploy")
    assert code(decision) == "checks_missing"
    assert decision.refusal
    assert decision.refusal.values["missing"] == ["e2e"]


DEPLOY = context("deploy", event="workflow_dispatch", workflow="deploy.yml", dispatched=True)


@pytest.mark.parametrize("where", [sha(42), sha(142), sha(41)])
@pytest.mark.parametrize("others", [(), ("e2e",)])
@pytest.mark.parametrize("state", [None, "failing", "running"])
def test_a_required_check_that_only_a_release_reports_is_named_with_the_way_out(
    where: str, others: tuple[str, ...], state: Any
) -> None:
    """The check appears on the live commit or on the one to release, so the wait for it would never end."""
    production = with_teams("write")
    production.environments["production"] = replace(production.environment, live=live(41))
    required = ("deploy", *others, *(("test",) if state else ()))
    production.required = Required(tuple(map(RequiredCheck, required)))
    production.checks[sha(42)] = Checks((context("test", state),) if state else ())
    before = production.checks.get(where)
    production.checks[where] = Checks((*(before.contexts if before else ()), DEPLOY))
    told = production.says("mona", "/deploy").notices[-1]
    english, japanese = (
        comment.notice(replace(told, config=replace(told.config, language=language)), now=NOON)
        for language in LANGUAGES
    )
    assert "nly the deploy itself (`deploy.yml`) reports deploy, so it can never be there before the deploy" in english
    assert "emove it from the required checks of `main`" in english
    assert "deploy の結果を報告するのはデプロイそのもの (`deploy.yml`) だけ" in japanese
    assert ("these checks on #42: e2e." in english or "No result: e2e." in english) is bool(others)
    assert "e2e, deploy" not in english


def test_a_check_that_a_change_once_reported_is_not_attributed_to_the_release() -> None:
    """CI has a job of the same name that did not report this time."""
    production = with_teams("write")
    production.environments["production"] = replace(production.environment, live=live(41))
    production.required = Required((RequiredCheck("deploy"),))
    production.checks[sha(41)] = Checks((DEPLOY, context("deploy")))
    decision = production.says("mona", "/deploy")
    assert decision.refusal
    assert (decision.refusal.code, decision.refusal.values["ours"]) == ("checks_missing", [])


# ---------------------------------------------------------------- approvals


def approval(author: str, **more: Any) -> Review:
    """A review of #42's last head by a person who may write."""
    return Review(**{"author": author, "verdict": "approved", "sha": sha(142), "writes": True, "person": True, **more})


@pytest.mark.parametrize(
    ("reviews", "pusher", "enough"),
    [
        ([], "hanako", False),
        ([approval("taro")], "hanako", True),
        ([approval("hanako")], "taro", False),
        ([approval("taro")], "taro", False),
        ([approval("taro", sha=sha(141))], "hanako", False),
        ([approval("taro", verdict="changes_requested")], "hanako", False),
        ([approval("taro", verdict="dismissed")], "hanako", False),
        ([approval("ken", writes=False)], "hanako", False),
        ([approval("approver", person=False)], "hanako", False),
        ([approval("TARO"), approval("mona")], "taro", True),
        ([approval("taro")], None, False),
        ([approval("taro"), approval("mona")], None, True),
    ],
)
def test_an_approval_counts_only_from_a_second_person(reviews: list[Review], pusher: str | None, enough: bool) -> None:
    """The author (hanako), the last pusher, older heads, readers, Apps and withdrawn approvals do not count."""
    production = with_teams("write", require=Require(approvals=1))
    production.reviews = tuple(reviews)
    production.pushes[sha(142)] = Push(pusher, NOON) if pusher else NoPush()
    assert (code(production.says("mona", "/deploy")) is None) is enough


# ---------------------------------------------------------------- open pull requests


def open_allowed(**more: Any) -> Production:
    """Production takes open pull requests; #42 is one, pushed a minute ago."""
    production = Production(environment(config=config(require=Require(merged=False)), **more))
    production.pushes[sha(142)] = Push("hanako", NOON - timedelta(minutes=1))
    return production


def test_an_open_pull_request_is_released_at_its_head() -> None:
    """It is not in line: its turn comes with its merge."""
    production = open_allowed()
    assert production.says("mona", "/deploy").reaction == "rocket"
    assert production.environment.deployment
    assert production.environment.deployment.grant.sha == sha(142)
    assert production.environment.awaiting == ()


@pytest.mark.parametrize("seconds", [0, 1, 60])
def test_a_commit_pushed_with_or_after_the_command_is_refused(seconds: int) -> None:
    """The push time counts, not the commit's date."""
    production = open_allowed()
    production.pushes[sha(142)] = Push("hanako", NOON + timedelta(seconds=seconds))
    production.later(minutes=2)
    assert code(production.says("mona", "/deploy", at=NOON)) == "pushed_after"
    assert production.environment.number == 0


@pytest.mark.parametrize(
    ("opened", "reason"),
    [
        ({"fork": True}, "fork"),
        ({"draft": True}, "draft"),
        ({"closed": True}, "closed"),
    ],
)
def test_unfit_open_pull_requests_are_refused(opened: dict[str, Any], reason: str) -> None:
    """From a fork, a draft, or closed without a merge."""
    production = open_allowed()
    production.opened[42] = opened
    assert code(production.says("mona", "/deploy")) == reason


def test_a_pull_request_released_while_open_is_contained_once_it_is_merged() -> None:
    """A squash creates another commit; that one and later ones are compared from there."""
    production = open_allowed()
    production.says("mona", "/deploy")
    production.starts()
    production.sees("succeeded")
    production.merges(42)
    assert production.environment.live
    assert production.environment.live.contained_in == sha(42)
    production.merges(44)
    production.later(hours=1)
    assert production.says("hanako", "/deploy", on=44).reaction == "rocket"


# ---------------------------------------------------------------- Apps


BOT = "release-bot[bot]"


def test_an_app_may_use_the_commands_that_name_it_and_has_no_role() -> None:
    """GitHub is not asked for the role of an App's login."""
    production = with_teams("app/Release-Bot", unlockers=("write",))
    production.roles[BOT] = "admin"
    assert production.says(BOT, "/lock").reaction == "+1"
    assert production.says(BOT, "/status").reaction == "+1"
    assert code(production.says("mona", "/lock")) == "not_allowed"
    assert code(production.says(BOT, "/deploy production #42 with #41")) == "not_barred"
    assert production.says(BOT, "/unlock").reaction == "+1"
    assert production.says(BOT, "/deploy").reaction == "rocket"


@pytest.mark.parametrize("rule", ["read", "release-bot", "app/other", "@acme/release-bot", BOT])
def test_an_app_that_the_config_does_not_name_gets_no_answer(rule: str) -> None:
    """It does not even get a refusal."""
    production = with_teams(rule)
    production.roles[BOT] = production.roles["release-bot"] = "admin"
    for line in ("/deploy", "/status", "/help", "/deploi", "/lock production soon"):
        decision = production.says(BOT, line)
        assert (decision.notices, decision.entries, decision.changed, decision.reaction) == ((), (), (), None)


def test_a_person_with_an_apps_name_is_no_app() -> None:
    """This holds for any login."""
    production = with_teams("app/mona")
    assert code(production.says("mona", "/deploy")) == "not_allowed"


@pytest.mark.parametrize(
    ("owner", "pusher", "counts"),
    [("acme", "hanako", True), ("ACME", "hanako", True), ("mallory", "hanako", False), ("acme", BOT, False)],
)
def test_an_approval_by_an_app_counts_if_named_and_of_the_owner_and_not_its_own_push(
    owner: str, pusher: str, counts: bool
) -> None:
    """An App, like a person, does not approve its own push."""
    production = with_teams("write", unlockers=("app/release-bot",), require=Require(approvals=1, checks="none"))
    production.apps["release-bot"] = owner
    head = sha(142)
    production.reviews = (Review(author="release-bot", verdict="approved", sha=head, writes=False, person=False),)
    production.pushes[head] = Push(pusher, NOON)
    assert code(production.says("mona", "/deploy")) == (None if counts else "approvals")


# ---------------------------------------------------------------- the branch, and barred revisions


def test_a_merge_commit_that_left_its_branch_is_refused() -> None:
    """A person rewrote the branch."""
    production = with_teams("write")
    production.off_branch.add(sha(42))
    assert code(production.says("mona", "/deploy")) == "unreachable"


def told_otherwise() -> Production:
    """The webhook reported another merge commit of #42 than GitHub shows."""
    production = with_teams("write")
    production.merged[42] = replace(production.merged[42], sha=sha(44))
    return production


def test_a_merge_commit_that_github_does_not_confirm_is_refused_and_replaced() -> None:
    """The refusal names both commits; the next command is about the one that GitHub shows."""
    production = told_otherwise()
    decision = production.says("mona", "/deploy")
    (told,) = decision.notices
    assert (code(decision), told.values["told"], told.values["shown"]) == ("other_merge", sha(42)[:7], sha(44)[:7])
    assert [one.sha for one in production.environment.awaiting] == [sha(44)]
    assert not production.says("mona", "/deploy").refusal
    assert production.environment.deployment
    assert production.environment.deployment.grant.sha == sha(44)


@pytest.mark.parametrize("merged", [True, False])
def test_a_merge_that_github_does_not_show_yet_is_not_released(merged: bool) -> None:
    """Otherwise the head would be checked and the merge commit released."""
    production = with_teams("write", require=Require(merged=merged, checks="none"))
    del production.merged[42]
    assert code(production.says("mona", "/deploy")) == "merge_unshown"
    assert production.environment.number == 0


def test_status_shows_a_mismatch_of_merge_commits() -> None:
    """`/status` shows the mismatch before `/deploy` is typed."""
    told = told_otherwise().says("mona", "/status").notices[0].values["environments"]
    assert isinstance(told, list)
    assert ("merged", "other_merge") in [(one["rule"], one["code"]) for one in told[0]["rules"]]


def rolled_back(**more: Any) -> Production:
    """#41 was rolled back; #42, which contains it, is merged. taro may unlock."""
    start = environment(config=config(unlockers=("admin", "taro"), **more), live=live(40), barred=(live(41),))
    production = Production(start)
    production.merges(42)
    return production


def test_a_barred_release_comes_again_only_by_an_unlocker() -> None:
    """The refusal for a deployer names the barred release and who could bring it back."""
    production = rolled_back()
    decision = production.says("mona", "/deploy")
    assert code(decision) == "barred"
    assert decision.refusal
    assert decision.refusal.values["back"] == [{"number": 41, "title": "Reword notifications"}]
    assert production.environment.number == 0


@pytest.mark.parametrize(
    ("language", "in_vain", "told"),
    [
        ("en", False, "#41 was rolled back from production. Only people who can unlock"),
        ("en", True, "#41 was to be rolled back from production. Only people who can unlock"),
        ("ja", False, "#41 は production から切り戻した変更です。再びデプロイできるのは"),
        ("ja", True, "#41 は production から切り戻そうとした変更です。再びデプロイできるのは"),
    ],
)
def test_a_release_that_was_rolled_back_itself_is_named_once(language: Any, in_vain: bool, told: str) -> None:
    """It is not said to contain itself."""
    start = environment(live=live(40), barred=(replace(live(41), in_vain=in_vain),))
    production = Production(start)
    production.merges(41)
    decision = production.says("mona", "/deploy production #41", on=41)
    assert code(decision) == "barred"
    notice = decision.notices[0]
    notice = replace(notice, config=replace(notice.config, language=language))
    shown = comment.notice(notice, now=NOON)
    assert told in shown
    assert "`/deploy production #41 with #41`" in shown


def test_an_unlocker_may_bring_a_barred_release_back() -> None:
    """The comment shows the returning release; once live, it is no longer barred."""
    production = rolled_back()
    assert production.says("taro", "/deploy production with #41").reaction == "rocket"
    deployment = production.environment.deployment
    assert deployment
    assert "Deployed again after a rollback: #41 (@taro)" in comment.number(
        production.environment, deployment, now=NOON
    )
    production.starts()
    production.sees("succeeded")
    assert production.environment.barred == ()


def test_a_release_without_the_barred_revision_is_accepted() -> None:
    """A bar stops only releases that contain the barred revision."""
    production = Production(environment(config=config(unlockers=("admin",)), live=live(40), barred=(live(44),)))
    production.merges(42)
    assert production.says("mona", "/deploy").reaction == "rocket"


def test_the_authors_of_releases_that_ship_along_are_mentioned() -> None:
    """The mention stands in the number's comment from confirmation to result."""
    production = Production(environment(live=live(40)))
    for number in (41, 42):
        production.merges(number)
    production.says("mona", "/deploy", on=42)
    for act in (production.starts, lambda: production.sees("running"), lambda: production.sees("succeeded")):
        deployment = production.environment.deployment
        assert deployment
        assert "Ships with it: #41 (@taro)" in comment.number(production.environment, deployment, now=NOON)
        act()


# ---------------------------------------------------------------- /status


def rules(production: Production, who: str = "mona", language: Any = "en") -> list[str]:
    """The lines about rules in the `/status` comment."""
    (told,) = production.says(who, "/status").notices
    told = replace(told, config=replace(told.config, language=language))
    return [line for line in comment.notice(told, now=NOON).splitlines() if line.startswith("- ")]


def test_status_shows_every_rule_not_only_the_first_that_fails() -> None:
    """Permission, CI and the hold, each with its reason; a question mentions no person."""
    production = with_teams("write", unlockers=("admin",))
    production.roles["ken"] = "read"
    production.checks[sha(42)] = Checks((context("test", "failing", required=True),))
    production.says("taro", "/lock production")
    assert rules(production, "ken") == [
        "- ✗ you are allowed to deploy. `/deploy` would answer: You are not allowed to `/deploy` on production. "
        "Allowed: write or higher. Ask a person with that role.",
        "- ✗ checks. `/deploy` would answer: **Not deployed**: checks failed on #42: test. Fix or re-run them, then "
        "type the command again.",
        "- ✗ environment is free: see above",
        "- ✓ merged",
        "- ✓ on the right branch",
        "- ✓ not from a fork",
        "- ✓ no push after the command",
        "- ✓ approvals",
        "- ✓ newer than what is live",
        "- ✓ no changes that were rolled back",
    ]


def test_status_marks_the_checks_that_cannot_run_yet() -> None:
    """An open pull request has no commit to release."""
    production = Production(environment())
    assert "- – checks: not checked, there is no commit to deploy yet" in rules(production)
    assert "- – チェック: デプロイするコミットがまだないため、未確認" in rules(production, language="ja")


def test_status_shows_the_planned_rollback() -> None:
    """The line shows the effect of `/rollback` before it is typed."""
    production = Production(environment(live=live(41), earlier=(live(40),)))
    (told,) = production.says("mona", "/status").notices
    said = comment.notice(told, now=NOON)
    assert "`/rollback production` would undo #41 and go back to #40 Speed up search." in said
