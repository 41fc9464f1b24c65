"""`after`: the environment in which a revision has to be live first. Read, and checked against the others."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from ghapp.core.config import yaml_tree
from ghapp.core.config.kinds import Key, Kind, duration, record, text, unknown, wrong
from ghapp.core.config.model import ChainLink, Problem
from ghapp.core.config.values import NAME
from ghapp.core.config.yaml_tree import Node, within

_NAME = text("name", NAME)
KEYS = (
    Key(name="environment", kind=_NAME, about="Its name, not an alias; required.", example="environment: staging"),
    Key(
        name="for",
        kind=duration(timedelta(0), timedelta(days=7)),
        about="So long since it went live there, replaced since or not, 0m to 7d.",
        example="for: 10m",
        default="0m",
    ),
)
_FIELDS: Kind[ChainLink] = record(
    KEYS, lambda **found: ChainLink(found["environment"], found.get("for", timedelta(0))), required=("environment",)
)


def _read(node: Node) -> ChainLink:
    return _FIELDS.read(node) if isinstance(node, yaml_tree.Mapping) else ChainLink(_NAME.read(node))


def _show(link: ChainLink) -> object:
    if not link.lasting:
        return link.environment
    return {"environment": link.environment, "for": KEYS[1].kind.show(link.lasting)}


AFTER: Kind[ChainLink] = Kind(_read, {"anyOf": [_NAME.schema, _FIELDS.schema]}, _show, KEYS)


def check_chain(node: yaml_tree.Mapping, read: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """The problems of each `after`: it must name another environment of the file, and the chain must have no cycle.

    `read`: the settings of the environments that are readable.
    """
    links: dict[str, ChainLink] = {name: one["after"] for name, one in read.items() if "after" in one}
    names = [key.text for key, _ in node.items]
    for key, value in node.items:
        link = links.get(key.text)
        if link is None:
            continue
        written = within(value, "after") or value
        place = within(written, "environment") or written
        chain = _chain(key.text, links)
        if link.environment not in names:
            others = [one for one in names if one != key.text]
            yield from unknown(place, "config.choice", link.environment, others).problems
        elif link.environment == key.text:
            yield from wrong(place, "config.after.itself", text=key.text).problems
        elif chain[-1] == key.text:
            yield from wrong(place, "config.after.circle", chain=" → ".join(chain)).problems


def check_branches(tree: Node | None, read: Mapping[str, Mapping[str, Any]], default: str) -> Iterator[Problem]:
    """The problems of each `after` between environments of two branches: a merge to one is on no other.

    `default`: the default branch; "" if it is not known, as outside the server.
    """
    for name, one in read.items():
        link, branch = one.get("after"), one.get("branch", default)
        other = read.get(link.environment, {}).get("branch", default) if link else branch
        if link and branch and other and branch != other:
            place = within(within(within(tree, "environments"), name), "after")
            values = {"environment": name, "branch": branch, "earlier": link.environment, "other": other}
            yield from wrong(place, "config.after.branch", **values).problems


def _chain(name: str, links: Mapping[str, ChainLink]) -> list[str]:
    """An environment and those before it, up to the first repetition."""
    chain = [name]
    while (link := links.get(chain[-1])) and chain[-1] not in chain[:-1]:
        chain.append(link.environment)
    return chain


def followed_by(name: str, environments: Mapping[str, Mapping[str, Any]]) -> tuple[ChainLink, ...]:
    """The environments that come after this one, each with the time that a revision has to be live here."""
    links = ((other, one.get("after")) for other, one in environments.items())
    return tuple(ChainLink(other, link.lasting) for other, link in links if link and link.environment == name)
