"""The ports against the local GitHub: real requests, each checked against GitHub's published description."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
from msgspec.structs import replace

from ghapp.adapters import github as adapter
from ghapp.adapters.github import GitHub, read_key
from ghapp.adapters.github.permissions import PERMISSIONS, levels
from ghapp.core.config.model import Config, NoConfig
from ghapp.core.model.environment import Grant, Pull, Repository, Revision, Run
from ghapp.core.model.facts import Comparison, NeedComparison, NeedConfig, NeedPull, NeedRole, NoPull, PullFact
from ghapp.demo import github as demo
from ghapp.demo.github import App, Delivery, Exchange, Fault, faults
from ghapp.ports import Overslept, Permanent, Retryable, in_hand_while
from tests.adapters.github.calls import ORDER, Clock, all_open, open_pull, read_config
from tests.published.openapi import described, validate_exchange

APP = App.make()
KEY = read_key(APP.private_key_pem)
INPUTS = "inputs: {sha: {}, environment: {}, ghapp: {}}"
NUMBERED = f"name: Deploy\nrun-name: Deploy ${{{{ inputs.ghapp }}}}\non: {{workflow_dispatch: {{{INPUTS}}}}}\n"
SILENT = f"name: Deploy\non: {{workflow_dispatch: {{{INPUTS}}}}}\n"
CONFIG = ".github/ghapp.yml"
FILES = {
    CONFIG: "deploy.yml",
    ".github/workflows/deploy.yml": NUMBERED,
    ".github/workflows/silent.yml": SILENT,
    ".github/workflows/ci.yml": "on: push\n",
}
DISPATCH = re.compile("/dispatches$")
READS = ("/graphql", "/access_tokens")  # although by POST


@dataclass(frozen=True)
class World:
    """A GitHub with one repository, and the ports on it."""

    github: demo.GitHub
    place: demo.Repository
    ports: GitHub
    clock: Clock

    @property
    def repository(self) -> Repository:
        return Repository(self.place.id, self.place.full_name, self.place.installation_id)

    def grant(self, workflow: str = "deploy.yml") -> Grant:
        """A grant for the default branch's newest commit."""
        revision = Revision(sha=self.place.head, pull=Pull(number=1, title="Fix", author="taro", head="b" * 40))
        return replace(ORDER, revision=revision, config=replace(ORDER.config, workflow=workflow, default_branch="main"))

    def befall(self, kind: faults.Kind) -> None:
        """The next dispatch goes wrong."""
        self.github.faults.append(Fault("POST", DISPATCH, kind))


def validate(seen: Exchange | Delivery) -> None:
    if isinstance(seen, Exchange):
        validate_exchange(seen)


@pytest.fixture
async def on() -> AsyncIterator[World]:
    clock = Clock()
    github = demo.GitHub(app=APP, now=clock)
    github.observers.append(validate)
    place = github.add_repository("acme/app", files=FILES, people={"mona": "admin", "taro": "write", "jiro": "triage"})
    url = await github.start()
    app = adapter.App(id=APP.id, key=KEY, api_url=url)
    try:
        async with aiohttp.ClientSession() as session:
            yield World(
                github, place, GitHub.connect(session, app, clock=clock, read_config=read_config, policies={}), clock
            )
        await github.settled()
        github.check()
    finally:
        await github.close()


async def test_the_check_returns_githubs_time(on: World) -> None:
    """From a real Date header."""
    assert await on.ports.check() == on.clock()


async def test_a_repository_is_found_by_its_name(on: World) -> None:
    """With its id and its installation's; none where it does not exist or the App gets no token."""
    find = on.ports.installations.find
    assert await find("Acme/app") == on.repository
    assert await find("acme/none") is None
    refused = Fault("POST", re.compile("/access_tokens$"), faults.status(403, body={"message": "suspended"}))
    on.github.faults.append(refused)
    on.clock.pass_by(hours=2)
    assert await find("acme/app") is None
    on.github.faults.append(Fault("GET", re.compile("/installation$"), faults.status(502)))
    with pytest.raises(Retryable):
        await find("acme/app")


