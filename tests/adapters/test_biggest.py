"""The biggest possible documents, through the real `Apply`, on every store: each is stored."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.config.model import Config, EnvironmentConfig, People
from ghapp.core.config.reader import ENVIRONMENTS
from ghapp.core.model import codec
from ghapp.core.model.environment import Environment, Release, Repository
from ghapp.core.model.events import ConfigChanged
from ghapp.core.model.facts import Fact, Need, NeedConfig
from ghapp.engine.apply import Apply
from ghapp.engine.documents import PEOPLE, documents, everybody, readable
from ghapp.ports import Change, Priority, Row, Source, Store, TooLarge, Write
from ghapp.queue_items import event_item
from tests.adapters import biggest
from tests.adapters.aws.dynamodb_server import rows
from tests.adapters.store_world import LEASE, NOON, StoreUnderTest, after

ITEM, TRANSACTION = 400 * 1024, 4 * 1024 * 1024  # docs.aws.amazon.com/amazondynamodb: quotas
SHOWN = 40 * 1024  # the room for `shown` beside a document
SHOP = Repository(1296269, f"{'o' * biggest.LOGIN}/{'r' * biggest.NAME}", 7)
NAMES = [f"{number:02}{'e' * 62}" for number in range(ENVIRONMENTS)]


@dataclass
class Says(Source):
    """GitHub, of which only the config is asked."""

    config: Config

    async def gather(self, repository: Repository, need: Need) -> Fact:
        """The current config."""
        assert isinstance(need, NeedConfig)
        return self.config


def applying(store: Store, source: Source) -> Apply:
    """Decides from one source, whatever the priority."""
    return Apply(store, dict.fromkeys(Priority, source), lambda: NOON)


def config(people: People, *, lock: timedelta, names: list[str] = NAMES) -> Config:
    """Forty environments, each of whose settings fill a file: more than one real file can hold."""
    environment_config = replace(biggest.asking(), lock=lock, channel=None).with_everybody(people)
    return Config(sha=biggest.sha(), environments=dict.fromkeys(names, environment_config), branch="b")


async def fill(store: Store, people: People) -> None:
    """Replaces every document by one of the biggest possible size."""
    big = biggest.environment("e" * 64, people, asked=biggest.asking(), carried=biggest.carrying())
    for row in await store.load(SHOP.id):
        if row.name != PEOPLE:
            document = codec.encode_environment(replace(big, repository=SHOP, name=row.name))
            await overwrite(store, row, document)


async def overwrite(store: Store, row: Row, document: bytes) -> None:
    """Writes as another server does."""
    written = (again(row, document),)
    await store.record(Change(id=f"overwrites {row.name}", at=NOON, repository=SHOP.id, writes=written))


def again(row: Row, document: bytes) -> Write:
    """A write over the row's version."""
    return Write(repository=SHOP.id, full_name=SHOP.full_name, name=row.name, version=row.version, document=document)


def taken(value: Any) -> int:
    """The most bytes that a row's attribute takes."""
    return len(bytes(value)) if hasattr(value, "value") else len(str(value))


async def test_the_biggest_documents_are_stored(store: StoreUnderTest, address: str) -> None:
    """With two thousand people and forty environments of full lists and long texts, a config that changes all of them
    is carried out, its item is settled, and each row has room for `shown`."""
    before, people = biggest.everybody(), biggest.everybody()
    source = Says(config(before, lock=timedelta(minutes=5)))
    apply = applying(store, source)
    await apply(SHOP, ConfigChanged(repository=SHOP, key="push/1"))
    await fill(store, before)
    source.config = config(people, lock=timedelta(minutes=7))
    event = ConfigChanged(repository=SHOP, key="push/2")
    await store.put([event_item(event)], now=NOON)
    (claimed,) = await store.claim(now=NOON, lease=LEASE, limit=1)
    await apply(SHOP, event, settles=claimed)
    stored = await store.load(SHOP.id)
    found = readable(documents(stored))
    assert [one.name for one in found] == NAMES
    assert {one.config.lock for one in found} == {timedelta(minutes=7)}
    assert {len(one.awaiting) for one in found} == {100}
    assert {one.config.everybody == people for one in found} == {True}
    assert sum(len(row.document) for row in stored) > 5 * TRANSACTION
    assert (await store.counts()).open == 0
    newest, *_ = await store.history(SHOP.id, limit=9)
    assert {entry.environment for entry in codec.decode_entries(newest.history)} == set(NAMES)
    if address.startswith("dynamodb"):
        kept = rows(address.removeprefix("dynamodb://")).scan()["Items"]
        sizes = {row["sk"]: sum(len(name) + taken(value) for name, value in row.items()) for row in kept}
        assert max(sizes.values()) < ITEM - SHOWN, sizes


