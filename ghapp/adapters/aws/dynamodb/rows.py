"""The rows of the one table: their keys, the encoding of values, and expressions over them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

# | row      | pk              | sk                 | `list`                                | `place`                 |
# |----------|-----------------|--------------------|---------------------------------------|-------------------------|
# | document | repository#<id> | environment#<name> | due#<shard>                           | due_at, lease, or never |
# | body     | repository#<id> | environment#<name>#body#<version>#<try> | none; a document that is large |         |
# | shown    | repository#<id> | environment#<name>#shown | none; its projections as last published     |         |
# | item     | item#<id>       | item               | ready#<shard of its lane> while open  | ready, or end of lease  |
# |          |                 |                    | dead                                  | seq                     |
# | change   | change#<id>     | change             | history#<repository>, if it has any   | seq                     |
# | lane     | lane#<lane>     | lane               | none; exists while an item is leased  |                         |
# | channel  | channel#<id>    | repository#<id>    | none; the repository names it, or did |                         |
# | silence  | silence#<account> | repository#<id>  | none; whether it is known to have no config |       |
# | pulse    | pulse           | pulse              | none; `check` writes it               |                         |
# | mark     | table           | mark               | none; the table's id and its schema   |                         |
#
# The index `lists` holds only rows that have `list` and `place`, and of them the keys, `lane` (of a document: the
# repository's full name) and `seq`. It lags behind the table, so it only proposes: a condition on the row itself
# decides.
#
# `seq` is the order of insertion by the writers' clocks; of a document it is its version, for which the index has no
# other attribute. `put_by`, `settled_by`, `change`, `leased_by`, `revived_by`, `token` identify the writer, which
# recognizes its own write by them after a lost answer. `ttl` collects garbage; no decision depends on it.
SCHEMA = 1
INDEX = "lists"
NEVER = 2**62  # the place of a document at rest: it stays on its list, which shows all documents
SHARDS = 4  # a list takes 1,000 writes a second and shard; more shards make every read dearer

Value = str | int | bytes
Attributes = Mapping[str, Value]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# ---------------------------------------------------------------- keys and lists


def repository_key(repository: int) -> str:
    """The partition of a repository's documents."""
    return f"repository#{repository}"


def document_key(repository: int, name: str) -> Attributes:
    return {"pk": repository_key(repository), "sk": f"environment#{name}"}


def document_name(row: Attributes) -> tuple[int, str]:
    """Repository and name, from the key."""
    return int(str(row["pk"]).removeprefix("repository#")), str(row["sk"]).removeprefix("environment#")


def body_key(repository: int, name: str, version: int, by: str) -> Attributes:
    """The body of one version of a large document, by one try to write it: any other try has another body, even of the
    same change, which may have been decided anew while a request of its first try is still on its way.
    """
    return {"pk": repository_key(repository), "sk": f"environment#{name}#body#{version}#{by}"}


def shown_key(repository: int, name: str) -> Attributes:
    """What was published of a document."""
    return {"pk": repository_key(repository), "sk": f"environment#{name}#shown"}


def item_key(item_id: str) -> Attributes:
    """The id alone, so that an item exists once."""
    return {"pk": f"item#{item_id}", "sk": "item"}


def item_id(row: Attributes) -> str:
    return str(row["pk"]).removeprefix("item#")


def lane_key(lane: str) -> Attributes:
    return {"pk": f"lane#{lane}", "sk": "lane"}


def change_key(change_id: str) -> Attributes:
    """The id alone, so that a change exists once."""
    return {"pk": f"change#{change_id}", "sk": "change"}


def channel_key(channel: str) -> str:
    """The partition of the repositories that name a channel or a target."""
    return f"channel#{channel}"


def silence_key(account: str, repository: int) -> Attributes:
    """The row that says whether a repository is known to have no config, in the partition of its account."""
    return {"pk": f"silence#{account}", "sk": repository_key(repository)}


def key_of(row: Attributes) -> Attributes:
    return {"pk": row["pk"], "sk": row["sk"]}


def ready_list(lane: str) -> str:
    """The list of a lane's open items."""
    return f"ready#{_shard(lane)}"


def due_list(repository: int, name: str) -> str:
    """The list of a document, due or at rest."""
    return f"due#{_shard(f'{repository}/{name}')}"


def all_of(list_name: str) -> list[str]:
    """The shards of a list."""
    return [f"{list_name}#{shard}" for shard in range(SHARDS)]


def history_list(repository: int) -> str:
    """The list of a repository's changes that left history."""
    return f"history#{repository}"


DEAD_LIST = "dead"


def _shard(key: str) -> int:
    return crc32(key.encode()) % SHARDS


# ---------------------------------------------------------------- values


def stamp(moment: datetime) -> int:
    """Whole microseconds since 1970, which round-trip exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(stamp: Value) -> datetime:
    """The inverse of `stamp`."""
    return _EPOCH + timedelta(microseconds=int(stamp))


def written(attributes: Attributes) -> dict[str, dict[str, Any]]:
    """Encodes attributes for the service."""
    return {name: _written(value) for name, value in attributes.items()}


def read(attributes: Mapping[str, Mapping[str, Any]]) -> Attributes:
    """Decodes the service's attributes. Anything but text, whole numbers and bytes is not ours and is dropped."""
    return {
        name: _READ[kind](value) for name, pair in attributes.items() for kind, value in pair.items() if kind in _READ
    }


_READ: Mapping[str, Any] = {"S": str, "N": int, "B": bytes}


def _written(value: Value) -> dict[str, Any]:
    match value:
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case bytes():
            return {"B": value}


# ---------------------------------------------------------------- expressions


def expressions(values: Attributes, **texts: str) -> dict[str, Any]:
    """The request parameters for these expressions. Every attribute in them is a `#name`, since some names are reserved
    words. `values` may hold more than the expressions use."""
    asked = " ".join(texts.values())
    names = set(re.findall(r"#(\w+)", asked))
    used = set(re.findall(r":(\w+)", asked))
    request: dict[str, Any] = {**texts, "ExpressionAttributeNames": {f"#{name}": name for name in names}}
    if used:
        request["ExpressionAttributeValues"] = written({f":{name}": values[name] for name in used})
    return request
