"""The local GitHub, driven over HTTP through every route and every verb, and checked against GitHub's descriptions."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Literal

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from ghapp.demo.github import Fault, GitHub, Run, faults
from ghapp.demo.github.rest import ROUTES
from tests.demo.github_client import APP, Clock, LocalGitHub, signed, stage, validate
from tests.published.openapi import NotAsPublished, described

WORKFLOW = "repo:/actions/workflows/deploy.yml"


@pytest.fixture
async def on() -> AsyncIterator[LocalGitHub]:
    async with stage() as made:
        yield made
        await made.github.settled()
        made.github.check()


def told(on: LocalGitHub) -> list[str]:
    """The delivered events, in order."""
    return [f"{d.event}.{d.action}" if d.action else d.event for d in on.github.deliveries]


async def dispatched(on: LocalGitHub, **inputs: str) -> int:
    given = {"sha": on.place.head, "environment": "production"} | inputs
    body = {"ref": "main", "inputs": given, "return_run_details": True}
    reply = await on.client.call("POST", f"{WORKFLOW}/dispatches", body)
    assert reply.status == 200, reply.body
    return int(reply.body["workflow_run_id"])


# actions of people


async def test_every_verb_sends_its_webhook(on: LocalGitHub) -> None:
    """Each action of a person is delivered, with the payload that GitHub describes."""
    on.github.app = replace(APP, events=(*APP.events, "push", "status"))
    pull = await on.place.open_pull("taro", "Faster login", draft=True)
    await on.place.ready(pull, by="taro")
    await on.place.push(pull, by="taro")
    await on.place.label(pull, "hotfix", by="mona")
    comment = await on.place.comment(pull, by="mona", body="/deploy")
    await on.place.edit_comment(comment, by="mona", body="/deploy production")
    await on.place.close_pull(pull, by="taro")
    await on.place.reopen(pull, by="taro")
    sha = await on.place.merge(pull, by="mona")
    run = await on.place.dispatch("deploy.yml", by="taro", inputs={"sha": sha, "environment": "staging"})
    await on.place.start_run(run)
    await on.place.finish_run(run, "failure")
    await on.place.rerun(run, by="taro")
    assert told(on) == [
        "pull_request.opened",
        "pull_request.ready_for_review",
        "pull_request.synchronize",
        "pull_request.labeled",
        "issue_comment.created",
        "issue_comment.edited",
        "pull_request.closed",
        "pull_request.reopened",
        "pull_request.closed",
        "push",
        "workflow_run.requested",
        "workflow_run.in_progress",
        "workflow_run.completed",
        "workflow_run.requested",
    ]
    closed = on.github.deliveries[8].payload["pull_request"]
    assert (closed["number"], closed["merged"], closed["merge_commit_sha"]) == (41, True, sha)
    assert closed["merged_by"]["login"] == "mona"
    assert all(delivery.status == 202 for delivery in on.github.deliveries)


async def test_events_without_a_subscription_are_not_sent(on: LocalGitHub) -> None:
    """A push event goes only to an App that subscribes to pushes."""
    on.github.app = replace(APP, events=("pull_request",))
    await on.place.commit("README.md", "new\n", by="mona", message="Change")
    assert told(on) == []


async def test_webhooks_are_signed_over_their_bytes(on: LocalGitHub) -> None:
    """Headers as GitHub sends them; a redelivery has the same GUID and the same bytes."""
    await on.place.open_pull("taro", "Faster login")
    guid = on.github.deliveries[0].guid
    again = await on.github.redeliver(guid)
    (first, body), (second, same) = on.hook.seen
    assert body == same
    assert again.redelivery
    for headers in (first, second):
        assert headers["X-GitHub-Delivery"] == guid
        assert headers["X-GitHub-Event"] == "pull_request"
        assert headers["X-Hub-Signature-256"] == signed(body)
        assert headers["X-GitHub-Hook-Installation-Target-ID"] == str(APP.id)
        assert headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
        assert headers["User-Agent"].startswith("GitHub-Hookshot/")
        assert headers["Content-Type"] == "application/json"
    assert json.loads(body)["installation"]["id"] == on.place.installation_id


async def test_a_webhook_without_a_receiver_is_logged(on: LocalGitHub) -> None:
    """Without a hook the event still happens, and can be delivered later."""
    on.github.webhook_url = None
    await on.place.open_pull("taro", "Faster login")
    assert on.github.deliveries[0].status is None
    on.github.webhook_url = on.hook.url
    assert (await on.github.redeliver(on.github.deliveries[0].guid)).status == 202


async def test_squash_and_merge_commits_carry_the_change(on: LocalGitHub) -> None:
    """A squash has one parent, a merge commit two; both bring the files and keep those merged before."""
    first = await on.place.open_pull("taro", "One", files={"one.txt": "1\n"})
    second = await on.place.open_pull("hubot", "Two", files={"two.txt": "2\n", "README.md": None})
    squashed = await on.place.merge(first, by="mona")
    on.place.squash = False
    merged = await on.place.merge(second, by="mona")
    assert [len(on.place.git.commits[sha].parents) for sha in (squashed, merged)] == [1, 2]
    assert {"one.txt", "two.txt"} <= on.place.files().keys()
    assert "README.md" not in on.place.files()
    assert on.place.contains(merged, squashed)
    assert not on.place.contains(squashed, merged)


# the routes


async def test_the_app_finds_itself_and_its_installation(on: LocalGitHub) -> None:
    """With its JWT the App reads its own account and its installations."""
    app = await on.client.call("GET", "/app", token=on.client.jwt())
    found = await on.client.call("GET", "repo:/installation", token=on.client.jwt(iss=APP.client_id))
    assert (app.status, app.body["slug"], app.body["id"]) == (200, APP.slug, APP.id)
    assert (found.status, found.body["id"]) == (200, on.place.installation_id)


@pytest.mark.parametrize("claims", [{"exp": 1}, {"iss": "1"}, {"exp": 4_000_000_000}, {"iat": 4_000_000_000}])
async def test_a_wrong_jwt_is_refused(on: LocalGitHub, claims: dict[str, Any]) -> None:
    """401 for one that is expired, of another App, valid for too long, or issued in the future."""
    assert (await on.client.call("GET", "/app", token=on.client.jwt(**claims))).status == 401


async def test_tokens_are_opaque_narrow_and_short_lived(on: LocalGitHub) -> None:
    """A token has GitHub's new format and only the requested permissions, and expires after an hour."""
    token = await on.client.token(permissions={"statuses": "write"}, repository_ids=[on.place.id])
    assert re.fullmatch(r"ghs_\d+_[A-Za-z0-9._-]{480,560}", token)
    path = f"repo:/statuses/{on.place.head}"
    assert (await on.client.call("POST", path, {"state": "success"}, token=token)).status == 201
    assert (await on.client.call("GET", "repo:/contents/README.md", token=token)).status == 403
    on.clock.pass_by(minutes=61)
    assert (await on.client.call("POST", path, {"state": "success"}, token=token)).status == 401


