"""Texts are cut to Slack's limits before they are posted."""

from typing import Any

from msgspec.structs import replace

from ghapp.core.model.environment import Environment
from ghapp.core.model.published import Message
from ghapp.core.views import slack
from ghapp.core.views.slack_blocks import Part, message
from tests.core.build import NOON, environment, live, release, sha
from tests.published import slack as slack_types

WEB = "https://github.com"


def everywhere(count: int, title: str = "Fix totals") -> Message:
    """The prompt of a release for which so many environments wait, each with another release that ships along."""
    waiting = tuple(replace(one, pull=replace(one.pull, title=title)) for one in (release(40), release(42)))
    here: list[Environment] = [
        replace(environment(live=live(41), awaiting=waiting), name=f"{number:02}-{'x' * 61}") for number in range(count)
    ]
    shown = slack.prompt(here, 42, web=WEB, now=NOON)
    assert shown
    slack_types.by_models(shown.blocks)
    return shown


def characters(value: object) -> int:
    """The number of characters of all texts in blocks."""
    match value:
        case dict():
            return sum(
                len(each) if name == "text" and isinstance(each, str) else characters(each)
                for name, each in value.items()
            )
        case list() | tuple():
            return sum(map(characters, value))
        case _:
            return 0


def test_forty_environments_fit_into_one_message() -> None:
    """Fifty blocks, about 13,000 characters: the message says that it is cut."""
    for title in ("Fix totals", "税込" * 75, "<" * 150):
        shown = everywhere(40, title)
        assert len(shown.blocks) <= 50
        assert characters(shown.blocks) <= 13_000
        assert len(shown.text) <= 3_000
        assert str(shown.blocks[-1]).count("There is more than fits here: see `/ghapp status`.") == 1


def test_a_short_message_is_not_cut() -> None:
    """Then no line says that something is missing."""
    shown = everywhere(3)
    assert len(shown.blocks) == 6
    assert "more than fits" not in str(shown.blocks)


def test_a_long_section_is_cut_to_slacks_limit() -> None:
    """A list of a hundred long names is longer than Slack's limit of one section."""
    shown = message(Part(["x" * 4_000]), Part(["y"]))
    slack_types.by_models(shown.blocks)
    assert [len(block["text"]["text"]) for block in shown.blocks] == [3_000, 1]  # type: ignore[index]


def sure(message: Message | None, action: str) -> str:
    """The text of a button's confirmation."""
    assert message
    blocks: Any = message.blocks
    buttons = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    return str(next(each["confirm"]["text"]["text"] for each in buttons if each["action_id"] == action))


def test_the_confirmation_names_the_commit_with_titles_of_any_length() -> None:
    """It also says that the database stays; the list of releases that ship along is cut with an ellipsis."""
    title = "x" * 300
    first = replace(release(42), warns=True)
    waiting = tuple(
        replace(first, sha=sha(number), pull=replace(first.pull, number=number, title=title))
        for number in range(42, 92)
    )
    here = environment(live=live(41), awaiting=waiting)
    asked = sure(slack.prompt([here], 91, web=WEB, now=NOON), "deploy")
    assert len(asked) == 300
    assert waiting[-1].sha[:7] in asked
    assert "a rollback does not undo them" in asked
    assert "Ships with it: #42" in asked
    assert asked.endswith("…")
    undone = replace(live(42), pull=replace(live(42).pull, title=title))
    target = replace(live(41), pull=replace(live(41).pull, title=title))
    back = sure(slack.prompt([environment(live=undone, earlier=(target,))], 42, web=WEB, now=NOON), "rollback")
    assert len(back) <= 300
    assert live(41).sha[:7] in back
