"""The limits of each block: https://docs.slack.dev/reference/block-kit/blocks"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ghapp.demo.slack.state import Json


def problems(blocks: Any, *, most: int = 50) -> Iterator[str]:
    """The errors that Slack would report, each with a JSON pointer."""
    if not isinstance(blocks, list):
        yield "must be an array [json-pointer:/blocks]"
        return
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    ids = [each["block_id"] for each in blocks if isinstance(each, dict) and "block_id" in each]
    if len(set(map(str, ids))) < len(ids):
        yield "block_id already exists [json-pointer:/blocks]"
    for index, block in enumerate(blocks):
        at = f"/blocks/{index}"
        kind = block.get("type") if isinstance(block, dict) else None
        check = BLOCKS.get(kind) if isinstance(kind, str) else None
        if check is None:
            yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        else:
            yield from _string(block.get("block_id", "-"), 255, f"{at}/block_id")
            yield from check(block, at)


def _section(block: Json, at: str) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" in block or not fields:
        yield from _text(block.get("text"), 3000, f"{at}/text")
    if fields:
        yield from _all(fields, 10, f"{at}/fields", lambda each, here: _text(each, 2000, here))
    if "accessory" in block:
        yield from _button(block["accessory"], f"{at}/accessory")


def _header(block: Json, at: str) -> Iterator[str]:
    yield from _text(block.get("text"), 150, f"{at}/text", plain=True)


def _context(block: Json, at: str) -> Iterator[str]:
    yield from _all(block.get("elements"), 10, f"{at}/elements", lambda each, here: _text(each, 3000, here))


def _actions(block: Json, at: str) -> Iterator[str]:
    elements = block.get("elements")
    yield from _all(elements, 25, f"{at}/elements", _button)
    named = [each.get("action_id") for each in elements or [] if isinstance(each, dict)]
    ids = [str(each) for each in named if each is not None]
    if len(set(ids)) < len(ids):
        yield f"action_id already exists [json-pointer:{at}/elements]"


def _divider(_: Json, __: str) -> Iterator[str]:
    yield from ()


# the types that the demo's page can render; any other is treated as a mistake
BLOCKS: Final[Mapping[str, Callable[[Json, str], Iterator[str]]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
}


def _button(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") != "button":
        yield f"must be a button [json-pointer:{at}]"
        return
    yield from _text(value.get("text"), 75, f"{at}/text", plain=True)
    for name, most in (("value", 2000), ("url", 3000), ("action_id", 255)):
        if name in value:
            yield from _string(value[name], most, f"{at}/{name}")
    if value.get("style", "primary") not in {"primary", "danger"}:
        yield f"must be primary or danger [json-pointer:{at}/style]"
    confirm = value.get("confirm", {})
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        if confirm:
            yield from _text(confirm.get(name), most, f"{at}/confirm/{name}", plain=name != "text")


def _text(value: Any, most: int, at: str, *, plain: bool = False) -> Iterator[str]:
    """A text object: https://docs.slack.dev/reference/block-kit/composition-objects/text-object"""
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"must be a text object of {' or '.join(sorted(kinds))} [json-pointer:{at}]"
        return
    yield from _string(value.get("text"), most, f"{at}/text")


def _string(value: Any, most: int, at: str) -> Iterator[str]:
    if not isinstance(value, str) or not value:
        yield f"must be a string that says something [json-pointer:{at}]"
    elif len(value) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{at}]"


def _all(values: Any, most: int, at: str, check: Callable[[Any, str], Iterator[str]]) -> Iterator[str]:
    if not isinstance(values, list) or not values:
        yield f"must be an array of at least one [json-pointer:{at}]"
        return
    if len(values) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}]"
    for index, each in enumerate(values):
        yield from check(each, f"{at}/{index}")
