"""`after: staging`: which releases may go to production, by the time they were live in staging; and the texts."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import ChainLink, Config, InvalidConfig, Language, Require
from ghapp.core.config.reader import read_config
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import LIVE_KEPT, Activity, Environment, Run
from ghapp.core.model.events import (
    ConfigChanged,
    DeploymentJobWaiting,
    RunObserved,
    StartIntended,
    Tick,
    WaitingReleasesChecked,
)
from ghapp.core.model.facts import Comparison, Push
from ghapp.core.rules import releases
from ghapp.core.rules.chain import recheck_following
from ghapp.core.rules.next_step import due_at
from ghapp.core.rules.release_status import release_status
from ghapp.core.views import call, comment
from tests.core.build import (
    NOON,
    REPOSITORY,
    TITLES,
    Production,
    code,
    config,
    environment,
    live,
    pull,
    release,
    run_fact,
    sha,
)
from tests.core.config.test_config import problems, valid

POLL = timedelta(seconds=60)
LANGUAGES = pytest.mark.parametrize("language", ["en", "ja"])


class Chain(Production):
    """Production comes after staging; #41 is live in both."""

    def __init__(self, lasting: int = 0, **more: Any) -> None:
        super().__init__(environment(live=live(41), config=config(**more)))
        self.environments["staging"] = environment(name="staging", live=live(41), number=5)
        self.links(lasting, **more)
        self.ticks()
        self.apply(WaitingReleasesChecked("production"))

    def links(self, lasting: int = 0, **more: Any) -> None:
        """The config of the two environments."""
        span = timedelta(minutes=lasting)
        staging = config(followed_by=(ChainLink("production", span),), **more)
        production = config(after=ChainLink("staging", span), **more)
        self.config = Config(sha="c" * 40, environments={"staging": staging, "production": production})

    def comparison(self, base: str, head: str) -> Comparison:
        """A merge commit does not have the pull request's head among its parents."""
        heads = {release(number).pull.head for number in TITLES}
        return Comparison("diverged") if base in heads else super().comparison(base, head)

    @property
    def staging(self) -> Environment:
        """The current state of staging."""
        found = self.environments["staging"]
        assert isinstance(found, Environment)
        return found

    def finishes(self, sight: Any) -> None:
        """The newest attempt of staging begins and ends with this status."""
        number, run = self.staging.number, Run(9, "https://github.com/acme/shop/actions/runs/9")
        self.apply(StartIntended("staging", number, self.now))
        for seen in ("running", sight):
            self.apply(RunObserved(environment="staging", number=number, status=seen, run=run))
        self.checks_line()

    def checks_line(self) -> None:
        """Checks the waiting releases, as reconcile does for production."""
        self.ticks()
        self.apply(WaitingReleasesChecked("production"))

    def stages(self, number: int, *, more: str = "") -> None:
        """A release to staging succeeds; the cool-down is over."""
        assert code(self.says("mona", f"/deploy staging #{number}{more}", on=number)) is None
        self.finishes("succeeded")
        self.says("mona", "/unlock staging", on=number)

    def prompt(self, number: int = 42) -> str:
        """Production's prompt for a release."""
        return comment.prompt(self.environment, number, web="https://github.com", now=self.now) or ""

    def status(self, on: int = 42) -> str:
        """The answer to `/status` on a pull request."""
        (answer,) = self.says("mona", "/status production", on=on).notices
        return comment.notice(answer, now=self.now)

    def deploys(self, number: int = 42) -> Decision:
        """A person deploys it to production."""
        return self.says("mona", f"/deploy production #{number}", on=number)


def told(decision: Decision, production: Chain) -> str:
    """The first line of the answer."""
    return comment.notice(decision.notices[0], now=production.now).splitlines()[0]


@LANGUAGES
def test_a_release_not_live_in_staging_is_refused_with_the_command_for_staging(language: Language) -> None:
    """The prompt, `/status` and the answer show it, no button stands, and no call is made."""
    production = Chain(language=language)
    production.merges(42)
    refused = production.deploys()
    assert code(refused) == "not_live_before"
    said = {
        "en": (
            "#42 is not live on staging yet, so nothing was done. First: `/deploy staging #42`",
            "✗ live on staging first. `/deploy` would answer: ",
        ),
        "ja": (
            "#42 はまだ staging にデプロイされていないため、何も実行していません。先に `/deploy staging #42`",
            "✗ 先に staging で稼働済み。`/deploy` への返答: ",
        ),
    }[language]
    assert told(refused, production) == said[0]
    assert "".join(said[::-1]) in production.status()
    assert "`/deploy staging #42`" in production.prompt()
    assert release_status(production.environment, 42, release(42).pull.head, production.now).buttons == ()
    assert call.calls(production.environment, production.now) == ()