async def test_a_token_cannot_exceed_its_app_or_its_repositories(on: LocalGitHub) -> None:
    """More permissions than the App has: 422. A repository outside the token: 403."""
    path = f"/app/installations/{on.place.installation_id}/access_tokens"
    for body in ({"permissions": {"contents": "write"}}, {"repositories": ["nowhere"]}):
        assert (await on.client.call("POST", path, body, token=on.client.jwt())).status == 422
    on.github.add_repository("acme/web", files={"README.md": ""}, people={"mona": "admin"})
    token = await on.client.token(repositories=["web"])
    assert (await on.client.call("GET", "repo:/contents/README.md", token=token)).status == 403
    assert (await on.client.call("GET", "/repos/acme/web/contents/README.md", token=token)).status == 200


async def test_an_installation_lists_the_repositories_of_its_token(on: LocalGitHub) -> None:
    """All of its account, or those that the token was made for."""
    on.github.add_repository("acme/web", files={"README.md": ""}, people={"mona": "admin"})
    on.github.add_repository("globex/site", files={"README.md": ""}, people={"mona": "admin"})
    narrowed: tuple[dict[str, Any], ...] = ({"permissions": {"metadata": "read"}}, {"repositories": ["web"]})
    for asked, names in zip(narrowed, (["acme/api", "acme/web"], ["acme/web"]), strict=True):
        listed = await on.client.call("GET", "/installation/repositories", token=await on.client.token(**asked))
        assert [one["full_name"] for one in listed.body["repositories"]] == names
        assert listed.body["total_count"] == len(names)


async def test_the_webhooks_configuration_hides_its_secret(on: LocalGitHub) -> None:
    """And does not say whether the webhook is active; without one it has no address."""
    told = {"content_type": "json", "insecure_ssl": "0", "secret": "********"}
    for url, more in ((on.hook.url, {"url": on.hook.url}), (None, {})):
        on.github.webhook_url = url
        assert (await on.client.call("GET", "/app/hook/config", token=on.client.jwt())).body == {**told, **more}


async def test_a_reinstalled_app_gets_a_new_installation_id(on: LocalGitHub) -> None:
    """Tokens of the old one are invalid, no new ones are made for it, and the repository names the new one."""
    old, token = on.place.installation_id, await on.client.token()
    readme = "repo:/contents/README.md"
    assert (await on.client.call("GET", readme, token=token)).status == 200
    await on.github.take_off("acme")
    assert (await on.client.call("GET", readme, token=token)).status == 401
    assert (await on.client.call("GET", "repo:/installation", token=on.client.jwt())).status == 404
    new = await on.github.install("acme")
    assert new != old
    assert (await on.client.call("GET", readme, token=token)).status == 401
    for number, status in ((old, 404), (new, 201)):
        path = f"/app/installations/{number}/access_tokens"
        assert (await on.client.call("POST", path, token=on.client.jwt())).status == status
    found = await on.client.call("GET", "repo:/installation", token=on.client.jwt())
    assert found.body["id"] == new


async def test_every_route_refuses_a_token_without_its_permission(on: LocalGitHub) -> None:
    """403 with GitHub's sentence wherever the token lacks the route's permission, 401 with an unknown token."""
    pull = await on.place.open_pull("taro", "Faster login")
    here = {"owner": "acme", "repo": "api", "ref": "main", "basehead": "main...main", "sha": pull.head_sha}
    names = {"org": "acme", "team_slug": "sre", "username": "mona", "path": "README.md", "workflow_id": "deploy.yml"}
    bare = await on.client.token(permissions={"metadata": "read"})
    for route in ROUTES:
        path = re.sub(r"\{(\w+)\}", lambda m: (here | names).get(m[1], "1"), route.template)
        refused = await on.client.call(route.method, path, token=bare)
        nobody = await on.client.call(route.method, path, token="ghs_nobody")
        assert nobody.status == 401
        if route.needs in (("jwt",), ("client",)):
            assert refused.status == 401
        elif route.needs not in ((), ("metadata: read",)):
            assert (refused.status, refused.body["message"]) == (403, "Resource not accessible by integration")
    on.github.complaints.clear()  # the bodies are missing where GitHub requires one


@pytest.mark.parametrize(
    ("login", "permission", "role"),
    [
        ("mona", "admin", "admin"),
        ("hubot", "write", "maintain"),
        ("TARO", "write", "write"),
        ("jiro", "read", "triage"),
        ("saburo", "read", "read"),
    ],
)
async def test_roles_fold_into_permissions(on: LocalGitHub, login: str, permission: str, role: str) -> None:
    """maintain is shown as write and triage as read, with the role itself beside it."""
    reply = await on.client.call("GET", f"repo:/collaborators/{login}/permission")
    assert (reply.body["permission"], reply.body["role_name"]) == (permission, role)


