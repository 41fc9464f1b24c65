"""`docs/troubleshooting.md` quotes only what ghapp says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import ghapp

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/troubleshooting.md").read_text()
# the page shows these where ghapp inserts its own
VALUES = re.compile("pull_request|contents: read|1 account|1 repository|4711|C024BE91L|Slack answered invalid_auth")


def texts() -> Iterator[str]:
    """Each text in the modules that people hear of; a value in it is one sign."""
    package = Path(ghapp.__file__).parent
    files = [path for folder in ("adapters", "engine", "doors") for path in (package / folder).rglob("*.py")]
    for path in (package / "core/words/en.py", *files):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
                yield "".join(map(str, parts))


def test_each_quoted_sentence_is_one_of_ghapps() -> None:
    """A reader searches the page for what they see."""
    known = "\n".join(texts())
    quoted = re.findall("“([^”]*)”", PAGE)
    assert len(quoted) > 30
    patterns = [".{0,40}".join(map(re.escape, VALUES.split(one))) for one in quoted]
    assert [
        one for one, pattern in zip(quoted, patterns, strict=True) if not (one in known or re.search(pattern, known))
    ] == []


def test_each_link_leads_to_a_heading() -> None:
    """On this page or on another one."""
    broken = []
    for page, anchor in re.findall(r"\]\(([\w.-]*)(?:#([\w-]+))?\)", PAGE):
        text = (ROOT / "docs" / page).read_text() if page else PAGE
        headings = {
            re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in re.findall("^#+ (.*)$", text, re.M)
        }
        broken += [f"{page}#{anchor}"] if anchor and anchor not in headings else []
    assert broken == []