async def test_nothing_is_sent_for_an_item_no_longer_in_hand(on: World) -> None:
    """No write is sent except the deletion of our own double comment; reads go on, and a run that was not dispatched is
    tried again."""
    pull = await on.place.open_pull("taro", "Faster login")
    (shown,) = await all_open(on.ports.gates, on.repository, "main")
    known = on.place.add_comment(pull.number, by="mona", body="hello").id
    comments, where = on.ports.comments, on.repository
    double = on.place.add_comment(pull.number, by=on.github.app.login, body="twice", by_app=True).id
    with in_hand_while(lambda: False):
        for change in (
            comments.create(where, pull.number, "twice"),
            comments.edit(where, known, "late"),
            comments.react(where, known, "eyes"),
            on.ports.gates.write(where, shown, "success", "stale"),
            on.ports.runner.cancel(where, Run(1, "https://github.com"), force=False),
            on.ports.deliveries.again(1),
        ):
            with pytest.raises(Overslept):
                await change
        assert (await on.ports.runner.start(where, on.grant())).status == "throttled"
        await comments.delete(where, double)
    assert [one.id for one in on.place.comments.values()] == [known]
    changed = [
        one for one in on.github.exchanges if one.method not in ("GET", "DELETE") and not one.path.endswith(READS)
    ]
    assert changed == []


async def test_facts(on: World) -> None:
    """Facts match people's actions on GitHub."""
    first, source = on.place.head, on.ports.source
    pull = await on.place.open_pull("taro", "Faster login")
    before = await source.gather(on.repository, NeedPull(pull.number))
    sha = await on.place.merge(pull, by="mona")
    after = await source.gather(on.repository, NeedPull(pull.number))
    assert isinstance(before, PullFact)
    assert isinstance(after, PullFact)
    assert (before.merged, before.sha, before.merger) == (False, None, None)
    assert (after.merged, after.sha, after.merger, after.merged_at) == (True, sha, "mona", on.clock())
    assert after.pull == Pull(number=pull.number, title="Faster login", author="taro", head=pull.head_sha)
    assert await source.gather(on.repository, NeedPull(999)) == NoPull()
    assert await source.gather(on.repository, NeedComparison(first, sha)) == Comparison("ahead", frozenset({sha}))
    assert await source.gather(on.repository, NeedComparison(sha, first)) == Comparison("behind", frozenset())
    roles = [await source.gather(on.repository, NeedRole(login)) for login in ("mona", "taro", "jiro", "eve")]
    assert roles == ["admin", "write", "triage", "none"]


async def test_the_config_as_it_changes(on: World) -> None:
    """The config is read at the newest commit, and absent after its deletion."""
    first = await on.ports.source.gather(on.repository, NeedConfig())
    sha = await on.place.commit("README.md", "hello\n", by="mona", message="Say hello")
    second = await on.ports.source.gather(on.repository, NeedConfig())
    assert isinstance(first, Config)
    assert isinstance(second, Config)
    assert (second.sha, second.environments["production"].sha) == (sha, sha)
    assert first.sha != sha
    await on.place.commit(CONFIG, None, by="mona", message="No more releases")
    assert await on.ports.source.gather(on.repository, NeedConfig()) == NoConfig()


async def test_a_long_comparison(on: World) -> None:
    """One page does not hold all commits."""
    first = on.place.head
    made = [await on.place.commit("n.txt", str(n), by="mona", message=f"{n}") for n in range(260)]
    fact = await on.ports.source.gather(on.repository, NeedComparison(first, made[-1]))
    assert fact == Comparison("ahead", frozenset(made))


