"""Rare events during a release, shared by several tests."""

import hashlib
from datetime import timedelta

from ghapp.demo.github import Delivery, Exchange, Pull
from ghapp.demo.github.shapes import events
from tests.scenarios.scene import Scene


async def sleeps_over_an_answer(shop: Scene, pull: Pull) -> None:
    """`/unlock` is refused, and the worker sleeps while it answers; another worker answers meanwhile."""
    typed = shop.shop.add_comment(pull.number, by="mona", body="/unlock")
    key = hashlib.sha256(f"answer/comment/{typed.id}".encode()).hexdigest()[:16]
    said = f"said\n<!-- ghapp:notice {key} not_locked -->"
    beside = shop.shop.add_comment(pull.number, by=shop.github.app.login, body=said, by_app=True)
    beside.updated_at += timedelta(seconds=5)  # posted while this worker sleeps, and not in the second before

    def sleeps(seen: Exchange | Delivery) -> None:
        if isinstance(seen, Exchange) and (seen.method, seen.path.rsplit("/", 1)[-1]) == ("POST", "comments"):
            shop.github.observers.remove(sleeps)
            shop.stage.skip(timedelta(minutes=3))

    shop.github.observers.append(sleeps)
    await shop.github.send("issue_comment", events.commented(shop.shop, typed))
    await shop.idle()


async def runs_the_first_again(shop: Scene, by: str) -> None:
    """A user presses "Re-run all jobs" on the oldest run."""
    await shop.shop.rerun(shop.runs()[0], by=by)
    await shop.idle()


async def cancels_what_does_not_end(shop: Scene, pull: Pull, by: str) -> None:
    """A release is cancelled whose run has a step with `always()`."""
    await shop.says(by, "/deploy", on=pull)
    run = await shop.begins()
    run.stubborn = True
    await shop.says(by, "/cancel", on=pull)
    for _ in range(7):
        await shop.later(seconds=10)
    assert run.conclusion == "cancelled"


async def asks_at_the_rule(shop: Scene, by: str) -> None:
    """A user starts the workflow by hand on a commit that belongs to no release, for an environment with our
    deployment protection rule.
    """
    ruled = shop.shop.files()[".github/workflows/deploy.yml"].replace(
        "    runs-on:", "    environment: production\n    runs-on:"
    )
    await shop.shop.commit(".github/workflows/deploy.yml", ruled, by=by, message="Name the environment")
    shop.shop.protected.add("production")
    inputs = {"sha": shop.shop.head, "environment": "production", "ghapp": "by hand"}
    run = await shop.shop.dispatch("deploy.yml", by=by, inputs=inputs)
    await shop.shop.start_run(run)
    await shop.idle()
    assert [state for _, state, _ in run.said] == ["rejected"]