async def test_strangers_and_non_members_are_not_found(on: LocalGitHub) -> None:
    """404 for a user without a role, and for one outside the team."""
    on.github.teams["acme", "sre"] = {"mona"}
    assert (await on.client.call("GET", "repo:/collaborators/nobody/permission")).status == 404
    assert (await on.client.call("GET", "/orgs/acme/teams/sre/memberships/mona")).body["state"] == "active"
    assert (await on.client.call("GET", "/orgs/acme/teams/sre/memberships/taro")).status == 404
    assert (await on.client.call("GET", "/orgs/acme/teams/ops/memberships/mona")).status == 404


async def test_files_come_as_json_or_raw_and_conditionally(on: LocalGitHub) -> None:
    """base64 in JSON, or the bytes; the ETag gives a 304 that costs no request of the limit, until the file changes."""
    path = "repo:/contents/README.md"
    plain = await on.client.call("GET", path)
    raw = await on.client.call("GET", f"{path}?ref=main", Accept="application/vnd.github.raw+json")
    assert (plain.body["content"], raw.body) == ("aGVsbG8K\n", "hello\n")
    etag = plain.headers["ETag"]
    before = (await on.client.call("GET", path)).headers["x-ratelimit-remaining"]
    known = await on.client.call("GET", path, If_None_Match=etag)
    assert (known.status, known.headers["x-ratelimit-remaining"]) == (304, before)
    await on.place.commit("README.md", "new\n", by="mona", message="Change")
    assert (await on.client.call("GET", path, If_None_Match=etag)).status == 200
    assert (await on.client.call("GET", "repo:/contents/nowhere")).status == 404
    assert (await on.client.call("GET", f"{path}?ref=nowhere")).status == 404


async def test_comparisons_give_the_relation_of_two_commits(on: LocalGitHub) -> None:
    """ahead, behind, identical, diverged; with commits, oldest first, and files."""
    base = on.place.head
    first = await on.place.commit("one.txt", "1\n", by="mona", message="One")
    second = await on.place.commit("two.txt", "2\n", by="mona", message="Two")
    side = (await on.place.open_pull("taro", "Side")).head_sha
    third = await on.place.commit("README.md", None, by="mona", message="Three")

    async def compare(basehead: str) -> Any:
        return (await on.client.call("GET", f"repo:/compare/{basehead}")).body

    ahead = await compare(f"{base}...{second}")
    assert (ahead["status"], [c["sha"] for c in ahead["commits"]]) == ("ahead", [first, second])
    assert [(f["filename"], f["status"]) for f in ahead["files"]] == [("one.txt", "added"), ("two.txt", "added")]
    assert (await compare(f"{second}...{base}"))["status"] == "behind"
    assert (await compare("main...main"))["status"] == "identical"
    parted = await compare(f"{side}...{third}")
    assert (parted["status"], parted["ahead_by"], parted["behind_by"]) == ("diverged", 1, 1)
    assert parted["merge_base_commit"]["sha"] == second
    assert (await on.client.call("GET", "repo:/compare/main...nowhere")).status == 404


async def test_statuses_are_kept_newest_first_and_have_limits(on: LocalGitHub) -> None:
    """The newest wins; 141 characters and the 1001st of a context are refused with 422."""
    path, token = f"repo:/statuses/{on.place.head}", await on.client.token()
    body = {"state": "pending", "context": "ghapp/lock", "description": "x" * 140, "target_url": "https://a.example/"}
    assert (await on.client.call("POST", path, body, token=token)).status == 201
    assert (await on.client.call("POST", path, body | {"description": "x" * 141}, token=token)).status == 422
    await on.client.call("POST", path, {"state": "success", "context": "ghapp/lock"}, token=token)
    listed = await on.client.call("GET", "repo:/commits/main/statuses", token=token)
    assert [status["state"] for status in listed.body] == ["success", "pending"]
    newest = on.place.status(on.place.head, "GHAPP/lock")
    assert newest is not None
    assert newest.state == "success"
    on.place.statuses[on.place.head, "ghapp/lock"] *= 500
    assert (await on.client.call("POST", path, body, token=token)).status == 422
    assert (await on.client.call("POST", f"repo:/statuses/{'0' * 40}", body, token=token)).status == 422


async def test_a_stack_is_delivered_and_read_as_on_github(on: LocalGitHub) -> None:
    """Layers are opened alone, then `stacked`; each names the stack's base, and keeps the branch below as its own
    base."""
    below = await on.place.open_pull("taro", "One")
    above = await on.place.open_pull("taro", "Two", base=below.head)
    assert [delivery.payload["pull_request"]["stack"] for delivery in on.github.deliveries] == [None, None]
    made = await on.place.pile(below, above, by="taro")
    assert told(on)[-2:] == ["pull_request.stacked"] * 2
    payload = on.github.deliveries[-1].payload
    stack: dict[str, Any] = {"id": made.id, "number": made.number, "size": 2, "position": 2}
    stack["base"] = {"ref": "main", "sha": on.place.head}
    assert payload["stack"] == payload["pull_request"]["stack"] == stack
    assert payload["pull_request"]["base"]["ref"] == below.head
    (listed,) = (await on.client.call("GET", f"repo:/stacks?pull_request={above.number}")).body
    assert (listed["base"], listed["open"]) == ({"ref": "main"}, True)
    assert [layer["number"] for layer in listed["pull_requests"]] == [below.number, above.number]
    assert (await on.client.call("GET", f"repo:/pulls/{above.number}")).body["stack"] == stack
    assert (await on.client.call("GET", "repo:/stacks?pull_request=9")).body == []


