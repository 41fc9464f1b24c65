"""The buttons beside a card: those whose command would be carried out now, as far as is known without a call."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ghapp.core.commands import COMMANDS
from ghapp.core.commands.grammar import Invocation
from ghapp.core.commands.spec import CommandContext, is_permitted
from ghapp.core.config.model import Role, same_login
from ghapp.core.model.destination import Destination
from ghapp.core.model.environment import Environment
from ghapp.core.model.facts import Facts, Missing, NeedRole
from ghapp.core.rules import lock, obstacles, releases
from ghapp.core.views.outlook import RollbackOutlook, rollback_outlook
from ghapp.core.words import Voice

WHY = "…"  # stands for a reason that the person types


class CardButton(Struct, frozen=True, kw_only=True):
    """`word`: the command's; `line`: what a press sends. `reason`: whether a reason can be typed, or has to be.
    `undoes`: what a rollback would do."""

    word: str
    label: str
    line: str
    reason: str = ""  # "", "may" or "must"
    outlook: RollbackOutlook | None = None


def card_buttons(environment: Environment, login: str, role: Role, voice: Voice) -> tuple[CardButton, ...]:
    """For a person of that role, as of `voice.now`. What only GitHub knows, such as a team, is left to the press."""
    if lock.is_removed(environment, voice.now):
        return ()
    trial = _Trial(environment=environment, login=login, role=role, now=voice.now)
    found = (*_deploy(trial, voice), *_cancel(trial, voice), *_rollback(trial, voice), *_holds(trial, voice))
    return found if trial.is_listed else ()


def concerned(environment: Environment) -> frozenset[str]:
    """The logins, in lower case, for which the buttons may be others than for everybody else of their role."""
    config, attempts = environment.config, (environment.deployment, environment.overtaken)
    rules = (config.deployers, config.rollbackers or (), config.unlockers or (), tuple(config.acting or ()))
    holds = (hold.holders for hold in (environment.manual, environment.after_rollback) if hold)
    actors = (attempt.grant.actor for attempt in attempts if attempt)
    return frozenset(one.lower() for one in (*actors, *(login for named in (*rules, *holds) for login in named)))


class _Trial(Struct, frozen=True, kw_only=True):
    """A command, tried on what is known here."""

    environment: Environment
    login: str
    role: Role
    now: datetime

    @property
    def is_listed(self) -> bool:
        """Whether the owner's rules, if they say who may act, name this person. Unknown rules name none."""
        broken, acting = self.environment.broken_config, self.environment.config.acting
        if broken and broken.of_owner:
            return False
        return acting is None or any(same_login(one, self.login) for one in acting)

    def succeeds(self, invocation: Invocation) -> bool:
        """Whether it is carried out, or depends on a fact that is asked for only then."""
        spec, name = COMMANDS[invocation.word], self.environment.name
        ask = CommandContext(
            invocation=replace(invocation, environment=name),
            repository=self.environment.repository,
            environments=(self.environment,),
            actor=self.login,
            door="board",
            pull=None,
            destination=Destination(page=True),
            key="",
            at=self.now,
            now=self.now,
            all_environments=(self.environment,),
        )
        facts = Facts({NeedRole(self.login): self.role})
        try:
            return is_permitted(spec.who(ask), ask, facts) and spec.decide(ask, facts).refusal is None
        except Missing:
            return True


def _deploy(trial: _Trial, voice: Voice) -> Iterator[CardButton]:
    """The first in line, whose turn it is."""
    environment = trial.environment
    held = any(one.holds_back(trial.login) for one in obstacles.obstacles(environment, trial.now))
    line = () if held or environment.gone else releases.waiting_line(environment)
    for one in line[:1]:
        number = one.pull.number
        if not releases.takes_a_line(environment, number) and trial.succeeds(Invocation(word="deploy", pull=number)):
            label = voice.say("board.act.deploy", number=number)
            yield CardButton(word="deploy", label=label, line=f"/deploy {environment.name} #{number}")


def _cancel(trial: _Trial, voice: Voice) -> Iterator[CardButton]:
    environment, attempt = trial.environment, trial.environment.deployment
    if attempt and trial.succeeds(Invocation(word="cancel")):
        label = voice.say("board.act.cancel", name=attempt.grant.name)
        yield CardButton(word="cancel", label=label, line=f"/cancel {environment.name}")


def _rollback(trial: _Trial, voice: Voice) -> Iterator[CardButton]:
    """With the target in its line: what is live can change while the number stays, and then the button means nothing
    else. Not where that pull request was live twice, so that its number would name another revision."""
    environment, outlook = trial.environment, rollback_outlook(trial.environment, voice)
    if outlook.target is None or outlook.refused:
        return
    number = outlook.target.pull.number
    exact = releases.rollback_path(environment, number) == releases.rollback_path(environment)
    to = number if exact else None
    if trial.succeeds(Invocation(word="rollback", target=to)):
        line = f"{outlook.line} to #{to}" if to else outlook.line
        label = voice.say("board.act.rollback", number=number)
        yield CardButton(word="rollback", label=label, line=line, outlook=outlook)


def _holds(trial: _Trial, voice: Voice) -> Iterator[CardButton]:
    name = trial.environment.name
    for word in ("unlock", "lock"):
        bare, told = Invocation(word=word), Invocation(word=word, reason=WHY)
        if trial.succeeds(told):
            reason = "may" if trial.succeeds(bare) else "must"
            yield CardButton(word=word, label=voice.say(f"board.act.{word}"), line=f"/{word} {name}", reason=reason)
