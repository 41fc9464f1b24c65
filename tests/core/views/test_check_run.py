"""The check `release / <environment>`: the status of a release, word for word."""

from typing import get_args

import pytest
from msgspec.structs import replace

from ghapp.core.config.model import ChainLink, Require
from ghapp.core.model.button_id import ButtonId, read_button_id
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import BUTTONS, Button
from ghapp.core.model.published import CheckRun
from ghapp.core.rules.release_status import ReleaseStage, ReleaseStatus, pulls_to_show, release_status
from ghapp.core.views import check_run
from ghapp.core.words import WORDS
from tests.core.build import NOON, Production, config, environment, in_japanese, live, pull, sha
from tests.core.commands.test_answers import cooling, lost, under_way, waiting

WEB = "https://github.com"


def shown(found: Environment, number: int = 42) -> CheckRun:
    """The rendered check."""
    return check_run.render(found, pull(number), web=WEB, now=NOON)


def stands(production: Production, number: int = 42) -> ReleaseStatus:
    """The status of a release."""
    return release_status(production.environment, number, pull(number).head, production.now)


def test_the_check_of_a_waiting_release() -> None:
    """In both languages; the same as in the prompt, without a mention."""
    free = waiting().environment
    assert shown(free).title == "Ready for production"
    assert shown(free).summary == (
        "mona ready to deploy :rocket:\n\n"
        "Fix overlapping booking slots (#42 by hanako)\n\n"
        "`/deploy production #42`\n\n"
        f"production is free and runs #41 · [View changes]({WEB}/acme/shop/compare/{sha(41)}...{sha(42)})"
    )
    assert shown(in_japanese(free)).title == "production にデプロイできます"
    locked = under_way().environment
    assert shown(locked, 44).title == "1st in line for production"
    assert shown(in_japanese(locked), 44).title == "production の順番待ち (1番目)"


def test_the_check_of_a_live_release() -> None:
    """With the hold, its end, and the command that ends it."""
    found = cooling().environment
    assert (shown(found).conclusion, shown(found).title) == ("success", "Live on production")
    assert shown(found).summary.endswith(
        "production stays locked until 14:05 JST. If all is well, `/unlock production` unlocks it now."
    )
    assert shown(in_japanese(found)).title == "production で稼働中"
    assert shown(found).url is None
    assert shown(under_way().environment).url == "https://github.com/acme/shop/actions/runs/9"


@pytest.mark.parametrize(
    ("made", "english", "japanese"),
    [
        (
            under_way,
            "Deploying to production (production-1, by taro)",
            "production にデプロイ中 (production-1、実行者: taro)",
        ),
        (
            lost,
            "Deploy to production: outcome unknown (production-1)",
            "production へのデプロイ結果が不明です (production-1)",
        ),
    ],
)
def test_the_check_of_a_release_under_way(made: object, english: str, japanese: str) -> None:
    """With actor and number."""
    assert callable(made)
    found = made().environment
    assert shown(found).title == english
    assert shown(in_japanese(found)).title == japanese


def test_the_labels_of_buttons_fit_githubs_limits() -> None:
    """20 characters for the button, 40 for its description; in both languages."""
    labels = {button: (WORDS["en"][f"button.{button}"], WORDS["ja"][f"button.{button}"]) for button in BUTTONS}
    assert labels == {
        "deploy": ("Deploy", "デプロイ"),
        "rollback": ("Roll back", "切り戻す"),
        "unlock": ("Looks good, next", "問題なし、次の人へ"),
    }
    assert set(BUTTONS) == set(get_args(Button))
    for words in WORDS.values():
        assert all(len(words[f"button.{button}"]) <= 20 for button in BUTTONS)
        assert all(len(words[f"button.{button}.what"]) <= 40 for button in BUTTONS)


def test_the_check_before_the_merge_in_japanese() -> None:
    """The holder, the number of waiting releases, and the time."""
    found = check_run.preview(in_japanese(under_way().environment), 40, sha(140), now=NOON)
    assert found
    assert found.title == "マージすると production へのデプロイ待ちになります (13:42 JST 時点: ロック中、順番待ち1件)"
    assert found.summary.split("\n\n") == [
        "マージ後、マージした人にデプロイを依頼します: `/deploy production #40`",
        "taro が #42 をデプロイ中です。次にデプロイできるのは 14:05 JST 以降です。",
        "13:42 JST 時点の状況です。現在の状況は `ghapp/lock` のステータスで確認できます。",
    ]


