"""The source of the golden files: an environment of every shape, an item and a history entry of every kind.

Together they set every stored field, leave it at its default, and use every literal of a closed set.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

from msgspec.structs import replace

from ghapp.core.config.model import ChainLink, CodeDeploy, EnvironmentConfig, NotAllowed, Problem, Require, Window
from ghapp.core.model.codec import Queued
from ghapp.core.model.decision import Entry, EntryKind, Notice
from ghapp.core.model.destination import Destination, PrivateReply, Waiting
from ghapp.core.model.environment import (
    Activity,
    BrokenConfig,
    Deployment,
    Door,
    Ended,
    Ending,
    Environment,
    Grant,
    HaltRequest,
    Hold,
    Kind,
    LeftBehind,
    ManualRun,
    MissingPermission,
    Phase,
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
)
from ghapp.core.model.events import (
    Batch,
    BoardCommandGiven,
    CheckButtonPressed,
    CheckRerequested,
    CommentPosted,
    ConfigChanged,
    DeploymentJobWaiting,
    GatesChanged,
    HeadChanged,
    HeadReleased,
    MergeGroupQueued,
    MergeQueueGaveUp,
    MergesRecounted,
    PermissionsAccepted,
    PullRequestMerged,
    ScheduledTask,
    SlackCommandGiven,
    SlackEvent,
    SlackRequest,
    WorkflowRunChanged,
)
from ghapp.core.model.slack_link import GitHubAccount, LinksEnded, SlackLink
from ghapp.core.model.slack_person import SlackPerson

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=7, microseconds=250_000)
IN_TOKYO = LATER.astimezone(timezone(timedelta(hours=9)))
SHOP = Repository(id=1, full_name="acme/shop", installation=7)
RUNS = "https://github.com/acme/shop/actions/runs"


def sha(number: int) -> str:
    """The merge commit of a pull request."""
    return f"{number:02x}" * 20


def pull(number: int, title: str = "Fix overlapping booking slots") -> Pull:
    return Pull(number=number, title=title, author="hanako", head=sha(number + 100))


def run(number: int) -> Run:
    return Run(number, f"{RUNS}/{number}")


# ---------------------------------------------------------------- configs

PLAIN = EnvironmentConfig(sha="c" * 40, branch="main", workflow="deploy.yml")
PLATFORM = CodeDeploy(application="app", deployment_group="app-prod", region="ap-northeast-1")
ON_PLATFORM = replace(PLAIN, rollback=PLATFORM)
LACKS = NotAllowed(
    target="codedeploy:app/app-prod",
    setting="acme/shop=codedeploy:app/app-prod",
    rule='shop: ["codedeploy:app/app-prod"]',
    file="acme/policies/.github/ghapp.yml",
)
FULL = EnvironmentConfig(
    sha="d" * 40,
    branch="release",
    workflow="ship.yml",
    paths=("api/**", "!**/*.md"),
    warn_paths=("db/migrate/**",),
    require=Require(checks=("build", "テスト"), approvals=2, merged=False),
    after=ChainLink("staging", timedelta(minutes=10)),
    followed_by=(ChainLink("archive"),),
    inputs={"ref": "{sha}", "env": "{environment}", "ghapp": "{ticket}"},
    aliases=("prod", "本番"),
    lock=timedelta(minutes=45),
    cooldown=timedelta(hours=1),
    deployers=("write", "@acme/sre", "mona"),
    rollbackers=("maintain",),
    unlockers=("admin", "taro"),
    rollback=replace(PLATFORM, role_arn="arn:aws:iam::123456789012:role/ghapp"),
    not_allowed=LACKS,
    policy="b" * 40,
    policy_file="acme/policies/.github/ghapp.yml",
    turn=timedelta(minutes=15),
    remind=timedelta(hours=2),
    skip_label="no-deploy",
    auto=True,
    url="https://shop.example.com",
    runbook="https://wiki.example.com/shop/incidents",
    github_environment="Production / EU",
    gate=("freeze", "deployment", "manual"),
    except_label="hotfix",
    freeze=(
        Window(reason="weekend", weekdays=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1020),
        Window(reason="new year", first=date(2026, 12, 28), last=date(2027, 1, 4)),
        Window(reason="holiday", holidays="JP"),
        Window(reason="祝日の前日", holiday_eve="JP", end=600),
    ),
    language="ja",
    timezone="Asia/Tokyo",
    people={"mona": "U024BE7LH", "taro": "U024BE7TA"},
    acting={"mona": "U024BE7LH"},
    channel="C024BE91L",
    fallback="S0614TZR7",
    default_branch="main",
)
CHECKS = (replace(PLAIN, require=Require(checks="all")), replace(PLAIN, require=Require(checks="none")))

# ---------------------------------------------------------------- releases

V1 = Revision(sha=sha(1), pull=pull(1), live_since=NOON, live_until=LATER)
V2 = Revision(sha=sha(2), pull=pull(2), live_since=LATER, off_branch=True)
V3 = Revision(sha=sha(3), pull=pull(3, "予約枠の重複チェックを修正"), warns=True, landed=sha(33))
SERVED = Reference("d-SERVED123", "S3", "ab" * 32, "shop@ap-northeast-1")
V2_ON_PLATFORM = replace(V2, platform=SERVED)

DEPLOY = Grant(
    number=7,
    id="60d9297f786a06d1",
    key="comment/7",
    environment="production",
    kind="deploy",
    revision=V3,
    actor="mona",
    door="pull_request",
    at=LATER,
    config=PLAIN,
)
CARRYING = replace(
    DEPLOY,
    along=(pull(4),),
    brings_back=(pull(5),),
    left_behind=LeftBehind(pull(2), sha(2), "履歴を書き換えた"),
    config=FULL,
    door="slack",
)
BACK = replace(DEPLOY, number=8, key="comment/8", kind="rollback", revision=V1, undoes=V2, actor="taro")
CREATE = RollbackPlan(how="create", target=SERVED, about=timedelta(minutes=4))
BACK_ON_PLATFORM = replace(BACK, config=ON_PLATFORM, runner="codedeploy", plan=CREATE)
STOPPED_BACK = replace(BACK_ON_PLATFORM, plan=RollbackPlan(how="stop", target=SERVED, record=PlatformRecord(NOON)))
TO_UNKNOWN = replace(
    BACK_ON_PLATFORM,
    revision=None,
    plan=RollbackPlan(
        how="onward",
        target=Reference("d-BEFORE456"),
        halts="d-SHIFTING7",
        follows="d-FOLLOWED8",
        awaits="d-SCALES9",
        consented=True,
        record=PlatformRecord(NOON, "made by the console"),
    ),
)


def attempt(grant: Grant = DEPLOY, **more: Any) -> Deployment:
    """A deployment whose run is under way since noon, with the fields in `more` changed."""
    plain = Deployment(grant=grant, phase="running", since=NOON, seen_at=LATER, run=run(grant.number))
    return replace(plain, **more)


LOCK = Hold(kind="manual", holders=("mona",), reason="migrating 🚧", since=NOON)
AFTER_ROLLBACK = Hold(kind="rollback", holders=("taro", "hanako"), reason="production-8", since=LATER, pull=2)

WAITING = (
    Release(pull=pull(3), merger="mona", sha=sha(3), merged_at=NOON),
    Release(
        pull=pull(4),
        merger=None,
        sha=sha(4),
        merged_at=NOON,
        called_at=LATER,
        call_at=LATER,
        reminded=2,
        reminded_at=LATER,
    ),
    Release(pull=pull(5), merger="taro", sha=sha(5), merged_at=NOON, called_at=LATER, passed=True, warns=True),
    Release(pull=pull(6), merger="taro", sha=sha(6), merged_at=NOON, skipped=True),
    Release(pull=pull(7), merger="taro", sha=sha(7), merged_at=NOON, skipped=True, skipped_by="mona"),
    Release(pull=pull(8), merger="taro", sha=sha(8), merged_at=NOON, not_auto="checks_pending"),
    Release(pull=pull(9), merger="taro", sha=sha(9), merged_at=NOON, unfit="off_branch", examined="main"),
    Release(pull=pull(10), merger="taro", sha=sha(10), merged_at=NOON, unfit="branch_gone", examined="main"),
    Release(pull=pull(11), merger="taro", sha=sha(11), merged_at=NOON, unfit="beside", examined="main"),
    Release(pull=pull(12), merger="taro", sha=sha(12), merged_at=NOON, unfit="after", fit_at=LATER),
    Release(pull=pull(13), merger="taro", sha=sha(13), merged_at=NOON, unfit="after_barred"),
    Release(pull=pull(14), merger="taro", sha=sha(14), merged_at=NOON, unfit="after_unknown"),
)

V3_CARRYING = replace(V3, releases=WAITING[:2])
FAR_BACK = replace(BACK, undoes=V3_CARRYING, passes=(V2,), keeps=(V2.sha,))

# ---------------------------------------------------------------- an environment of every shape

FREE = Environment(repository=SHOP, name="production", config=PLAIN, created_at=NOON)
LIVE = replace(FREE, number=7, free_since=NOON, live=V2, earlier=(V1,))


def busy(phase: Phase, **more: Any) -> Environment:
    """An environment with a deployment in this phase."""
    return replace(LIVE, deployment=attempt(phase=phase, **more), free_since=None)


def platform(activity: Activity, door: Door = "pull_request") -> Environment:
    """An environment whose revision is live while its platform is still active."""
    ended = attempt(replace(DEPLOY, config=ON_PLATFORM, door=door), phase="succeeded", platform=SERVED)
    return replace(LIVE, config=ON_PLATFORM, live=V2_ON_PLATFORM, deployment=ended, activity=activity)


SHA_OF_CONFIG = "d" * 40
UNREAD = Problem(1, 1, "yaml.tag")
WRONG = Problem(3, 5, "config.key.known", {"text": "wflow", "known": ("workflow", "lock")})
ENVIRONMENTS: dict[str, Environment] = {
    "free": FREE,
    "full-config": replace(FREE, config=FULL, created_at=IN_TOKYO),
    "not-allowed": replace(FREE, config=replace(ON_PLATFORM, not_allowed=NotAllowed(target="codedeploy:app/app-prod"))),
    "checks-all": replace(FREE, config=CHECKS[0]),
    "checks-none": replace(FREE, config=CHECKS[1]),
    "live": replace(LIVE, cooldown_until=LATER, runs=(9001, 9002), fenced=True),
    "accepted": busy("accepted", run=None, reminded=3),
    "starting": busy("starting", run=None, intended_at=LATER),
    "queued": busy("queued", for_reviewer=True, looks=4),
    "running": busy("running", missing_since=LATER, let_through=LATER),
    "running-carrying": replace(busy("running"), deployment=attempt(CARRYING)),
    "succeeded": busy("succeeded"),
    "failed": busy("failed", run=None, rejected="422 Workflow does not have 'workflow_dispatch' trigger"),
    "failed-none": busy("failed", reach="none", broke="build / Run make"),
    "failed-skipped": busy("failed", reach="skipped"),
    "failed-maybe": busy("failed", reach="maybe", broke="smoke test"),
    "failed-unknown": busy("failed", reach="unknown"),
    "failed-unsure": busy("failed", reach="unsure"),
    "failed-unread": busy("failed", reach="unread", ending=Ending("succeeded", LATER, 3)),
    **{f"ending-{phase}": busy("running", ending=Ending(phase, LATER, 3)) for phase in get_args(Ended)},
    "cancelled": busy("cancelled", stop=StopRequest("taro", NOON, LATER, LATER)),
    "cancelling": busy("running", stop=StopRequest("taro", NOON)),
    "given-up": busy("cancelled", reach="unknown", given_up=True),
    "lost": busy("lost", run=None),
    "denied": busy("running", missing_since=LATER, denied=True),
    "locked-forever": replace(LIVE, manual=replace(LOCK, announced_on=3, nagged_at=LATER)),
    "locked-until": replace(LIVE, manual=replace(LOCK, until=LATER)),
    "rolled-back": replace(
        LIVE,
        number=8,
        live=V1,
        earlier=(),
        deployment=attempt(BACK, phase="succeeded"),
        after_rollback=AFTER_ROLLBACK,
        barred=(V2,),
    ),
    "rolled-back-far": replace(
        LIVE,
        number=8,
        live=replace(V1, first_live=NOON, passed_on=("archive",)),
        earlier=(V3_CARRYING, V2),
        deployment=attempt(FAR_BACK, phase="succeeded"),
        after_rollback=replace(AFTER_ROLLBACK, pull=3, in_vain=True),
        barred=(replace(V3, in_vain=True), Revision(sha=sha(4), pull=pull(4)), V2),
        bars_lost=True,
        awaiting=WAITING[:2],
    ),
    "overtaken": replace(
        LIVE,
        number=8,
        deployment=attempt(BACK, phase="accepted", run=None),
        overtaken=attempt(stop=StopRequest("taro", NOON, said=True)),
    ),
    "rolling-back-on-platform": replace(
        LIVE,
        number=8,
        config=ON_PLATFORM,
        deployment=attempt(
            BACK_ON_PLATFORM, run=Run("d-MADE789", "https://aws.example.com/d-MADE789"), cleared_at=LATER
        ),
    ),
    "rolling-back-to-unknown": replace(
        LIVE,
        number=8,
        config=ON_PLATFORM,
        deployment=attempt(TO_UNKNOWN, phase="accepted", run=None, halt=HaltRequest("d-SHIFTING7", LATER)),
    ),
    "halting": replace(
        LIVE, number=8, deployment=attempt(STOPPED_BACK, phase="accepted", run=None, halt=HaltRequest("d-SHIFTING7"))
    ),
    "platform-unknown": platform(Activity(stage="unknown", unasked_since=NOON, why="AccessDenied", said=True)),
    "platform-not-allowed": platform(Activity(stage="unknown", unasked_since=NOON, why="not allowed", lacks=LACKS)),
    "platform-created": platform(Activity(stage="created", deployment="d-NEXT1", ours=False), "check_run"),
    "platform-shifting": platform(Activity(), "board"),
    "platform-scaling": platform(Activity(stage="scaling", deployment="d-SCALES9", ours=False)),
    "platform-ready": platform(Activity(stage="ready", deployment="d-NEXT1"), "timer"),
    "platform-baking": platform(Activity(stage="baking", deployment="d-NEXT1", busy_until=LATER), "auto"),
    "platform-kept": platform(Activity(stage="kept", deployment="d-NEXT1", quick_rollback_until=LATER), "github"),
    "platform-ending": platform(
        Activity(stage="kept", deployment="d-NEXT1", ending="wanted", ending_by="taro", ending_since=LATER), "guard"
    ),
    "platform-ended": platform(Activity(stage="kept", deployment="d-NEXT1", ending="asked", ending_since=LATER)),
    "awaiting": replace(LIVE, awaiting=WAITING),
    "strays": replace(LIVE, unexpected_runs=(UnexpectedRun(6, run(6)), UnexpectedRun(5, run(5), 2, "taro"))),
    "by-hand": replace(LIVE, manual_runs=(ManualRun(run(9), 1, "taro", NOON),)),
    "by-push": replace(LIVE, manual_runs=(ManualRun(run(8), 2, "taro", NOON, "push", stopped=True),)),
    "gone": replace(LIVE, gone=LATER),
    "broken-config": replace(LIVE, broken_config=BrokenConfig("acme/.github/ghapp.yml", SHA_OF_CONFIG, WRONG)),
    "withheld": replace(
        LIVE, withheld=MissingPermission("actions: write", "https://github.com/settings/installations/7")
    ),
    "broken-config-unread": replace(LIVE, broken_config=BrokenConfig(".github/ghapp.yml", SHA_OF_CONFIG, UNREAD)),
    "broken-config-value": replace(
        LIVE,
        broken_config=BrokenConfig(
            ".github/ghapp.yml", SHA_OF_CONFIG, Problem(1, 1, "config.duration", {"least": 1, "most": 24})
        ),
    ),
}
for how in ("follow", "there"):
    grant = replace(BACK_ON_PLATFORM, plan=RollbackPlan(how=how, target=SERVED))
    ENVIRONMENTS[f"way-back-{how}"] = replace(LIVE, number=8, deployment=attempt(grant, phase="accepted", run=None))

# ---------------------------------------------------------------- an item of every kind

MERGED = PullRequestMerged(
    repository=SHOP, key="pull/3/merged", pull=pull(3), base="main", sha=sha(3), merger="mona", at=NOON
)
GAVE_UP = MergeQueueGaveUp(repository=SHOP, key="guid-4", pull=pull(4), base="main", by=(), at=NOON)
CLICKED = CheckButtonPressed(
    repository=SHOP,
    key="guid-3",
    environment="production",
    number=3,
    head=sha(103),
    offered_at_number=None,
    button="deploy",
    author="mona",
    at=NOON,
)
CHANGED = WorkflowRunChanged(
    repository=SHOP,
    key="run/9/1/running",
    run=run(9),
    attempt=1,
    path=".github/workflows/deploy.yml",
    title="Release 7:60d9297f786a06d1",
    status="running",
)
TYPED = SlackRequest(
    key="13345224609.738474920.8088930838d88f008e0",
    team="T0001",
    app="A0001",
    channel="C024BE91L",
    user="U024BE7LH",
    text="/deploy production",
    at=NOON,
    reply="https://hooks.slack.com/commands/1234/5678",
)
PRESSED = replace(
    TYPED, text="", mark="1/production/3/7", trigger="13345224609.738474920", reason="looked at it", button="deploy"
)
MEANT = SlackCommandGiven(
    repository=SHOP,
    key="slack/13345224609.738474920.8088930838d88f008e0",
    author="slack:U024BE7LH",
    person=SlackPerson(id="U024BE7LH", team="T0001"),
    team="T0001",
    channel="C024BE91L",
    text="/deploy production",
    at=NOON,
    reply="https://hooks.slack.com/commands/1234/5678",
)
STRANGE = SlackPerson(id="U0GUEST", team="T0002", guest=True, stranger=True, deleted=True, bot=True)
MEANT_BY_BUTTON = replace(
    MEANT,
    number=3,
    mark="1/production/3/7",
    trigger="13345224609.738474920",
    reason="looked at it",
    others=("acme/app",),
    account=GitHubAccount(583231, "mona", NOON, 2),
    can_link=True,
)
NOTICE = Notice(
    id="1/production-7/failed",
    repository=SHOP,
    destination=Destination(pull=3),
    code="failed",
    values={"actor": "mona", "number": 3, "since": NOON, "along": [4, 5], "detail": None, "pull": {"title": "修正"}},
    config=PLAIN,
    at=NOON,
)
WHISPER = PrivateReply(channel="C024BE91L", user="U024BE7LH")

ITEMS: dict[str, Queued] = {
    "PullRequestMerged": MERGED,
    "PullRequestMerged-aside": replace(MERGED, base="stable", aside=True),
    "PullRequestMerged-by-a-bot": replace(MERGED, merger=None, labels=("no-deploy",)),
    "HeadChanged": HeadChanged(repository=SHOP, key="guid-1", number=3, base="main", head="c8" * 20),
    "HeadChanged-moved": HeadChanged(repository=SHOP, key="guid-1", number=3, base="main", moved=True),
    "HeadReleased": HeadReleased(repository=SHOP, key="guid-3", head=sha(200), base="main"),
    "MergeGroupQueued": MergeGroupQueued(repository=SHOP, key="guid-2", head=sha(200), base="main"),
    "MergeQueueGaveUp": GAVE_UP,
    "MergeQueueGaveUp-put-in-by": replace(GAVE_UP, by=("mona",), labels=("hotfix",)),
    "CommentPosted": CommentPosted(
        repository=SHOP, key="comment/7", number=3, comment=7, author="mona", text="/deploy 本番", at=NOON
    ),
    "CheckButtonPressed": CLICKED,
    "CheckRerequested": CheckRerequested(repository=SHOP, key="guid-6", head=sha(200), name="release / production"),
    "CheckRerequested-all": CheckRerequested(repository=SHOP, key="guid-7", head=sha(200)),
    "CheckButtonPressed-rollback": replace(CLICKED, offered_at_number=7, button="rollback"),
    "CheckButtonPressed-unlock": replace(CLICKED, offered_at_number=7, button="unlock"),
    "WorkflowRunChanged": CHANGED,
    "WorkflowRunChanged-again": replace(CHANGED, attempt=2, by="taro", cause="push"),
    "ConfigChanged": ConfigChanged(repository=SHOP, key="push/dddd"),
    "ConfigChanged-forced": ConfigChanged(repository=SHOP, key="push/dddd", forced=True),
    "MergesRecounted": MergesRecounted(repository=SHOP, key="recount/2026-11-23T12:00", at=NOON),
    "DeploymentJobWaiting": DeploymentJobWaiting(
        repository=SHOP, key="guid-5", run=9, github_environment="production", at=NOON
    ),
    "PermissionsAccepted": PermissionsAccepted(account="acme", installation=7, key="delivery/guid-6", at=NOON),
    "SlackRequest": TYPED,
    "SlackCommandGiven": MEANT,
    "SlackCommandGiven-by-a-stranger": replace(MEANT, person=STRANGE),
    "BoardCommandGiven": BoardCommandGiven(
        repository=SHOP,
        key="board/1/0123456789abcdef0123456789abcdef",
        environment="production",
        author="mona",
        user=1,
        text="/lock 本番 1h",
        offered_at_number=7,
        page_at=NOON,
        at=NOON,
    ),
    "SlackEvent-home": SlackEvent(kind="home_opened", key="Ev1", team="T0001", app="A0001", user="U024BE7LH", at=NOON),
    "SlackEvent-removed": SlackEvent(kind="app_removed", key="Ev2", team="T0001", app="A0001", at=NOON),
    "Notice": NOTICE,
    "Notice-on-a-page": replace(NOTICE, destination=Destination(page=True)),
    "Notice-in-channel": replace(NOTICE, destination=Destination(channel="C024BE91L"), values={}, config=FULL),
    "Notice-whisper": replace(NOTICE, destination=Destination(whisper=WHISPER)),
    "Notice-answer": replace(
        NOTICE, destination=Destination(whisper=replace(WHISPER, reply="https://hooks.slack.com/x"))
    ),
    "Notice-job-approved": replace(NOTICE, destination=Destination(job=Waiting(9, "production", "approved"))),
    "Notice-job-rejected": replace(NOTICE, destination=Destination(job=Waiting(9, "production", "rejected"))),
    "Batch": Batch(repository=SHOP, items=(("1296269/push/dddd", "acme/1296269", '["ConfigChanged",{}]'),)),
    "GatesChanged": GatesChanged(repository=SHOP, base="main"),
    "GatesChanged-left": GatesChanged(repository=SHOP, base="main", former=True),
    "ScheduledTask-deliveries": ScheduledTask("deliveries", LATER),
    "ScheduledTask-merges": ScheduledTask("merges", LATER),
    "ScheduledTask-policy": ScheduledTask("policy", LATER),
}
for status in get_args(WorkflowRunChanged.__annotations__["status"]):
    ITEMS[f"WorkflowRunChanged-{status}"] = replace(CHANGED, status=status)
for button in ("deploy", "rollback", "unlock", "cancel", "skip", "pass"):
    ITEMS[f"SlackRequest-{button}"] = replace(PRESSED, button=button)
    ITEMS[f"SlackCommandGiven-{button}"] = replace(MEANT_BY_BUTTON, button=button)

# ---------------------------------------------------------------- a history entry of every kind

LINKED = SlackLink(team="T0001", user="U024BE7LH", account=GitHubAccount(583231, "mona", LATER, 2), era=1)
ENDED = LinksEnded(of="T0001", at=NOON)

BARE = Entry(at=NOON, what="refused", environment=None, actor="mona", door="pull_request")
HISTORY: tuple[Entry, ...] = (
    BARE,
    *(
        replace(BARE, what=what, environment="production", number=7, sha=sha(3), why="in one line, 一行で")
        for what in get_args(EntryKind)
    ),
    *(replace(BARE, door=door) for door in get_args(Entry.__annotations__["door"])),
    *(replace(BARE, kind=kind, pull=3, carries=(2, 1), undoes=4) for kind in get_args(Kind)),
    replace(BARE, merged_at=NOON, until=LATER, command="deploy"),
    *(replace(BARE, door="slack", by=by) for by in ("link", "people")),
)