@LANGUAGES
def test_a_release_live_in_staging_is_called_for_production(language: Language) -> None:
    """Staging's own comment names the command; then production accepts it."""
    production = Chain(language=language)
    production.merges(42)
    production.stages(42)
    assert production.staging.deployment
    shown = comment.number(production.staging, production.staging.deployment, now=production.now)
    assert {"en": "Next: `/deploy production #42`", "ja": "次は `/deploy production #42`"}[language] in shown
    (called,) = call.calls(production.environment, production.now)
    assert called.pull == 42
    assert {"en": "✓ live on staging first", "ja": "✓ 先に staging で稼働済み"}[language] in production.status()
    assert code(production.deploys()) is None


@pytest.mark.parametrize("seen", ["running", "unknown"])
def test_a_release_that_staging_is_rolling_back_does_not_count(seen: Any) -> None:
    """It is barred after any end; so the call is withdrawn while the rollback is under way or lost."""
    production = Chain()
    production.merges(42)
    production.stages(42)
    assert call.calls(production.environment, production.now)
    production.says("taro", "/rollback staging")
    number = production.staging.number
    production.apply(StartIntended("staging", number, production.now))
    production.apply(RunObserved(environment="staging", number=number, status=seen))
    production.checks_line()
    assert call.calls(production.environment, production.now) == ()
    assert code(production.deploys()) == "not_live_before.unknown"


def test_a_rolled_back_release_that_returns_within_another_counts_from_its_return() -> None:
    """Its earlier time in staging was that of the fault."""
    production = Chain(10)
    production.merges(42)
    production.stages(42)
    production.says("taro", "/rollback staging")
    production.finishes("succeeded")
    production.later(hours=2)
    production.says("mona", "/unlock staging it is good", on=42)
    production.merges(44)
    production.stages(44, more=" with #42")
    assert code(production.deploys(42)) == "live_too_short"
    production.later(minutes=10)
    assert code(production.deploys(42)) is None


@pytest.mark.parametrize("stage", ["unknown", "created", "shifting", "ready"])
def test_a_release_that_staging_still_shifts_traffic_to_does_not_count(stage: Any) -> None:
    """The run is green, but traffic may not have moved."""
    production = Chain()
    production.merges(42)
    production.stages(42)
    staging = production.staging
    production.environments["staging"] = replace(staging, activity=Activity(stage=stage))
    assert code(production.deploys()) == "not_live_before.unknown"
    production.environments["staging"] = replace(staging, activity=Activity(stage="kept"))
    assert code(production.deploys()) is None


def test_a_commit_older_than_its_merge_counts_if_it_was_live_before() -> None:
    """#44's open head contains #42's, and is live in staging; then #42 is merged as the same commit."""
    production = Chain(require=Require(merged=False))
    order = [sha(40), sha(41), pull(42).head, pull(44).head]

    def comparison(base: str, head: str) -> Comparison:
        if base == "main":
            return Comparison("behind")
        apart = order.index(head) - order.index(base)
        return Comparison("ahead" if apart > 0 else "behind" if apart else "identical")

    production.comparison = comparison  # type: ignore[method-assign]
    production.pushes[pull(44).head] = Push("hanako", NOON - timedelta(hours=1))
    production.stages(44)
    production.later(minutes=30)
    production.merges(42, sha=pull(42).head)
    production.checks_line()
    assert [one.unfit for one in production.environment.awaiting] == [None]
    assert code(production.deploys()) is None


@LANGUAGES
def test_a_release_waits_only_for_the_lock_once_the_config_drops_the_chain(language: Language) -> None:
    """No text names an environment that no longer comes before."""
    production = Chain(language=language)
    production.merges(42)
    production.says("taro", "/lock production 2h migrating")
    own = config(language=language)
    production.config = Config(sha="d" * 40, environments={"staging": own, "production": own})
    production.apply(ConfigChanged(repository=REPOSITORY, key="push/d"))
    assert [one.unfit for one in production.environment.awaiting] == [None]
    assert "None" not in production.prompt() + production.status()


