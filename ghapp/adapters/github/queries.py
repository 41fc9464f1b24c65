"""GraphQL on one repository: the queries of one turn of the event loop are sent as one."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ghapp.adapters.github.faults import Refused, TooMuch
from ghapp.core.model.environment import Repository

_VARIABLE = re.compile(r"\$(?=\w)")


@dataclass(frozen=True, slots=True)
class Query:
    """`fields` of a repository, without named fragments. `variables` as GraphQL declares them: `$number: Int!`.

    `alone`: too heavy to be combined with others.
    """

    fields: str
    variables: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with its values and the future of its answer, which is None if the repository does not exist."""

    query: Query
    values: Mapping[str, object]
    answer: asyncio.Future[Mapping[str, Any] | None]


Send = Callable[[Repository, str, Mapping[str, object]], Awaitable[Mapping[str, Any]]]
"""Sends a document with its variables and returns the answer's data."""


def document(full_name: str, asked: Sequence[tuple[Query, Mapping[str, object]]]) -> tuple[str, Mapping[str, object]]:
    """Combines queries into one document with its variables. The n-th answer is named `name_of(n)`."""
    owner, name = full_name.split("/", 1)
    declared, fields = ["$owner: String!", "$name: String!"], []
    values: dict[str, object] = {"owner": owner, "name": name}
    for place, (query, given) in enumerate(asked):
        mine = f"of{place}_" if place else ""  # the first query's variables keep their names
        declared.append(_VARIABLE.sub(f"${mine}", query.variables))
        own = _VARIABLE.sub(f"${mine}", query.fields)
        alias = f"{name_of(place)}: " if place else ""
        fields.append(f"{alias}repository(owner: $owner, name: $name) {{ databaseId {own} }}")
        values |= {f"{mine}{name}": value for name, value in given.items()}
    return f"query({', '.join(filter(None, declared))}) {{ {' '.join(fields)} }}", values


def name_of(place: int) -> str:
    """The name of the n-th query's answer."""
    return f"repository{place or ''}"


class Queries:
    """Combines the queries of one turn of the event loop; those of another priority have an object of their own."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._gathering: dict[Repository, list[Asked]] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def ask(self, repository: Repository, query: Query, values: Mapping[str, object]) -> Mapping[str, Any] | None:
        """The query's answer for the repository. Raises the fault of sending it."""
        asked = Asked(query, values, asyncio.get_running_loop().create_future())
        if query.alone:
            await self._alone(repository, asked)
        elif (gathering := self._gathering.get(repository)) is not None:
            gathering.append(asked)
        else:
            self._gathering[repository] = [asked]
            task = asyncio.create_task(self._soon(repository))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return await asked.answer

    async def _soon(self, repository: Repository) -> None:
        await asyncio.sleep(0)  # concurrent callers have added their queries by then
        together = self._gathering.pop(repository)
        try:
            await self._answer(repository, together)
        except (Refused, TooMuch) as fault:
            if len(together) == 1:
                _fail(together, fault)
            else:  # one of them is refused or too much: sent alone, each gets its own answer
                await asyncio.gather(*(self._alone(repository, asked) for asked in together))
        except Exception as fault:  # noqa: BLE001 - the waiting callers get it
            _fail(together, fault)

    async def _alone(self, repository: Repository, asked: Asked) -> None:
        try:
            await self._answer(repository, [asked])
        except Exception as fault:  # noqa: BLE001 - likewise
            _fail([asked], fault)

    async def _answer(self, repository: Repository, together: Sequence[Asked]) -> None:
        text, values = document(repository.full_name, [(asked.query, asked.values) for asked in together])
        data = await self._send(repository, text, values)
        for place, asked in enumerate(together):
            if not asked.answer.done():  # its caller may be cancelled
                asked.answer.set_result(data.get(name_of(place)))


def _fail(together: Sequence[Asked], fault: Exception) -> None:
    for asked in together:
        if not asked.answer.done():
            asked.answer.set_exception(fault)
