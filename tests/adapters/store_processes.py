"""The contract's other processes, which begin without importing everything anew."""

import asyncio
import os
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier

from tests.adapters.store_world import put_for_ever, race
from tests.engine.grants import FORKSERVER


def racer(address: str, name: str, rounds: int, barrier: Barrier, wins: Connection) -> BaseProcess:
    """A started process that writes one document, round after round, and sends the versions that it won."""
    return _started(_race, address, name, rounds, barrier, wins)


def writer(address: str, run: int, acknowledged: Connection) -> BaseProcess:
    """A started process that puts batches until it is killed, and sends the number of each acknowledged one."""
    return _started(_put, address, run, acknowledged)


def _started(work: object, *arguments: object) -> BaseProcess:
    aws = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    process = FORKSERVER.Process(target=work, args=(aws, *arguments))  # type: ignore[arg-type]
    process.start()
    return process


def _race(aws: Mapping[str, str], address: str, name: str, rounds: int, barrier: Barrier, wins: Connection) -> None:
    os.environ.update(aws)  # the fork server began before these were set
    asyncio.run(race(address, name, rounds, barrier, wins))


def _put(aws: Mapping[str, str], address: str, run: int, acknowledged: Connection) -> None:
    os.environ.update(aws)
    asyncio.run(put_for_ever(address, run, acknowledged))
