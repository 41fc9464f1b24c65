"""What the code never does, whoever adds to it: read from the code itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECRET = re.compile(r"secret|signature|password|token|digest|hmac|reveal", re.I)
NO_SECRETS = {
    "earlier != signature",  # told from one that was right before
    "len(signatures) != 1",
    "(each.id, each.token) in found",  # claims, which nobody outside ever sees
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Ours, without the demo: its secrets are nobody's."""
    for path in sorted((ROOT / "ghapp").rglob("*.py")):
        if "demo" not in path.parts:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def compared(module: ast.Module) -> Iterator[str]:
    """What is compared by a way that takes as long as it is alike, and speaks of secrets."""
    for node in ast.walk(module):
        alike = isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq | ast.In) for op in node.ops)
        if alike and SECRET.search(text := ast.unparse(node)):
            yield text


def test_nothing_secret_is_compared_step_by_step() -> None:
    """`hmac.compare_digest` takes as long for a wrong one as for a right one; `==` does not."""
    found = {f"{name}: {text}" for name, module in sources() for text in compared(module) if text not in NO_SECRETS}
    assert not found
    assert list(compared(ast.parse("if request.signature == expected: ..."))) == ["request.signature == expected"]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("import pickle\npickle.loads(body)", "S301"),
        ("eval(text)", "S307"),
        ("import yaml\nyaml.load(text)", "S506"),
        ("import subprocess\nsubprocess.run(text, shell=True)", "S602"),
        ("import os\nos.system(text)", "S605"),
        ("import hashlib\nhashlib.md5(text)", "S324"),
    ],
)
def test_what_runs_text_does_not_pass_the_linter(line: str, rule: str) -> None:
    """The same gate that every change passes."""
    told = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", "ghapp/doors/new.py", "-"],
        input=f"{line}\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert rule in told.stdout


@pytest.mark.parametrize(("file", "written"), [("pyproject.toml", '"aiohttp>='), ("requirements.txt", "aiohttp==")])
def test_an_aiohttp_with_known_holes_is_neither_allowed_nor_pinned(file: str, written: str) -> None:
    """3.13.4 mended the last of CVE-2025-69228, -69229 and -69230, and CVE-2026-22815."""
    found = re.search(rf"{re.escape(written)}([0-9.]+)", (ROOT / file).read_text())
    assert found
    assert tuple(map(int, found[1].split("."))) >= (3, 13, 4)