@pytest.mark.parametrize("told_of", ["each", "top"])
async def test_a_stack_lands_from_the_bottom_up(on: LocalGitHub, told_of: Literal["each", "top"]) -> None:
    """Up to the merged layer; the next one then has the stack's base as its own."""
    pulls = [await on.place.open_pull("taro", "One")]
    for title in ("Two", "Three"):
        pulls.append(await on.place.open_pull("taro", title, base=pulls[-1].head))
    await on.place.pile(*pulls, by="taro")
    made = await on.place.merge_stack(pulls[1], by="mona", told=told_of)
    assert [pull.merged for pull in pulls] == [True, True, False]
    assert [on.place.contains("main", sha) for sha in made] == [True, True]
    assert on.place.contains(made[1], made[0])
    closed = [one.payload for one in on.github.deliveries if one.action == "closed"]
    assert [one["number"] for one in closed] == [41, 42] if told_of == "each" else [42]
    assert closed[-1]["pull_request"]["base"]["ref"] == pulls[0].head
    assert (pulls[2].base, told(on)[-1]) == ("main", "pull_request.edited")


@pytest.mark.parametrize("text", ["🚀", "𠮷野家", "a 👨‍👩‍👧 b"])
async def test_a_description_with_four_byte_characters_is_refused(on: LocalGitHub, text: str) -> None:
    """For statuses and deployments alike: ouzi-dev/commit-status-updater#527, wip/app#138."""
    record = {"ref": "main", "required_contexts": [], "auto_merge": False}
    made = await on.client.call("POST", "repo:/deployments", record)
    asked: list[tuple[str, dict[str, Any]]] = [
        (f"repo:/statuses/{on.place.head}", {"state": "pending", "context": "ghapp/lock"}),
        ("repo:/deployments", record),
        (f"repo:/deployments/{made.body['id']}/statuses", {"state": "success"}),
    ]
    for path, body in asked:
        refused = await on.client.call("POST", path, {**body, "description": text})
        assert refused.status == 422
        (error,) = refused.body["errors"]
        assert (error["code"], error["field"]) == ("custom", "description")
        assert error["message"] == "description doesn't accept 4-byte Unicode"
        assert (await on.client.call("POST", path, {**body, "description": "調査 ✅ あ"})).status == 201
    assert on.place.deployments[made.body["id"]].states == ["success"]


async def test_comments_are_made_by_the_app_and_delivered_to_it(on: LocalGitHub) -> None:
    """The App comments as its bot, and gets events of its own comment and edit, as on GitHub."""
    await on.place.open_pull("taro", "Faster login")
    made = await on.client.call("POST", "repo:/issues/41/comments", {"body": "hello"})
    path = f"repo:/issues/comments/{made.body['id']}"
    edited = await on.client.call("PATCH", path, {"body": "hello again"})
    assert (made.status, edited.status) == (201, 200)
    assert made.body["user"] == made.body["user"] | {"login": "ghapp[bot]", "type": "Bot"}
    assert made.body["performed_via_github_app"]["id"] == APP.id
    assert (await on.client.call("GET", path)).body["body"] == "hello again"
    await on.github.settled()
    assert told(on)[1:] == ["issue_comment.created", "issue_comment.edited"]
    payload = on.github.deliveries[-1].payload
    assert "pull_request" in payload["issue"]
    assert payload["changes"] == {"body": {"from": "hello"}}
    assert (await on.client.call("POST", "repo:/issues/41/comments", {"body": " "})).status == 422
    assert (await on.client.call("POST", "repo:/issues/9/comments", {"body": "x"})).status == 404
    assert (await on.client.call("GET", "repo:/issues/comments/1")).status == 404


async def test_deliveries_to_an_address_that_does_not_answer_are_not_waited_for(on: LocalGitHub) -> None:
    """All others are, also one that begins later."""
    asked, hangs_up = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await hangs_up.wait()
        writer.close()

    pull = await on.place.open_pull("taro", "Faster login")
    before = len(on.github.deliveries)
    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        answering = on.github.webhook_url
        address = on.github.webhook_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        on.github.spawn(on.place.comment(pull, by="mona", body="never answered"))
        await asked.wait()
        on.github.webhook_url = answering
        on.github.spawn(on.place.comment(pull, by="mona", body="answered"))
        await on.github.settled(but=address)
        assert [one.payload["comment"]["body"] for one in on.github.deliveries[before:]] == ["answered"]
        hangs_up.set()
        await on.github.settled()
    assert [one.status for one in on.github.deliveries[before:]] == [202, None]


async def test_comments_are_listed_in_pages(on: LocalGitHub) -> None:
    """per_page, page, Link and since as on GitHub."""
    pull = await on.place.open_pull("taro", "Faster login")
    for number in range(5):
        on.clock.pass_by(minutes=1)
        await on.place.comment(pull, by="mona", body=str(number))
    path: str | None = "/repos/acme/api/issues/41/comments?per_page=2"
    seen = []
    while path:
        page = await on.client.call("GET", path)
        seen += [comment["body"] for comment in page.body]
        following = re.search(r'<([^>]*)>; rel="next"', page.headers.get("Link", ""))
        path = following[1].removeprefix(on.github.url) if following else None
    assert seen == ["0", "1", "2", "3", "4"]
    late = await on.client.call("GET", "repo:/issues/41/comments?since=2026-11-23T04:04:00Z")
    assert [comment["body"] for comment in late.body] == ["3", "4"]