async def test_people_are_stored_once(store: StoreUnderTest) -> None:
    """One document holds the people of all environments."""
    people = biggest.everybody()
    source = Says(config(people, lock=timedelta(minutes=5)))
    await applying(store, source)(SHOP, ConfigChanged(repository=SHOP, key="push/1"))
    stored = await store.load(SHOP.id)
    login = next(iter(people.linked)).encode()
    assert [row.name for row in stored if login in row.document] == [PEOPLE]
    assert everybody(stored) == people


async def test_ordinary_documents_change_in_one_transaction(table: str) -> None:
    """Forty environments with a hundred waiting and a hundred live releases each, and two thousand people."""
    calls: list[str] = []
    store = DynamoStore(table, consumed=lambda operation, _: calls.append(operation))
    people, more = biggest.everybody(), biggest.everybody()
    source = Says(plain(config(people, lock=timedelta(minutes=5))))
    apply = applying(store, source)
    await apply(SHOP, ConfigChanged(repository=SHOP, key="push/1"))
    for row in await store.load(SHOP.id):
        if row.name != PEOPLE:
            (empty,) = readable(documents([row]))
            live = replace(biggest.revision(), releases=tuple(map(ordinary, range(100))))
            full = replace(empty, awaiting=tuple(map(ordinary, range(100))), live=live)
            await overwrite(store, row, codec.encode_environment(full))
    source.config = plain(config(more, lock=timedelta(minutes=7)))
    calls.clear()
    await apply(SHOP, ConfigChanged(repository=SHOP, key="push/2"))
    assert calls.count("transact_write_items") == 1
    found = readable(documents(await store.load(SHOP.id)))
    assert {(one.config.lock, one.config.everybody == more) for one in found} == {(timedelta(minutes=7), True)}
    await store.close()


def ordinary(number: int) -> Release:
    """A waiting release by one of forty people, with a title of some fifty characters."""
    title = f"Fix {biggest.text(8)} of the {biggest.text(8)} when {biggest.text(10)} is empty"
    pull = replace(biggest.pull(), number=41000 + number, title=title, author=f"octocat-{number % 40}")
    return Release(pull=pull, merger=pull.author, sha=biggest.sha(), merged_at=NOON, examined="main")


def plain(found: Config) -> Config:
    """The same environments with few settings."""
    few = {
        name: EnvironmentConfig(sha=one.sha, branch="main", workflow="deploy.yml", lock=one.lock).with_everybody(
            one.everybody
        )
        for name, one in found.environments.items()
    }
    return replace(found, environments=few)


async def test_changed_people_alone_reach_every_environment(store: StoreUnderTest) -> None:
    """An environment that has left the config but is not at rest gets them too; unchanged people are not written."""
    some = People({"mona": "U024BE7LH"})
    source = Says(config(some, lock=timedelta(minutes=5), names=["production", "staging"]))
    apply = applying(store, source)
    event = ConfigChanged(repository=SHOP, key="push/1")
    await apply(SHOP, event)
    more = People({"mona": "U024BE7LH", "taro": "U024BE7TA"}, {"mona": "U024BE7LH"})
    source.config = config(more, lock=timedelta(minutes=5), names=["production"])
    await apply(SHOP, event)
    found = readable(documents(await store.load(SHOP.id)))
    assert [(one.name, one.config.everybody) for one in found] == [("production", more), ("staging", more)]
    versions = {row.name: row.version for row in await store.load(SHOP.id)}
    assert versions == {PEOPLE: 2, "production": 2, "staging": 2}
    source.config = replace(source.config, sha=biggest.sha())
    await apply(SHOP, event)
    assert {row.name: row.version for row in await store.load(SHOP.id)} == versions
    source.config = config(People(), lock=timedelta(minutes=5), names=["production"])
    await apply(SHOP, event)
    assert everybody(await store.load(SHOP.id)) == People()


