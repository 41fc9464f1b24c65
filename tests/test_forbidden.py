"""Constructs that the code must never contain, checked in the source itself."""

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
    "earlier != signature",  # compares with an earlier valid one
    "len(signatures) != 1",
    "(each.id, each.token) in found",  # claims, which never leave the server
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Our modules without the demo, whose secrets protect nothing."""
    for path in sorted((ROOT / "ghapp").rglob("*.py")):
        if "demo" not in path.parts:
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def compared(module: ast.Module) -> Iterator[str]:
    """Comparisons of secrets whose duration depends on the common prefix."""
    for node in ast.walk(module):
        alike = isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq | ast.In) for op in node.ops)
        if alike and SECRET.search(text := ast.unparse(node)):
            yield text


def test_secrets_are_compared_in_constant_time() -> None:
    """`hmac.compare_digest` takes the same time for wrong and right values; `==` does not."""
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
def test_code_that_runs_text_does_not_pass_the_linter(line: str, rule: str) -> None:
    """The same linter that every change passes."""
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
def test_an_aiohttp_with_known_vulnerabilities_is_neither_allowed_nor_pinned(file: str, written: str) -> None:
    """3.13.4 fixed the last of CVE-2025-69228, -69229 and -69230, and CVE-2026-22815."""
    found = re.search(rf"{re.escape(written)}([0-9.]+)", (ROOT / file).read_text())
    assert found
    assert tuple(map(int, found[1].split("."))) >= (3, 13, 4)