async def test_a_reaction_is_new_once(on: LocalGitHub) -> None:
    """201 the first time, 200 after; an unknown reaction is 422."""
    pull = await on.place.open_pull("taro", "Faster login")
    comment = await on.place.comment(pull, by="mona", body="/deploy")
    path = f"repo:/issues/comments/{comment.id}/reactions"
    assert [(await on.client.call("POST", path, {"content": face})).status for face in ("eyes", "eyes", "shrug")] == [
        201,
        200,
        422,
    ]


async def test_a_pull_request_is_read(on: LocalGitHub) -> None:
    """Before and after its merge; an unknown number is 404."""
    pull = await on.place.open_pull("taro", "Faster login")
    assert (await on.client.call("GET", "repo:/pulls/41")).body["merged"] is False
    sha = await on.place.merge(pull, by="mona")
    read = (await on.client.call("GET", "repo:/pulls/41")).body
    assert (read["merged"], read["state"], read["merge_commit_sha"]) == (True, "closed", sha)
    assert (read["commits"], read["changed_files"]) == (1, 1)
    assert (await on.client.call("GET", "repo:/pulls/9")).status == 404


# workflow runs


async def test_a_successful_run_serves_its_revision(on: LocalGitHub) -> None:
    """Dispatched, queued, started, completed: then the environment serves the SHA, with an event for each step."""
    number = await dispatched(on)
    run = await on.place.run_queued()
    assert run.id == number
    assert run.display_title == f"Deploy {on.place.head} to production"
    await on.github.until(lambda: "workflow_run.requested" in told(on))
    await on.place.start_run(run)
    await on.place.finish_run(run)
    assert on.place.serving == {"production": on.place.head}
    assert told(on) == ["workflow_run.requested", "workflow_run.in_progress", "workflow_run.completed"]
    read = (await on.client.call("GET", f"repo:/actions/runs/{number}")).body
    assert (read["status"], read["conclusion"], read["run_attempt"]) == ("completed", "success", 1)


async def test_a_failed_run_serves_nothing(on: LocalGitHub) -> None:
    """Only a success changes the served revision."""
    run = on.place.runs[await dispatched(on)]
    await on.place.finish_run(run, "failure")
    assert on.place.serving == {}
    assert on.place.deployed == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ref": "main", "inputs": {"sha": "1", "environment": "production"}}, 204),
        ({"ref": "main", "inputs": {"sha": "1", "environment": "moon"}}, 422),
        ({"ref": "main", "inputs": {"sha": "1", "environment": "staging", "more": "1"}}, 422),
        ({"ref": "main", "inputs": {"environment": "production"}}, 422),
        ({"ref": "nowhere", "inputs": {}}, 422),
        ({"inputs": {}}, 422),
    ],
)
async def test_a_dispatch_is_checked_against_its_workflow(on: LocalGitHub, body: dict[str, Any], status: int) -> None:
    """Undeclared, missing and invalid inputs and unknown refs are refused with 422."""
    assert (await on.client.call("POST", f"{WORKFLOW}/dispatches", body)).status == status
    assert len(on.place.runs) == (status == 204)


async def test_a_workflow_must_exist_and_take_dispatches(on: LocalGitHub) -> None:
    """404 for a file that the ref does not have, 422 for one without the trigger."""
    for file, status in (("none.yml", 404), ("ci.yml", 422)):
        reply = await on.client.call("POST", f"repo:/actions/workflows/{file}/dispatches", {"ref": "main"})
        assert reply.status == status
    assert (await on.client.call("GET", "repo:/actions/workflows/none.yml/runs")).status == 404


async def test_runs_are_found_by_their_filters(on: LocalGitHub) -> None:
    """By event, branch and time of creation; newest first."""
    early = await dispatched(on)
    on.clock.pass_by(minutes=5)
    late = await dispatched(on)

    async def found(query: str) -> list[int]:
        reply = await on.client.call("GET", f"{WORKFLOW}/runs?{query}")
        assert reply.body["total_count"] >= len(reply.body["workflow_runs"])
        return [run["id"] for run in reply.body["workflow_runs"]]

    assert await found("event=workflow_dispatch&branch=main") == [late, early]
    assert await found("created=%3E%3D2026-11-23T04:05:00Z") == [late]
    assert await found("created=2026-11-23T03:00:00Z..2026-11-23T04:01:00Z") == [early]
    assert await found("per_page=1") == [late]
    assert await found("event=push") == []


async def test_cancelling_ends_a_run_unless_it_is_stubborn(on: LocalGitHub) -> None:
    """202 and it ends; a stubborn one ends by force only; for a completed one 409."""
    number = await dispatched(on)
    run, path = on.place.runs[number], f"repo:/actions/runs/{number}"
    run.stubborn = True
    assert (await on.client.call("POST", f"{path}/cancel")).status == 202
    assert (run.status, run.cancel_asked) == ("queued", True)
    assert (await on.client.call("POST", f"{path}/force-cancel")).status == 202
    await on.github.until(lambda: run.conclusion == "cancelled")
    assert (await on.client.call("POST", f"{path}/cancel")).status == 409


async def test_a_carrier_moves_runs_by_itself(on: LocalGitHub) -> None:
    """As in the demo: queued, in progress, completed, each with its event."""

    async def carry_out(run: Run) -> None:
        await on.place.start_run(run)
        await on.place.finish_run(run)

    on.place.runner = carry_out
    await dispatched(on)
    await on.github.until(lambda: on.place.serving)
    await on.github.settled()
    assert told(on) == ["workflow_run.requested", "workflow_run.in_progress", "workflow_run.completed"]


# redirects, limits and faults


async def test_a_renamed_repository_redirects_by_number(on: LocalGitHub) -> None:
    """The old name answers 301 to /repositories/<id>/…, which serves reads."""
    await on.place.open_pull("taro", "Faster login")
    on.place.rename("web")
    moved = await on.client.call("GET", "/repos/acme/api/issues/41/comments?per_page=2")
    assert (moved.status, moved.headers["Location"]) == (
        301,
        f"{on.github.url}/repositories/{on.place.id}/issues/41/comments?per_page=2",
    )
    assert (await on.client.call("GET", f"/repositories/{on.place.id}/pulls/41")).body["number"] == 41
    assert (await on.client.call("GET", "/repos/acme/web/pulls/41")).status == 200


