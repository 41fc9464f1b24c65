"""A command from Slack: its GitHub login and its release are resolved, then it is decided like any other."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from ghapp.core.commands import rollback
from ghapp.core.commands.grammar import Invocation, Mistake
from ghapp.core.commands.spec import CommandContext, refuse
from ghapp.core.config.model import CONFIG_PATH, EnvironmentConfig, InvalidConfig
from ghapp.core.handlers.current_config import (
    Documents,
    current_environments,
    removed_environments,
    reply_config,
    unusable,
)
from ghapp.core.handlers.heard import heard
from ghapp.core.handlers.run_command import (
    CommandSource,
    command_context,
    naming,
    parse_line,
    refuse_removed,
    run_command,
    stale_offer,
    turn_down,
)
from ghapp.core.handlers.slack_repository import meanings, not_here
from ghapp.core.model import slack_person
from ghapp.core.model.button_id import read_button_id
from ghapp.core.model.decision import Decision, Refusal, Value
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import SlackCommandGiven
from ghapp.core.model.facts import ConfigFact, Facts, NeedConfig, NeedLogin
from ghapp.core.rules import lock, releases


def handle_slack_command(event: SlackCommandGiven, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """Only people with a known GitHub login may act, and only in a channel that the repository uses."""
    facts.require(NeedConfig(), *([NeedLogin(event.account.id)] if event.account else []))
    config = facts.config()
    found = current_environments(event.repository, documents, config, now)
    here = tuple(one for one in found if one.config.channel == event.channel)
    invocation = _invocation(event, here)
    asking = CommandSource(
        event=event,
        door="slack",
        recheck=lambda ask, facts: _over(event, ask, facts),
        invocation=invocation if isinstance(invocation, Invocation) else None,
        admits=lambda environment_config: environment_config.channel == event.channel,
    )
    stranger = command_context(asking, Invocation(word="help"), here, reply_config(documents, config), now)
    if unfit := slack_person.why_not_admitted(event.person, event.team):
        return _outside(stranger, Refusal(f"slack.{unfit}"))
    every = (*found, *removed_environments(documents, config, now))
    elsewhere = _elsewhere(event, every) if here or event.button else None
    if elsewhere or not here:
        # it was not given in that repository, so its history gets no entry
        refusal = elsewhere or not_here(event.repository.full_name, event.others)
        return replace(_outside(stranger, refusal), entries=())
    if isinstance(config, InvalidConfig) and config.of_owner:
        return _outside(stranger, unusable(config))
    login = _login(event, config, stranger.reply_config, facts)
    if isinstance(login, Refusal):
        return _outside(stranger, login)
    known = replace(asking, event=replace(event, author=login, text=_line(invocation) if event.button else event.text))
    if isinstance(invocation, Refusal):
        return turn_down(replace(stranger, actor=login), invocation, facts)
    decision = _with_reason(run_command(known, documents, facts, now), login, by="link" if event.account else "people")
    if decision.refusal and decision.refusal.code == "which_environment":
        return _with_choices(decision, meanings(known.event.text, here))
    return heard(decision, known, here, now)


def _login(
    event: SlackCommandGiven, config: ConfigFact, environment_config: EnvironmentConfig, facts: Facts
) -> str | Refusal:
    """The login as which the person acts: of the account that they have proved to be theirs, by its id; else the one
    that `people` links. An owner's policy with `people` lets only those logins act, whichever accounts are linked.
    """
    if event.account is None:
        found = slack_person.login_of(_acting(config, environment_config), event.person.id)
        return found or _unlinked(event, config, environment_config)
    login = facts.login(event.account.id)
    if login is None:
        return Refusal("slack.account_gone", {"login": event.account.login})
    allowed = _allowed(config, environment_config)
    if not slack_person.may_act(login, allowed):
        return Refusal("slack.not_among_people", {"login": login, "file": environment_config.policy_file})
    return login


def _allowed(config: ConfigFact, environment_config: EnvironmentConfig) -> Mapping[str, str] | None:
    """The only logins that may act from Slack, by the owner's current policy; None if it does not say."""
    ruled = config.acting if isinstance(config, InvalidConfig) else None
    return environment_config.acting if ruled is None else ruled


def _with_reason(decision: Decision, login: str, *, by: Literal["link", "people"]) -> Decision:
    """Their entries in history say why the person acts as this login."""
    entries = (replace(one, by=by) if (one.door, one.actor) == ("slack", login) else one for one in decision.entries)
    return replace(decision, entries=tuple(entries))


