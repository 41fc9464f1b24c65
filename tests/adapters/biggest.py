"""The biggest documents that a repository can have: every list full, every text at its limit, and none alike."""

import random
import string
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from msgspec.structs import replace

from ghapp.core.config.keys import INPUTS, PEOPLE, WINDOWS
from ghapp.core.config.model import Config, EnvironmentConfig, NotAllowed, People, PolicyFile, Problem
from ghapp.core.config.reader import ENVIRONMENTS, read_config
from ghapp.core.config.values import MOST_TEMPLATE
from ghapp.core.config.yaml_tree import SIZE
from ghapp.core.model.environment import (
    ALONG_KEPT,
    AWAITING_KEPT,
    BARRED_KEPT,
    LIVE_KEPT,
    MANUAL_RUNS_KEPT,
    RUNS_KEPT,
    UNEXPECTED_RUNS_KEPT,
    Activity,
    BrokenConfig,
    Deployment,
    Ending,
    Environment,
    Grant,
    HaltRequest,
    Hold,
    LeftBehind,
    ManualRun,
    MissingPermission,
    PlatformRecord,
    Pull,
    Reference,
    Release,
    Repository,
    Revision,
    RollbackPlan,
    Run,
    StopRequest,
    UnexpectedRun,
    kept_title,
)

NOON = datetime(2026, 11, 23, 3, 0, 0, 123457, tzinfo=UTC)
LOGIN, NAME, LABEL, LINE = 39, 100, 50, 1000  # characters, as GitHub and a command's line have them
MESSAGE = 1000
PLAIN = string.ascii_letters + string.digits
PATTERN = "".join(one for one in string.printable if one.isprintable() and one not in "'*\\!# ")
MEMBER = string.ascii_uppercase + string.digits
PROSE = "".join(one for one in string.printable if one.isprintable() and one not in "'{}")

_dice = random.Random(1)  # random text hardly compresses, so no real document of that size takes more room


def text(length: int, of: str = PLAIN) -> str:
    """Random ASCII characters."""
    return _dice.randbytes(length).translate(_table(of)).decode()


@cache
def _table(of: str) -> bytes:
    """A character for each byte: a loop over megabytes of characters takes seconds."""
    return bytes(ord(of[byte % len(of)]) for byte in range(256))


BRANCH = text(255)  # of every release
APPLICATION = f"{text(100)}@us-gov-west-1"  # of every revision
FOLLOWING = tuple(text(64) for _ in range(ENVIRONMENTS - 1))  # the environments that come after one


def _file(lines: Sequence[str]) -> str:
    """Joins as many of the lines as a config file may have."""
    found = ""
    for line in lines:
        if len((found + line).encode()) < SIZE:
            found += line + "\n"
    return found


def _config(own: str, owner: str = "") -> Config:
    found = read_config(
        own, text(40), "b" * 255, PolicyFile("acme/.github-private/.github/ghapp.yml", owner) if owner else None
    )
    assert isinstance(found, Config), found.problems[:2]
    return found


def everybody() -> People:
    """A thousand people in the repository's file, and a thousand others in its owner's."""
    own, owners = ([f" {text(LOGIN)}: U{text(20, MEMBER)}" for _ in range(PEOPLE)] for _ in range(2))
    files = _file(["environments: {e: {workflow: d.yml}}", "people:", *own]), _file(["people:", *owners])
    people = _config(*files).environments["e"].everybody
    assert len(people.linked) == 2 * PEOPLE
    return people


def _terms(settings: Sequence[str]) -> EnvironmentConfig:
    """The config of an environment whose own settings fill a file."""
    head = [
        "timezone: America/Argentina/ComodRivadavia",
        "environments:",
        f" {'e' * 64}:",
        f"  workflow: {'w' * 251}.yml",
    ]
    head += [f"  branch: {BRANCH}", f"  url: https://{text(1000)}", f"  aliases: [{aliases()}]"]
    head += [f"  runbook: https://wiki.example.com/{text(475, string.ascii_lowercase)}"]
    head += [f"  slack: {{channel: C{'A' * 20}, fallback: S{'A' * 20}}}", f"  except_label: {text(LABEL)}"]
    head += [
        "  rollback:",
        "   runner: codedeploy",
        f"   application: {text(100)}",
        f"   deployment_group: {text(100)}",
    ]
    head += ["   region: us-gov-west-1", f"   role_arn: arn:aws:iam::123456789012:role/{text(512)}"]
    return next(iter(_config(_file([*head, *settings])).environments.values()))


