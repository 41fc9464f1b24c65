"""The Web API's methods, each an action on the workspace."""

from collections.abc import Callable, Mapping
from typing import Final

from ghapp.demo.slack.calls import NotOkError
from ghapp.demo.slack.limits import after, content, home, view
from ghapp.demo.slack.state import APP, BOT, BOT_ID, TEAM, Channel, Json, Message, Modal, Person, Whisper, shown
from ghapp.demo.slack.world import World

PAGE: Final = 100


def _auth_test(_: World, __: Json) -> Json:
    return {
        "url": "https://acme.slack.com/",
        "team": "Acme",
        "team_id": TEAM,
        "user": "ghapp",
        "user_id": BOT,
        "bot_id": BOT_ID,
    }


def _bots_info(_: World, arguments: Json) -> Json:
    if arguments.get("bot") != BOT_ID:
        raise NotOkError("bot_not_found")
    return {"bot": {"id": BOT_ID, "app_id": APP, "user_id": BOT, "name": "ghapp", "deleted": False}}


def _post(world: World, arguments: Json) -> Json:
    """A bot outside a channel may post to a public one, with the scope for it."""
    channel = _channel(world, arguments)
    if not channel.invited and (channel.private or "chat:write.public" not in world.scopes):
        raise NotOkError("not_in_channel")
    wanted = content(arguments)
    if not wanted.text.strip() and not wanted.blocks:
        raise NotOkError("no_text")
    thread = arguments.get("thread_ts")
    message = Message(world.stamp(), BOT, wanted, thread_ts=None if thread is None else str(thread))
    world.append(channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": shown(message)}


def _post_ephemeral(world: World, arguments: Json) -> Json:
    channel, person = _channel(world, arguments), _person(world, arguments)
    wanted = content(arguments)
    if not wanted.text.strip() and not wanted.blocks:
        raise NotOkError("no_text")
    world.whisper(Whisper(channel.id, person.id, wanted))
    return {"message_ts": world.stamp()}


def _own_message(world: World, arguments: Json, *, otherwise: str) -> tuple[Channel, Message]:
    """Our bot's message of that time in the channel, and the channel."""
    channel = world.channels.get(str(arguments.get("channel", "")))
    if channel is None:
        raise NotOkError("channel_not_found")
    message = next((each for each in channel.messages if each.ts == arguments.get("ts")), None)
    if message is None:
        raise NotOkError("message_not_found")
    if message.author != BOT:
        raise NotOkError(otherwise)
    return channel, message


def _update(world: World, arguments: Json) -> Json:
    channel, message = _own_message(world, arguments, otherwise="cant_update_message")
    wanted = content(arguments)
    if not arguments.keys() & {"text", "blocks"} or not (wanted.text.strip() or wanted.blocks):
        raise NotOkError("no_text")
    message.edits.append(message.current)
    message.current = after(message.current, wanted, arguments)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown(message)}


