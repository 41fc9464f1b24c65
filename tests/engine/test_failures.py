"""An error of our own code is confined to its place: one gate of many, or one part that a new head shows."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from ghapp.core.config.workflow_check import Files as WorkflowFiles
from ghapp.core.model.button_id import ButtonId
from ghapp.core.model.codec import encode_environment
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.events import GatesChanged, HeadChanged, MergeGroupQueued
from ghapp.core.model.facts import Fact, Files, Need
from ghapp.core.model.published import CheckRun, ConfigCheck
from ghapp.engine.denials import Denials
from ghapp.engine.failures import LONGEST_PAUSE, Failures, PlaceFailed
from ghapp.engine.proposals import Proposals
from ghapp.engine.publish.config_checks import ConfigChecker
from ghapp.engine.publish.gate import GatePublisher
from ghapp.engine.publish.gate_fanout import GateFanout
from ghapp.engine.publish.new_heads import NewHeads
from ghapp.engine.publish.previews import Previews
from ghapp.ports import Change, NoAccess, OpenPull, Proposal, Retryable, ShownCheck, Write
from tests.adapters.ground import Ground
from tests.adapters.store_world import StoreUnderTest, connect
from tests.core.build import NOON, REPOSITORY, environment
from tests.core.rules.test_holds import manual

WANTED = GatesChanged(repository=REPOSITORY, base="main")
HELD = "production: locked by taro until somebody unlocks it: migrating"


def opened(number: int, head: str) -> OpenPull:
    """An open pull request without a gate."""
    return OpenPull(number=number, head=head, draft=False, base="main", gate=None, ready=number % 2 == 0)


@dataclass
class World:
    """GitHub behind an adapter that raises an error of our own at the places in `broken`."""

    broken: set[str] = field(default_factory=set)
    away: bool = False
    written: dict[str, str] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def meets(self, place: str) -> None:
        """Raises if the place is broken."""
        if place in self.broken:
            raise KeyError(place)

    async def open_pulls(
        self, repository: Repository, base: str, *, files: bool, labels: bool
    ) -> AsyncGenerator[Sequence[OpenPull]]:
        """Yields two pages."""
        if self.away:
            raise NoAccess("no token")
        yield [opened(1, "a"), opened(2, "b")]
        self.meets("page")
        yield [opened(3, "c"), opened(4, "d")]

    async def layers(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        return ()

    async def likely_layers(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        raise AssertionError

    async def ready(self, repository: Repository, numbers: Sequence[int]) -> Sequence[int]:
        raise AssertionError

    async def open_pull(self, repository: Repository, number: int, *, into: str) -> OpenPull | None:
        return opened(number, "a")

    async def heads(self, repository: Repository) -> Mapping[str, Collection[int]]:
        """Shared heads; here every head belongs to one pull request."""
        return {}

    async def shut(self, repository: Repository, head: str) -> bool:
        raise AssertionError

    async def groups(self, repository: Repository, base: str) -> Sequence[OpenPull]:
        """No merge queue."""
        self.meets("queue")
        return ()

    async def between(self, repository: Repository, base: str, head: str) -> Files:
        raise AssertionError

    async def write(self, repository: Repository, pull: OpenPull, state: str, description: str) -> None:
        self.meets(pull.head)
        self.written[pull.head] = description

    async def gather(self, repository: Repository, need: Need) -> Fact:
        raise AssertionError


@dataclass
class Checks:
    world: World

    async def paint(
        self, repository: Repository, check: CheckRun, *, known: ShownCheck | None, again: bool = False
    ) -> ShownCheck:
        raise AssertionError

    async def marks(self, repository: Repository, head: str) -> Sequence[ButtonId]:
        raise AssertionError

    async def show(self, repository: Repository, head: str, checks: Sequence[CheckRun]) -> None:
        """Shows the preview of the merge."""
        self.world.meets("preview")
        self.world.shown.append(head)


@dataclass
class Configs:
    world: World

    async def proposed(self, repository: Repository, number: int) -> Proposal | None:
        """The pull request does not change the config."""
        self.world.meets("config")
        return None

    async def workflows(self, repository: Repository, proposal: Proposal) -> WorkflowFiles:
        raise AssertionError

    async def absent(self, repository: Repository, branches: Collection[str]) -> frozenset[str]:
        raise AssertionError

    async def strangers(self, repository: Repository, apps: Collection[str]) -> Mapping[str, str]:
        """All belong to the owner."""
        return {}

    async def readers(self, repository: Repository, logins: Collection[str]) -> frozenset[str]:
        raise AssertionError

    async def show(
        self, repository: Repository, proposal: Proposal, check: ConfigCheck, *, again: bool = False
    ) -> None:
        raise AssertionError

    async def repeat(self, repository: Repository, head: str) -> None:
        raise AssertionError

    async def number(self, repository: Repository, head: str) -> int | None:
        raise AssertionError


@dataclass
class Shop:
    """The engine on that world, with production under a lock."""

    world: World
    failures: Failures
    fanout: GateFanout
    heads: NewHeads
    locked: Environment


@pytest.fixture
async def shop(ground: Ground) -> AsyncIterator[Shop]:
    """One environment is stored."""
    store, world, failures = connect(await ground.new_store()), World(), Failures()
    locked = environment(manual=manual())
    await stored(store, locked)
    painter = GatePublisher(world, world, store, lambda: NOON, Denials(lambda: NOON))
    previews = Previews(Checks(world), failures, lambda: NOON)
    fanout = GateFanout(store, world, painter, failures, lambda: NOON)
    heads = NewHeads(
        store, painter, painter, fanout, ConfigChecker(Configs(world)), previews, failures, Proposals(lambda: NOON)
    )
    yield Shop(world, failures, fanout, heads, locked)
    await store.close()


async def stored(store: StoreUnderTest, found: Environment) -> None:
    """Records the environment as a decision would."""
    document = encode_environment(found)
    write = Write(repository=1, full_name="acme/shop", name="production", version=0, document=document)
    await store.record(Change(id="before", at=NOON, repository=1, writes=(write,)))


@pytest.mark.parametrize(("broken", "right"), [("b", "acd"), ("c", "abd"), ("page", "ab"), ("queue", "abcd")])
async def test_one_gate_that_fails_stops_no_other_gate(shop: Shop, broken: str, right: str) -> None:
    """A page that cannot be read or a failing merge queue stops no other gate either; the rest is retried after growing
    pauses."""
    shop.world.broken = {broken}
    pauses = []
    for _ in range(9):
        with pytest.raises(PlaceFailed) as caught:
            await shop.fanout.work(WANTED, "1/repaint/first")
        pauses.append(caught.value.after)
        assert sorted(shop.world.written) == sorted(right)
        assert set(shop.world.written.values()) == {HELD}
    assert pauses[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert pauses[-1] == LONGEST_PAUSE
    assert shop.failures.by_kind == {"gate": 9}
    shop.world.broken.clear()
    await shop.fanout.work(WANTED, "1/repaint/first")
    assert sorted(shop.world.written) == list("abcd")


async def test_another_repositorys_gates_do_not_wait_for_one_that_fails(shop: Shop) -> None:
    """The error is not a limit of GitHub's, so it delays one repository only."""
    shop.world.broken = {"b"}
    with pytest.raises(PlaceFailed):
        await shop.fanout.work(WANTED, "1/repaint/first")
    await shop.fanout.work(GatesChanged(repository=Repository(2, "acme/other", 7), base="main"), "2/repaint/other")