def aliases() -> str:
    """A hundred aliases."""
    return ", ".join(text(64, string.ascii_lowercase + string.digits) for _ in range(100))


def asking() -> EnvironmentConfig:
    """The config with the most to check before a release."""
    paths = [f"'p{text(198, PATTERN)}'" for _ in range(100)]
    warned = [f"'p{text(198, PATTERN)}'" for _ in range(100)]
    windows = [f"   - {{reason: {text(100)}, from: 2026-12-28, until: 2027-01-04}}" for _ in range(WINDOWS)]
    teams = [f"   - '@{text(39)}/{text(100, string.ascii_lowercase)}'" for _ in range(100)]
    lists = ["  freeze:", *windows, "  paths:", *(f"   - {one}" for one in paths)]
    return _terms([*lists, "  warn_paths:", *(f"   - {one}" for one in warned), "  deployers:", *teams])


def carrying() -> EnvironmentConfig:
    """The config with the most workflow inputs."""
    inputs = [f"   {'i' * 98}{number:02}: '{text(MOST_TEMPLATE, PROSE)}'" for number in range(INPUTS)]
    return _terms(["  inputs:", *inputs])


def sha() -> str:
    """A commit's hash."""
    return text(40, "0123456789abcdef")


def moment() -> datetime:
    """A time with microseconds."""
    return NOON + timedelta(microseconds=_dice.randrange(10**12))


def pull() -> Pull:
    """A pull request with the longest title that GitHub takes."""
    return Pull(number=_number(), title=kept_title(text(256, PROSE)), author=text(LOGIN), head=sha())


def _number() -> int:
    return _dice.randrange(10**9, 10**10)


def release() -> Release:
    """A release with every field set."""
    return Release(
        pull=pull(),
        merger=text(LOGIN),
        sha=sha(),
        merged_at=moment(),
        called_at=moment(),
        call_at=moment(),
        reminded=3,
        reminded_at=moment(),
        passed=True,
        skipped=True,
        skipped_by=text(LOGIN),
        warns=True,
        not_auto="checks_not_reported_yet",
        unfit="branch_gone",
        examined=f"{BRANCH} {sha()}",
        fit_at=moment(),
    )


def releases(count: int) -> tuple[Release, ...]:
    """This many releases."""
    return tuple(release() for _ in range(count))


def revision(*, brings: int = 0) -> Revision:
    """A revision with this many releases."""
    return Revision(
        sha=sha(),
        pull=pull(),
        live_since=moment(),
        live_until=moment(),
        warns=True,
        landed=sha(),
        platform=reference(),
        releases=releases(brings),
        in_vain=True,
        off_branch=True,
        first_live=moment(),
        passed_on=FOLLOWING,
    )


def reference() -> Reference:
    """A reference to a CodeDeploy deployment."""
    return Reference(f"d-{text(9)}", "AutoScalingGroup", text(64), APPLICATION)


def run() -> Run:
    """A run in a repository with the longest name."""
    number = _number()
    return Run(number, f"https://github.com/{'o' * LOGIN}/{'r' * NAME}/actions/runs/{number}")


def _order(name: str, config: EnvironmentConfig) -> Grant:
    return Grant(
        number=_number(),
        id=text(16),
        key=f"slack/{text(60)}",
        environment=name,
        kind="deploy",
        revision=revision(),
        actor=text(LOGIN),
        door="pull_request",
        at=moment(),
        config=config.of_a_deployment,
        along=tuple(pull() for _ in range(ALONG_KEPT)),
        left_behind=LeftBehind(pull(), sha(), text(LINE, PROSE)),
        keeps=tuple(sha() for _ in range(LIVE_KEPT)),
        runner="codedeploy",
        plan=RollbackPlan(
            how="onward",
            target=reference(),
            about=timedelta(hours=1),
            halts=f"d-{text(9)}",
            follows=f"d-{text(9)}",
            awaits=f"d-{text(9)}",
            consented=True,
            record=PlatformRecord(moment(), text(MESSAGE, PROSE)),
        ),
    )


