"""A branch that lost the live or a merged commit: the deploy is refused by name, or leaves it behind with a reason."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, LeftBehind
from ghapp.core.model.events import MergesRecounted, PullRequestMerged
from ghapp.core.model.facts import Comparison
from ghapp.core.views import comment
from tests.core.build import NOON, REPOSITORY, Production, code, config, environment, live, pull, release, sha
from tests.core.commands.test_refusals import GrownApart, was
from tests.core.handlers.test_from_slack import presses

LINE = "/deploy production #42 anyway the secret is purged"
LEFT = LeftBehind(pull(41), sha(41), "the secret is purged")


class Rewritten(Production):
    """The branch lacks everything merged before #42; `how`: GitHub's answer about the old commits."""

    def __init__(self, start: Environment, *, how: Any = "diverged") -> None:
        super().__init__(start)
        self.how = how
        self.off_branch |= {sha(40), sha(41)}

    def comparison(self, base: str, head: str) -> Comparison:
        """Within the new history the comparison works as ever."""
        if base in self.off_branch and head not in self.off_branch:
            return Comparison(self.how)
        return super().comparison(base, head)


class NotOnIt(Rewritten):
    """No merged commit is on the branch."""

    def comparison(self, base: str, head: str) -> Comparison:
        return Comparison(self.how)


def rewritten(how: str = "diverged", **more: Any) -> Rewritten:
    """#41 is live, and #42 was merged onto the new history."""
    production = Rewritten(environment(live=live(41), **more), how=how)
    production.merges(42)
    return production


HOW = pytest.mark.parametrize("how", ["diverged", "unrelated", "base_gone"])


@HOW
def test_a_live_commit_off_its_branch_is_refused_with_the_command_that_leaves_it_behind(how: str) -> None:
    """Whether GitHub still has the commit or not."""
    decision = rewritten(how).says("mona", "/deploy production #42")
    assert code(decision) == "gone"
    assert decision.refusal
    values = decision.refusal.values
    assert (values["live"], values["live_sha"], values["branch"], values["who"]) == (41, sha(41)[:7], "main", ["write"])


@HOW
def test_an_unlocker_leaves_the_live_commit_behind_with_a_reason(how: str) -> None:
    """The grant keeps the reason, history records it, and the comment shows it."""
    production = rewritten(how)
    decision = production.says("mona", LINE)
    assert production.environment.deployment
    grant = production.environment.deployment.grant
    assert grant.left_behind == LEFT
    assert decision.entries[-1].why == f"anyway: the secret is purged (leaves #41, {sha(41)[:7]}, behind)"
    said = comment.number(production.environment, production.environment.deployment, now=NOON)
    assert f"Leaves #41 behind (@taro, `{sha(41)[:7]}`): the secret is purged" in said


def test_a_diverged_live_commit_may_be_left_behind() -> None:
    """#44 was merged beside #42 into a branch that contains both."""
    production = GrownApart(environment(live=live(41)))
    production.merges(42)
    assert code(production.says("mona", "/deploy")) == "diverged"
    assert not production.says("mona", "/deploy anyway it was a test").refusal


def test_only_an_unlocker_may_leave_a_commit_behind() -> None:
    """Other people get the answer of the ordinary command."""
    production = rewritten(config=config(unlockers=("taro",)))
    assert code(production.says("mona", LINE)) == "gone"
    assert not production.says("taro", LINE).refusal


@pytest.mark.parametrize("line", ["/deploy anyway", "/deploy production #42 anyway", "/deploy production anyway  "])
def test_anyway_without_a_reason_is_refused(line: str) -> None:
    """The refusal names the missing reason."""
    assert code(rewritten().says("mona", line)) == "anyway_reason"


def test_anyway_has_no_effect_if_no_commit_is_left_behind() -> None:
    """A deployer is not refused for the word, and the grant does not keep it."""
    production = Production(environment(live=live(41), config=config(unlockers=("taro",))))
    production.merges(42)
    assert not production.says("mona", "/deploy anyway just in case").refusal
    assert production.environment.deployment
    assert production.environment.deployment.grant.left_behind is None


def test_each_waiting_release_is_compared_if_the_live_commit_cannot_be() -> None:
    """#40 was merged before the rewrite, so it does not ship along."""
    production = rewritten("base_gone", awaiting=(release(40),))
    production.merges(44)
    assert not production.says("mona", "/deploy production #44 anyway rewritten", on=44).refusal
    assert production.environment.deployment
    assert production.environment.deployment.grant.carries == (42,)


