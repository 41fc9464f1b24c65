"""History: actor, action, door, number, commit and reason, before the effect and after it."""

from datetime import timedelta

from msgspec.structs import replace

from ghapp.core.config.model import Config
from ghapp.core.model.decision import Decision, Entry
from ghapp.core.model.environment import Run, UnexpectedRun
from ghapp.core.model.events import RunStopRequested, UnexpectedRunCancelled, WorkflowRunChanged
from tests.core.build import REPOSITORY, Production, config, environment, sha

Line = tuple[str, str, str, int | None, str | None, str]
URL = "https://github.com/acme/shop/actions/runs/"


class Told(Production):
    """Collects every entry and checks its time."""

    def __init__(self) -> None:
        start = environment(config=config(lock=timedelta(0)))
        super().__init__(start)
        self.lines: list[Entry] = []

    def apply(self, event: object) -> Decision:
        decision = super().apply(event)  # type: ignore[arg-type]
        assert all(entry.at == self.now for entry in decision.entries)
        self.lines += decision.entries
        return decision

    def since(self) -> list[Line]:
        """The entries since the last call."""
        told, self.lines = self.lines, []
        return [(one.what, one.actor, one.door, one.number, one.sha, one.why) for one in told]

    def run_changed(self, run: int, *, attempt: int, by: str | None, title: str = "") -> None:
        """GitHub reports a run that begins."""
        self.apply(
            WorkflowRunChanged(
                repository=REPOSITORY,
                key="k",
                run=Run(run, f"{URL}{run}"),
                attempt=attempt,
                path=".github/workflows/deploy.yml",
                title=title,
                status="queued",
                by=by,
            )
        )


def typed(what: str, who: str, number: int | None = None, commit: int | None = None, why: str = "") -> Line:
    """An entry by a person in a pull request."""
    return (what, who, "pull_request", number, sha(commit) if commit else None, why)


def by_itself(what: str, number: int | None = None, commit: int | None = None, why: str = "") -> Line:
    """An entry by ghapp itself, from time or a GitHub event."""
    return (what, "ghapp", "timer", number, sha(commit) if commit else None, why)


def test_a_release() -> None:
    """From merge to free: grant and intent are written before any effect, the run once it is known."""
    shop = Told()
    shop.merges(41)
    shop.says("taro", "/deploy", on=41)
    assert shop.since() == [typed("awaiting", "taro", None, 41), typed("accepted", "taro", 1, 41)]
    shop.starts()
    assert shop.since() == [typed("starting", "taro", 1, 41)]
    shop.sees("queued", run=10)
    shop.sees("running", run=10)
    shop.later(minutes=1)
    shop.sees("succeeded", run=10)
    assert shop.since() == [
        typed("queued", "taro", 1, 41, f"{URL}10"),
        typed("running", "taro", 1, 41),
        typed("succeeded", "taro", 1, 41),
    ]


def test_a_refusal() -> None:
    """History keeps who was refused and why."""
    shop = Told()
    shop.merges(41)
    shop.since()
    shop.says("ken", "/deploy", on=41)
    shop.says("taro", "/deploi", on=41)
    shop.says("taro", "/deploy", on=42)
    assert shop.since() == [
        typed("refused", "ken", why="not_allowed"),
        typed("refused", "taro", why="unknown_command"),
        typed("refused", "taro", why="not_merged"),
    ]


def test_a_refused_dispatch_and_a_failed_run() -> None:
    """GitHub's own message is kept."""
    shop = Told()
    shop.merges(41)
    for status, detail in (("refused", "No ref found"), ("failed", "timed_out")):
        shop.says("taro", "/deploy", on=41)
        shop.starts()
        shop.since()
        shop.sees(status, run=None if status == "refused" else 10, detail=detail)  # type: ignore[arg-type]
        assert shop.since()[0] == typed("failed", "taro", shop.environment.number, 41, detail)


def test_a_cancel() -> None:
    """Who cancelled, the stop request for the run, the forced one, and the end."""
    shop = Told()
    shop.merges(41)
    shop.says("taro", "/deploy", on=41)
    shop.starts()
    shop.sees("running", run=10)
    shop.since()
    shop.says("taro", "/cancel", on=41)
    shop.apply(RunStopRequested("production", 1, force=False))
    shop.apply(RunStopRequested("production", 1, force=True))
    shop.sees("cancelled", run=10)
    assert shop.since()[:4] == [
        typed("cancel", "taro", 1, None, "running"),
        by_itself("stopped", 1, 41),
        by_itself("force_stopped", 1, 41),
        typed("cancelled", "taro", 1, 41),
    ]


