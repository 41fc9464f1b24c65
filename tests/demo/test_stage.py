"""What users do on the page is refused with a sentence in the language of the demo."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ghapp.demo.acts import Acts
from ghapp.demo.clock import Clock
from ghapp.demo.stage import CHANNEL, Stage
from ghapp.demo.words import Language

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("merge", {"number": 41}, "#41 is not open.", "#41 はオープンではありません。"),
    ("push", {"number": 99}, "There is no #99.", "#99 はありません。"),
    ("merge", {"number": 42, "by": "eve"}, "There is no user eve.", "eve というユーザーはいません。"),
    (
        "click",
        {"check": 1, "button": "deploy"},
        "That button is not shown any more.",
        "このボタンはもう表示されていません。",
    ),
    (
        "press",
        {"channel": CHANNEL, "ts": "1.0", "action_id": "deploy", "value": ""},
        "taro does not see that message.",
        "taro にはこのメッセージが見えません。",
    ),
    *(
        (
            "type",
            {"channel": CHANNEL, "line": line},
            "In Slack, type a line that begins with /deploy, /rollback or /ghapp.",
            "Slack では /deploy、/rollback、/ghapp のどれかで始まる行を入力してください。",
        )
        for line in ("hello", "/status", "／deploy production", "")
    ),
]


@pytest.fixture
async def stage(language: Language) -> AsyncIterator[Stage]:
    """Without a server: #41 is merged."""
    made = Stage(clock=Clock(), language=language, permissions={"metadata": "read"})
    await made.open_pulls()
    await made.shop.merge(made.shop.pulls[41], by="taro")
    yield made
    await made.close()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("verb", "said", "english", "japanese"), REFUSED)
async def test_an_action_that_is_not_possible_is_refused(
    stage: Stage, verb: str, said: dict[str, Any], english: str, japanese: str
) -> None:
    """A merged or an unknown pull request, an unknown user, what is not shown, a line that Slack keeps."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its sentence follows
        await Acts(stage)(verb, {"by": "taro", **said})
    assert str(refused.value) == {"en": english, "ja": japanese}[stage.language]


@pytest.mark.parametrize(("language", "title"), [("en", "Untitled"), ("ja", "無題")])
async def test_a_pull_request_without_a_title_gets_one(stage: Stage, title: str) -> None:
    """GitHub's own form requires a title."""
    await Acts(stage)("open", {"by": "taro", "title": " "})
    assert stage.shop.pulls[44].title == title
