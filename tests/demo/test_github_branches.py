"""Branches of the local GitHub that are rewritten, deleted and renamed, as observed on the real one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from tests.demo.github_client import APP, LocalGitHub, stage

WITH_SECRET = {"secret.txt": "hunter2\n", "price.txt": "1\n"}


@pytest.fixture
async def on() -> AsyncIterator[LocalGitHub]:
    async with stage() as made:
        made.github.app = replace(APP, events=(*APP.events, "push", "repository"))
        yield made
        await made.github.settled()
        made.github.check()


async def merged(on: LocalGitHub, title: str, **more: Any) -> str:
    """Opens and merges a pull request; returns its merge commit."""
    return await on.place.merge(await on.place.open_pull("taro", title, **more), by="mona")


async def compared(on: LocalGitHub, base: str, head: str) -> tuple[int, str]:
    """The status, with the relation of the two or the error message."""
    reply = await on.client.call("GET", f"repo:/compare/{base}...{head}")
    return reply.status, reply.body["status"] if reply.status == 200 else reply.body["message"]


async def there(on: LocalGitHub, expression: str) -> bool:
    """Whether GraphQL knows a commit or a branch."""
    asked = 'query($of: String!) { repository(owner: "acme", name: "api") { object(expression: $of) { oid } } }'
    reply = await on.client.call("POST", "/graphql", {"query": asked, "variables": {"of": expression}})
    return reply.body["data"]["repository"]["object"] is not None


async def test_a_purged_history_stands_beside_the_old_one(on: LocalGitHub) -> None:
    """Commits after the purged file are rewritten; a comparison finds the commit where old and new part."""
    began = on.place.head
    with_it, after = await merged(on, "One", files=WITH_SECRET), await merged(on, "Two")
    head = await on.place.purge("secret.txt", by="mona")
    assert head not in (began, with_it, after)
    assert "secret.txt" not in on.place.files()
    assert {"price.txt", "README.md"} <= on.place.files().keys()
    assert await compared(on, "main", after) == (200, "diverged")
    reply = await on.client.call("GET", f"repo:/compare/{after}...{head}")
    assert (reply.body["merge_base_commit"]["sha"], reply.body["ahead_by"], reply.body["behind_by"]) == (began, 2, 2)


async def test_a_force_push_is_delivered_with_its_commits(on: LocalGitHub) -> None:
    """In a push event marked as forced, and in the branch's activity."""
    await merged(on, "One", files=WITH_SECRET)
    before = on.place.head
    head = await on.place.purge("secret.txt", by="mona")
    told = on.github.deliveries[-1].payload
    assert (told["forced"], told["before"], told["after"], told["deleted"]) == (True, before, head, False)
    assert [commit["id"] for commit in told["commits"]] == [head]
    listed = (await on.client.call("GET", "repo:/activity?ref=refs/heads/main")).body
    assert (listed[0]["activity_type"], listed[0]["after"]) == ("force_push", head)


async def test_histories_without_a_common_commit_cannot_be_compared(on: LocalGitHub) -> None:
    """The first commit had the file: 404 with this message. (github.com/caarlos0/fork-cleaner/issues/31)"""
    old = await on.place.commit("README.md", "new\n", by="mona", message="Change")
    await on.place.purge("README.md", by="mona")
    assert await compared(on, "main", old) == (404, f"No common ancestor between main and {old}.")
    assert await there(on, old)


async def test_unreachable_commits_are_gone_after_garbage_collection(on: LocalGitHub) -> None:
    """404 from then on; a pull request keeps its head, its files and its merge commit's SHA."""
    pull = await on.place.open_pull("taro", "One", files=WITH_SECRET)
    other = await on.place.open_pull("taro", "Two")
    sha = await on.place.merge(pull, by="mona")
    await on.place.merge(other, by="mona")
    await on.place.purge("secret.txt", by="mona")
    assert await there(on, sha)
    on.place.collect()
    assert await compared(on, "main", sha) == (404, "Not Found")
    assert await compared(on, sha, "main") == (404, "Not Found")
    assert not await there(on, sha)
    assert (await on.client.call("GET", f"repo:/pulls/{pull.number}")).body["merge_commit_sha"] == sha
    assert len((await on.client.call("GET", f"repo:/pulls/{pull.number}/files")).body) == len(WITH_SECRET)
    assert await compared(on, "main", pull.head_sha) == (200, "diverged")


async def test_a_deleted_branch_closes_the_pull_requests_into_it(on: LocalGitHub) -> None:
    """The branch is not found any more; pull requests merged into it keep its name."""
    on.place.git.branches["release"] = on.place.head
    sha = await merged(on, "One", base="release")
    pull = await on.place.open_pull("taro", "Two", base="release")
    await on.place.delete_branch("release", by="mona")
    assert pull.state == "closed"
    assert not pull.merged
    assert (await on.client.call("GET", "repo:/branches/release")).status == 404
    assert await compared(on, "release", sha) == (404, "Not Found")
    told = on.github.deliveries[-1].payload
    assert (told["deleted"], told["after"], told["head_commit"], told["commits"]) == (True, "0" * 40, None, [])
    listed = (await on.client.call("GET", "repo:/activity?ref=refs/heads/release")).body
    assert listed[0]["activity_type"] == "branch_deletion"
    assert on.place.pulls[pull.number - 1].base == "release"


async def test_a_renamed_branch_redirects_and_takes_open_pull_requests_along(on: LocalGitHub) -> None:
    """301 to its new name (github.com/google/go-github/issues/1895); merged pull requests keep the old one."""
    merged_before = await on.place.open_pull("taro", "One")
    sha = await on.place.merge(merged_before, by="mona")
    open_one = await on.place.open_pull("taro", "Two")
    await on.place.rename_branch("main", "trunk", by="mona")
    assert (open_one.base, merged_before.base) == ("trunk", "main")
    assert (on.place.default_branch, on.place.head) == ("trunk", sha)
    moved = await on.client.call("GET", "repo:/branches/main")
    assert (moved.status, moved.headers["Location"].rpartition("/")[2]) == (301, "trunk")
    assert (await on.client.call("GET", "repo:/branches/trunk")).body["commit"]["sha"] == sha
    assert not await there(on, "refs/heads/main")
    assert await compared(on, "main", sha) == (404, "Not Found")
    assert await compared(on, "trunk", sha) == (200, "identical")


async def test_only_the_renaming_of_a_default_branch_is_delivered(on: LocalGitHub) -> None:
    """As an edit of the repository. (github.com/google/go-github/issues/2994)"""
    on.place.git.branches["release"] = on.place.head
    await on.place.rename_branch("release", "stable", by="mona")
    assert on.github.deliveries == []
    await on.place.rename_branch("main", "trunk", by="mona")
    (told,) = on.github.deliveries
    assert (told.event, told.action) == ("repository", "edited")
    assert told.payload["changes"] == {"default_branch": {"from": "main"}}
    assert told.payload["repository"]["default_branch"] == "trunk"


async def test_a_new_branch_of_the_old_name_ends_the_redirect(on: LocalGitHub) -> None:
    """The redirect returns when that branch is renamed as well."""
    await on.place.rename_branch("main", "trunk", by="mona")
    await on.place.rename_branch("trunk", "main", by="mona")
    assert (await on.client.call("GET", "repo:/branches/main")).status == 200
    assert (await on.client.call("GET", "repo:/branches/trunk")).headers["Location"].endswith("/branches/main")
