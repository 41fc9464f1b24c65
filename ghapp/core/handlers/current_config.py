"""A repository's environments under its current config."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from ghapp.core.config.model import POLICY_LEFT, UNSPOKEN, Config, EnvironmentConfig, InvalidConfig, Problem
from ghapp.core.model.codec import Unreadable
from ghapp.core.model.decision import Refusal
from ghapp.core.model.environment import BrokenConfig, Environment, Repository, same_owner
from ghapp.core.model.events import Event
from ghapp.core.model.facts import ConfigFact
from ghapp.core.model.lanes import tenant
from ghapp.core.rules import lock, releases

Documents = Mapping[str, Environment | Unreadable]


def readable(documents: Documents) -> tuple[Environment, ...]:
    """The environments that this server can decide on."""
    return tuple(environment for environment in documents.values() if isinstance(environment, Environment))


def under_present_name(event: Event, documents: Documents, config: ConfigFact | None) -> Event:
    """The event under the repository's present name.

    Rules and settings count by the owner's name, and webhooks may arrive late or in another order. So only the answer
    by which the config was read says that a repository has another owner; within one owner any event renames it.
    """
    named_by_event = getattr(event, "repository", None)
    if not isinstance(named_by_event, Repository):
        return event
    known = [found.repository for found in sorted(readable(documents), key=lambda one: one.gone is not None)]
    name = config.repository if config else ""
    if not name:
        name = named_by_event.full_name if not known or same_owner(named_by_event, known[0]) else known[0].full_name
    named: Event = replace(event, repository=replace(named_by_event, full_name=name))  # type: ignore[arg-type]
    return named


def under_rules(documents: Documents, config: ConfigFact) -> ConfigFact:
    """The config; unusable if the repository was under rules of an owner that it has left, and is under none now.

    Otherwise a transfer to an owner without rules would be the way past them. Environments that left the config count
    too: the config may have been away during the transfer.
    """
    if not isinstance(config, Config) or any(one.policy_file for one in config.environments.values()):
        return config
    file = next((one.config.policy_file for one in readable(documents) if left_rules(one)), None)
    if file is None:
        return config
    return InvalidConfig("", (Problem(1, 1, POLICY_LEFT),), file=file, repository=config.repository)


def left_rules(environment: Environment) -> bool:
    """Whether its last usable config was read under the rules of another owner than the repository has now."""
    file = environment.config.policy_file
    return bool(file) and tenant(file).lower() != tenant(environment.repository.full_name).lower()


def with_repository_of(documents: Documents, event: object) -> Documents:
    """Take over the repository's name and installation id from the event: a new installation of the App has another id.

    A job of GitHub Actions names none.
    """
    named_by_event = getattr(event, "repository", None)
    if not isinstance(named_by_event, Repository) or not named_by_event.installation:
        return documents
    return {
        name: replace(
            found,
            repository=replace(
                found.repository, full_name=named_by_event.full_name, installation=named_by_event.installation
            ),
        )
        if isinstance(found, Environment)
        else found
        for name, found in documents.items()
    }


def current_environments(
    repository: Repository, documents: Documents, config: ConfigFact, now: datetime
) -> tuple[Environment, ...]:
    """The environments that the config names, new ones created, and those that left it and are still held.

    If the config is invalid, the last valid one stays in force. While an environment leaves, no new one is created and
    no former one returns: it may be the same target renamed.
    """
    known = {found.name: replace(found, repository=repository) for found in readable(documents)}
    if isinstance(config, InvalidConfig):
        served = (found for found in known.values() if found.gone is None or leaving(found, now))
        return tuple(_under_broken(config, found) for found in served)
    named = config.environments if isinstance(config, Config) else {}
    absent = [_mark_removed(found, now) for name, found in known.items() if name not in named]
    going = tuple(found for found in absent if leaving(found, now))
    top = max((environment.number for environment in known.values()), default=0)
    waiting = {name for name, found in known.items() if going and lock.is_removed(found, now)}
    kept = tuple(_under(named[name], known[name]) for name in named if name in known and name not in waiting)
    new = [name for name in named if name not in documents and not going]
    return (*kept, *(lock.create(repository, name, named[name], now, above=top) for name in new), *going)


def reply_config(documents: Documents, config: ConfigFact | None) -> EnvironmentConfig:
    """The config whose language and zone an answer without an environment uses: that of any readable one, else the
    config as far as it can be read.
    """
    known = [found.config for found in readable(documents)]
    named = list(config.environments.values()) if isinstance(config, Config) else []
    asked = config.language if isinstance(config, InvalidConfig) else None
    return next(iter((*known, *named)), replace(UNSPOKEN, language=asked or UNSPOKEN.language))


def leaving(environment: Environment, now: datetime) -> bool:
    """Whether it is gone from the config and still held."""
    return environment.gone is not None and not lock.is_removed(environment, now)


def removed_environments(documents: Documents, config: ConfigFact, now: datetime) -> tuple[Environment, ...]:
    """The environments that have left the known config, each with the time."""
    named = config.environments if isinstance(config, Config) else {}
    known = (one for one in readable(documents) if one.name not in named)
    return tuple(
        replace(one, gone=one.gone or now) for one in known if one.gone or not isinstance(config, InvalidConfig)
    )


def changed_by_config(documents: Documents, config: ConfigFact | None, now: datetime) -> tuple[Environment, ...]:
    """The environments changed by a config that was read: it does not name them, is unusable, or is usable again."""
    if config is None:
        return ()
    found = [one for one in readable(documents) if one.gone is None]
    if isinstance(config, InvalidConfig):
        after = [_under_broken(config, one) for one in found]
    else:
        named = config.environments if isinstance(config, Config) else {}
        mended = [_under(named[one.name], one) for one in found if one.name in named and _learns(one, named[one.name])]
        after = [*mended, *(_mark_removed(one, now) for one in found if one.name not in named)]
    return tuple(one for one in after if one != documents[one.name])


def _learns(environment: Environment, config: EnvironmentConfig) -> bool:
    """Whether the config is usable again, or other people may act from Slack: both apply to all environments."""
    return environment.broken_config is not None or environment.config.acting != config.acting


def broken(config: InvalidConfig) -> BrokenConfig:
    """The state of an unusable config: the first problem stands for all."""
    return BrokenConfig(config.file, config.sha, config.problems[0])


def unusable(config: InvalidConfig) -> Refusal:
    """The refusal of a new release, and of people whom only that file can identify."""
    found = broken(config)
    return Refusal(found.code, found.as_values())


def on_branch(environments: Iterable[Environment], branch: str) -> tuple[Environment, ...]:
    """The environments that get their releases from this branch."""
    return tuple(environment for environment in environments if environment.config.branch == branch)


def _mark_removed(environment: Environment, now: datetime) -> Environment:
    return replace(environment, gone=environment.gone or now, broken_config=None)


def _under_broken(config: InvalidConfig, environment: Environment) -> Environment:
    """The last valid config stays in force, but with the current policy on actors from Slack and on platform targets.

    The same problem at another commit changes nothing.
    """
    if environment.gone:
        return environment
    known, now_, last_valid = environment.broken_config, broken(config), environment.config
    same = known is not None and replace(known, sha=now_.sha) == now_
    last_valid = last_valid if config.acting is None else replace(last_valid, acting=config.acting)
    last_valid = last_valid.checked(config.refuses) if config.refuses else last_valid
    return replace(environment, broken_config=known if same else now_, config=last_valid)


def _under(config: EnvironmentConfig, environment: Environment) -> Environment:
    """The same config at another commit changes nothing."""
    same = replace(environment.config, sha=config.sha) == config
    after = replace(environment, gone=None, broken_config=None, config=environment.config if same else config)
    chained = environment.config.after == config.after
    return after if chained else releases.reset_examinations(after)