def test_a_rollback_of_a_deployment_under_way() -> None:
    """The grant names the undone release; then come the end of the overtaken run, the bar, and the unlock."""
    shop = Told()
    shop.releases(40, "taro")
    shop.later(minutes=1)
    shop.merges(41)
    shop.says("taro", "/deploy", on=41)
    shop.starts()
    shop.sees("running", run=10)
    shop.since()
    shop.says("mona", "/rollback", on=41)
    shop.apply(RunStopRequested("production", 2, force=False))
    shop.sees("cancelled", run=10, number=2)
    shop.starts()
    shop.sees("succeeded", run=11)
    shop.says("mona", "/unlock production mended", on=41)
    assert shop.since() == [
        typed("accepted", "mona", 3, 40, "rollback of #41"),
        by_itself("stopped", 2, 41),
        typed("overtaken_cancelled", "taro", 2, 41),
        typed("starting", "mona", 3, 40),
        typed("succeeded", "mona", 3, 40, f"{URL}11"),
        by_itself("barred", 3, 41),
        typed("unlocked", "mona", 3, None, "mended"),
    ]
    shop.says("mona", "/deploy production with #41", on=41)
    shop.starts()
    shop.sees("succeeded", run=12)
    assert shop.since()[-2:] == [typed("succeeded", "mona", 4, 41, f"{URL}12"), by_itself("unbarred", 4, 41)]


def test_an_overtaken_run_that_begins_late() -> None:
    """The rollback waits for a run that GitHub shows only now."""
    shop = Told()
    shop.releases(40, "taro")
    shop.later(minutes=1)
    shop.merges(41)
    shop.says("taro", "/deploy", on=41)
    shop.starts()
    shop.says("mona", "/rollback", on=41)
    shop.since()
    shop.sees("queued", run=10, number=2)
    shop.sees("running", run=10, number=2)
    assert shop.since() == [typed("overtaken_queued", "taro", 2, 41), typed("overtaken_running", "taro", 2, 41)]


def test_a_lost_run_that_is_given_up() -> None:
    """By a person's command, whose reason is kept; the next number fences the lost run."""
    shop = Told()
    shop.merges(41)
    shop.says("taro", "/deploy", on=41)
    shop.starts()
    shop.since()
    shop.later(minutes=6)
    shop.ticks()
    assert shop.since() == [typed("lost", "taro", 1, 41)]
    shop.says("mona", "/unlock production looked: none", on=41)
    assert shop.since()[0] == typed("given_up", "mona", 2, None, "looked: none")


def test_a_manual_lock() -> None:
    """Its reason, its end by time, and the person who is called then."""
    shop = Told()
    shop.merges(41)
    shop.says("mona", "/lock production 1h migrating", on=41)
    shop.since()
    shop.later(hours=1)
    shop.ticks()
    assert shop.since() == [
        ("hold_over", "mona", "timer", None, None, "migrating"),
        ("called", "taro", "timer", 0, sha(41), ""),
    ]


def test_runs_that_bypass_the_lock() -> None:
    """Who started the run, where GitHub names a person, and the reaction to it."""
    shop = Told()
    shop.releases(40, "taro")
    shop.since()
    shop.run_changed(9, attempt=2, by="hanako")
    (unexpected_run,) = shop.environment.unexpected_runs
    shop.apply(UnexpectedRunCancelled("production", unexpected_run, acted=True))
    shop.run_changed(10, attempt=1, by="hanako", title="Deploy")
    assert shop.since() == [
        ("unexpected_run_seen", "hanako", "github", 1, None, f"{URL}9"),
        by_itself("unexpected_run_cancelled", 1, None, f"{URL}9"),
        ("started_by_hand", "hanako", "github", None, None, f"deploy.yml: {URL}10"),
    ]
    shop.environments["production"] = replace(
        shop.environment, unexpected_runs=(UnexpectedRun(1, Run(9, f"{URL}9"), 3),)
    )
    shop.apply(UnexpectedRunCancelled("production", shop.environment.unexpected_runs[0], acted=False))
    assert shop.since() == [by_itself("unexpected_run_over", 1, None, f"{URL}9")]


def test_a_config_that_changes() -> None:
    """A changed config, an environment that leaves and one that comes: each with the commit of the config."""
    shop = Told()
    other = config(sha="d" * 40, lock=timedelta(hours=1))
    shop.config = Config(sha="d" * 40, environments={"production": other})
    shop.merges(41)
    assert shop.since()[1:] == [by_itself("config", 0, None, "d" * 40)]
    shop.config = Config(sha="e" * 40, environments={"staging": config(sha="e" * 40)})
    shop.merges(42)
    told = {line[0]: line for line in shop.since()}
    assert told["left_config"] == by_itself("left_config", 0, None, "d" * 40)
    assert told["created"] == by_itself("created", 0, None, "e" * 40)
    shop.config = Config(sha="f" * 40, environments={"production": replace(other, sha="f" * 40)})
    shop.merges(44)
    assert "back_in_config" in [line[0] for line in shop.since()]
