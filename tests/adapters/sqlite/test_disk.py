"""The files of a SQLite store: private, missed when they are gone, and refused when they come from a backup."""

import asyncio
import logging
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ghapp.adapters.sqlite import SqliteStore
from ghapp.cli import commands
from ghapp.ports import Permanent, Replaced
from tests.adapters.store_world import NOON, change, item, write
from tests.doors import payloads
from tests.doors.site import site
from tests.doors.test_health import ready, standing

REPLACED = (
    "the store's file was removed or replaced while the server was running: put that file back, or restart the server"
)
RESTORED = "so numbers may have gone back: end what is running, then `ghapp table create --restored`"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ghapp.db"


def modes(path: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.glob("ghapp.db*")}


def widen(path: Path) -> None:
    for each in path.parent.glob("ghapp.db*"):
        if each.suffix != ".witness":
            each.chmod(0o664)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


async def used(path: Path, changes: int) -> None:
    """A server's life: `changes` writes of one document on its newest version."""
    store = SqliteStore(path)
    version = next((row.version for row in await store.load(1296269)), 0)
    for number in range(version, version + changes):
        await store.record(change(f"{path.name}/{number}", write(number), history=b"told"))
    await store.close()


def copied(path: Path, to: str) -> Path:
    """The database alone, as a backup has it."""
    copy = path.with_name(to)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


async def refusal(path: Path) -> str:
    store = SqliteStore(path)
    try:
        with pytest.raises(Permanent) as refused:
            await store.open()
        return str(refused.value)
    finally:
        await store.close()


# ---------------------------------------------------------------- private


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
async def test_the_files_are_for_their_owner_alone(path: Path, mask: int) -> None:
    """The umask does not matter: the files hold text of private repositories."""
    with umask(mask):
        store = SqliteStore(path)
        await store.put([item("a")], now=NOON)
    assert modes(path) == dict.fromkeys(["ghapp.db", "ghapp.db-wal", "ghapp.db-shm", "ghapp.db.witness"], 0o600)
    await store.close()


async def test_wider_rights_are_taken_back(path: Path) -> None:
    """The next start tightens a file's mode, and that of its log, which another process has open."""
    first, second = SqliteStore(path), SqliteStore(path)
    await first.put([item("a")], now=NOON)
    widen(path)
    await second.open()
    assert set(modes(path).values()) == {0o600}
    assert list(await first.put([item("a")], now=NOON)) == [False]
    await asyncio.gather(first.close(), second.close())


async def test_a_start_warns_of_wider_rights_that_it_cannot_take_back(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning names the command and the account that has to run it."""
    await used(path, 1)
    widen(path)

    def not_ours(_path: Path, _mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", not_ours)
    caplog.set_level(logging.WARNING)
    await used(path, 1)
    (told,) = caplog.records
    assert told.getMessage() == "others may read the store"
    assert told.__dict__["do"] == f"as its owner: chmod 600 {path} {path}-wal {path}-shm"


# ---------------------------------------------------------------- a file that is gone, and put back


def remove(path: Path) -> Callable[[], None]:
    aside = path.with_name("aside")
    path.rename(aside)

    def put_back() -> None:
        aside.rename(path)

    return put_back


def replace(path: Path) -> Callable[[], None]:
    back = remove(path)
    shutil.copy(path.with_name("aside"), path)

    def put_back() -> None:
        path.unlink()
        back()

    return put_back


def remove_log(path: Path) -> Callable[[], None]:
    return remove(path.with_name("ghapp.db-wal"))


@pytest.mark.parametrize("happens", [remove, replace, remove_log])
async def test_a_file_that_is_gone_is_missed_at_once(path: Path, happens: Callable[[Path], Callable[[], None]]) -> None:
    """Reads and writes raise `Replaced` at once, and work again when the right file is back."""
    store = SqliteStore(path)
    await store.put([item("before")], now=NOON)
    put_back = happens(path)
    for asked in (store.put([item("lost")], now=NOON), store.check(), store.load(1296269), store.counts()):
        with pytest.raises(Replaced, match=f"^{REPLACED}$"):
            await asked
    put_back()
    assert list(await store.put([item("before"), item("lost")], now=NOON)) == [False, True]
    await store.close()


async def test_a_write_to_a_file_that_is_gone_is_not_acknowledged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the file goes between the write and its answer."""
    real = sqlite3.connect

    class Hurried(sqlite3.Connection):
        def __exit__(self, *how: object) -> bool:  # type: ignore[override]
            left = super().__exit__(*how)  # type: ignore[arg-type]
            if armed:
                armed.pop()
                remove(path)
            return left

    armed: list[None] = []
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: real(path, **options, factory=Hurried))
    store = SqliteStore(path)
    await store.open()
    armed.append(None)
    with pytest.raises(Replaced):
        await store.put([item("lost")], now=NOON)
    await store.close()


async def test_a_file_that_is_gone_is_not_made_anew_by_a_running_server(path: Path) -> None:
    """Only a start makes a file, also after the connection broke."""
    store = SqliteStore(path)
    await store.open()
    with pytest.raises(sqlite3.Error):  # after such an error the store connects anew
        await store.put([item("a", lane=None)], now=NOON)  # type: ignore[arg-type]
    remove(path)
    with pytest.raises(Replaced):
        await store.check()
    assert "ghapp.db" not in modes(path)
    await store.close()


