"""A DynamoDB for tests: a local one with a table for each test, or one table of Amazon's that tests empty."""

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from ghapp.adapters.aws.dynamodb import DynamoStore

AMAZONS_TABLE = "GHAPP_TEST_DYNAMODB_TABLE"
START_WITHIN = 30.0  # seconds

# its standard input closes when the tests' process ends, even by a kill
SERVES_WHILE_WE_LIVE = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from ministack.app import main
main()
"""


def amazons_table() -> str | None:
    """The table in Amazon's service for tests. Tests empty it, so its name must contain `test`."""
    name = os.environ.get(AMAZONS_TABLE)
    assert not name or "test" in name, f"{AMAZONS_TABLE} is emptied by tests: a table for that has `test` in its name"
    return name or None


@contextmanager
def local_service() -> Iterator[str]:
    """The address of a local service, which keeps all in memory and serves one request at a time."""
    port = free_port()
    environ = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "LOG_LEVEL": "ERROR"}
    command, quiet = [sys.executable, "-c", SERVES_WHILE_WE_LIVE], subprocess.DEVNULL
    process = subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        assert process.poll() is None, "the local DynamoDB ended before it served"
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the local DynamoDB does not serve")


def environ_for(address: str) -> Mapping[str, str]:
    """The environment of every process that uses the local service."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": address,
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


async def new_table() -> str:
    """The name of a new, empty table."""
    name = f"test-{uuid.uuid4().hex}"
    store = DynamoStore(name)
    await store.create()
    await store.close()
    return name


def rows(name: str) -> Any:
    """The table in Amazon's own client, past every adapter."""
    import boto3

    return boto3.resource("dynamodb", region_name=os.environ.get("AWS_REGION")).Table(name)


def emptied(name: str) -> str:
    """Deletes every row except the table's mark, and returns the name."""
    table = rows(name)
    asked = {"ProjectionExpression": "pk, sk", "ConsistentRead": True}
    answer = table.scan(**asked)
    while True:
        with table.batch_writer() as batch:
            for row in answer["Items"]:
                if row["pk"] != "table":
                    batch.delete_item(Key=row)
        if "LastEvaluatedKey" not in answer:
            return name
        answer = table.scan(**asked, ExclusiveStartKey=answer["LastEvaluatedKey"])