@pytest.mark.parametrize("sight", ["failed", "succeeded"])
def test_status_shows_the_commit_left_behind_and_the_next_command_repeats_the_reason(sight: Any) -> None:
    """No button does: it would be refused."""
    production = rewritten()
    production.says("mona", LINE)
    production.starts()
    told = production.sees(sight).notices
    (status,) = production.says("taro", "/status").notices
    described = status.values["environments"][0]
    assert isinstance(described, dict)
    if sight == "succeeded":
        assert described["left"] == {"number": 42, "left": 41, "by": "mona", "reason": "the secret is purged"}
        return
    assert described["left"] is None
    assert {notice.values["anyway"] for notice in told} == {"the secret is purged"}
    production.later(minutes=30)
    production.ticks()
    assert code(presses(production, "deploy", 42)) == "gone"
    assert not production.says("mona", LINE).refusal


def test_the_command_proposed_after_a_failure_repeats_the_reason() -> None:
    """The command can be copied and releases it."""
    production = rewritten()
    production.says("mona", LINE)
    production.starts()
    production.sees("failed")
    assert production.environment.deployment
    said = comment.number(production.environment, production.environment.deployment, now=NOON)
    assert f"`{LINE}`" in said


def test_a_barred_revision_that_left_the_branch_may_be_contained_again() -> None:
    """It may be under another commit, so an ordinary command does not bring it back."""
    production = rewritten(barred=(live(40),))
    refusal = production.says("mona", LINE).refusal
    assert refusal
    assert (refusal.code, refusal.values["barred"], refusal.values["unsure"]) == ("barred", [40], [40])
    assert refusal.values["anyway"] == "the secret is purged"
    assert not production.says("mona", "/deploy production #42 with #40 anyway the secret is purged").refusal


def test_a_barred_open_head_stops_no_release_that_lacks_it() -> None:
    """The head was never on the branch, so no rewrite concerns it."""
    never_merged = replace(live(40), sha=pull(40).head)
    production = rewritten(barred=(never_merged,))
    production.off_branch.add(pull(40).head)
    assert not production.says("mona", LINE).refusal


@pytest.mark.parametrize(
    ("how", "expected"), [("diverged", "unreachable"), ("head_gone", "unreachable"), ("base_gone", "branch_gone")]
)
def test_a_merge_that_is_not_on_the_branch_is_not_released(how: str, expected: str) -> None:
    """Not even by an unlocker; it leaves the line if its commit is gone, and waits if the branch is gone."""
    production = NotOnIt(environment(live=live(41), awaiting=(release(42),)), how=how)
    production.merges(42)
    assert code(production.says("mona", LINE)) == expected
    assert len(production.environment.awaiting) == (expected == "branch_gone")


def test_a_merge_without_a_commit_on_github_is_refused_as_gone() -> None:
    """GitHub has collected the commit."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.merged[42] = replace(production.merged[42], sha=None)  # type: ignore[arg-type]
    assert code(production.says("mona", "/deploy")) == "merge_gone"
    assert production.environment.awaiting == ()


def test_a_merge_into_the_branch_under_its_former_name_counts() -> None:
    """The commit is on the branch; the release is put in line, even if the webhook comes late."""
    production = Production(environment(live=live(41), config=config(branch="trunk")))
    production.merges(42)
    assert [one.pull.number for one in production.environment.awaiting] == [42]
    assert not production.says("mona", "/deploy").refusal


def test_the_hourly_recount_covers_the_branchs_former_name() -> None:
    """The former name is that of the stored environments."""
    production = Production(environment(live=live(41)))
    production.merges(42)
    production.environments["production"] = replace(production.environment, awaiting=())
    renamed = {"production": config(branch="trunk")}
    production.config = dataclasses.replace(production.config, environments=renamed)
    event = MergesRecounted(repository=REPOSITORY, key="count", at=NOON + timedelta(hours=1))
    decision = production.apply(event)
    assert [(found.pull.number, found.base) for found in decision.found if isinstance(found, PullRequestMerged)] == [
        (42, "main")
    ]


def test_a_merge_that_is_not_released_automatically_keeps_the_reason() -> None:
    """The live commit has diverged, or is not on the branch at all."""
    for production, why in (
        (Rewritten(environment(live=live(41), config=config(auto=True))), "gone"),
        (GrownApart(environment(live=live(41), config=config(auto=True))), "diverged"),
    ):
        production.merges(42)
        (waiting,) = production.environment.awaiting
        assert waiting.not_auto == why


@pytest.mark.parametrize("others", [True, False])
def test_a_rollback_to_a_commit_that_the_repository_lost_is_refused(others: bool) -> None:
    """The refusal names earlier targets, if there are any."""
    found = was(42, 41)
    known = (live(40),) if others else ()
    production = Production(replace(found, earlier=(*found.earlier[:1], *known)))
    production.collected.add(sha(41))
    decision: Decision = production.says("mona", "/rollback")
    assert code(decision) == "target_gone"
    assert decision.refusal
    assert decision.refusal.values["known"] == ([40] if others else [])
    if others:
        assert not production.says("mona", "/rollback to #40").refusal
