"""`/help`: what this repository accepts, its environments, and who may."""

from ghapp.core.command import Ask, Spec, answer
from ghapp.core.decision import Decision, Value
from ghapp.core.environment import Environment
from ghapp.core.facts import Facts
from ghapp.core.grammar import Shape


def decide(ask: Ask, facts: Facts) -> Decision:
    """An answer; nothing changes. The commands themselves are read from `COMMANDS` where it is rendered."""
    described = [_described(environment) for environment in ask.environments]
    told = answer(ask, ask.environments[0].terms, "help", {"environments": described})
    return Decision(notices=(told,), reaction="+1")


def _described(environment: Environment) -> dict[str, Value]:
    terms = environment.terms
    return {
        "environment": environment.name,
        "aliases": list(terms.aliases),
        "branch": terms.branch,
        "deployers": list(terms.deployers),
        "unlockers": list(terms.unlockers),
    }


SPEC = Spec(
    word="help",
    shape=Shape(usage="/help"),
    examples=("/help",),
    about="all",
    who=lambda ask: "readers",
    needs=lambda said, here: (),
    decide=decide,
)
