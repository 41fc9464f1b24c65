"""The demo's story plays in both languages, and reports a step that fails."""

import subprocess
import sys

import pytest

from ghapp.demo import play
from ghapp.demo.clock import Clock
from ghapp.demo.cloud import AT_ONCE
from ghapp.demo.play import NotSeen, Play
from ghapp.demo.stage import Stage


@pytest.mark.parametrize(("language", "said"), [("en", "ready to deploy :rocket:"), ("ja", "デプロイしてね :rocket:")])
def test_the_story_plays_by_itself(language: str, said: str) -> None:
    """`ghapp demo --play` prints each step with its result and duration, and exits 0."""
    command = [sys.executable, "-m", "ghapp", "demo", "--play", "--language", language]
    played = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    *steps, last = played.stdout.splitlines()
    assert last == "the whole story was seen"
    assert len(steps) == 16
    assert all(" ms  " in step for step in steps)
    assert said in steps[1]
    assert played.stderr == ""


async def test_a_step_that_fails_ends_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server no step succeeds, and the error names the step."""
    monkeypatch.setattr(play, "PATIENCE", 0.05)
    told: list[str] = []
    stage = Stage(clock=Clock(), language="en", permissions={"metadata": "read"}, pace=AT_ONCE)
    await stage.open_pulls()
    with pytest.raises(NotSeen, match="three pull requests are open: it did not show"):
        await Play(stage, told.append)()
    assert told == []
    await stage.close()