class Small(SqliteStore):
    """Takes three documents at once, and writes another change or fails before the last part of a change."""

    parts: list[list[str]]
    meanwhile: Write | None = None
    stops = False

    async def record(self, change: Change) -> None:
        if len(change.writes) > 3:
            raise TooLarge("the store takes three documents")
        if change.settles is not None:
            if self.meanwhile:
                other, self.meanwhile = self.meanwhile, None
                await super().record(Change(id="another's", at=NOON, repository=SHOP.id, writes=(other,)))
            if self.stops:
                raise ConnectionError
        await super().record(change)
        self.parts.append([write.name for write in change.writes])


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Small]:
    """An empty store."""
    store = Small(str(tmp_path / "ghapp.db"))
    store.parts = []
    await store.open()
    yield store
    await store.close()


TEN = NAMES[:10]
SOME, MORE = People({"mona": "U024BE7LH"}), People({"taro": "U024BE7TA"})


async def changed(store: Small) -> tuple[Apply, ConfigChanged]:
    """Queues a config change of all ten environments at once."""
    source = Says(config(SOME, lock=timedelta(minutes=5), names=TEN))
    apply = applying(store, source)
    await apply(SHOP, ConfigChanged(repository=SHOP, key="push/1"))
    source.config = config(MORE, lock=timedelta(minutes=7), names=TEN)
    event = ConfigChanged(repository=SHOP, key="push/2")
    await store.put([event_item(event)], now=NOON)
    store.parts.clear()
    return apply, event


async def all_changed(store: Store) -> list[Environment]:
    """Asserts that each environment has the newest config and people."""
    found = readable(documents(await store.load(SHOP.id)))
    assert {(one.config.lock, tuple(one.config.people)) for one in found} == {(timedelta(minutes=7), ("taro",))}
    return list(found)


async def test_a_change_that_is_too_large_is_written_in_parts(small: Small) -> None:
    """The part that settles the event comes last, with its history and with the people that its messages name."""
    apply, event = await changed(small)
    (claimed,) = await small.claim(now=NOON, lease=LEASE, limit=1)
    await apply(SHOP, event, settles=claimed)
    assert [len(part) for part in small.parts] == [3, 3, 3, 2]
    assert small.parts[-1] == [PEOPLE, TEN[0]]
    assert len(await all_changed(small)) == 10
    assert (await small.counts()).open == 0


async def test_a_document_that_changes_between_two_parts_is_decided_anew(small: Small) -> None:
    """Another worker's write is kept, and every environment has the new config."""
    apply, event = await changed(small)
    (claimed,) = await small.claim(now=NOON, lease=LEASE, limit=1)
    row = next(row for row in await small.load(SHOP.id) if row.name == TEN[0])
    held = replace(readable(documents([row]))[0], number=41)
    small.meanwhile = again(row, codec.encode_environment(held))
    await apply(SHOP, event, settles=claimed)
    found = await all_changed(small)
    assert {one.name: one.number for one in found} == {name: 41 if name == TEN[0] else 0 for name in TEN}
    assert (await small.counts()).open == 0


async def test_a_server_that_crashes_between_two_parts_is_followed_by_another(small: Small) -> None:
    """The item stays open until all parts are written."""
    apply, event = await changed(small)
    (claimed,) = await small.claim(now=NOON, lease=LEASE, limit=1)
    small.stops = True
    with pytest.raises(ConnectionError):
        await apply(SHOP, event, settles=claimed)
    small.stops = False
    later = after(60)
    (claimed,) = await small.claim(now=later, lease=LEASE, limit=1)
    await apply(SHOP, event, settles=claimed)
    assert len(await all_changed(small)) == 10
    assert (await small.counts()).open == 0


async def test_one_document_that_is_too_large_is_refused(store: StoreUnderTest, address: str) -> None:
    """One document cannot be split: the refusal is permanent and names the size, so the change is not tried again."""
    if address.startswith("sqlite"):
        pytest.skip("a file takes any size")
    much = biggest.text(ITEM * 2).encode()
    write = Write(repository=SHOP.id, full_name=SHOP.full_name, name="production", version=0, document=much)
    change = Change(id="1", at=NOON, repository=SHOP.id, writes=(write,), history=b"told")
    with pytest.raises(TooLarge, match="size"):
        await store.record(change)
    assert await store.load(SHOP.id) == []