def test_a_release_to_staging_needs_few_comparisons_of_waiting_releases() -> None:
    """The newest there contains the others; a revision dropped for its age invalidates no check."""
    production = Chain()
    kept = [replace(live(44), sha=f"{n:040x}", live_since=NOON - timedelta(hours=30 - n)) for n in range(LIVE_KEPT + 1)]
    newest, *earlier = reversed(kept)
    staging = replace(production.staging, live=newest, earlier=tuple(earlier))
    merged = release(42, merged_at=NOON - timedelta(days=2))
    waits = [replace(merged, sha=f"{100 + n:040x}", pull=replace(pull(42), number=500 + n)) for n in range(50)]
    assert isinstance(production.config, Config)
    chained = replace(
        production.environment, config=production.config.environments["production"], awaiting=tuple(waits)
    )
    production.environments |= {"staging": staging, "production": chained}
    asked: list[str] = []

    def comparison(base: str, head: str) -> Comparison:
        asked.append(base)
        return Comparison("ahead" if base == sha(41) else "behind")

    production.comparison = comparison  # type: ignore[method-assign]
    while releases.unexamined(production.environment):
        production.apply(WaitingReleasesChecked("production"))
    assert {one.unfit for one in production.environment.awaiting} == {None}
    assert asked.count(newest.sha) == 50
    assert set(asked) <= {"main", sha(41), newest.sha}
    later = replace(newest, sha="e" * 40, live_since=NOON + timedelta(hours=1))
    after = replace(staging, live=later, earlier=(newest, *earlier)[:LIVE_KEPT])
    (again,) = recheck_following(staging, after, (after, production.environment))
    assert releases.unexamined(again) == ()
    gone = replace(staging, live=earlier[0], earlier=tuple(earlier[1:]))
    (back,) = recheck_following(staging, gone, (gone, production.environment))
    assert len(releases.unexamined(back)) == 50  # no reason is known why it is no longer live: perhaps a rollback


@LANGUAGES
def test_a_release_has_to_be_live_in_staging_for_the_configured_time(language: Language) -> None:
    """Until then the time is shown, also in the prompt; at that time the call comes without another event."""
    production = Chain(10, language=language)
    production.merges(42)
    production.stages(42)
    assert production.staging.deployment
    shown = comment.number(production.staging, production.staging.deployment, now=production.now)
    assert {"en": "Next, from 13:52 JST on: `", "ja": "次は 13:52 JST 以降に `"}[language] in shown
    production.later(minutes=4)
    refused = production.deploys()
    assert code(refused) == "live_too_short"
    assert (
        told(refused, production)
        == {
            "en": "#42 has to be live on staging until 13:52 JST before it goes to production. Nothing was done; "
            "type it again then.",
            "ja": (
                "#42 を production にデプロイできるのは、staging で 13:52 JST まで稼働した後です。"
                "何も実行していません。その時刻を過ぎたら、もう一度入力してください。"
            ),
        }[language]
    )
    assert "13:52 JST" in production.prompt()
    assert call.calls(production.environment, production.now) == ()
    assert due_at(production.environment, production.now, poll=POLL) == NOON + timedelta(minutes=10)
    production.now = NOON + timedelta(minutes=10)
    production.checks_line()
    assert [one.pull for one in call.calls(production.environment, production.now)] == [42]
    assert code(production.deploys()) is None


def test_a_release_rolled_back_in_staging_is_no_longer_called() -> None:
    """The open call is closed; only another deploy to staging lets it pass."""
    production = Chain()
    production.merges(42)
    production.stages(42)
    assert call.calls(production.environment, production.now)
    production.says("taro", "/rollback staging")
    production.finishes("succeeded")
    assert call.calls(production.environment, production.now) == ()
    assert code(production.deploys()) == "not_live_before.barred"
    production.says("mona", "/unlock staging looked at it", on=42)
    production.stages(42, more=" with #42")
    assert code(production.deploys()) is None


@LANGUAGES
def test_a_release_whose_rollback_in_staging_failed_waits_for_that_rollback(language: Language) -> None:
    """It still runs there, so a deploy would be refused: the answer shows the rollback, and the prompt says why."""
    production = Chain(language=language)
    production.merges(42)
    production.stages(42)
    production.says("taro", "/rollback staging")
    production.finishes("failed")
    refused = production.deploys()
    assert code(refused) == "not_live_before.in_vain"
    assert "`/rollback staging`" in told(refused, production)
    assert {"en": "it was rolled back from staging, or a rollback was tried", "ja": "切り戻そうとした変更"}[
        language
    ] in production.prompt()
    production.says("taro", "/rollback staging")
    production.finishes("succeeded")
    refused = production.deploys()
    assert code(refused) == "not_live_before.barred"
    assert "`/deploy staging #42 with #42`" in told(refused, production)