async def test_while_the_app_has_no_access_one_order_waits_for_all(shop: Shop) -> None:
    """However often the state changes meanwhile; once access is back, the gates show the current state."""
    shop.world.away = True
    with pytest.raises(Retryable) as caught:
        await shop.fanout.work(WANTED, "1/repaint/first")
    assert caught.value.after == timedelta(hours=1)
    await shop.fanout.work(WANTED, "1/repaint/second")
    shop.world.away = False
    await shop.fanout.work(WANTED, "1/repaint/first")
    assert sorted(shop.world.written) == list("abcd")


def changed() -> HeadChanged:
    """A pull request has a new head."""
    return HeadChanged(repository=REPOSITORY, key="pull/1/head", number=1, base="main")


@pytest.mark.parametrize("broken", ["a", "config", "preview"])
async def test_a_place_that_fails_on_a_new_head_stops_no_other_place(shop: Shop, broken: str) -> None:
    """Gate and config check are retried with the event; the preview is shown with the next head."""
    shop.world.broken = {broken}
    decision = Decision(changed=(shop.locked,), gates=(1,))
    for _ in range(2):
        try:
            await shop.heads(changed(), decision, (shop.locked,))
        except PlaceFailed:
            assert broken in ("a", "config")
        else:
            assert broken == "preview"
    assert shop.world.written == ({} if broken == "a" else {"a": HELD})
    assert bool(shop.world.shown) == (broken != "preview")
    assert shop.failures.by_kind == {{"a": "gate"}.get(broken, broken): 2}


async def test_a_merge_group_whose_gate_fails_is_tried_again(shop: Shop) -> None:
    """The merge queue waits for its gate, so the event must not become a dead letter."""
    shop.world.broken = {"f"}
    group = MergeGroupQueued(repository=REPOSITORY, key="group/f", head="f", base="main")
    with pytest.raises(PlaceFailed):
        await shop.heads(group, Decision(changed=(shop.locked,)), (shop.locked,))
