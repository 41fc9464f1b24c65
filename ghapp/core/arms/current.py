"""A repository's environments under its config of now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from ghapp.core import lock
from ghapp.core.codec import Unreadable
from ghapp.core.config import Config, InvalidConfig, NoConfig
from ghapp.core.environment import Environment, Repository
from ghapp.core.facts import ConfigFact

Documents = Mapping[str, Environment | Unreadable]


def readable(documents: Documents) -> tuple[Environment, ...]:
    """Those that this server can decide on."""
    return tuple(environment for environment in documents.values() if isinstance(environment, Environment))


def current(repository: Repository, documents: Documents, config: ConfigFact, now: datetime) -> tuple[Environment, ...]:
    """The environments that the config names, new ones created; the last valid terms where it is not valid."""
    if isinstance(config, NoConfig):
        return ()
    known = {found.name: replace(found, repository=repository) for found in readable(documents)}
    if isinstance(config, InvalidConfig):
        return tuple(known.values())
    top = max((environment.number for environment in known.values()), default=0)
    return tuple(
        _under(config, known[name]) if name in known else lock.create(repository, name, terms, now, above=top)
        for name, terms in config.environments.items()
        if not isinstance(documents.get(name), Unreadable)
    )


def on_branch(environments: Iterable[Environment], branch: str) -> tuple[Environment, ...]:
    """Those that get their releases from this branch."""
    return tuple(environment for environment in environments if environment.terms.branch == branch)


def _under(config: Config, environment: Environment) -> Environment:
    """The same terms at another commit change nothing."""
    terms = config.environments[environment.name]
    same = replace(environment.terms, sha=terms.sha) == terms
    return environment if same else replace(environment, terms=terms)
