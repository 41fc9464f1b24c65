"""Recorded answers of GitHub and examples of Amazon, read by our adapters: each has to be understood."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore
import msgspec
import pytest

from ghapp.adapters.aws.dynamodb.rows import read
from ghapp.adapters.aws.dynamodb.schema import _shape
from ghapp.adapters.github.check_runs import CheckRuns
from ghapp.adapters.github.dispatch_refusals import explain_refusal
from ghapp.adapters.github.faults import Broken, Refused, Unauthorized, Unprocessable, fault_of
from ghapp.adapters.github.find_run import WorkflowRun, later_attempt, observe_run
from ghapp.core.model.facts import NeedComparison, NeedFiles, NeedRole, NeedTeam
from ghapp.core.model.published import Record
from ghapp.ports import Fault, OpenPull
from tests.adapters.github.calls import API, NOON, ORDER, REPO, REPOSITORY, Bench, bench
from tests.published.recorded import Recorded, answer, octokit, pygithub

SHA = "a" * 40
PULL = OpenPull(number=1, head=SHA, draft=False, base="main", gate=None)


@pytest.fixture
async def on() -> AsyncIterator[Bench]:
    async with bench() as made:
        made.minted()
        made.web.get(f"{API}/app", payload={"slug": "ghapp"})
        yield made


def gets(on: Bench, url: str, one: Recorded) -> None:
    on.web.get(url, status=one.status, body=one.body)


def posts(on: Bench, url: str, one: Recorded) -> None:
    on.web.post(url, status=one.status, body=one.body, content_type="application/json")


# ---------------------------------------------------------------- reads and writes


async def check_runs(on: Bench) -> object:
    """The check runs of a commit, newest first."""
    runs = answer(pygithub("CheckRun.testGetCheckRunsForRef"), "GET", "/check-runs")
    gets(on, f"{REPO}/commits/{SHA}/check-runs?app_id=4711&filter=all&per_page=100", runs)
    found = await CheckRuns(on.github.api, 4711).ours(REPOSITORY, SHA)
    return [(one.name, one.status) for one in found]


async def made_check_run(on: Bench) -> object:
    """A created check run's id, name, status and external id."""
    made = answer(pygithub("CheckRun.testCreateCheckRunInProgress"), "POST", "/check-runs")
    posts(on, f"{REPO}/check-runs", made)
    found = await CheckRuns(on.github.api, 4711).make(REPOSITORY, {"name": "x"})
    return found.id, found.name, found.status, found.external_id


async def deployment(on: Bench) -> object:
    """None of the listed deployments is ours: one is created, and then its status."""
    listed = answer(pygithub("Repository.testGetDeployments"), "GET", "/deployments")
    made = answer(pygithub("Repository.testCreateDeployment"), "POST", "/deployments")
    told = answer(pygithub("DeploymentStatus.testCreate"), "POST", "/statuses")
    gets(on, f"{REPO}/deployments?per_page=100", listed)
    posts(on, f"{REPO}/deployments", made)
    posts(on, f"{REPO}/deployments/{made.said['id']}/statuses", told)
    record = Record(
        ticket=ORDER.ticket,
        since=NOON,
        run="1",
        names=("production",),
        sha=SHA,
        environment="production",
        task="deploy",
        description="production-1",
        state="success",
        log_url="https://github.com/acme/app/actions/runs/1",
        environment_url=None,
        replaces=None,
    )
    return await on.github.deployments.paint(REPOSITORY, record, known=None)


async def status(on: Bench) -> object:
    """The answer's fields are not used."""
    for one in (
        answer(pygithub("Commit.testCreateStatusWithAllParameters"), "POST", "/statuses/"),
        answer(octokit("create-status"), "POST", "/statuses/"),
    ):
        posts(on, f"{REPO}/statuses/{SHA}", one)
        await on.github.gates.write(REPOSITORY, PULL, "success", "Free to merge")
    return len(on.sent("POST", "/statuses/"))