@LANGUAGES
def test_a_waiting_release_says_that_stagings_platform_is_unread(language: Language) -> None:
    """It is asked again as soon as that is known, whatever the outcome."""
    production = Chain(language=language)
    production.merges(42)
    production.stages(42)
    settled = production.staging
    unread = replace(settled, activity=Activity(stage="unknown"))
    production.environments["staging"] = unread
    assert code(production.deploys()) == "not_live_before.unknown"
    assert {"en": "it is unknown what is live on staging", "ja": "何が稼働中か不明です"}[
        language
    ] in production.prompt()
    failed = replace(unread, activity=None, live=settled.earlier[0], earlier=settled.earlier[1:])
    (again,) = recheck_following(unread, failed, (failed, production.environment))
    assert [one.pull.number for one in releases.unexamined(again)] == [42]


def test_a_release_that_staging_went_back_to_counts_from_its_first_time() -> None:
    """Unless it was rolled back itself in between."""
    production = Chain(10)
    production.merges(42)
    production.stages(42)
    production.later(minutes=10)
    production.merges(44)
    production.stages(44)
    production.says("taro", "/rollback staging", on=44)
    production.finishes("succeeded")
    assert production.staging.live
    assert production.staging.live.live_since == production.now
    assert code(production.deploys()) is None


def test_a_release_replaced_in_staging_still_counts() -> None:
    """From the time it went live, not from that of its successor."""
    production = Chain(10)
    production.merges(42)
    production.stages(42)
    production.later(minutes=9)
    production.merges(44)
    production.stages(44)
    production.later(minutes=1)
    production.checks_line()
    assert code(production.deploys(44)) == "live_too_short"
    assert code(production.deploys()) is None


def test_a_release_contained_in_a_newer_live_one_counts() -> None:
    """#44 contains #42, which never was live there by itself."""
    production = Chain()
    production.merges(42)
    production.merges(44)
    production.stages(44)
    assert [one.unfit for one in production.environment.awaiting] == [None, None]
    assert code(production.deploys()) is None


def test_an_open_head_does_not_count_for_its_merge_commit() -> None:
    """Other pull requests merged before it were not in staging with it."""
    production = Chain()
    production.merges(42)
    head = replace(live(42), sha=release(42).pull.head, live_since=NOON + timedelta(minutes=1), landed=release(42).sha)
    production.environments["staging"] = replace(production.staging, live=head)
    production.later(minutes=2)
    assert code(production.deploys()) == "not_live_before"


def test_a_merge_is_not_released_automatically_if_another_environment_comes_first() -> None:
    """The prompt shows the chain as the reason, not the missing automatic release."""
    production = Chain(auto=True)
    production.environments["staging"] = replace(production.staging, config=replace(config(), auto=False))
    production.merges(42)
    assert production.environment.deployment is None
    assert production.environment.awaiting[0].not_auto is None


def test_a_rollback_of_production_ignores_the_chain() -> None:
    """Also to a release that staging has rolled back."""
    production = Chain()
    production.merges(42)
    production.stages(42)
    assert code(production.deploys()) is None
    for sight in ("running", "succeeded"):
        production.starts()
        production.sees(sight)
    production.environments["staging"] = replace(production.staging, live=None, earlier=(), barred=(live(41),))
    assert code(production.says("mona", "/rollback production")) is None


def test_a_release_rolled_back_in_both_has_to_go_to_staging_first() -> None:
    """While it was live in production it was not checked; when it waits again, it is checked anew."""
    production = Chain()
    production.merges(42)
    production.stages(42)
    assert code(production.deploys()) is None
    production.starts()
    production.sees("succeeded")
    production.says("mona", "/rollback staging")
    production.finishes("succeeded")
    production.says("mona", "/rollback production")
    production.starts()
    production.sees("succeeded")
    production.checks_line()
    assert production.environment.awaiting[0].unfit == "after_barred"
    assert "it was rolled back from staging" in production.prompt()
    assert "`/deploy staging #42 with #42`" in production.status()


def test_a_manual_run_obeys_the_chain() -> None:
    """Rejected while staging does not have the commit, let through when it does."""
    production = Chain()
    production.merges(42)
    production.runs[8] = run_fact(Run(8, "run 8"), "by hand", sha=sha(42), ours=False, actor="mona")

    def asks(key: str) -> Decision:
        at = production.now
        return production.apply(
            DeploymentJobWaiting(repository=REPOSITORY, key=key, run=8, github_environment="production", at=at)
        )

    assert code(asks("job/8")) == "not_live_before"
    production.stages(42)
    assert code(asks("job/9")) is None
    assert production.environment.deployment