async def test_a_server_without_its_file_refuses_deliveries_with_503_until_it_is_back(path: Path) -> None:
    """`/readyz` names the remedy; GitHub keeps a refused delivery, and with the file back it is taken."""
    async with site(path.parent) as server:
        assert await server.deliver("pull_request", payloads.merged()) == 202
        put_back = remove(path)
        assert await server.deliver("pull_request", payloads.merged()) == 503
        put_back()
        assert await server.deliver("pull_request", payloads.merged()) == 200
    async with standing(path.with_name("ghapp2.db")) as client:
        assert (await ready(client))[0] == 200
        put_back = remove(path.with_name("ghapp2.db"))
        assert await ready(client) == (503, {"ready": False, "store": REPLACED, "clock": "unknown"})
        put_back()
        assert (await ready(client))[0] == 200


# ---------------------------------------------------------------- from a backup


async def test_an_older_file_is_refused_until_it_is_taken_into_use(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backup would give its numbers a second time. Once taken into use it stays so, and the newer file that it
    replaced is refused."""
    await used(path, 2)
    backup = copied(path, "backup")
    await used(path, 1)
    newer = copied(path, "newer")
    shutil.copy(backup, path)
    assert await refusal(path) == f"the store {path} is older than {path}.witness knows, {RESTORED}"

    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("GHAPP_STORE", f"sqlite:///{path}")
    assert await asyncio.to_thread(commands.run, ["deliveries", "--dead"]) == 2
    assert capsys.readouterr().err.startswith(f"ghapp: GHAPP_STORE ({path}): the store {path} is older than ")
    assert await asyncio.to_thread(commands.run, ["table", "create", "--restored"]) == 0
    assert capsys.readouterr().out == f"{path} is ready\n"
    await used(path, 5)
    shutil.copy(newer, path)
    assert await refusal(path) == f"the store {path} is another one than {path}.witness knows, {RESTORED}"


async def test_a_backup_that_lacks_nothing_is_used(path: Path) -> None:
    """The file of a stopped server may be moved with its witness, also to another machine: no number has gone back."""
    await used(path, 2)
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    for name in ("ghapp.db", "ghapp.db.witness"):
        shutil.copy(path.with_name(name), elsewhere / name)
    await used(elsewhere / "ghapp.db", 1)


async def test_a_copy_without_its_witness_is_refused(path: Path) -> None:
    """On another machine nothing else shows its age."""
    await used(path, 2)
    copy = copied(path, "copy.db")
    assert await refusal(copy) == f"the store {copy} is a copy without its {copy}.witness, {RESTORED}"
    path.with_name("copy.db.witness").write_text("not a witness")
    assert await refusal(copy) == f"the store {copy} is a copy without its {copy}.witness, {RESTORED}"


async def test_an_empty_store_is_not_taken_for_the_one_that_was_here(path: Path) -> None:
    """A start after the file's removal would give numbers a second time."""
    await used(path, 2)
    remove(path)
    assert await refusal(path) == f"the store {path} is new, and {path}.witness knows another, {RESTORED}"
    store = SqliteStore(path)
    await store.restore()
    assert list(await store.load(1296269)) == []
    await store.close()
    await used(path, 1)


async def test_only_a_file_that_is_there_is_taken_into_use(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--restored` makes no file, and takes none of a newer schema."""
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("GHAPP_STORE", f"sqlite:///{path}")
    restore = ["table", "create", "--restored"]
    assert await asyncio.to_thread(commands.run, restore) == 2
    assert f"there is no {path} here" in capsys.readouterr().err
    assert modes(path) == {}
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("PRAGMA user_version = 99")
    assert await asyncio.to_thread(commands.run, restore) == 2
    assert "has schema 99" in capsys.readouterr().err


async def test_the_witness_is_never_ahead(path: Path) -> None:
    """A crash between a write and its witness leaves a witness that is behind, which is accepted; a running server
    writes a removed witness anew."""
    await used(path, 2)
    behind = path.with_name("ghapp.db.witness").read_bytes()
    await used(path, 2)
    path.with_name("ghapp.db.witness").write_bytes(behind)
    await used(path, 1)
    assert path.with_name("ghapp.db.witness").read_bytes() > behind
    store = SqliteStore(path)
    await store.open()
    path.with_name("ghapp.db.witness").unlink()
    await store.check()
    await store.close()
    await used(path, 1)


async def test_several_processes_share_the_witness(path: Path) -> None:
    """Each process counts on from the other's number."""
    first, second = SqliteStore(path), SqliteStore(path)
    for number in range(20):
        await asyncio.gather(*(each.put([item(f"{number}/{id(each)}")], now=NOON) for each in (first, second)))
    await asyncio.gather(first.close(), second.close())
    with closing(sqlite3.connect(path)) as db:
        (changes,) = db.execute("SELECT changes FROM mark").fetchone()
    assert changes <= 40
    assert int(path.with_name("ghapp.db.witness").read_text().split()[1]) in (changes - 1, changes)
    await used(path, 1)


async def test_nothing_is_counted_where_nothing_changes(path: Path) -> None:
    """An idle server writes nothing to its disk."""
    store = SqliteStore(path)
    await store.open()
    log = path.with_name("ghapp.db-wal").stat().st_size
    for _ in range(10):
        assert list(await store.claim(now=NOON, lease=NOON - NOON, limit=9)) == []
    assert path.with_name("ghapp.db-wal").stat().st_size == log
    await store.close()
