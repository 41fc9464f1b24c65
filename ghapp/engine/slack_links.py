"""Stores which GitHub account a Slack member has proved to be theirs. Each change is one write, with its history."""

import asyncio
import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.model import codec
from ghapp.core.model.decision import Entry, EntryKind
from ghapp.core.model.environment import Door
from ghapp.core.model.slack_link import GitHubAccount, LinkCode, LinksEnded, SlackLink
from ghapp.core.model.slack_person import why_not_admitted
from ghapp.ports import Change, Chat, Clock, Conflict, Permanent, Retryable, Store, Write

PATIENCE = timedelta(seconds=2)  # that a page waits for Slack
APART = timedelta(minutes=1)  # between two entries of one person in history
RACES = 5  # lost to other changes of the same link

Outcome = Literal["linked", "used", "not_a_member"]


class Linking(Struct, frozen=True):
    """The outcome of a yes. `before`: the login that the member was linked to, if another."""

    outcome: Outcome
    before: str = ""


class _Known(Struct, frozen=True):
    """A member's link with the versions of its document and of the workspace's; 0 where there is none. `account`: the
    linked one, unless the link has ended."""

    version: int
    era: int
    link: SlackLink | None
    account: GitHubAccount | None


@dataclass(frozen=True, slots=True)
class SlackLinks:
    """All of them raise Retryable where the store or Slack cannot be asked, or a link cannot be read: a member who may
    be linked must not act by any other mapping."""

    store: Store
    chat: Chat
    clock: Clock

    async def account(self, team: str, user: str) -> GitHubAccount | None:
        """The account that the member has proved to be theirs."""
        return (await self._known(team, user)).account

    async def code(self, team: str, user: str) -> LinkCode:
        """The content of a new address for the member. Raises Permanent too, where Slack does not show them."""
        known, names = await asyncio.gather(self._known(team, user), self.chat.names(user))
        return LinkCode(team, user, names.member, names.workspace, known.version, known.era)

    async def link(self, code: LinkCode, account: int, login: str) -> Linking:
        """Links the member of an opened address to this account, once. The member is looked up in Slack now."""
        if not await self._is_member(code):
            return Linking("not_a_member")
        known = await self._known(code.team, code.user)
        if (known.version, known.era) != (code.version, code.era):
            return Linking("used")
        _, account_era = await self._stored(_account_name(account))
        linked = GitHubAccount(account, login, self.clock(), account_era)
        link = SlackLink(team=code.team, user=code.user, account=linked, era=code.era)
        before = known.account.login if known.account and known.account.id != account else ""
        why = f"before: {before}" if before else ""
        if not await self._written(link, code.version, "linked", login, why=why):
            return Linking("used")
        return Linking("linked", before)

    async def remove(self, team: str, user: str) -> GitHubAccount | None:
        """The member's own wish: ends their link, if there is one, and all addresses that they have been given so far.
        Returns the ended one."""
        for _ in range(RACES):
            known = await self._known(team, user)
            if await self._ended(known, known.link or SlackLink(team=team, user=user), why="by the member"):
                return known.account
        raise Retryable("the link changes too fast")

    async def end(self, team: str, user: str, *, why: str) -> None:
        """Ends the member's link. Writes nothing where there is none."""
        for _ in range(RACES):
            known = await self._known(team, user)
            if known.account is None or known.link is None or await self._ended(known, known.link, why=why):
                return
        raise Retryable("the link changes too fast")

    async def end_all(self, team: str, *, removed_at: datetime) -> None:
        """Ends every link of a workspace, and all addresses that its members have been given so far.

        Slack tells of one removal by two events, and late: one that links were ended after ends no newer ones.
        """
        for _ in range(RACES):
            last, era = await self._last_end(team)
            if last and removed_at <= last:
                return
            if await self._all_ended(team, era, _entry("links_ended", "slack", self.clock(), team)):
                return
        raise Retryable("the workspace's links change too fast")

    async def end_all_of(self, account: int, login: str, *, is_known: bool) -> None:
        """Ends every link to a GitHub account, whichever members they are of.

        `is_known`: whether the person sees a repository here; history has no entry of strangers, and one a minute.
        """
        name = _account_name(account)
        for _ in range(RACES):
            last, era = await self._last_end(name)
            is_told = is_known and (last is None or self.clock() - last >= APART)
            entries = [_entry("account_links_ended", login, self.clock(), "", door="board")] if is_told else []
            if await self._all_ended(name, era, *entries):
                return
        raise Retryable("the account's links change too fast")

    async def saw(self, team: str, user: str, account: int, login: str) -> None:
        """Keeps the login that this account has now, if it is still the linked one. A lost race leaves it to the next
        look."""
        known = await self._known(team, user)
        if known.link and known.account and known.account.id == account and known.account.login != login:
            link = replace(known.link, account=replace(known.account, login=login))
            await self._recorded(_write(_name(team, user), known.version, codec.encode_link(link)))

    async def _is_member(self, code: LinkCode) -> bool:
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                home, person = await asyncio.gather(self.chat.home(), self.chat.person(code.user))
        except TimeoutError:
            raise Retryable("Slack gave no answer in time") from None
        except Permanent:
            return False
        return home.team == code.team and why_not_admitted(person, code.team) is None

    # ---------------------------------------------------------------- documents

    async def _known(self, team: str, user: str) -> _Known:
        name = _name(team, user)
        (document, version), (_, era) = await asyncio.gather(self._stored(name), self._stored(team))
        link = codec.decode_link(document) if version else None
        if isinstance(link, str):
            raise Retryable(f"the link of {name} is unreadable: {link}")
        account = link.account if link and link.era == era else None
        if account:
            _, account_era = await self._stored(_account_name(account.id))
            account = account if account.era == account_era else None
        return _Known(version, era, link, account)

    async def _last_end(self, name: str) -> tuple[datetime | None, int]:
        """When all links of a workspace or an account were last ended, and the version of that document."""
        document, version = await self._stored(name)
        ended = codec.decode_ended(document) if version else None
        return (ended.at if isinstance(ended, LinksEnded) else None), version

    async def _all_ended(self, name: str, version: int, *entries: Entry) -> bool:
        document = codec.encode_ended(LinksEnded(name, self.clock()))
        return await self._recorded(_write(name, version, document), *entries)

    async def _stored(self, name: str) -> tuple[bytes, int]:
        """The document and its version; 0 where there is none."""
        rows = await self.store.load(_number(name))
        return next(((row.document, row.version) for row in rows if row.name == name), (b"", 0))

    async def _ended(self, known: _Known, link: SlackLink, *, why: str) -> bool:
        """False where another change came first. A link that had ended before gets no entry in history."""
        ended = replace(link, account=None)
        if known.account:
            return await self._written(ended, known.version, "link_removed", known.account.login, why=why)
        return await self._recorded(_write(_name(link.team, link.user), known.version, codec.encode_link(ended)))

    async def _written(self, link: SlackLink, version: int, what: EntryKind, actor: str, *, why: str = "") -> bool:
        name = _name(link.team, link.user)
        entry = _entry(what, actor, self.clock(), f"{name} {why}".rstrip())
        return await self._recorded(_write(name, version, codec.encode_link(link)), entry)

    async def _recorded(self, write: Write, *entries: Entry) -> bool:
        """False where another change came first."""
        history = codec.encode_entries(entries) if entries else b""
        change = Change(id=uuid.uuid4().hex, at=self.clock(), repository=0, writes=(write,), history=history)
        try:
            await self.store.record(change)
        except Conflict:
            return False
        return True


def _write(name: str, version: int, document: bytes) -> Write:
    return Write(repository=_number(name), full_name=name, name=name, version=version, document=document)


def _entry(what: EntryKind, actor: str, at: datetime, why: str, *, door: Door = "slack") -> Entry:
    return Entry(at=at, what=what, environment=None, actor=actor, door=door, why=why)


def _account_name(account: int) -> str:
    return f"github/{account}"


def _name(team: str, user: str) -> str:
    return f"{team}/{user}"


def _number(name: str) -> int:
    """A number of its own for each document, below 0 since it is of no repository."""
    return -1 - int.from_bytes(hashlib.sha256(name.encode()).digest()[:7])