def test_the_check_before_the_merge_names_the_environment_that_comes_before() -> None:
    """The merge alone does not bring it there."""
    chained = environment(config=config(after=ChainLink("staging")))
    for found, title, first in (
        (
            chained,
            "After staging: ready to deploy to production (free at 13:42 JST)",
            "After the merge it waits until it is live on staging; then the person who merged it is asked to deploy "
            "it: `/deploy production #40`",
        ),
        (
            in_japanese(chained),
            "staging で稼働すると production へのデプロイ待ちになります (13:42 JST 時点: 空き)",
            "マージ後、staging で稼働してから、マージした人にデプロイを依頼します: `/deploy production #40`",
        ),
    ):
        shown = check_run.preview(found, 40, sha(140), now=NOON)
        assert shown
        assert (shown.title, shown.summary.split("\n\n")[0]) == (title, first)


def test_a_head_that_the_environment_knows_has_no_preview() -> None:
    """Its own check already shows more."""
    assert check_run.preview(waiting().environment, 42, pull(42).head, now=NOON) is None
    assert check_run.preview(waiting().environment, 42, sha(7), now=NOON)
    assert check_run.preview(environment(gone=NOON), 42, sha(7), now=NOON) is None


def test_another_head_of_the_same_pull_request_is_another_release() -> None:
    """The live release keeps its status after any later push."""
    production = waiting()
    open_heads = replace(production.environment, config=config(require=Require(merged=False)))
    assert release_status(open_heads, 41, pull(41).head, NOON).stage == "live"
    assert release_status(open_heads, 41, sha(7), NOON) == ReleaseStatus("open", ("deploy",))
    assert release_status(production.environment, 41, sha(7), NOON) == ReleaseStatus("open", ())


def test_a_gone_environment_accepts_no_release() -> None:
    """The checks of waiting releases say so."""
    gone = replace(waiting().environment, gone=NOON)
    assert release_status(gone, 42, pull(42).head, NOON) == ReleaseStatus("gone")
    assert shown(gone).title == "production was removed from the config"


def test_a_release_that_shipped_along_with_a_failed_one_waits_again() -> None:
    """Its button deploys only itself."""
    production = waiting()
    production.says("taro", "/deploy", on=44)
    production.starts()
    assert stands(production, 42) == ReleaseStatus("deploying")
    production.sees("failed")
    assert stands(production, 42) == ReleaseStatus("awaiting", ("deploy",))
    assert stands(production, 44) == ReleaseStatus("failed", ("deploy", "rollback"))


def test_the_first_live_release_offers_no_rollback() -> None:
    """The very first release has no rollback target."""
    production = Production(environment())
    production.releases(41, "taro")
    assert stands(production, 41) == ReleaseStatus("live", ("unlock",))


def test_only_a_check_with_buttons_depends_on_the_number() -> None:
    """Otherwise every release would repaint the checks of old ones."""
    found = cooling().environment
    assert shown(found).mark.offered_at_number == found.number
    assert shown(replace(found, number=9)).mark.offered_at_number == 9
    assert shown(found, 44).mark.offered_at_number is None
    past = shown(replace(found, earlier=(live(40),)), 40)
    assert past.mark.offered_at_number is None
    assert past == shown(replace(found, number=9, earlier=(live(44), live(40))), 40)


def test_only_the_last_replaced_release_is_still_concerned() -> None:
    """The replaced release is updated once."""
    found = replace(cooling().environment, earlier=(live(41), live(40)))
    assert [one.number for one in pulls_to_show(found)] == [42, 41, 44]


def test_every_stage_has_a_conclusion_and_a_title_in_every_language() -> None:
    """A place without a sentence would not be painted."""
    for stage in get_args(ReleaseStage):
        assert stage in check_run._CONCLUSIONS
        codes = ("release.open.free", "release.open.locked") if stage == "open" else (f"release.{stage}",)
        assert all(code in words for words in WORDS.values() for code in codes)
    assert "action_required" not in check_run._CONCLUSIONS.values()


@pytest.mark.parametrize("painted", [None, 0, 128])
def test_a_button_id_is_read_as_it_was_written(painted: int | None) -> None:
    """With the name of its check, and the part that stays the same."""
    mark = ButtonId(repository=7, environment="production-eu", pull=42, offered_at_number=painted)
    assert read_button_id(str(mark)) == mark
    assert mark.check == "release / production-eu"
    assert str(mark).startswith(mark.stem)
