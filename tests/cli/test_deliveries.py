"""`ghapp deliveries`: lists and revives dead letters, beside a running server."""

from pathlib import Path

from ghapp.demo.clock import Clock
from ghapp.ports import Item
from tests.cli.running import ghapp
from tests.scenarios.scene import scene

NONSENSE = Item(id="1/comment/7", lane="1", body=b'["Surprise", {}]')


async def test_dead_letters_are_listed_and_revived(tmp_path: Path) -> None:
    """Each with its error; an unknown id is refused."""
    async with scene(tmp_path, clock=Clock()) as shop:
        assert await ghapp(shop, "deliveries", "--dead") == (0, "there are no dead letters\n", "")
        await shop.put(NONSENSE)
        await shop.later(minutes=11)
        line = "1/comment/7  Surprise  \"unknown item 'Surprise'\"\n"
        assert await ghapp(shop, "deliveries", "--dead") == (0, line, "")
        assert await ghapp(shop, "deliveries", "--retry", NONSENSE.id) == (0, "1/comment/7 is worked once more\n", "")
        assert await ghapp(shop, "deliveries", "--retry", NONSENSE.id) == (
            1,
            "",
            "ghapp: there is no dead letter '1/comment/7'\n",
        )
        await shop.idle()
        assert await shop.dead() == [NONSENSE.id]


async def test_a_missing_store_file_is_not_created(tmp_path: Path) -> None:
    """The file belongs to the server, and is on the server's machine only."""
    async with scene(tmp_path, clock=Clock()) as shop:
        environ = {**await shop.environ(), "GHAPP_STORE": f"sqlite:///{tmp_path / 'other.db'}"}
        code, out, err = await ghapp(environ, "deliveries", "--dead")
    assert (code, out) == (2, "")
    assert "there is no" in err
    assert not (tmp_path / "other.db").exists()
