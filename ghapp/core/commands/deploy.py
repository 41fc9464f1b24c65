"""`/deploy`: takes the environment for a merged pull request, or says who has it, why, and until when."""

from dataclasses import replace
from datetime import datetime

from ghapp.core import lock, obstacles, policy, releases
from ghapp.core.command import Ask, Spec, refused
from ghapp.core.decision import Decision, Refusal
from ghapp.core.environment import Environment, Revision
from ghapp.core.facts import Facts, NeedPull, PullFact
from ghapp.core.grammar import Shape


def decide(ask: Ask, facts: Facts) -> Decision:
    """Check, then grant. A merged one that is refused waits in line: its wish is known now."""
    if ask.environment.gone:
        return refused(ask, ask.environment.terms, Refusal("environment_gone", {"environment": ask.environment.name}))
    fact = facts.pull(ask.invocation.pull or ask.pull)
    if fact is None:
        return refused(ask, ask.environment.terms, Refusal("no_such_pull", {"number": ask.invocation.pull}))
    ask = replace(ask, environments=(_in_line(ask.environment, fact, facts, ask.now),))
    refusal = policy.first_failing(ask, fact, facts)
    if refusal is None:
        return _granted(ask, fact.pull.number, facts)
    environment = ask.environment
    if refusal.code in ("already_live", "contained"):
        environment = releases.settled(environment, fact.pull.number)
    return replace(refused(ask, environment.terms, refusal), changed=(environment,))


def _in_line(environment: Environment, fact: PullFact, facts: Facts, now: datetime) -> Environment:
    known = releases.find(environment, fact.pull.number)
    if known or not fact.merged or not fact.sha or fact.base != environment.terms.branch:
        return environment
    release = replace(policy.release_of(fact), warns=policy.warned(environment, fact.pull, fact.base, facts))
    waiting = releases.await_release(environment, release)
    # whoever types is here already: where it is free, nobody has to call them
    locked = obstacles.obstacles(waiting, now)
    return waiting if locked else releases.called(waiting, release.pull.number, now)


def _granted(ask: Ask, number: int, facts: Facts) -> Decision:
    environment = ask.environment
    release = releases.find(environment, number)
    assert release  # it is in line, whatever became of the command
    base = releases.baseline(environment, release)
    carried = releases.contained(environment, release, facts.comparison(base, release.sha)) if base else ()
    claim = lock.Claim(
        key=ask.key,
        actor=ask.actor,
        door=ask.door,
        revision=Revision(sha=release.sha, pull=release.pull, warns=any(one.warns for one in (release, *carried))),
        carries=tuple(waiting.pull.number for waiting in carried),
    )
    taken = releases.requeue(lock.grant(environment, claim, ask.now), ask.now)
    entry = ask.entry("accepted", number=taken.number, sha=release.sha)
    return Decision(changed=(taken,), entries=(entry,), reaction="rocket")


SPEC = Spec(
    word="deploy",
    shape=Shape(usage="/deploy [environment] [#pr]", environment=True, pull=True),
    examples=("/deploy", "/deploy production", "/deploy production #42"),
    about="one",
    who=lambda ask: "deployers",
    needs=lambda said, here: (NeedPull(said.pull or here),),
    decide=decide,
    refusals=(
        "no_such_pull",
        "environment_gone",
        "not_merged",
        "other_branch",
        "already_live",
        "contained",
        "diverged",
        "locked",
    ),
)
