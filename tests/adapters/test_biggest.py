"""The biggest possible documents, through the real `Apply`, on every store: each is stored."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from msgspec.structs import replace as replace_struct

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.core.config.model import Config, EnvironmentConfig, People
from ghapp.core.config.reader import ENVIRONMENTS
from ghapp.core.model import codec
from ghapp.core.model.environment import Environment, Release, Repository
from ghapp.core.model.events import Batch, ConfigChanged, MergesRecounted
from ghapp.core.model.facts import Fact, Grants, Merges, Need, NeedConfig, NeedGrants, NeedMerges, PullFact
from ghapp.engine.apply import Apply
from ghapp.engine.documents import PEOPLE, documents, everybody, readable
from ghapp.engine.publish.projections import Published, decode_shown, encode_shown, has_room
from ghapp.ports import Change, Permanent, Priority, Row, Source, Store, Write
from ghapp.queue_items import batched_items, event_item
from tests.adapters import biggest
from tests.adapters.aws.dynamodb_server import rows
from tests.adapters.store_world import LEASE, NOON, StoreUnderTest, after
from tests.golden.complete import missing, stored

ITEM, TRANSACTION = 400 * 1024, 4 * 1024 * 1024  # docs.aws.amazon.com/amazondynamodb: quotas
SHOP = Repository(1296269, f"{'o' * biggest.LOGIN}/{'r' * biggest.NAME}", 7)
NAMES = [f"{number:02}{'e' * 62}" for number in range(ENVIRONMENTS)]


@dataclass
class Says(Source):
    """GitHub, of which only the config and the merges into `main` are asked."""

    config: Config
    merges: tuple[PullFact, ...] = ()

    async def gather(self, repository: Repository, need: Need) -> Fact:
        """The current config and merges."""
        match need:
            case NeedConfig():
                return self.config
            case NeedMerges(branch="main"):
                return Merges(self.merges)
            case NeedMerges():
                return Merges(())
            case _:
                assert need == NeedGrants()
                return Grants()


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
    """With two thousand people and forty environments of full lists and long texts, each of which has published all
    that is kept, a config that changes all of them is carried out, and its item is settled.

    In DynamoDB no row comes near 400 KB, and a hundred rows such as a transaction writes are less than 4 MB.
    """
    before, people = biggest.everybody(), biggest.everybody()
    source = Says(config(before, lock=timedelta(minutes=5)))
    apply = applying(store, source)
    await apply(SHOP, ConfigChanged(repository=SHOP, key="push/1"))
    await fill(store, before)
    source.config = config(people, lock=timedelta(minutes=7))
    shown = biggest_shown()  # each row is compressed by itself
    for row in await store.due(now=NOON, lease=LEASE, limit=99):
        await store.rest(row, due_at=None, shown=shown)
    event = ConfigChanged(repository=SHOP, key="push/2")
    await store.put([event_item(event)], now=NOON)
    (claimed,) = await store.claim(now=NOON, lease=LEASE, limit=1)
    await apply(SHOP, event, settles=claimed)
    kept_rows = await store.load(SHOP.id)
    found = readable(documents(kept_rows))
    assert [one.name for one in found] == NAMES
    assert {one.config.lock for one in found} == {timedelta(minutes=7)}
    assert {len(one.awaiting) for one in found} == {100}
    assert {one.config.everybody == people for one in found} == {True}
    assert sum(len(row.document) for row in kept_rows) > 5 * TRANSACTION
    assert (await store.counts()).open == 0
    newest, *_ = await store.history(SHOP.id, limit=9)
    assert {entry.environment for entry in codec.decode_entries(newest.history)} == set(NAMES)
    if address.startswith("dynamodb"):
        kept = rows(address.removeprefix("dynamodb://")).scan()["Items"]
        sizes = {row["sk"]: sum(len(name) + taken(value) for name, value in row.items()) for row in kept}
        assert max(sizes.values()) < ITEM, sizes
        assert max(sizes[row["sk"]] for row in kept if "version" in row) < TRANSACTION / 100, sizes


def biggest_shown() -> bytes:
    """As many notes as are kept, with longer texts than fit."""
    notes, note = dict[str, Published](), Published(biggest.text(40), biggest.text(16), biggest.text(3000))
    while has_room(key := f"slack/C{'A' * 20}/{len(notes):010}", notes):
        notes[key] = replace_struct(note, id=biggest.text(40), final_text=biggest.text(3000))
    shown = encode_shown(notes)
    assert decode_shown(shown).keys() == notes.keys()
    return shown


def test_every_field_of_the_biggest_document_is_set() -> None:
    """A new field has to be added to it; those of the config fill a file, and are limited together."""
    big = biggest.environment("e", biggest.everybody(), asked=biggest.asking(), carried=biggest.carrying())
    own = {kind.__name__ for kind in stored([Environment]) if kind.__module__ == Environment.__module__}
    lacking = [case for case in missing([Environment], [big]) if case.endswith(" set") and case.split(".")[0] in own]
    assert lacking == []


async def test_people_are_stored_once(store: StoreUnderTest) -> None:
    """One document holds the people of all environments."""
    people = biggest.everybody()
    source = Says(config(people, lock=timedelta(minutes=5)))
    await applying(store, source)(SHOP, ConfigChanged(repository=SHOP, key="push/1"))
    kept_rows = await store.load(SHOP.id)
    login = next(iter(people.linked)).encode()
    assert [row.name for row in kept_rows if login in row.document] == [PEOPLE]
    assert everybody(kept_rows) == people


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
    return dataclasses.replace(found, environments=few)


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
    source.config = dataclasses.replace(source.config, sha=biggest.sha())
    await apply(SHOP, event)
    assert {row.name: row.version for row in await store.load(SHOP.id)} == versions
    source.config = config(People(), lock=timedelta(minutes=5), names=["production"])
    await apply(SHOP, event)
    assert everybody(await store.load(SHOP.id)) == People()


# ---------------------------------------------------------------- a change of very many rows

SOME, MORE = People({"mona": "U024BE7LH"}, {"mona": "U024BE7LH"}), People({"taro": "U024BE7TA"}, {"taro": "U024BE7TA"})
COUNT = MergesRecounted(repository=SHOP, key="recount/1", at=NOON)


class Crashed(Exception):  # noqa: N818 - an end, not an error
    """The process ends right after one of its calls to the service."""


def channelled(people: People, *, lock: timedelta) -> Config:
    """Forty environments, each with a Slack channel of its own."""
    found = plain(config(people, lock=lock))
    placed = {
        name: replace(one, channel=f"C{number:020}") for number, (name, one) in enumerate(found.environments.items())
    }
    return dataclasses.replace(found, environments=placed)


async def counted(store: Store) -> Apply:
    """A config that changes all forty environments, people who may act, and forty merges that nobody told of."""
    source = Says(channelled(SOME, lock=timedelta(minutes=5)))
    apply = applying(store, source)
    await apply(SHOP, ConfigChanged(repository=SHOP, key="push/1"))
    source.config, source.merges = channelled(MORE, lock=timedelta(minutes=7)), tuple(map(merged, range(40)))
    await store.put([event_item(COUNT)], now=NOON)
    return apply


def merged(number: int) -> PullFact:
    """A merge that GitHub lists."""
    found = replace(biggest.pull(), number=number + 1)
    labels = {f"{label:02}{'🚀' * 48}": None for label in range(100)}
    return PullFact(
        pull=found, base="main", merged=True, sha=biggest.sha(), merger="mona", merged_at=after(number), labels=labels
    )


async def owed(store: Store) -> list[str]:
    """The ids of all queued items; a batch, which the worker queues item by item, is opened."""
    found, lanes = list[str](), await store.claim(now=after(60), lease=LEASE, limit=99)
    while lanes:
        for claimed in lanes:
            item = codec.decode_item(claimed.body)
            batched = batched_items(item) if isinstance(item, Batch) else ()
            found += [] if batched else [claimed.id]
            settled = Change(id=f"{claimed.id}/done", at=NOON, repository=SHOP.id, settles=claimed, items=batched)
            await store.record(settled)
        lanes = await store.claim(now=after(60), lease=LEASE, limit=99)
    return found


async def test_forty_merges_are_counted_in_forty_channels(store: StoreUnderTest) -> None:
    """The documents, a message in each channel and all merges are written at once, and none of them twice."""
    apply = await counted(store)
    (claimed,) = await store.claim(now=NOON, lease=LEASE, limit=1)
    await apply(SHOP, COUNT, settles=claimed)
    found = readable(documents(await store.load(SHOP.id)))
    assert {(one.config.lock, tuple(one.config.people)) for one in found} == {(timedelta(minutes=7), ("taro",))}
    newest, *_ = await store.history(SHOP.id, limit=9)
    assert {entry.environment for entry in codec.decode_entries(newest.history)} == set(NAMES)
    ids = await owed(store)
    assert len(ids) == len(set(ids)) == 80
    assert sorted(one for one in ids if one.endswith("/merged")) == sorted(
        f"{SHOP.id}/pull/{number}/merged" for number in range(1, 41)
    )


async def test_a_crash_leaves_all_of_a_change_or_nothing(table: str) -> None:
    """At its first and its fortieth row, and right after its transaction, with documents of the biggest size."""
    store = DynamoStore(table)
    await counted(store)
    await fill(store, SOME)
    before = {row.name: row.version for row in await store.load(SHOP.id)}
    source, now = Says(channelled(MORE, lock=timedelta(minutes=7)), tuple(map(merged, range(40)))), NOON
    for operation, nth in (("put_item", 1), ("put_item", 40), ("transact_write_items", 1)):
        assert {row.name: row.version for row in await store.load(SHOP.id)} == before
        assert await configured(store) == set()
        (claimed,) = await store.claim(now=now, lease=LEASE, limit=1)
        crashing = DynamoStore(table, consumed=crashes_after(operation, nth))
        with pytest.raises(Crashed):
            await applying(crashing, source)(SHOP, COUNT, settles=claimed)
        await crashing.close()
        now += 2 * LEASE
    after_it = await store.load(SHOP.id)
    assert {row.name: row.version for row in after_it} == {name: version + 1 for name, version in before.items()}
    found = readable(documents(after_it))
    assert {(one.config.lock, len(one.awaiting), tuple(one.config.people)) for one in found} == {
        (timedelta(minutes=7), 100, ("taro",))
    }
    assert await configured(store) == set(NAMES)
    ids = await owed(store)
    assert len(ids) == len(set(ids)) == 80
    await store.load(SHOP.id)
    bodies = [row["sk"] for row in rows(table).scan()["Items"] if "#body#" in row["sk"]]
    assert len(bodies) == len(NAMES)  # those of the crashed servers are gone
    await store.close()


def crashes_after(operation: str, nth: int) -> Callable[[str, float], None]:
    """Ends at the nth call of this operation, and at each call from then on."""
    seen = 0

    def crash(called: str, _: float) -> None:
        nonlocal seen
        seen += called == operation
        if seen >= nth:
            raise Crashed

    return crash


async def configured(store: DynamoStore) -> set[str | None]:
    """The environments whose new config is in history."""
    past = await store.history(SHOP.id, limit=9)
    entries = (entry for change in past for entry in codec.decode_entries(change.history))
    return {entry.environment for entry in entries if entry.what == "config"}


async def test_one_document_that_is_too_large_is_refused(store: StoreUnderTest, address: str) -> None:
    """One document cannot be split: the refusal is permanent and names the size, so the change is not tried again."""
    if address.startswith("sqlite"):
        pytest.skip("a file takes any size")
    much = biggest.text(ITEM * 2).encode()
    write = Write(repository=SHOP.id, full_name=SHOP.full_name, name="production", version=0, document=much)
    change = Change(id="1", at=NOON, repository=SHOP.id, writes=(write,), history=b"told")
    with pytest.raises(Permanent, match="size"):
        await store.record(change)
    assert await store.load(SHOP.id) == []
