"""The comment that proposes a first config."""

from msgspec.structs import replace

from ghapp.core.config.model import Config, Language
from ghapp.core.config.reader import read_config
from ghapp.core.config.workflow_file import Workflow, read_workflow
from ghapp.core.handlers.greeting import greet
from ghapp.core.model.decision import Notice
from ghapp.core.views import comment
from tests.core import everywhere
from tests.core.build import NOON, REPOSITORY

DEPLOY = """
on:
  workflow_dispatch:
    inputs:
      sha: {required: true, type: string}
      stack: {required: true, type: choice, options: [blue, "```"]}
jobs: {}
"""


def workflow(text: str) -> Workflow:
    found = read_workflow(text)
    assert isinstance(found, Workflow)
    return found


def greeted(text: str = DEPLOY) -> Notice:
    """The notice, for a repository with this workflow."""
    decision = greet(REPOSITORY, 7, {"deploy.yml": workflow(text)}, NOON)
    everywhere.noted(decision, NOON)
    (notice,), (entry,) = decision.notices, decision.entries
    assert (entry.what, entry.pull, decision.changed) == ("greeted", 7, ())
    return notice


def shown(notice: Notice, language: Language = "en") -> list[str]:
    """The lines of the comment, without its marker."""
    found = replace(notice, config=replace(notice.config, language=language))
    return comment.notice(found, now=NOON).rstrip().rpartition("\n")[0].rstrip().split("\n")


def test_the_comment_has_the_file_and_how_to_stop() -> None:
    """The file can be copied as it is: the reader takes it."""
    lines = shown(greeted("on: {workflow_dispatch: {inputs: {sha: {type: string}}}}\njobs: {}\n"))
    begin, end = lines.index("```yaml"), len(lines) - 1 - lines[::-1].index("```")
    assert lines[:begin] == [
        "**ghapp is installed here and does nothing, because there is no `.github/ghapp.yml`.** It starts the "
        "repository's deploy workflow on `/deploy` in a pull request, one release at a time. To use it, commit this "
        "file on the default branch:",
        "",
    ]
    assert lines[end + 1 :] == [
        "",
        "`ghapp init` in a checkout writes such a file, too. If you do not want ghapp here, ignore this: it is the "
        "only comment.",
    ]
    config = read_config("\n".join(lines[begin + 1 : end]), "c" * 40, "main")
    assert isinstance(config, Config)
    assert list(config.environments) == ["production"]


def test_inputs_without_a_value_are_named_first_and_no_text_ends_the_fence() -> None:
    lines = shown(greeted())
    assert lines.count("````yaml") == 1
    assert lines[-3:-1] == ["First fill in each input that has no value.", ""]


def test_the_comment_can_be_in_japanese() -> None:
    """Where a config tells the language, which is never so today."""
    lines = shown(greeted(), "ja")
    assert lines[0].startswith("**ghapp がインストールされていますが、`.github/ghapp.yml` がないため何もしません。**")
    assert lines[-3] == "先に、値のない input をすべて入力してください。"
    assert lines[-1].endswith("このコメントは一度だけ投稿されます。")


def test_where_no_file_can_be_proposed_nothing_is_said() -> None:
    """No workflow can be started, or the file would be too long for a comment."""
    assert greet(REPOSITORY, 7, {}, NOON).notices == ()
    assert greet(REPOSITORY, 7, {"deploy.yml": workflow("on: push\njobs: {}\n")}, NOON).notices == ()
    options = ", ".join(f"production-{number}" for number in range(40))
    inputs = "".join(f"      an-input-whose-name-is-long-{number}: {{required: true}}\n" for number in range(20))
    long = (
        f"on:\n  workflow_dispatch:\n    inputs:\n      environment: {{type: choice, options: [{options}]}}\n{inputs}"
    )
    assert greet(REPOSITORY, 7, {"deploy.yml": workflow(f"{long}jobs: {{}}\n")}, NOON).notices == ()
