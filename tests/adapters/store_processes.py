"""Entry points of the contract's other processes: module-level functions, since `spawn` needs them."""

import asyncio
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from tests.adapters.store_world import put_for_ever, race


def racer(address: str, name: str, rounds: int, barrier: Barrier, wins: Connection) -> None:
    asyncio.run(race(address, name, rounds, barrier, wins))


def writer(address: str, run: int, acknowledged: Connection) -> None:
    asyncio.run(put_for_ever(address, run, acknowledged))