async def test_answers_carry_githubs_headers(on: LocalGitHub) -> None:
    """Rate limit, date by the local GitHub's clock, request id."""
    reply = await on.client.call("GET", "repo:/contents/README.md")
    assert reply.headers["Date"] == "Mon, 23 Nov 2026 04:00:00 GMT"
    assert reply.headers["X-GitHub-Request-Id"]
    assert int(reply.headers["x-ratelimit-remaining"]) == int(reply.headers["x-ratelimit-limit"]) - 1


async def test_the_rate_limit_runs_out_and_comes_back(on: LocalGitHub) -> None:
    """403 with zero remaining, until the hour is over."""
    on.github.budget.limit = 1
    token = await on.client.token()
    replies = [await on.client.call("GET", "repo:/contents/README.md", token=token) for _ in range(2)]
    assert [reply.status for reply in replies] == [200, 403]
    assert replies[1].headers["x-ratelimit-remaining"] == "0"
    on.clock.pass_by(hours=1)
    assert (await on.client.call("GET", "repo:/contents/README.md")).status == 200


async def test_an_unknown_route_is_reported(on: LocalGitHub) -> None:
    """An unknown route is 404, and check() names it."""
    assert (await on.client.call("GET", "repo:/branches")).status == 404
    with pytest.raises(AssertionError, match="GET /repos/acme/api/branches"):
        on.github.check()
    on.github.unknown.clear()


@pytest.mark.parametrize("status", [403, 429, 500, 502])
async def test_a_fault_answers_instead(on: LocalGitHub, status: int) -> None:
    """The ordered status with its headers, as often as ordered; the request is not carried out."""
    token = await on.client.token()
    kind = faults.status(status, {"Retry-After": "3"}, {"message": "no"})
    on.github.faults.append(Fault(method="POST", path=re.compile("/statuses/"), kind=kind, times=2))
    path = f"repo:/statuses/{on.place.head}"
    replies = [await on.client.call("POST", path, {"state": "success"}, token=token) for _ in range(3)]
    assert [reply.status for reply in replies] == [status, status, 201]
    assert replies[0].headers["Retry-After"] == "3"
    assert len(on.place.statuses[on.place.head, "default"]) == 1


@pytest.mark.parametrize(("kind", "done"), [(faults.drop_before, 0), (faults.drop_after, 1)])
async def test_a_dropped_connection_leaves_the_outcome_open(on: LocalGitHub, kind: faults.Kind, done: int) -> None:
    """The client gets no answer in either case; only in one the request was carried out."""
    token = await on.client.token()
    on.github.faults.append(Fault(method="POST", path=re.compile("/statuses/"), kind=kind))
    with pytest.raises(aiohttp.ClientError):
        await on.client.call("POST", f"repo:/statuses/{on.place.head}", {"state": "success"}, token=token)
    assert len(on.place.statuses) == done


async def test_an_answer_can_be_held_back(on: LocalGitHub) -> None:
    """Behind a barrier the request is carried out or not, and the answer waits for the test."""
    for before, done in ((False, 1), (True, 1)):
        gate = asyncio.Event()
        kind = faults.barrier(gate, before=before)
        on.github.faults.append(Fault(method="POST", path=re.compile("/dispatches"), kind=kind))
        sent = asyncio.create_task(dispatched(on))
        await asyncio.sleep(0.05)
        assert (len(on.place.runs), sent.done()) == (done, False)
        gate.set()
        await sent
    assert len(on.place.runs) == 2
    on.github.faults.append(Fault(method="GET", path=re.compile("/contents/"), kind=faults.delay(0.01)))
    assert (await on.client.call("GET", "repo:/contents/README.md")).status == 200


async def test_a_timed_out_wait_names_its_predicate(on: LocalGitHub) -> None:
    """The TimeoutError quotes the predicate."""
    with pytest.raises(TimeoutError, match=r"on\.place\.serving"):
        await on.github.until(lambda: on.place.serving, timeout=0.01)


# the validators themselves


async def test_a_wrong_answer_is_caught(on: LocalGitHub) -> None:
    """A wrong type, a missing or invented field, an unknown status or route, a mistyped request: all are named."""
    await on.place.open_pull("taro", "Faster login")
    await on.client.call("GET", "repo:/pulls/41")
    good = on.github.exchanges[-1]
    validate(good)
    without = {key: value for key, value in good.answer.items() if key != "title"}
    for bad in (
        replace(good, answer=good.answer | {"number": "41"}),
        replace(good, answer=good.answer | {"created_at": "yesterday"}),
        replace(good, answer=good.answer | {"invented": 1}),
        replace(good, answer=without),
        replace(good, status=299),
        replace(good, route="/repos/{owner}/{repo}/nonsense"),
        replace(good, query={"nonsense": "1"}),
        replace(good, request={"nonsense": 1}),
    ):
        with pytest.raises(NotAsPublished):
            validate(bad)
    await on.client.call("POST", "repo:/issues/41/comments", {"body": "hi"})
    with pytest.raises(NotAsPublished, match="request"):
        validate(replace(on.github.exchanges[-1], request={"body": "hi", "text": "hi"}))


async def test_a_wrong_webhook_is_caught(on: LocalGitHub) -> None:
    """A mistyped or missing field, and an event that GitHub does not have."""
    await on.place.open_pull("taro", "Faster login")
    good = on.github.deliveries[0]
    for bad in (
        replace(good, payload={**good.payload, "number": "41"}),
        replace(good, action="invented"),
        replace(good, payload={**good.payload, "pull_request": good.payload["pull_request"] | {"id": None}}),
    ):
        with pytest.raises(NotAsPublished):
            validate(bad)


