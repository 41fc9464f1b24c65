"""A machine without a browser: which tests it leaves out, and that a complete run does not pass there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("complete", "code", "line"),
    [
        ("", 0, "left out, since this machine has no Chromium: tests/browser/test_every_page.py"),
        ("1", 1, "Failed: this machine has no Chromium: none of chromium, chromium-browser, google-chrome, "),
    ],
)
def test_without_a_browser(complete: str, code: int, line: str, tmp_path: Path) -> None:
    """`make test` names its files in one line; `.ci/run`, which sets GHAPP_TEST_COMPLETE, fails."""
    environ = {**os.environ, "CHROMIUM": str(tmp_path / "chromium"), "GHAPP_TEST_COMPLETE": complete}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "tests/browser/test_every_page.py"]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == code, ended.stdout
    assert [one for one in ended.stdout.splitlines() if line in one]
    assert ("left out, since" in ended.stdout) == (not complete)
