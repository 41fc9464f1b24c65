"""The people who committed lately, with the e-mail addresses of their commits."""

from collections.abc import Mapping

import msgspec

from ghapp.adapters.github.api import Api
from ghapp.adapters.github.queries import Query
from ghapp.core.model.environment import Repository

# GitHub names the user only if the address is one that the account has verified: docs.github.com/graphql, GitActor
QUERY = Query(
    """
    defaultBranchRef { target { __typename oid
      ... on Commit { history(first: 100) { nodes { author { email user { login } } } } }
    } }
    """
)
HIDDEN = "noreply.github.com"  # the addresses that GitHub gives to people who show none


class _User(msgspec.Struct):
    login: str


class _Author(msgspec.Struct):
    email: str | None = None
    user: _User | None = None


class _Commit(msgspec.Struct):
    author: _Author | None = None


class _Commits(msgspec.Struct):
    nodes: list[_Commit | None]


class _Head(msgspec.Struct):
    history: _Commits | None = None


class _Branch(msgspec.Struct):
    target: _Head | None = None


class _Repository(msgspec.Struct, rename="camel"):
    default_branch_ref: _Branch | None = None


async def read_committers(api: Api, repository: Repository) -> Mapping[str, str]:
    """E-mail addresses by login, of the newest 100 commits of the default branch. Raises `Retryable` or `Permanent`."""
    found = await api.query(repository, QUERY, _Repository)
    head = found.default_branch_ref.target if found.default_branch_ref else None
    authors = [one.author for one in (head.history.nodes if head and head.history else ()) if one and one.author]
    return {
        one.user.login: one.email
        for one in reversed(authors)  # the newest of a login counts
        if one.user and one.email and not one.email.lower().endswith(HIDDEN)
    }
