"""The store's compare-and-swap in memory: versioned documents, changes by id, claimed items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ghapp.core.model.decision import Entry
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import QueuedEvent
from ghapp.ports import Conflict, Superseded

Witness = Callable[[str, Environment | None, Environment, Sequence[Entry]], None]


@dataclass(frozen=True, slots=True)
class Copy:
    """A read at one moment; it becomes outdated."""

    documents: Mapping[str, Environment]
    versions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """All writes of one decision that was made on `read`; `settles`: an item and the token of its claim."""

    id: str
    read: Copy
    changed: tuple[Environment, ...]
    entries: tuple[Entry, ...]
    settles: tuple[str, int] | None


@dataclass(slots=True)
class Versions:
    """One store for all replicas. `witness` sees every write, with the id of its change."""

    witness: Witness
    documents: dict[str, Environment] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    changes: set[str] = field(default_factory=set)
    items: dict[str, QueuedEvent] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    history: list[Entry] = field(default_factory=list)

    def load(self) -> Copy:
        """All documents, read consistently."""
        return Copy(dict(self.documents), dict(self.versions))

    def put(self, event: QueuedEvent) -> bool:
        """False where its key is known."""
        return self.items.setdefault(event.key, event) is event

    def open(self) -> list[str]:
        """The items that are not settled."""
        return [key for key in self.items if key not in self.done]

    def claim(self, key: str) -> tuple[str, int]:
        """Takes the item from any holder before: in the model, a lease may end at any moment."""
        self.tokens[key] = self.tokens.get(key, 0) + 1
        return key, self.tokens[key]

    def record(self, draft: Draft) -> None:
        """All or nothing; a change whose id is known counts as written."""
        if draft.id in self.changes:
            return
        if draft.settles:
            key, token = draft.settles
            if key in self.done or self.tokens[key] != token:
                raise Superseded(key)
        for changed in draft.changed:
            if self.versions.get(changed.name, 0) != draft.read.versions.get(changed.name, 0):
                raise Conflict(changed.name)
        self.history.extend(draft.entries)
        for changed in draft.changed:
            self.witness(draft.id, self.documents.get(changed.name), changed, draft.entries)
            self.documents[changed.name] = changed
            self.versions[changed.name] = self.versions.get(changed.name, 0) + 1
        if draft.settles:
            self.done.add(draft.settles[0])
        self.changes.add(draft.id)
