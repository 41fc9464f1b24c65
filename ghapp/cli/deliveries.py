"""`ghapp deliveries`: lists the dead letters, and has one processed once more."""

import json
import sys

from ghapp.cli.store import opened
from ghapp.ports import utc_now

SHOWN = 1000


async def dead() -> int:
    """Prints a line for each, the oldest first: its id, its kind, and the reason."""
    async with opened() as store:
        found = await store.dead(limit=SHOWN)
    for item, why in found:
        print(f"{item.id}  {_kind(item.body)}  {json.dumps(why, ensure_ascii=False)}")
    if not found:
        print("there are no dead letters")
    return 0


async def retry(item_id: str) -> int:
    """0 if it is ready again, 1 if there is no such dead letter."""
    async with opened() as store:
        if await store.revive(item_id, now=utc_now()):
            print(f"{item_id} is worked once more")
            return 0
    print(f"ghapp: there is no dead letter {item_id!r}", file=sys.stderr)
    return 1


def _kind(body: bytes) -> str:
    try:
        kind, _ = json.loads(body)
    except ValueError:
        return "?"
    return str(kind)
