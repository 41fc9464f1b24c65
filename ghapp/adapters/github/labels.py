"""A pull request's labels and the login that added each, as a part of a GraphQL query."""

import msgspec

from ghapp.core.model.facts import Labels

LABELS = """
  labels(first: 100) { nodes { name } }
  timelineItems(last: 100, itemTypes: [LABELED_EVENT]) {
    nodes { __typename ... on LabeledEvent { label { name } actor { __typename login } } }
  }
"""


class _Name(msgspec.Struct):
    name: str


class _Names(msgspec.Struct):
    nodes: list[_Name]


class _Actor(msgspec.Struct):
    kind: str = msgspec.field(name="__typename")
    login: str = ""


class _Event(msgspec.Struct):
    label: _Name
    actor: _Actor | None = None


class _Events(msgspec.Struct):
    nodes: list[_Event]


class Labelled(msgspec.Struct, rename="camel", kw_only=True):
    """The answer to `LABELS`."""

    labels: _Names | None = None
    timeline_items: _Events | None = None

    def who_labelled(self) -> Labels:
        """The login that added each label last; None if unknown or a bot, which has no role that we could read."""
        newest = {event.label.name: event.actor for event in (self.timeline_items.nodes if self.timeline_items else ())}
        named = [label.name for label in self.labels.nodes] if self.labels else []
        return {name: actor.login if (actor := newest.get(name)) and actor.kind == "User" else None for name in named}
