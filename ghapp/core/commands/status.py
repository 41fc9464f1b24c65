"""`/status`: what is live, what stands in the way and until when, and who waits."""

from ghapp.core import obstacles, releases
from ghapp.core.command import Ask, Spec, answer
from ghapp.core.decision import Decision, Value
from ghapp.core.environment import Environment, Release
from ghapp.core.facts import Facts
from ghapp.core.grammar import Shape


def decide(ask: Ask, facts: Facts) -> Decision:
    """An answer; nothing changes."""
    described = [_described(environment, ask) for environment in ask.environments]
    told = answer(ask, ask.environments[0].terms, "status", {"environments": described})
    return Decision(notices=(told,), reaction="+1")


def _described(environment: Environment, ask: Ask) -> dict[str, Value]:
    live, obstacle = environment.live, obstacles.first(environment, ask.now)
    return {
        "environment": environment.name,
        "live": live.pull.number if live else None,
        "title": live.pull.title if live else None,
        "sha": live.sha[:7] if live else None,
        "since": live.live_since if live else None,
        "stage": obstacle.stage if obstacle else "free",
        "holder": obstacle.holder if obstacle else None,
        "pull": obstacle.pull if obstacle else None,
        "reason": obstacle.reason if obstacle else "",
        "until": obstacle.until if obstacle else None,
        "waiting": [_waiting(release) for release in releases.line(environment)],
    }


def _waiting(release: Release) -> dict[str, Value]:
    return {"number": release.pull.number, "waiter": release.waiter, "title": release.pull.title}


SPEC = Spec(
    word="status",
    shape=Shape(usage="/status [environment]", environment=True),
    examples=("/status", "/status production"),
    about="all",
    who=lambda ask: "readers",
    needs=lambda said, here: (),
    decide=decide,
)
