"""Real answers of GitHub that others have published: PyGithub's and Octokit's recorded conversations."""

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.published.fetch import published

LINES = 11  # scheme, method, host, port, path, headers, body; status, headers, body; and an empty one


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request and its answer. `body`: as received; `said`: the JSON in it."""

    method: str
    path: str
    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> Any:
        """Raises ValueError where the body is no JSON."""
        return json.loads(self.body)


def pygithub(name: str) -> Sequence[Recorded]:
    """A conversation by its file's name, without the extension."""
    lines = (published("pygithub") / "tests" / "ReplayData" / f"{name}.txt").read_text().split("\n")
    blocks = (lines[start : start + LINES] for start in range(0, len(lines) - LINES + 2, LINES))
    return [
        Recorded(block[1], block[4], int(block[7]), block[9], dict(ast.literal_eval(block[8])))
        for block in blocks
        if len(block) >= LINES - 1 and block[1]
    ]


def octokit(name: str) -> Sequence[Recorded]:
    """A conversation by its scenario's name; headers are left out."""
    path = published("octokit-fixtures") / "scenarios" / "api.github.com" / name / "raw-fixture.json"
    return [
        Recorded(one["method"].upper(), one["path"], one["status"], json.dumps(one["response"]))
        for one in json.loads(path.read_text())
    ]


def answer(conversation: Sequence[Recorded], method: str, part: str) -> Recorded:
    """The last answer to such a request."""
    return next(one for one in reversed(conversation) if one.method == method and part in one.path)
