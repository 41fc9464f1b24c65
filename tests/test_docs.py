"""Rooms, files, functions and links named in the documentation exist."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("docs/architecture.md", "CONTRIBUTING.md")
MARKDOWN = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
STATUSES = {"ghapp/lock", "ghapp/config"}  # our names on GitHub that look like paths
SPAN = re.compile(r"`([^`\n]+)`")
DIAGRAM = re.compile(r"```mermaid\n(.*?)```", re.S)
PATH = re.compile(r"(?<![\w./-])(?:ghapp|core|engine|doors|adapters|tests|bench|docs)/[\w./-]+")
DOTTED = re.compile(r"(?<![\w./])(\w+)\.(?!py\b)([A-Za-z_]\w*)")
FILES = {"py", "md", "yml", "toml", "json", "example"}


def defined(body: list[ast.stmt]) -> Iterator[str]:
    """The names that a module or a class defines."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target)
        elif isinstance(node, ast.Assign):
            yield from map(ast.unparse, node.targets)


@cache
def names() -> frozenset[str]:
    """`module.name`, `Class.name` and `name`, of all that the product defines."""
    found = set[str]()
    for path in {*(ROOT / "ghapp").rglob("*.py")} - {*(ROOT / "ghapp/demo").rglob("*.py")}:
        nodes = ast.walk(tree := ast.parse(path.read_text()))
        scopes = [(path.stem, tree.body), *((one.name, one.body) for one in nodes if isinstance(one, ast.ClassDef))]
        found |= {full for scope, body in scopes for name in defined(body) for full in (name, f"{scope}.{name}")}
    return frozenset(found)


def named(page: str) -> Iterator[str]:
    """The code that a page names: dotted names, and single ones that begin with a capital letter."""
    text = (ROOT / page).read_text()
    for span in SPAN.findall(text):
        if re.fullmatch(r"[A-Z]\w+", span) or ((dotted := DOTTED.fullmatch(span)) and dotted[2] not in FILES):
            yield span
    for diagram in DIAGRAM.findall(text):
        yield from (".".join(parts) for parts in DOTTED.findall(diagram))


@pytest.mark.parametrize("page", PAGES)
def test_each_path_that_is_named_exists(page: str) -> None:
    """Paths are written from the root, or from the package."""
    paths = set(PATH.findall((ROOT / page).read_text())) - STATUSES
    assert paths
    assert not [path for path in paths if not (ROOT / path).exists() and not (ROOT / "ghapp" / path).exists()]


@pytest.mark.parametrize("page", PAGES)
def test_each_function_and_class_that_is_named_exists(page: str) -> None:
    """A renamed function must be renamed where it is explained."""
    found = set(named(page))
    assert found
    assert not [name for name in found if name not in names()]


def test_the_table_of_rooms_lists_all_packages_and_existing_files() -> None:
    """No package of the product is missing, and every named file exists."""
    text = (ROOT / "docs/architecture.md").read_text()
    rooms = {
        room: SPAN.findall(files) for room, files in re.findall(r"^\| `(ghapp/\S*)` \| .* \| (`.*) \|$", text, re.M)
    }
    packages = {f"{path.parent.relative_to(ROOT)}/" for path in (ROOT / "ghapp").rglob("__init__.py")}
    parts = {"ghapp/adapters/", "ghapp/adapters/aws/"}  # which only contain rooms
    assert rooms.keys() == {one for one in packages if not re.match("ghapp/demo/.", one)} - parts
    files = [f"{room}{name}" for room, held in rooms.items() for name in held]
    assert not [file for file in files if not (ROOT / f"{file}.py").exists() and not (ROOT / file).is_dir()]


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.name)
def test_each_link_within_the_repository_leads_somewhere(page: Path) -> None:
    """Pages, pictures and decision records are linked by their current names."""
    links = re.findall(r"\]\((?!\w+:)([^)\s#]+)", page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]