async def test_an_observers_objection_is_kept_for_the_end(on: LocalGitHub) -> None:
    """The caller gets its answer; check() raises."""

    def object_to(_seen: object) -> None:
        raise ValueError("not so")

    on.github.observers.append(object_to)
    assert (await on.client.call("GET", "/app", token=on.client.jwt())).status == 200
    with pytest.raises(AssertionError, match="not so"):
        on.github.check()
    on.github.complaints.clear()
    on.github.observers.remove(object_to)


def test_every_route_is_githubs() -> None:
    """Each method and template of the routes is in GitHub's description."""
    assert [(r.method, r.template) for r in ROUTES if not described(r.method, r.template)] == []


async def test_two_worlds_give_the_same_shas() -> None:
    """SHAs depend on the content and order of changes only."""
    heads = []
    for _ in range(2):
        github = GitHub(app=APP, now=Clock())
        place = github.add_repository("acme/api", files={"a": "1\n"}, people={"mona": "admin"})
        pull = await place.open_pull("mona", "One")
        heads.append((await place.merge(pull, by="mona"), pull.head_sha))
        await github.close()
    assert heads[0] == heads[1]
    assert re.fullmatch("[0-9a-f]{40}", heads[0][0])


# check runs of the App


ACTION = {"label": "Deploy", "description": "Release it", "identifier": "deploy"}


async def check_made(on: LocalGitHub, **more: Any) -> dict[str, Any]:
    body = {"name": "release / production", "head_sha": on.place.head, "actions": [ACTION], **more}
    reply = await on.client.call("POST", "repo:/check-runs", body)
    assert reply.status == 201, reply.body
    made: dict[str, Any] = reply.body
    return made


async def test_a_check_run_shows_its_buttons_only_when_it_is_completed(on: LocalGitHub) -> None:
    """In progress it has no buttons and no end; fields that are not sent keep their values."""
    said = {"title": "Ready", "summary": "It is."}
    made = await check_made(on, status="in_progress", external_id="7", output=said)
    report = on.place.reports[made["id"]]
    assert (made["status"], made["conclusion"], made["completed_at"], report.buttons) == ("in_progress", None, None, [])
    ended = await on.client.call("PATCH", f"repo:/check-runs/{report.id}", {"conclusion": "neutral"})
    assert (ended.body["status"], ended.body["conclusion"], report.buttons) == ("completed", "neutral", ["deploy"])
    assert (ended.body["external_id"], ended.body["output"]["title"]) == ("7", "Ready")
    await on.github.settled()
    assert told(on) == ["check_run.created", "check_run.completed"]


@pytest.mark.parametrize("status", ["queued", "in_progress"])
async def test_a_completed_check_run_does_not_begin_again(on: LocalGitHub, status: str) -> None:
    """Answered with 200 and no effect; another conclusion is accepted.

    As observed: Mergifyio/mergify#1989, tektoncd/pipelines-as-code#2305, konflux-ci/integration-service#770.
    """
    made = await check_made(on, conclusion="failure", external_id="7", output={"title": "Ready", "summary": "It is."})
    path, again = f"repo:/check-runs/{made['id']}", {"status": status, "external_id": "8"}
    reply = await on.client.call("PATCH", path, {**again, "output": {"title": "Going", "summary": "It is."}})
    assert (reply.status, reply.body) == (200, made)
    ended = await on.client.call("PATCH", path, {"status": "completed", "conclusion": "success", "external_id": "8"})
    assert (ended.body["status"], ended.body["conclusion"], ended.body["external_id"]) == ("completed", "success", "8")


async def test_a_rerequested_check_run_stays_unchanged(on: LocalGitHub) -> None:
    """GitHub sends an event, or one of the suite where all are requested; the App does the rest."""
    made = await check_made(on, conclusion="neutral", external_id="7")
    await on.place.rerun_check(on.place.reports[made["id"]], by="taro")
    await on.place.rerun_checks(on.place.head, by="taro")
    one, suite = on.github.deliveries[-2:]
    assert (one.event, one.action, one.payload["check_run"]["external_id"]) == ("check_run", "rerequested", "7")
    assert (one.payload["check_run"]["status"], one.payload["sender"]["login"]) == ("completed", "taro")
    assert (suite.event, suite.action, suite.payload["check_suite"]["head_sha"]) == (
        "check_suite",
        "rerequested",
        on.place.head,
    )
    assert suite.payload["check_suite"]["app"]["id"] == APP.id
    assert on.place.reports[made["id"]].status == "completed"


async def test_the_rules_of_a_branch_are_those_of_its_rulesets(on: LocalGitHub) -> None:
    """With the App that a check has to come from; the older protection is visible in GraphQL only.

    As observed: Mic92/gitea-mq#83, mondoohq/cnspec#3826.
    """
    on.place.require("test")
    on.place.require("lint", app=15368)
    on.place.require("old", classic=True)
    on.place.require("other", branch="next")

    async def required(branch: str) -> list[tuple[str, int | None]]:
        rules = (await on.client.call("GET", f"repo:/rules/branches/{branch}")).body
        kept = [rule["parameters"]["required_status_checks"] for rule in rules if "parameters" in rule]
        return [(one["context"], one.get("integration_id")) for checks in kept for one in checks]

    assert await required("main") == [("test", None), ("lint", 15368)]
    assert await required("next") == [("other", None)]
    assert await required("release%2F1") == []
    on.place.rules_hidden = (403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
    assert (await on.client.call("GET", "repo:/rules/branches/main")).status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"actions": [ACTION] * 4},
        {"actions": [{**ACTION, "label": "x" * 21}]},
        {"actions": [{**ACTION, "description": "x" * 41}]},
        {"status": "completed"},
        {"head_sha": "f" * 40},
    ],
)
async def test_an_invalid_check_run_is_refused(on: LocalGitHub, wrong: dict[str, Any]) -> None:
    """At most three buttons, a label of 20 and a description of 40 characters; a conclusion if completed; a known
    commit."""
    body = {"name": "release / production", "head_sha": on.place.head, **wrong}
    assert (await on.client.call("POST", "repo:/check-runs", body)).status == 422
    assert on.place.reports == {}