def _deployment(grant: Grant) -> Deployment:
    return Deployment(
        grant=grant,
        phase="cancelled",
        since=moment(),
        seen_at=moment(),
        looks=10**6,
        run=run(),
        rejected=text(MESSAGE, PROSE),
        stop=StopRequest(text(LOGIN), moment(), moment(), moment(), said=True),
        missing_since=moment(),
        denied=True,
        for_reviewer=True,
        reminded=10**6,
        let_through=moment(),
        platform=reference(),
        halt=HaltRequest(f"d-{text(9)}", moment()),
        cleared_at=moment(),
        ending=Ending("succeeded", moment(), 10**6),
        reach="unsure",
        broke=text(200, PROSE),
        given_up=True,
        intended_at=moment(),
    )


def environment(name: str, people: People, *, asked: EnvironmentConfig, carried: EnvironmentConfig) -> Environment:
    """A rollback that has overtaken a deploy, after a deploy with as many releases as are kept."""
    served = [revision(brings=ALONG_KEPT), *(revision() for _ in range(LIVE_KEPT))]
    barred = tuple(revision() for _ in range(BARRED_KEPT))
    rollback = replace(
        _order(name, carried),
        kind="rollback",
        along=(),
        undoes=replace(revision(), releases=releases(ALONG_KEPT)),  # the releases that the deploy was bringing
        passes=tuple(replace(one, releases=()) for one in served[:-1]),
        revision=served[-1],
    )
    overtaken = replace(_order(name, carried), brings_back=tuple(one.pull for one in barred))
    problem = Problem(1000, 1000, "config.environments", {f"{number}": text(64) for number in range(4)})
    hold = Hold(
        kind="manual",
        holders=(text(LOGIN),),
        reason=text(LINE, PROSE),
        since=moment(),
        until=moment(),
        pull=_number(),
        announced_on=_number(),
        nagged_at=moment(),
        in_vain=True,
    )
    return Environment(
        repository=Repository(10**12, f"{'o' * LOGIN}/{'r' * NAME}", 10**12),
        name=name,
        config=asked.with_everybody(people),
        created_at=moment(),
        number=10**9,
        free_since=moment(),
        cooldown_until=moment(),
        manual=hold,
        after_rollback=replace(hold, kind="rollback", holders=(text(LOGIN), text(LOGIN))),
        activity=Activity(
            moment(),
            moment(),
            "scaling",
            f"d-{text(9)}",
            ours=False,
            ending="wanted",
            ending_since=moment(),
            ending_by=text(LOGIN),
            unasked_since=moment(),
            why=text(MESSAGE, PROSE),
            lacks=NotAllowed(target=text(LINE), setting=text(LINE), rule=text(LINE), file=text(LINE)),
            said=True,
        ),
        deployment=_deployment(rollback),
        overtaken=_deployment(overtaken),
        unexpected_runs=tuple(UnexpectedRun(_number(), run(), 100, text(LOGIN)) for _ in range(UNEXPECTED_RUNS_KEPT)),
        manual_runs=tuple(
            ManualRun(run(), 100, text(LOGIN), moment(), "pull_request_target", stopped=True)
            for _ in range(MANUAL_RUNS_KEPT)
        ),
        runs=tuple(10**12 + number for number in range(RUNS_KEPT)),
        fenced=True,
        bars_lost=True,
        live=served[0],
        earlier=tuple(served[1:]),
        barred=barred,
        awaiting=releases(AWAITING_KEPT),
        gone=moment(),
        broken_config=BrokenConfig(f"{'o' * LOGIN}/.github-private/.github/ghapp.yml", sha(), problem),
        withheld=MissingPermission(
            "deployments: write", f"https://github.com/organizations/{'o' * LOGIN}/settings/installations/1"
        ),
    )