async def test_gates(on: World) -> None:
    """A gate is written, read back alone and in the list, and gone after a push or a merge."""
    gates = on.ports.gates
    one = await on.place.open_pull("taro", "One")
    two = await on.place.open_pull("taro", "Two", draft=True)
    await gates.write(on.repository, open_pull(one.head_sha, one.number), "pending", "#41 is being deployed")
    shown = replace(
        open_pull(one.head_sha, one.number),
        gate=("pending", "#41 is being deployed"),
        posted=1,
        changed_at=one.updated_at,
    )
    assert await gates.open_pull(on.repository, one.number, into="main") == shown
    found = {pull.number: pull for pull in await all_open(gates, on.repository, "main")}
    assert found[one.number] == shown
    assert (found[two.number].draft, found[two.number].gate) == (True, None)
    assert await all_open(gates, on.repository, "other") == []
    await on.place.push(one, by="taro")
    pushed = await gates.open_pull(on.repository, one.number, into="main")
    assert pushed is not None
    assert pushed.gate is None
    await on.place.merge(one, by="mona")
    assert await gates.open_pull(on.repository, one.number, into="main") is None


async def test_many_gates(on: World) -> None:
    """There are more pull requests than one page has."""
    made = [(await on.place.open_pull("taro", f"Number {n}")).number for n in range(130)]
    found = await all_open(on.ports.gates, on.repository, "main")
    assert sorted({pull.number for pull in found}) == made


async def test_comments(on: World) -> None:
    """Our comment is found by its marker, though another person copied that first."""
    comments, since = on.ports.comments, on.clock()
    pull = await on.place.open_pull("taro", "One")
    copied = await on.place.comment(pull, by="mona", body="<!-- ghapp:x -->")
    assert await comments.find(on.repository, pull.number, "<!-- ghapp:x -->", since=since) is None
    made = await comments.create(on.repository, pull.number, "hello\n<!-- ghapp:x -->")
    await comments.edit(on.repository, made, "changed\n<!-- ghapp:x -->")
    await comments.react(on.repository, copied.id, "eyes")
    await comments.react(on.repository, copied.id, "eyes")
    assert await comments.find(on.repository, pull.number, "<!-- ghapp:x -->", since=since) == made
    later = since + timedelta(minutes=1)
    assert await comments.find(on.repository, pull.number, "<!-- ghapp:x -->", since=later) is None
    assert on.place.comments[made].body == "changed\n<!-- ghapp:x -->"
    with pytest.raises(Permanent):
        await comments.edit(on.repository, 1, "gone")


async def test_a_run_from_its_start_to_its_end(on: World) -> None:
    """The run is followed by the id that the dispatch returned."""
    runner, grant = on.ports.runner, on.grant()
    started = await runner.start(on.repository, grant)
    assert started.run is not None
    assert isinstance(started.run.id, int)
    run = on.place.runs[started.run.id]
    assert run.inputs == {"sha": on.place.head, "environment": "production", "ghapp": grant.ticket}
    sights = [started.status]
    for step in (on.place.start_run(run), on.place.finish_run(run)):
        await step
        sights.append((await runner.look(on.repository, grant, started.run, since=on.clock())).status)
    assert sights == ["queued", "running", "succeeded"]


@pytest.mark.parametrize("workflow", ["deploy.yml", "silent.yml"])
async def test_a_lost_answer_is_one_run_and_it_is_found(on: World, workflow: str) -> None:
    """By its ticket, or as the only run that our bot dispatched."""
    grant = on.grant(workflow=workflow)
    await on.place.dispatch(workflow, by="taro", inputs={"ghapp": "by hand"})
    on.befall(faults.drop_after)
    assert (await on.ports.runner.start(on.repository, grant)).status == "unknown"
    (ours,) = [run for run in on.place.runs.values() if run.actor == APP.login]
    found = await on.ports.runner.look(on.repository, grant, None, since=on.clock())
    assert found.run is not None
    assert (found.status, found.run.id) == ("queued", ours.id)