def test_waiting_releases_are_checked_while_production_is_locked() -> None:
    """The reason for the wait is not shown for longer than it holds."""
    production = Chain()
    production.says("taro", "/lock production 2h migrating")
    production.merges(42)
    production.stages(42)
    assert production.environment.awaiting[0].unfit is None
    assert call.calls(production.environment, production.now) == ()


def test_a_changed_chain_checks_waiting_releases_anew() -> None:
    """Without the chain it is called; with the chain it is not."""
    production = Chain()
    production.merges(42)
    assert production.environment.awaiting[0].unfit == "after"
    with_it = production.config
    without = {"staging": config(), "production": config()}
    for now, unfit in ((dataclasses.replace(with_it, environments=without), None), (with_it, "after")):
        production.config = now
        production.says("mona", "/status")
        production.environments["production"] = replace(production.environment, config=now.environments["production"])
        production.checks_line()
        assert production.environment.awaiting[0].unfit == unfit


def test_time_alone_changes_nothing_if_no_release_waits_for_it() -> None:
    """No due time is left behind."""
    production = Chain(10)
    production.merges(42)
    production.apply(Tick("production"))
    assert production.environment.awaiting[0].fit_at is None
    assert due_at(production.environment, production.now, poll=POLL) is None


def test_the_chain_is_stored_in_both_directions() -> None:
    """An environment knows its predecessor and its successors."""
    found = valid(
        "environments:\n  staging: {workflow: d.yml}\n"
        "  production: {workflow: d.yml, after: {environment: staging, for: 10m}}\n"
    ).environments
    assert found["production"].after == ChainLink("staging", timedelta(minutes=10))
    assert found["staging"].followed_by == (ChainLink("production", timedelta(minutes=10)),)


@pytest.mark.parametrize(
    ("after", "wrong"),
    [
        ("production", "line 4, column 12: `production` cannot come after itself."),
        ("stagin", "line 4, column 12: `stagin` is not known; did you mean `staging`?"),
        ("{environment: qa}", "line 4, column 26: `qa` is not known; known here: staging."),
        ("{for: 10m}", "line 4, column 12: `environment` is missing, for example `environment: staging`."),
        (
            "{environment: staging, for: 8d}",
            "line 4, column 40: expected a duration from 0m to 168h, for example `30m`.",
        ),
    ],
)
def test_an_impossible_after_is_refused(after: str, wrong: str) -> None:
    """At its place."""
    text = "environments:\n  staging: {workflow: d.yml}\n  production:\n    after: {}\n    workflow: d.yml\n"
    assert problems(text.replace("{}", after)) == [wrong]


@pytest.mark.parametrize(
    ("language", "wrong"),
    [
        ("en", "line 2, column 40: `qa` is not known, and there is no other name to write here."),
        ("ja", "2行目40列目: `qa` は使えません。ここに書ける名前はほかにありません。"),
    ],
)
def test_an_after_of_the_only_environment_is_refused_without_a_list(language: Language, wrong: str) -> None:
    """There is no other environment to name."""
    text = "environments:\n  production: {workflow: d.yml, after: qa}\n"
    assert problems(text, language) == [wrong]


def test_a_circle_is_refused_at_each_of_its_members() -> None:
    """An environment that leads into the circle is not at fault."""
    text = "environments:\n" + "".join(
        f"  {name}: {{workflow: d.yml, after: {after}}}\n" for name, after in (("a", "b"), ("b", "c"), ("c", "b"))
    )
    assert problems(text) == [
        f"line {line}, column 31: `{circle}` is a circle: each waits for the next one, so nothing could be deployed."
        for line, circle in ((3, "b → c → b"), (4, "c → b → c"))
    ]


def test_a_chain_between_two_branches_is_refused() -> None:
    """Outside the server, only where the file names both: the default branch is not known there."""
    text = (
        "environments:\n  staging: {workflow: d.yml, branch: develop}\n"
        "  production: {workflow: d.yml, after: staging}\n"
    )
    assert isinstance(read_config(text, "", "develop"), Config)
    (wrong,) = problems(text)
    assert wrong.startswith("line 3, column 40: `production` is deployed from `main` and `staging` from `develop`: ")
    assert isinstance(read_config(text, "", ""), Config)
    named = text.replace("after:", "branch: main, after:")
    assert isinstance(read_config(named, "", ""), InvalidConfig)