async def comparison(on: Bench) -> object:
    """The relation of two commits, and the commits between them."""
    one = answer(pygithub("Repository.testCompare"), "GET", "/compare/")
    gets(on, f"{REPO}/compare/{SHA}...{'b' * 40}?per_page=250&page=1", one)
    found = await on.github.source.gather(REPOSITORY, NeedComparison(SHA, "b" * 40))
    return found.status, len(found.commits) == one.said["total_commits"]  # type: ignore[union-attr]


async def group(on: Bench) -> object:
    """The files of a comparison."""
    one = answer(pygithub("Repository.testCompare"), "GET", "/compare/")
    gets(on, f"{REPO}/compare/main...{SHA}?per_page=1", one)
    found = await on.github.gates.between(REPOSITORY, "main", SHA)
    return sorted(found.names)[:2], found.complete


async def role(on: Bench) -> object:
    """GitHub's new and old name for a role."""
    found = []
    for name in ("Repository.testCollaboratorRoleName", "Repository.testCollaboratorPermission"):
        gets(on, f"{REPO}/collaborators/mona/permission", answer(pygithub(name), "GET", "/permission"))
        found.append(await on.github.source.gather(REPOSITORY, NeedRole("mona")))
    return found


async def team(on: Bench) -> object:
    """Whether a person is a member."""
    member = answer(pygithub("Team.testTeamMembership"), "GET", "/memberships/")
    on.minted()
    gets(on, f"{API}/orgs/acme/teams/sre/memberships/mona", member)
    found = await on.github.source.gather(REPOSITORY, NeedTeam("acme/sre", "mona"))
    return found.active  # type: ignore[union-attr]


async def files(on: Bench) -> object:
    """The files that a pull request changes."""
    listed = answer(pygithub("PullRequest.testGetFiles"), "GET", "/files")
    gets(on, f"{REPO}/pulls/31/files?per_page=100", listed)
    on.answers({"pullRequest": {"headRefOid": SHA}})
    found = await on.github.source.gather(REPOSITORY, NeedFiles(31, "main", SHA))
    return sorted(found.names)[:2], found.complete  # type: ignore[union-attr]


async def comments(on: Bench) -> object:
    """A created comment's id; none of the listed comments is ours."""
    posts(on, f"{REPO}/issues/28/comments", answer(pygithub("Issue.testCreateComment"), "POST", "/comments"))
    made = await on.github.comments.create(REPOSITORY, 28, "x")
    listed = answer(pygithub("PullRequest.testGetIssueComments"), "GET", "/comments")
    gets(on, f"{REPO}/issues/28/comments?since=2012-01-01T00:00:00Z&per_page=100", listed)
    found = await on.github.comments.find(REPOSITORY, 28, "<!-- ghapp:x -->", since=datetime(2012, 1, 1, tzinfo=UTC))
    return made, found


async def reaction(on: Bench) -> object:
    """The answer's fields are not used."""
    made = answer(pygithub("IssueComment.testCreateReaction"), "POST", "/reactions")
    posts(on, f"{REPO}/issues/comments/20227753/reactions", made)
    await on.github.comments.react(REPOSITORY, 20227753, "eyes")
    return len(on.sent("POST", "/reactions"))


