"""The parts of a Slack message: blocks, and a text for notifications, cut to Slack's limits.

https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.model.published import Block, Message
from ghapp.core.model.slack_person import aim

SECTION_LIMIT = 3_000  # Slack refuses a longer section
BLOCKS = 48  # Slack takes fifty
CHARACTERS = 12_000  # all texts together; Slack takes some 13,000, which is not documented

# most commands are registered in Slack under one name: others are reserved, or taken by other apps
_TYPED = re.compile(r"`/(cancel|lock|unlock|status|help|link)(?![\w-])")
_MENTION = re.compile(r"<[@!]")
_LINE = re.compile(r"`/(?:ghapp )?((?:deploy|rollback|cancel|lock|unlock|status|help)(?: [^`\[]+)?)`")


class Part(Struct, frozen=True):
    """Some lines, and the buttons under them."""

    lines: Sequence[str]
    buttons: tuple[Block, ...] = ()


def message(*parts: Part, more: str = "") -> Message:
    """All parts that fit; `more` is added if some do not."""
    shown = list(_fitting(parts))
    if len(shown) < len(parts):
        shown.append(Part([more]))
    # a phone shows the first words of the text: the part that asks a person comes first there
    texts = sorted(map(_text_of, shown), key=lambda text: _MENTION.search(text) is None)
    return Message(_cut("\n".join(texts)), tuple(block for part in shown for block in _blocks(part)))


def name_repository(shown: Message, full_name: str, *, answers: bool = False) -> Message:
    """The same message for a channel of several repositories: its second line is its repository, and each command line
    names it. `answers`: a reply to a person who has just named the repository.
    """
    below = "" if answers else full_name
    blocks = [_naming(block, full_name) for block in shown.blocks]
    first = next((place for place, block in enumerate(blocks) if block["type"] == "section"), None)
    if first is not None:
        blocks[first] = _naming(shown.blocks[first], full_name, below)
    return replace(shown, text=_with_second(_named(shown.text, full_name), below), blocks=tuple(blocks))


def _naming(block: Block, full_name: str, below: str = "") -> Block:
    match block:
        case {"type": "section", "text": {"text": str(text), **rest}}:
            return {**block, "text": {**rest, "text": _with_second(_named(text, full_name), below)}}
        case _:
            return block


def _with_second(text: str, line: str) -> str:
    """A text with another second line, if it is not empty."""
    first, *rest = text.split("\n", 1)
    return _cut("\n".join([first, line, *rest] if line else [text]))


def _named(text: str, full_name: str) -> str:
    """A bare command word is a mention, not a proposal; only `/status` alone is a full command line."""

    def line(found: re.Match[str]) -> str:
        typed = found[1]
        return f"`/{aim(f'/{typed}', full_name)[1:]}`" if " " in typed or typed == "status" else found[0]

    return _TYPED.sub(r"`/ghapp \1", _LINE.sub(line, text))


def section(*lines: str) -> Block:
    """Some lines in one block."""
    return _section(_text_of(Part(lines)))


def _section(text: str) -> Block:
    # verbatim: an address or a name in a person's text becomes no link
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def plain(text: str) -> Block:
    """Text that Slack shows without mark-up."""
    return {"type": "plain_text", "text": text}


def _fitting(parts: Sequence[Part]) -> Iterator[Part]:
    blocks, characters = 0, 0
    for part in parts:
        made = _blocks(part)
        blocks, characters = blocks + len(made), characters + sum(_lengths(made))
        if blocks > BLOCKS or characters > CHARACTERS:
            return
        yield part


def _blocks(part: Part) -> list[Block]:
    blocks = [_section(_text_of(part))]
    if part.buttons:
        blocks.append({"type": "actions", "elements": list(part.buttons)})
    return blocks


def _text_of(part: Part) -> str:
    return _cut(_TYPED.sub(r"`/ghapp \1", "\n".join(part.lines)))


def _cut(text: str) -> str:
    return text if len(text) <= SECTION_LIMIT else text[: SECTION_LIMIT - 1] + "…"


def _lengths(value: object) -> Iterator[int]:
    """The length of every text, at any depth."""
    match value:
        case Mapping():
            for name, each in value.items():
                yield from [len(each)] if name == "text" and isinstance(each, str) else _lengths(each)
        case list():
            for each in value:
                yield from _lengths(each)
        case _:
            return
