"""Creates a message at most once, where a service has no idempotency key."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from ghapp.core.model.published import Message
from ghapp.ports import Chat, is_in_hand

Id = TypeVar("Id", int, str)


async def create_once(
    create: Callable[[], Awaitable[Id]],
    find: Callable[[], Awaitable[Id | None]],
    delete: Callable[[Id], Awaitable[None]],
    *,
    look: bool = True,
) -> tuple[Id, bool]:
    """The id, and whether this call created it. `find` returns the oldest. `look`: another worker may have created it
    before.

    A worker whose lease ended meanwhile looks in any case, afterwards, and deletes its own where another is older.
    """
    if look and (found := await find()):
        return found, False
    made = await create()
    if is_in_hand():
        return made, True
    oldest = await find()
    if oldest is None or oldest == made:
        return made, True
    await delete(made)
    return oldest, False


async def post_once(chat: Chat, channel: str, message: Message, *, since: datetime, thread: str | None = None) -> str:
    """Posts a message that was not found in Slack; returns its timestamp."""
    posted: tuple[str, bool] = await create_once(
        partial(chat.post, channel, message, thread=thread),
        partial(chat.find, channel, message.mark, since=since, thread=thread),
        partial(chat.delete, channel),
        look=False,
    )
    return posted[0]