async def test_check_runs_are_listed_by_app_and_the_newest_of_each_name(on: LocalGitHub) -> None:
    """Unless `filter=all`; another App has none here."""
    first, second = [await check_made(on, conclusion="neutral") for _ in range(2)]
    path = f"repo:/commits/{on.place.head}/check-runs"

    async def ids(query: str) -> list[int]:
        return [one["id"] for one in (await on.client.call("GET", f"{path}?{query}")).body["check_runs"]]

    assert await ids(f"app_id={APP.id}") == [second["id"]]
    assert await ids("filter=all") == [second["id"], first["id"]]
    assert await ids("app_id=1") == []


async def test_a_pressed_button_is_delivered_to_the_app(on: LocalGitHub) -> None:
    """With the user, the button, and the check run's current state."""
    made = await check_made(on, conclusion="neutral", external_id="7")
    await on.place.press(on.place.reports[made["id"]], "deploy", by="mona")
    payload = on.github.deliveries[-1].payload
    assert (payload["action"], payload["requested_action"]) == ("requested_action", {"identifier": "deploy"})
    assert (payload["sender"]["login"], payload["check_run"]["external_id"]) == ("mona", "7")


# ---------------------------------------------------------------- permissions accepted by an account


async def test_a_comment_on_a_pull_request_needs_the_pull_requests_permission(on: LocalGitHub) -> None:
    """`issues: write` is not enough, nor for a reaction: github/rest-api-description#6994, paradigmxyz/reth#27327."""
    pull = await on.place.open_pull("taro", "Faster login")
    said = await on.place.comment(pull, by="taro", body="/help")
    before = await on.client.token(permissions={"issues": "write", "pull_requests": "read"})
    enough = await on.client.token(permissions={"pull_requests": "write"})
    posts = (
        (f"repo:/issues/{pull.number}/comments", {"body": "Hello"}),
        (f"repo:/issues/comments/{said.id}/reactions", {"content": "eyes"}),
    )
    for path, body in posts:
        refused = await on.client.call("POST", path, body, token=before)
        assert (refused.status, refused.body["message"]) == (403, "Resource not accessible by integration")
        assert (await on.client.call("POST", path, body, token=enough)).status == 201


async def test_an_account_may_have_accepted_less_than_the_app_asks_for(on: LocalGitHub) -> None:
    """Until it accepts, no token has more, the installation shows the difference, and events of a missing permission
    are not sent."""
    on.github.lacks("acme", "statuses", "issues")
    path = f"/app/installations/{on.place.installation_id}"
    asked = {"permissions": {"statuses": "write"}}
    assert (await on.client.call("POST", f"{path}/access_tokens", asked, token=on.client.jwt())).status == 422
    shown = (await on.client.call("GET", path, token=on.client.jwt())).body
    listed = (await on.client.call("GET", "/app/installations", token=on.client.jwt())).body
    assert [one["id"] for one in listed] == [shown["id"]]
    assert listed[0]["permissions"].items() <= shown["permissions"].items()
    assert "statuses" not in shown["permissions"]
    assert "statuses" in (await on.client.call("GET", "/app", token=on.client.jwt())).body["permissions"]
    pull = await on.place.open_pull("taro", "Faster login")
    await on.place.comment(pull, by="taro", body="/help")
    assert "issue_comment" not in [one.event for one in on.github.deliveries]
    await on.github.accept("acme")
    assert on.github.deliveries[-1].action == "new_permissions_accepted"
    assert (await on.client.call("POST", f"{path}/access_tokens", asked, token=on.client.jwt())).status == 201


async def test_a_reinstalled_app_gets_a_new_installation_and_old_tokens_fail(on: LocalGitHub) -> None:
    """The old one has no tokens (404), its existing tokens are invalid (401), and no events are sent:
    github.com/curie-eng/curie/issues/1257."""
    before, token = on.place.installation_id, await on.client.token()
    await on.github.take_off("acme")
    for path in (f"/app/installations/{before}/access_tokens", "repo:/installation"):
        method = "POST" if path.endswith("tokens") else "GET"
        assert (await on.client.call(method, path, token=on.client.jwt())).status == 404
    refused = await on.client.call("GET", "repo:/contents/README.md", token=token)
    assert (refused.status, refused.body["message"]) == (401, "Bad credentials")
    known = len(on.github.deliveries)
    await on.place.open_pull("taro", "Faster login")
    assert len(on.github.deliveries) == known
    after = await on.github.install("acme")
    assert after > before
    found = await on.client.call("GET", "repo:/installation", token=on.client.jwt())
    assert found.body["id"] == on.place.installation_id == after
    assert (await on.client.call("GET", "repo:/contents/README.md")).status == 200


async def test_a_key_of_another_app_and_another_apps_id_are_answered_alike(on: LocalGitHub) -> None:
    """As observed: octokit/auth-app.js#375, actions/create-github-app-token#153."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = jwt.decode(on.client.jwt(), options={"verify_signature": False})
    for token in (jwt.encode(claims, stranger, algorithm="RS256"), on.client.jwt(iss="99")):
        refused = await on.client.call("GET", "/app", token=token)
        assert (refused.status, refused.body["message"]) == (401, "A JSON web token could not be decoded")
