"""The demo's story plays in both languages, and reports a step that fails."""

import os
import re
import subprocess
import sys

import pytest

from ghapp.demo import play
from ghapp.demo.clock import Clock
from ghapp.demo.cloud import AT_ONCE
from ghapp.demo.play import NotSeen, Play
from ghapp.demo.stage import Stage
from ghapp.demo.words import Language
from tests.cli.test_demo import OTHERS
from tests.demo.test_words import JAPANESE, english

RUN = "Deploy production"  # the run-name in the workflow of the demo's repository


@pytest.mark.parametrize(
    ("language", "step", "said", "end"),
    [
        ("en", "taro merges #41   ", "ready to deploy :rocket:", "the whole story was seen"),
        ("ja", "taro が #41 をマージ   ", "デプロイしてね :rocket:", "すべてのステップを確認しました"),
    ],
)
def test_the_story_plays_by_itself(language: Language, step: str, said: str, end: str) -> None:
    """`ghapp demo --play` prints each step with its result and duration, in one language, and exits 0.

    No setting of a real server disturbs it.
    """
    command = [sys.executable, "-m", "ghapp", "demo", "--play", "--language", language]
    environ = {**os.environ, **OTHERS}
    played = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environ)
    assert played.returncode == 0, played.stdout + played.stderr
    *steps, last = played.stdout.splitlines()
    assert last == end
    assert len(steps) == 16
    assert all(" ms  " in step for step in steps)
    assert steps[1].startswith(step)
    assert said in steps[1]
    assert played.stderr == ""
    if language == "ja":
        assert [run for step in steps if (run := english(step.replace(RUN, "")))] == []
    else:
        assert not JAPANESE.search(played.stdout)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "NOT SEEN  three pull requests are open: it did not show within 0 s"),
        ("ja", "確認できません: プルリクエストを3件作成 (0秒以内に表示されませんでした)"),
    ],
)
async def test_a_step_that_fails_ends_the_story(
    monkeypatch: pytest.MonkeyPatch, language: Language, sentence: str
) -> None:
    """Without a server no step succeeds, and the error names the step."""
    monkeypatch.setattr(play, "PATIENCE", 0.05)
    told: list[str] = []
    stage = Stage(clock=Clock(), language=language, permissions={"metadata": "read"}, pace=AT_ONCE)
    await stage.open_pulls()
    with pytest.raises(NotSeen, match=f"^{re.escape(sentence)}$"):
        await Play(stage, told.append)()
    assert told == []
    await stage.close()
