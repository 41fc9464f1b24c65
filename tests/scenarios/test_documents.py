"""What is kept of an environment, and what happens when this server cannot read it."""

from tests.scenarios.scene import Scene


async def test_a_document_of_a_newer_server_is_locked_and_left_alone(shop: Scene) -> None:
    """Nothing is deployed, the person hears why, and not a byte of it changes."""
    pull = await shop.opens("taro")
    await shop.merges("taro", pull)
    newer = await shop.overwrite_document(b'{"schema": 9, "environment": {"holds": "of another kind"}}')
    await shop.says("taro", "/deploy production", on=pull)
    await shop.says("taro", "/deploy", on=pull)
    assert shop.codes(pull) == ["unreadable", "unreadable"]
    assert "it was written with schema 9, this server knows 1" in shop.replies(pull)[0]
    other = await shop.opens("hanako")
    await shop.merges("hanako", other)
    await shop.later(hours=1)
    assert shop.runs() == []
    assert await shop.document() == newer