async def test_a_request_that_never_arrived_is_not_found(on: World) -> None:
    """Only a look shows whether it was carried out."""
    grant = on.grant()
    on.befall(faults.drop_before)
    assert (await on.ports.runner.start(on.repository, grant)).status == "unknown"
    assert (await on.ports.runner.look(on.repository, grant, None, since=on.clock())).status == "missing"
    assert not on.place.runs


async def test_an_error_status_of_a_dispatch(on: World) -> None:
    """After a 502 the run may exist all the same."""
    on.befall(faults.status(502))
    assert (await on.ports.runner.start(on.repository, on.grant())).status == "error"


@pytest.mark.parametrize(
    ("workflow", "said"), [("gone.yml", "dispatch.no_workflow"), ("ci.yml", "dispatch.no_trigger")]
)
async def test_a_dispatch_that_github_refuses(on: World, workflow: str, said: str) -> None:
    """The reason is known, so its code is kept."""
    seen = await on.ports.runner.start(on.repository, on.grant(workflow=workflow))
    assert seen.status == "refused"
    assert said in seen.detail
    assert not on.place.runs


async def test_a_renamed_repository(on: World) -> None:
    """Reads by the old name are redirected; writes by the new name arrive."""
    old = on.repository
    pull = await on.place.open_pull("taro", "One")
    on.place.rename("renamed")
    assert await on.ports.source.gather(old, NeedRole("taro")) == "write"
    await on.ports.gates.write(on.repository, open_pull(pull.head_sha), "success", "free")
    status = on.place.status(pull.head_sha, "ghapp/lock")
    assert status is not None
    assert status.state == "success"


async def test_tokens_end_and_are_renewed(on: World) -> None:
    """After an hour, and after GitHub has revoked all of them."""
    for _ in range(2):
        assert await on.ports.source.gather(on.repository, NeedRole("taro")) == "write"
        on.clock.pass_by(hours=1)
    on.github.tokens.clear()
    assert await on.ports.source.gather(on.repository, NeedRole("taro")) == "write"
    assert {tuple(sorted(token.permissions.items())) for token in on.github.tokens.values()} == {
        tuple(sorted(levels("repository").items()))
    }


async def test_an_unreachable_github(on: World) -> None:
    """A read raises `Retryable`; a dispatch was certainly not sent."""
    await on.github.close()
    with pytest.raises(Retryable):
        await on.ports.source.gather(on.repository, NeedRole("taro"))
    assert (await on.ports.runner.start(on.repository, on.grant())).status == "refused"


def test_the_permission_table_names_published_endpoints() -> None:
    endpoints = [use for permission in PERMISSIONS for use in permission.endpoints]
    used = [use for use in endpoints if re.match("(GET|POST|PATCH) /(repos|orgs)", use)]
    assert used
    assert [use for use in used if not described(*use.split(" ", 1))] == []


async def test_looking_at_a_run_that_has_not_moved_costs_nothing(on: World) -> None:
    """GitHub answers 304, which does not count towards the rate limit; a change is seen at once."""
    started = await on.ports.runner.start(on.repository, on.grant())
    (run,) = on.place.runs.values()
    await on.github.settled()
    before, _ = on.github.budget.left(on.place.installation_id, "core", on.clock())
    looks = [await on.ports.runner.look(on.repository, on.grant(), started.run, since=on.clock()) for _ in range(10)]
    assert {seen.status for seen in looks} == {"queued"}
    asked = [one.status for one in on.github.exchanges if one.method == "GET" and "/actions/runs/" in one.path]
    assert asked == [200] + [304] * 9
    after, _ = on.github.budget.left(on.place.installation_id, "core", on.clock())
    assert before - after == 1
    await on.place.start_run(run)
    moved = await on.ports.runner.look(on.repository, on.grant(), started.run, since=on.clock())
    assert moved.status == "running"
