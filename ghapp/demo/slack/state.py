"""The state of the workspace: users, channels, messages and their former versions."""

from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

BOT: Final = "U0GHAPPBOT"
BOT_ID: Final = "B0GHAPP00"
APP: Final = "A0GHAPP00"
TEAM: Final = "T0ACME000"
OTHER_BOT: Final = "U0OTHERBOT"  # of another App in the workspace
BOTS: Final = {BOT: (BOT_ID, APP), OTHER_BOT: ("B0OTHER00", "A0OTHER00")}  # bot and App of a bot's user
SCOPES: Final = (
    *("commands", "chat:write", "chat:write.public", "users:read", "users:read.email"),
    *("channels:history", "groups:history", "channels:read", "groups:read"),
)


@dataclass(frozen=True, slots=True)
class Version:
    """The content of a message at one time."""

    text: str
    blocks: list[Json]
    metadata: Json | None = None


@dataclass(slots=True)
class Message:
    """One message; `edits` are its former versions, oldest first."""

    ts: str
    author: str
    current: Version
    thread_ts: str | None = None
    edits: list[Version] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.current.text

    @property
    def blocks(self) -> list[Json]:
        return self.current.blocks

    @property
    def metadata(self) -> Json | None:
        """The current metadata, which only programs read."""
        return self.current.metadata

    @property
    def edited(self) -> bool:
        return bool(self.edits)


@dataclass(slots=True)
class Channel:
    """A channel with its messages. `invited`: whether the bot is in it. `members`: None for everybody."""

    id: str
    name: str
    invited: bool = True
    private: bool = False
    messages: list[Message] = field(default_factory=list)  # oldest first
    members: set[str] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member, who without `email` cannot be looked up. `team` differs for a member of another workspace."""

    id: str
    name: str
    email: str | None
    guest: bool = False
    deleted: bool = False
    bot: bool = False
    team: str = TEAM


@dataclass(frozen=True, slots=True)
class Whisper:
    """An ephemeral message, which one user alone sees; it is never edited. `ts`: when it was shown."""

    channel: str
    user: str
    said: Version
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Modal:
    """An open modal."""

    trigger: str
    view: Json


def shown(message: Message) -> Json:
    """The message in Slack's answers; empty members are left out."""
    always: Json = {"type": "message", "user": message.author, "ts": message.ts, "text": message.text}
    optional = {"blocks": message.blocks, "metadata": message.metadata, "thread_ts": message.thread_ts}
    bot, app = BOTS.get(message.author, ("", ""))
    optional |= {"bot_id": bot, "app_id": app}
    return always | {name: value for name, value in optional.items() if value}
