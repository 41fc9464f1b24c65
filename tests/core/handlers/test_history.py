"""History: who did what, through which door, to which number and commit, and why; before the effect and after."""

from dataclasses import replace
from datetime import timedelta

from ghapp.core.config.model import Config
from ghapp.core.model.decision import Decision, Entry
from ghapp.core.model.environment import Run, UnexpectedRun
from ghapp.core.model.events import RunStopRequested, UnexpectedRunCancelled, WorkflowRunChanged
from tests.core.build import REPOSITORY, Production, config, environment, sha

Line = tuple[str, str, str, int | None, str | None, str]
URL = "https://github.com/acme/shop/actions/runs/"


class Told(Production):
    """Keeps every line, and holds each against its time."""

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
        """What was added since it was last asked."""
        told, self.lines = self.lines, []
        return [(one.what, one.actor, one.door, one.number, one.sha, one.why) for one in told]

    def run_changed(self, run: int, *, attempt: int, by: str | None, title: str = "") -> None:
        """GitHub tells of a run that begins."""
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
    """By a person, in a pull request."""
    return (what, who, "pull_request", number, sha(commit) if commit else None, why)


def by_itself(what: str, number: int | None = None, commit: int | None = None, why: str = "") -> Line:
    """By ghapp, as time passes or GitHub tells."""
    return (what, "ghapp", "timer", number, sha(commit) if commit else None, why)


def test_a_release() -> None:
    """From the merge to free: the grant and the intent are there before anything is done, the run once it is known."""
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
    """Who was not let in, and why, is known afterwards too."""
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


def test_a_run_that_cannot_be_made_and_one_that_fails() -> None:
    """GitHub's own words are kept."""
    shop = Told()
    shop.merges(41)
    for status, detail in (("refused", "No ref found"), ("failed", "timed_out")):
        shop.says("taro", "/deploy", on=41)
        shop.starts()
        shop.since()
        shop.sees(status, run=None if status == "refused" else 10, detail=detail)  # type: ignore[arg-type]
        assert shop.since()[0] == typed("failed", "taro", shop.environment.number, 41, detail)


def test_a_cancel() -> None:
    """Who wanted it, that its run was told, by force too, and its end."""
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


def test_a_rollback_of_what_is_under_way() -> None:
    """The grant names what it undoes; the end of what was overtaken, what is barred, and what frees it follow."""
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
        by_itself("barred", 3, 41, "#41"),
        typed("unlocked", "mona", 3, None, "mended"),
    ]
    shop.says("mona", "/deploy production with #41", on=41)
    shop.starts()
    shop.sees("succeeded", run=12)
    assert shop.since()[-2:] == [typed("succeeded", "mona", 4, 41, f"{URL}12"), by_itself("unbarred", 4, 41, "#41")]


def test_what_nobody_knows_of_and_is_given_up() -> None:
    """On somebody's word, which is kept; the number that fences it is the next one."""
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


def test_a_lock_by_hand() -> None:
    """Its reason, its end by time, and whose turn it is then."""
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


def test_what_goes_past_the_lock() -> None:
    """Who did it, where GitHub tells, and what was done about it."""
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
    """New terms, an environment that leaves and one that comes: each with the commit that said so."""
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