ANSWERS: dict[str, tuple[Callable[[Bench], Awaitable[object]], object]] = {
    "check runs": (check_runs, [(f"test (Python 3.{minor})", "completed") for minor in (8, 7, 6, 5)]),
    "a check run that is made": (made_check_run, (1296028076, "basic_check_run", "in_progress", "50")),
    "a deployment": (deployment, 263877258),
    "a status": (status, 2),
    "a comparison": (comparison, ("ahead", True)),
    "a group's files": (group, (["ReferenceOfClasses.md", "github/Github.py"], True)),
    "a role": (role, ["maintain", "admin"]),
    "a team": (team, True),
    "files": (files, (["codegen/templates/GithubObject.py", "src/github/AuthenticatedUser.py"], True)),
    "comments": (comments, (5808311, None)),
    "a reaction": (reaction, 1),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_recorded_answer_is_understood(on: Bench, name: str) -> None:
    ask, understood = ANSWERS[name]
    assert await ask(on) == understood


# ---------------------------------------------------------------- runs


RUNS = {
    "Workflow.testGetRunsWithNoArguments": {"succeeded", "failed"},
    "Workflow.testGetRunsWithObjects": {"succeeded"},
    "Workflow.testGetRunsWithStrings": {"succeeded"},
    "WorkflowRun.setUp": {"succeeded"},
}


@pytest.mark.parametrize("name", RUNS)
def test_recorded_runs_show_how_they_ended(name: str) -> None:
    """None of them has been started again."""
    said = answer(pygithub(name), "GET", "/actions/").said
    runs = msgspec.convert(said.get("workflow_runs", [said]), list[WorkflowRun])
    assert {observe_run(ORDER, run).status for run in runs} == RUNS[name]
    assert not any(later_attempt(run) for run in runs)


# ---------------------------------------------------------------- refusals


FAULTS: dict[str, tuple[Recorded, type[Fault], str]] = {
    "a key that is none": (
        answer(pygithub("Exceptions.testInvalidInput"), "POST", "/user/keys"),
        Unprocessable,
        "Validation Failed: key is invalid. It must begin with 'ssh-rsa' or 'ssh-dss'.",
    ),
    "a colour that is none": (
        answer(octokit("errors"), "POST", "/labels"),
        Unprocessable,
        "GitHub answered 422: Validation Failed: color",
    ),
    "nothing there": (
        answer(pygithub("Exceptions.testUnknownObject"), "GET", "/repos/"),
        Refused,
        "GitHub answered 404: Not Found",
    ),
    "no credential": (
        answer(pygithub("Exceptions.testBadAuthentication"), "GET", "/user"),
        Unauthorized,
        "GitHub answered 401: Bad credentials",
    ),
    "a page instead": (
        answer(pygithub("Exceptions.testNonJsonDataReturnedByGithub"), "GET", "/users/"),
        Broken,
        "GitHub answered 503: ",
    ),
    "another name": (
        answer(octokit("rename-repository")[:3], "GET", "/repos/"),
        Refused,
        "GitHub answered 301: Moved Permanently",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_recorded_refusal_becomes_its_fault(name: str) -> None:
    """The fault has GitHub's sentence."""
    one, kind, sentence = FAULTS[name]
    fault = fault_of(one.status, one.headers, one.body.encode(), NOON)
    assert type(fault) is kind
    assert sentence in str(fault)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Workflow.testCreateDispatchException", "dispatch.missing_input mandatory-parameter"),
        ("Workflow.testCreateDispatchForNonTriggerEnabled", "dispatch.no_trigger"),
    ],
)
def test_a_recorded_refusal_of_a_dispatch_is_known(name: str, why: str) -> None:
    """The sentence is matched, since GitHub gives no code."""
    one = answer(pygithub(name), "POST", "/dispatches")
    fault = fault_of(one.status, one.headers, one.body.encode(), NOON)
    assert isinstance(fault, Refused)
    assert explain_refusal(fault) == why


# ---------------------------------------------------------------- Amazon


def examples() -> dict[str, Any]:
    """Amazon's own examples, from its client's package."""
    path = Path(botocore.__file__).parent / "data" / "dynamodb" / "2012-08-10" / "examples-1.json"
    found: dict[str, Any] = json.loads(path.read_text())["examples"]
    return found


def test_amazons_example_of_a_row_is_read() -> None:
    """Each value is decoded by its type."""
    (example,) = examples()["GetItem"]
    row = read(example["output"]["Item"])
    assert row == {"AlbumTitle": "Songs About Life", "Artist": "Acme Band", "SongTitle": "Happy Day"}


def test_amazons_example_of_a_table_is_not_taken_for_ours() -> None:
    """Its key and missing index are problems; fields that its description lacks are not."""
    (example,) = examples()["DescribeTable"]
    described = example["output"]["Table"]
    assert _shape("Music", described) == [
        "the table Music has another key than pk and sk: it was not made by `ghapp table create`",
        "the table Music has no index lists: it was not made by `ghapp table create`",
    ]
