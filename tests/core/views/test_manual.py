"""The page of commands lists every command and every refusal."""

import ast
from pathlib import Path

import pytest

from ghapp.core.commands import COMMANDS
from ghapp.core.config.model import CLOSED, Language
from ghapp.core.views import manual, manual_text
from tests.core.commands.test_answers import LINES, PEOPLE, STATES

ROOT = Path(__file__).parents[3]
CORE = ROOT / "ghapp/core"
RENDER = "python -c \"from ghapp.core.views import manual as m; print(m.as_markdown('{}'), end='')\""
PAGES: tuple[tuple[Language, str, str], ...] = (
    ("en", "docs/commands.md", "README.md"),
    ("ja", "docs/commands.ja.md", "README.ja.md"),
)


@pytest.mark.parametrize(("language", "page", "readme"), PAGES)
def test_the_page_is_as_rendered(language: Language, page: str, readme: str) -> None:
    """The page is never written by hand, and the README of its language links to it."""
    written = (ROOT / page).read_text()
    assert written == manual.as_markdown(language), f"render it anew: {RENDER.format(language)} > {page}"
    assert f"({page})" in (ROOT / readme).read_text()


def test_the_page_names_the_permission_of_every_command() -> None:
    assert set(manual_text.WHO) == set(COMMANDS)


def checks() -> set[str]:
    """The codes of a deploy's preconditions: passed to `case.refusal`, or assigned to `code` before."""
    tree = ast.parse((CORE / "commands/preconditions.py").read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    given = [call.args[0] for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "refusal"]
    named = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_code(node)]
    return {
        str(part.value)
        for node in (*given, *named)
        for part in ([node.body, node.orelse] if isinstance(node, ast.IfExp) else [node])
        for part in ([part.body, part.orelse] if isinstance(part, ast.IfExp) else [part])
        if isinstance(part, ast.Constant)
    }


def _is_code(node: ast.Assign) -> bool:
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id == "code"


def codes(module: str, name: str = "Refusal") -> set[str]:
    """The codes with which a module creates refusals or mistakes."""
    calls = (node for node in ast.walk(ast.parse((CORE / module).read_text())) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name and call.args)
    return {str(call.args[0].value) for call in named if isinstance(call.args[0], ast.Constant)}


@pytest.mark.parametrize("word", COMMANDS)
def test_the_refusals_of_a_command_are_in_its_spec(word: str) -> None:
    """Every code in its file, or for a deploy among its preconditions."""
    told = set(COMMANDS[word].refusals)
    assert codes(f"commands/{word}.py") <= told
    if word == "rollback":
        told -= codes("rollback/plan.py") | codes("rules/obstacles.py")
    if word == "deploy":
        assert checks() - {"not_allowed"} <= told <= checks() | codes("commands/deploy.py")
        assert len(checks()) > 15
    else:
        closed = {"config_invalid", *CLOSED.values()} if word == "unlock" else set()  # of an obstacle that it names
        assert told <= codes(f"commands/{word}.py") | closed


def test_refusals_of_every_command_are_on_the_page() -> None:
    """These refusals come before the command's own decision."""
    assert codes("handlers/comments.py") | codes("handlers/run_command.py") <= {*manual.ALWAYS}
    assert codes("handlers/check_buttons.py") | {"button_over"} == {*manual.BUTTONS}
    assert codes("handlers/slack.py") - {"slack.unlinked.owner", "slack.unlinked.link"} <= {*manual.IN_SLACK}
    assert codes("commands/grammar.py", "Mistake") | codes("commands/grammar.py", "_wrong") <= {*manual.MISTAKES}


@pytest.mark.parametrize("state", STATES)
def test_every_refusal_code_is_on_the_page(state: str) -> None:
    """For each line, by each person, in each state."""
    for who in PEOPLE:
        for line in LINES:
            refusal = STATES[state]().says(who, line, on=42).refusal
            word = line[1:].split()[0]
            own = COMMANDS[word].refusals if word in COMMANDS else ()
            assert refusal is None or refusal.code in {*manual.ALWAYS, *manual.MISTAKES, *own}, line
