"""The DynamoDB table: made once, refused where it cannot hold a lock, and its client not imported with SQLite."""

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ghapp.adapters.aws.dynamodb import DynamoStore
from ghapp.cli import commands
from ghapp.cli.table import check
from ghapp.ports import Permanent, Retryable
from tests.adapters.aws.dynamodb_proxy import Body, Proxy, Rule, altered, refused
from tests.adapters.aws.dynamodb_server import rows
from tests.adapters.store_world import NOON, change, claim, item, write

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    local_dynamodb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Runs `ghapp table …`: exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def typed(what: str, store: str) -> tuple[int, str, str]:
        monkeypatch.setenv("GHAPP_STORE", store)
        code = commands.run(["table", *what.split()])
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


# ---------------------------------------------------------------- ghapp table


def test_made_and_checked(run: Run) -> None:
    """The check of a missing table names the command that makes it; a second creation changes nothing."""
    table = "dynamodb://ghapp-made"
    code, out, err = run("check", table)
    assert (code, out) == (1, "")
    assert err == "ghapp: there is no table ghapp-made here: make it with `ghapp table create`\n"
    for _ in range(2):
        assert run("create", table) == (0, "ghapp-made is ready\n", "")
    code, out, err = run("check", table)
    assert (code, err) == (0, "")
    assert out.startswith("ghapp-made is as it should be; its clock says ")


def test_only_a_table_is_made(run: Run) -> None:
    """With SQLite both commands refuse in one line, since a file needs no preparation."""
    for what in ("create", "check"):
        code, out, err = run(what, "sqlite:///ghapp.db")
        assert (code, out) == (2, "")
        assert err.startswith("ghapp: GHAPP_STORE is a SQLite file")


@pytest.mark.parametrize("name", ["ab", "with space", "with/slash", "x" * 256, ""])
def test_bad_name(run: Run, name: str) -> None:
    """A name that no table can have is refused before any call."""
    code, _, err = run("check", f"dynamodb://{name}")
    assert (code, err) == (2, "ghapp: GHAPP_STORE must be sqlite:///PATH or dynamodb://TABLE\n")


