"""Follows the recipes of CONTRIBUTING.md in a copy of the repository: the files that they name are enough."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEFT_BEHIND = shutil.ignore_patterns(".*cache*", ".venv", ".git", ".hypothesis", "*.pyc.*", "node_modules", "*.db*")
COMMAND = '''"""`/who`: the people who can deploy to an environment."""

from ghapp.core.commands.grammar import Shape
from ghapp.core.commands.spec import CommandContext, Spec, answer
from ghapp.core.model.decision import Decision
from ghapp.core.model.facts import Facts


def decide(ask: CommandContext, facts: Facts) -> Decision:
    """Only answers."""
    config = ask.environment.config
    values = {"environment": ask.environment.name, "deployers": list(config.deployers)}
    return Decision(notices=(answer(ask, config, "who", values),), reaction="+1")


SPEC = Spec(
    word="who",
    shape=Shape(usage="/who [environment]", environment=True),
    examples=("/who", "/who production"),
    about="one",
    who=lambda ask: "readers",
    needs=lambda said, here: (),
    decide=decide,
)
'''
ENGLISH = {"who": "Can deploy to {environment}: {deployers:names}.", "help.who": "who can deploy"}
JAPANESE = {"who": "{environment} にデプロイできるのは {deployers:names} です。", "help.who": "デプロイできる人"}
HELP = "- `/who [environment]` who can deploy"
READERS = {"en": "people who can read the repository", "ja": "リポジトリを閲覧できる人"}
PAGES = {"en": "docs/commands.md", "ja": "docs/commands.ja.md"}
TEST_OF_CORE = '''"""The sentence, from the decision that says it, in every place and both languages."""

from tests.core.build import Production, environment


def test_who() -> None:
    (notice,) = Production(environment()).says("ken", "/who").notices
    assert (notice.code, notice.values["deployers"]) == ("who", ["write"])
'''
TEST_OF_ALL = '''"""The command, typed on a pull request and in Slack of a real server."""

from tests.scenarios.scene import Scene


async def test_who(shop: Scene) -> None:
    pull = await shop.opens("taro")
    await shop.says("taro", "/who production", on=pull)
    assert "Can deploy to production: write." in shop.replies(pull)[-1]
    await shop.types("taro", "/ghapp who production")
    assert "Can deploy to production: write." in shop.whispers("taro")[-1]
    await shop.says("taro", "/help", on=pull)
    assert "- `/who [environment]` who can deploy" in shop.replies(pull)[-1]
'''
TESTS = ("tests/core/test_who.py", "tests/scenarios/test_who.py")
CHECKED = ("tests/core/words", "tests/core/views/test_manual.py", "tests/core/commands", *TESTS)


class Copy:
    """A copy of the repository, and the files that were written in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ghapp"
        self.written: set[str] = set()
        shutil.copytree(ROOT, self.folder, ignore=LEFT_BEHIND)
        (self.folder / ".cache").symlink_to(ROOT / ".cache")

    def writes(self, path: str, text: str) -> None:
        """A new file, or one that was rendered."""
        (self.folder / path).write_text(text)
        self.written.add(path)

    def adds(self, path: str, before: str, text: str) -> None:
        """A text before one that stands in the file once."""
        there = (self.folder / path).read_text()
        assert there.count(before) == 1, (path, before)
        self.writes(path, there.replace(before, f"{text}{before}"))

    def says(self, language: str, sentences: dict[str, str]) -> None:
        """Sentences of one language."""
        lines = "".join(f'    "{code}": "{text}",\n' for code, text in sentences.items())
        self.adds(f"ghapp/core/words/{language}.py", '    "help.help": ', lines)

    def python(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs it on the copy's code."""
        environ = {**os.environ, "PYTHONPATH": str(self.folder), "COLUMNS": "200"}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, text=True, check=False)

    def tested(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs some of the copy's tests in one process."""
        return self.python("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """As it is now, with what is not committed."""
    return Copy(tmp_path)


def recipe(what: str) -> str:
    """The files that CONTRIBUTING.md names for it."""
    (row,) = re.findall(rf"^\| {what} \| (.+?) \| ", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    return str(row)


@pytest.mark.timeout(600)
def test_a_command_and_its_sentences_are_added_by_their_recipes(copy: Copy) -> None:
    """A sentence that one language lacks fails a test. With it, the command works in every door."""
    copy.writes("ghapp/core/commands/who.py", COMMAND)
    copy.adds("ghapp/core/commands/__init__.py", "    yield_turn,\n)", "    who,\n")
    copy.adds("ghapp/core/commands/__init__.py", ")\n}\n\nBUTTONS", ", who.SPEC")
    copy.adds("ghapp/core/views/manual_text.py", '    "help": {', f'    "who": {READERS},\n')
    copy.adds("ghapp/core/config/names.py", ")\n_OPERANDS", ', "who"')
    copy.adds("tests/core/commands/test_help.py", '        "",\n        "**Environments**"', f"        {HELP!r},\n")
    copy.says("en", ENGLISH)
    lacking = copy.tested("tests/core/words")
    assert lacking.returncode == pytest.ExitCode.TESTS_FAILED, lacking.stdout
    assert "help.who" in lacking.stdout

    copy.says("ja", JAPANESE)
    for language, path in PAGES.items():
        page = copy.python(
            "-c", f"from ghapp.core.views import manual; print(manual.as_markdown({language!r}), end='')"
        )
        copy.writes(path, page.stdout)
        assert "## /who" in page.stdout
    named = recipe("a command").replace("<name>", "who") + recipe("a sentence")
    assert [path for path in sorted(copy.written) if path not in named] == []

    for path, text in zip(TESTS, (TEST_OF_CORE, TEST_OF_ALL), strict=True):
        copy.writes(path, text)
    tested = copy.tested("--sentences", *CHECKED)
    assert tested.returncode == pytest.ExitCode.OK, tested.stdout
    unsaid = re.findall(r"^not rendered \(\w+\): (.*)$", tested.stdout, re.MULTILINE)
    assert len(unsaid) == 2  # most sentences are other tests'
    assert [code for codes in unsaid for code in codes.split() if code in ENGLISH] == []
