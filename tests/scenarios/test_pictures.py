"""The pictures in the documentation show today's messages, and all kinds that users meet."""

import json
import re
from pathlib import Path

from tests.pictures import film, png
from tests.pictures.messages import FOLDER, KEPT, all_of_them, fingerprint

ROOT = Path(__file__).parents[2]
FIVE = ("prompt", "locked", "refusal", "rollback", "turn")
AGAIN = "make them anew: make pictures"


async def test_every_picture_shows_a_message_of_today(tmp_path: Path) -> None:
    """Each carries the fingerprint of its message."""
    told = await all_of_them(tmp_path)
    assert json.loads(KEPT.read_text()) == told, AGAIN
    shown = {one["name"]: fingerprint(one) for one in told["messages"]}
    assert {path.stem: png.note(path.read_bytes()) for path in FOLDER.glob("*.png")} == shown, AGAIN


def test_the_documentation_shows_every_picture() -> None:
    """The five required ones in both languages, and no unused picture."""
    page = (ROOT / "docs/slack.md").read_text()
    shown = set(re.findall(r'src="pictures/([\w-]+)\.png"', page))
    assert shown == {path.stem for path in FOLDER.glob("*.png")}
    assert {*FIVE, *(f"{name}-ja" for name in FIVE)} <= shown


def test_the_documentation_shows_every_page() -> None:
    """None is unused, and a film is small enough for a first look at the repository."""
    texts = [(ROOT / name).read_text() for name in ("README.md", "README.ja.md", "docs/board.md")]
    shown = {found for text in texts for found in re.findall(r"pictures/pages/([\w-]+\.\w+)", text)}
    assert shown == {path.name for path in (FOLDER / "pages").iterdir()}
    films = [path for path in (FOLDER / "pages").glob("*.webp") if film.mark(path.read_bytes())]
    assert len(films) == 2
    assert all(path.stat().st_size <= film.MOST for path in films)


def test_a_picture_of_another_message_is_detected() -> None:
    """Proves that the check can fail."""
    one = (FOLDER / "prompt.png").read_bytes()
    assert png.note(one) != fingerprint({"name": "prompt", "blocks": []})
    assert png.note(png.noted(one[: one.index(b"tEXt") - 4] + one[-12:], "another")) == "another"