def test_no_region(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the missing region."""
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", "nowhere")
    assert run("check", "dynamodb://ghapp") == (2, "", "ghapp: GHAPP_STORE (dynamodb://ghapp): AWS_REGION is not set\n")


def test_bad_address(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that is no URL is refused in one line."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "127.0.0.1")
    code, _, err = run("check", "dynamodb://ghapp")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("ghapp: GHAPP_STORE (dynamodb://ghapp): ")


# ---------------------------------------------------------------- refused tables


def replicated(**told: Any) -> Callable[[Body], None]:
    return lambda answer: answer["Table"].update(told)


def without_index(answer: Body) -> None:
    del answer["Table"]["GlobalSecondaryIndexes"]


def other_index(answer: Body) -> None:
    answer["Table"]["GlobalSecondaryIndexes"][0]["Projection"] = {"ProjectionType": "KEYS_ONLY"}


def other_key(answer: Body) -> None:
    answer["Table"]["KeySchema"][0]["AttributeName"] = "id"


def index_in_the_making(answer: Body) -> None:
    answer["Table"]["GlobalSecondaryIndexes"][0]["IndexStatus"] = "CREATING"


def another_table(answer: Body) -> None:
    answer["Table"]["TableId"] = "another"


REPLICAS = [{"RegionName": "eu-west-1"}, {"RegionName": "us-east-1"}]

REFUSED: dict[str, tuple[Callable[[Body], None], str]] = {
    "replicated": (
        replicated(Replicas=REPLICAS),
        "is replicated to eu-west-1, us-east-1, and two regions could grant one lock: use a table of one region alone",
    ),
    "replicated and said so": (
        replicated(Replicas=REPLICAS, MultiRegionConsistency="EVENTUAL", GlobalTableVersion="2019.11.21"),
        "is replicated to eu-west-1, us-east-1, and two",
    ),
    "replicated in the old way": (replicated(GlobalTableVersion="2017.11.29"), "is replicated, and two regions"),
    "a replica that is in the making or on its way out": (
        replicated(Replicas=[{"RegionName": "eu-west-1", "ReplicaStatus": "DELETING"}]),
        "is replicated to eu-west-1",
    ),
    "replicated with strong consistency": (
        replicated(Replicas=REPLICAS, MultiRegionConsistency="STRONG", GlobalTableVersion="2019.11.21"),
        "is replicated to eu-west-1, us-east-1, and with strong consistency it takes no transactions",
    ),
    "replicated with a witness": (
        replicated(
            Replicas=REPLICAS[:1],
            GlobalTableWitnesses=[{"RegionName": "us-east-2", "WitnessStatus": "ACTIVE"}],
            MultiRegionConsistency="STRONG",
        ),
        "is replicated to eu-west-1, us-east-2, and with strong consistency it takes no transactions",
    ),
    "no index": (without_index, "has no index lists: it was not made by `ghapp table create`"),
    "other index": (other_index, "is another one: it was not made by `ghapp table create`"),
    "other key": (other_key, "has another key than pk and sk: it was not made by `ghapp table create`"),
    "not ready": (index_in_the_making, r"is not ready yet \(active, creating\)"),
    "a copy": (another_table, "is a copy of another, so numbers may have gone back: .* --restored`"),
}


@pytest.mark.parametrize(("alter", "sentence"), REFUSED.values(), ids=REFUSED)
async def test_refused(table: str, proxy: Proxy, alter: Callable[[Body], None], sentence: str) -> None:
    """The start refuses a table that cannot hold a lock, in one sentence; so does the check."""
    proxy.rules.append(Rule(altered(alter), "DescribeTable"))
    store = DynamoStore(table)
    with pytest.raises(Permanent, match=sentence):
        await store.open()
    [problem] = await store.problems()
    assert "\n" not in problem
    await store.close()


async def test_a_replicated_table_is_refused_by_the_check_in_one_line(
    table: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`ghapp table check` needs no test write for it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GHAPP_STORE", f"dynamodb://{table}")
    strong = replicated(Replicas=REPLICAS, MultiRegionConsistency="STRONG")
    proxy.rules += [Rule(altered(strong), "DescribeTable"), Rule(refused("ValidationException"), "TransactWriteItems")]
    assert await check() == 1
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        f"ghapp: the table {table} is replicated to eu-west-1, us-east-1, and with strong consistency it takes no "
        "transactions: use a table of one region alone"
    ]
    assert not said.out


async def test_restored(table: str, proxy: Proxy) -> None:
    """A table restored from a backup is used only after `--restored`, and stays in use."""
    proxy.rules.append(Rule(altered(another_table), "DescribeTable"))
    store = DynamoStore(table)
    with pytest.raises(Permanent, match="--restored"):
        await store.create()
    await store.create(restored=True)
    await store.open()
    await store.create()
    await store.close()


async def test_wiped(local_dynamodb: str, table: str) -> None:
    """A table without rows is not taken for a new one without `ghapp table create`."""
    rows(table).delete_item(Key={"pk": "table", "sk": "mark"})
    store = DynamoStore(table)
    with pytest.raises(Permanent, match="is empty or not ours: `ghapp table create` takes it into use"):
        await store.open()
    await store.create()
    await store.open()
    await store.close()


async def test_newer_schema(local_dynamodb: str, table: str) -> None:
    """A table of a newer schema is refused, with `--restored` too."""
    rows(table).update_item(
        Key={"pk": "table", "sk": "mark"},
        UpdateExpression="SET #schema = :newer",
        ExpressionAttributeNames={"#schema": "schema"},
        ExpressionAttributeValues={":newer": 99},
    )
    store = DynamoStore(table)
    for attempt in (store.open, store.create, partial(store.create, restored=True)):
        with pytest.raises(Permanent, match="has schema 99 and this version knows 1: upgrade ghapp"):
            await attempt()
    await store.close()


async def test_time_to_live(table: str, proxy: Proxy) -> None:
    """The check reports a time to live that is off or of another attribute; the start does not need it."""

    def off(answer: Body) -> None:
        answer["TimeToLiveDescription"] = {"TimeToLiveStatus": "DISABLED"}

    def other(answer: Body) -> None:
        answer["TimeToLiveDescription"]["AttributeName"] = "expires"

    store = DynamoStore(table)
    await store.open()
    assert list(await store.problems()) == []
    for alter, sentence in ((off, "time to live is off"), (other, "goes by `expires` and must go by `ttl`")):
        proxy.rules[:] = [Rule(altered(alter), "DescribeTimeToLive")]
        [problem] = await store.problems()
        assert sentence in problem
    await store.close()


async def test_takes_no_transactions(table: str, proxy: Proxy) -> None:
    """A table that takes single writes but no transactions cannot store a change, so the store's check fails."""
    proxy.rules.append(Rule(refused("ValidationException"), "TransactWriteItems"))
    store = DynamoStore(table)
    with pytest.raises(Permanent, match=r"^the store refuses it"):
        await store.check()
    await store.close()


async def test_check_finds_a_table_that_takes_no_transactions(
    table: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`ghapp table check` tries one, since the table's description does not show it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GHAPP_STORE", f"dynamodb://{table}")
    proxy.rules.append(Rule(refused("ValidationException"), "TransactWriteItems"))
    assert await check() == 1
    assert "cannot be written as it must be" in capsys.readouterr().err


async def test_no_clock(table: str, proxy: Proxy) -> None:
    """An answer without a readable date gives no time."""
    proxy.rules.append(Rule(altered(lambda _: None, Date="soon"), "TransactWriteItems"))
    store = DynamoStore(table)
    with pytest.raises(Retryable, match="does not tell the time"):
        await store.check()
    await store.close()


async def test_only_forgettable_rows_expire(table: str) -> None:
    """Only rows that may be forgotten have a time to live, a week or more ahead by the service's clock."""
    store = DynamoStore(table)
    await store.put([item("open"), item("done", "2")], now=NOON)
    _, done = await claim(store)
    await store.record(change("without history", write(0), settles=done))
    await store.record(change("with history", write(1), history=b"told"))
    removed = {row["pk"]: int(row["ttl"]) for row in rows(table).scan()["Items"] if "ttl" in row}
    assert removed.keys() == {"item#done", "change#without history"}
    assert all(ttl > time.time() + 7 * 24 * 3600 for ttl in removed.values())
    await store.close()


# ---------------------------------------------------------------- SQLite without Amazon's client

SQLITE_START = """
import asyncio, sys, tempfile
from pathlib import Path
import ghapp.assembly, ghapp.cli.commands, ghapp.cli.server
from ghapp.settings import load
from ghapp.demo.github import App

async def start():
    with tempfile.TemporaryDirectory() as folder:
        settings = load({
            "GHAPP_PUBLIC_URL": "http://127.0.0.1", "GITHUB_APP_ID": "1",
            "GITHUB_PRIVATE_KEY": App.make().private_key_pem,
            "GITHUB_WEBHOOK_SECRET": "0123456789abcdef", "GHAPP_STORE": f"sqlite:///{folder}/ghapp.db",
        }, dotenv=None)
        async with ghapp.assembly.assemble(settings) as components:
            await components.store.check()

asyncio.run(start())
print(sorted({"boto3", "botocore"} & sys.modules.keys()))
"""


def test_sqlite_does_not_import_amazons_client() -> None:
    """The import takes half a second and 30 MB."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", SQLITE_START]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout, ended.returncode) == ("[]\n", 0), ended.stderr