def _delete(world: World, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/chat.delete: a bot may delete its own messages."""
    channel, message = _own_message(world, arguments, otherwise="cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def _history(world: World, arguments: Json) -> Json:
    """Newest first, without messages in threads; metadata only on request.

    With `oldest` alone, the first page is the one at the older end.
    """
    found = _between(_readable(world, arguments), arguments)
    shown = [each for each in found if each.thread_ts in (None, each.ts)]
    only_oldest = arguments.get("oldest") and not arguments.get("latest")
    page = _page(shown if only_oldest else shown[::-1], arguments)
    return page | {"messages": sorted(page["messages"], key=lambda each: float(each["ts"]), reverse=True)}


def _replies(world: World, arguments: Json) -> Json:
    """A thread, oldest first: its first message and the replies."""
    channel, began = _readable(world, arguments), arguments.get("ts")
    found = [each for each in channel.messages if began in (each.ts, each.thread_ts)]
    if not found:
        raise NotOkError("thread_not_found")
    inside = {each.ts for each in _between(channel, arguments)}
    return _page([each for each in found if each.ts in (began, *inside)], arguments)


def _readable(world: World, arguments: Json) -> Channel:
    """Only members may read a channel: https://github.com/slackapi/deno-slack-sdk/issues/128"""
    channel = _channel(world, arguments)
    if not channel.invited:
        raise NotOkError("channel_not_found" if channel.private else "not_in_channel")
    return channel


def _between(channel: Channel, arguments: Json) -> list[Message]:
    oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    return [each for each in channel.messages if oldest <= float(each.ts) <= latest]


def _page(messages: list[Message], arguments: Json) -> Json:
    begin = int(arguments.get("cursor") or 0)
    end = begin + min(int(arguments.get("limit") or PAGE), 999)
    more = end < len(messages)
    with_metadata = str(arguments.get("include_all_metadata", "")).lower() in ("true", "1")
    listed = [shown(each) for each in messages[begin:end]]
    if not with_metadata:
        listed = [{name: value for name, value in each.items() if name != "metadata"} for each in listed]
    return {
        "messages": listed,
        "has_more": more,
        "response_metadata": {"next_cursor": str(end) if more else ""},
    }


def _list(world: World, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.list: private ones only where the bot is a member."""
    shown = [
        {"id": one.id, "name": one.name, "is_private": one.private, "is_member": one.invited}
        for one in world.channels.values()
        if one.invited or not one.private
    ]
    begin = int(arguments.get("cursor") or 0)
    end = begin + min(int(arguments.get("limit") or PAGE), 999)
    more = str(end) if end < len(shown) else ""
    return {"channels": shown[begin:end], "response_metadata": {"next_cursor": more}}


def _of_person(world: World, arguments: Json) -> Json:
    """https://docs.slack.dev/reference/methods/users.conversations: private ones only where the bot is a member too."""
    person, kinds = _person(world, arguments), str(arguments.get("types") or "public_channel").split(",")
    theirs = [
        {"id": one.id, "name": one.name, "is_private": one.private}
        for one in world.channels.values()
        if (one.members is None or person.id in one.members)
        and (one.invited if one.private else True)
        and ("private_channel" if one.private else "public_channel") in kinds
    ]
    begin = int(arguments.get("cursor") or 0)
    end = begin + min(int(arguments.get("limit") or PAGE), 999)
    more = str(end) if end < len(theirs) else ""
    return {"channels": theirs[begin:end], "response_metadata": {"next_cursor": more}}


def _publish(world: World, arguments: Json) -> Json:
    """Replaces a member's home."""
    person = world.people.get(str(arguments.get("user_id", "")))
    if person is None:
        raise NotOkError("invalid_arguments", "invalid `user_id`")
    wanted = home(arguments)
    world.homes[person.id] = wanted
    return {"view": {"id": f"V0HOME{person.id}", "team_id": TEAM, **wanted}}


def _lookup(world: World, arguments: Json) -> Json:
    email = str(arguments.get("email", "")).casefold()
    for person in world.people.values():
        if person.email is not None and person.email.casefold() == email:
            return {"user": _shown(person)}
    raise NotOkError("users_not_found")


def _user(world: World, arguments: Json) -> Json:
    return {"user": _shown(_person(world, arguments))}


def _open(world: World, arguments: Json) -> Json:
    """A trigger opens one modal, within three seconds."""
    trigger = str(arguments.get("trigger_id", ""))
    if not world.triggered(trigger):
        raise NotOkError("expired_trigger_id")
    wanted = view(arguments)
    world.opened(Modal(trigger, wanted))
    return {"view": {"id": f"V{len(world.modals):08}", **wanted}}


def _channel(world: World, arguments: Json) -> Channel:
    name = str(arguments.get("channel", ""))
    named = (channel for channel in world.channels.values() if channel.name == name.removeprefix("#"))
    channel = world.channels.get(name) or next(named, None)
    if channel is None:
        raise NotOkError("channel_not_found")
    return channel


def _person(world: World, arguments: Json) -> Person:
    person = world.people.get(str(arguments.get("user", "")))
    if person is None:
        raise NotOkError("user_not_found")
    return person


def _shown(person: Person) -> Json:
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "deleted": person.deleted,
        "is_bot": person.bot,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_stranger": person.team != TEAM,
        "profile": {"display_name": person.name, **({"email": person.email} if person.email else {})},
    }


TAKES: Final[Mapping[str, tuple[str, ...]]] = {
    "bots.info": ("users:read",),
    "chat.delete": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.replies": ("channels:history", "groups:history"),
    "users.conversations": ("channels:read", "groups:read"),
    "users.info": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
}
"""The scopes by method, of which one is enough."""

METHODS: Final[Mapping[str, Callable[[World, Json], Json]]] = {
    "auth.test": _auth_test,
    "bots.info": _bots_info,
    "chat.delete": _delete,
    "chat.postMessage": _post,
    "chat.postEphemeral": _post_ephemeral,
    "chat.update": _update,
    "conversations.history": _history,
    "conversations.list": _list,
    "conversations.replies": _replies,
    "users.conversations": _of_person,
    "users.info": _user,
    "users.lookupByEmail": _lookup,
    "views.open": _open,
    "views.publish": _publish,
}