def _acting(config: ConfigFact, environment_config: EnvironmentConfig) -> Mapping[str, str]:
    """The logins that may act from Slack: by the owner's current policy, even if the repository's file is unusable."""
    ruled = config.acting if isinstance(config, InvalidConfig) else None
    return environment_config.slack_actors if ruled is None else ruled


def means_newest(event: SlackCommandGiven) -> bool:
    """Whether the command depends on all waiting releases: `/deploy` without a number."""
    return not event.button and _without_number(parse_line(event.text, lambda word: True))


def _without_number(said: Invocation | Mistake | None) -> bool:
    return isinstance(said, Invocation) and said.word == "deploy" and said.pull is None


def _with_choices(decision: Decision, choices: list[Value]) -> Decision:
    notices = (replace(notice, values={**notice.values, "choices": choices}) for notice in decision.notices)
    return replace(decision, notices=tuple(notices))


def _invocation(event: SlackCommandGiven, here: tuple[Environment, ...]) -> Invocation | Mistake | Refusal:
    """The command. A line that is none is answered with `/help`."""
    mark = read_button_id(event.mark)
    if event.button and mark:
        reason = event.reason if event.button == "unlock" else ""
        pull = mark.pull if event.button in ("deploy", "skip", "pass") else None
        return Invocation(word=event.button, environment=mark.environment, pull=pull, reason=reason)
    meant = parse_line(event.text, naming(here)) or Invocation(word="help")
    return meant if isinstance(meant, Mistake) or not _without_number(meant) else _newest(meant, here)


def _elsewhere(event: SlackCommandGiven, found: Sequence[Environment]) -> Refusal | None:
    """The refusal if the named environment now uses another channel, or none, or has left the config."""
    mark, said = read_button_id(event.mark) if event.button else None, parse_line(event.text, naming(found))
    name = mark.environment if mark else said.environment if isinstance(said, Invocation) else None
    meant = next((one for one in found if name and one.answers_to(name)), None)
    if meant is not None and lock.is_removed(meant, event.at):
        return refuse_removed([meant])
    if meant is None or meant.config.channel == event.channel:
        return None
    code = "slack.elsewhere" if meant.config.channel else "slack.elsewhere.pull"
    return Refusal(code, {"environment": meant.name, "channel": f"<#{meant.config.channel}>"})


def _newest(meant: Invocation, here: tuple[Environment, ...]) -> Invocation | Refusal:
    """Without a number the newest waiting release is meant: it brings all the others."""
    named = [one for one in here if meant.environment is None or one.answers_to(meant.environment)]
    if len(named) != 1:
        return meant  # ambiguous: the environment is asked for next
    (environment,) = named
    waiting = releases.waiting_line(environment) or releases.unfit_releases(
        environment
    )  # the latter's refusal says why
    if not waiting:
        return Refusal("slack.nothing_waits", {"environment": environment.name})
    return replace(meant, environment=environment.name, pull=waiting[-1].pull.number)


def _line(invocation: Invocation | Mistake | Refusal) -> str:
    """The command line of a button."""
    if not isinstance(invocation, Invocation):
        return ""
    pull = f" #{invocation.pull}" if invocation.pull else ""
    return f"/{invocation.word} {invocation.environment}{pull}"


def _outside(ask: CommandContext, refusal: Refusal) -> Decision:
    """The refusal for a person without a GitHub login, marked so that their requests can be limited."""
    return replace(refuse(ask, ask.reply_config, refusal), outsider=True)


def _unlinked(event: SlackCommandGiven, config: ConfigFact, spoken: EnvironmentConfig) -> Refusal:
    values: dict[str, Value] = {"line": f"<GitHub login>: {event.person.id}", "file": CONFIG_PATH}
    if spoken.acting is not None:
        return Refusal("slack.unlinked.owner", values)
    if event.can_link:
        return Refusal("slack.unlinked.link")
    return Refusal("slack.unlinked", {**values, "url": f"{config.page}/edit/HEAD/{CONFIG_PATH}"})


def _over(event: SlackCommandGiven, ask: CommandContext, facts: Facts) -> Decision | None:
    """A message may be old: an offer made at another number does not count now."""
    mark = read_button_id(event.mark) if event.button else None
    environment = next((one for one in ask.environments if mark and one.name == mark.environment), None)
    if mark is None or environment is None:
        return None
    back = rollback.taken_back(environment, mark.pull, ask.now) if event.button == "rollback" else None
    over = back or stale_offer("slack.button_over", environment, mark.offered_at_number)
    return turn_down(ask, over, facts) if over else None
