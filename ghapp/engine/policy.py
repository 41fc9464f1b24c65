"""Detects changes of an owner's rules and of the operator's allowances: each repository concerned decides anew."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ghapp.core.config.model import CONFIG_PATH, POLICY_UNREAD, CodeDeploy, InvalidConfig, NotAllowed, PolicyFile
from ghapp.core.config.reader import read_policy
from ghapp.core.config.targets import Allowance, Platforms, check_target
from ghapp.core.handlers.current_config import broken, left_rules
from ghapp.core.model.environment import Environment, Repository
from ghapp.core.model.events import ConfigChanged, ScheduledTask
from ghapp.core.model.lanes import tenant
from ghapp.engine.documents import documents, readable
from ghapp.ports import Archive, Clock, Fault, Policies, Store
from ghapp.queue_items import event_item

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Says:
    """The compared parts of an owner's rules; the defaults where there are none."""

    blob: str = ""
    address: str = ""
    platforms: Platforms | None = None
    people: Mapping[str, str] | None = None


Rules = Says | InvalidConfig


async def read_rules(policies: Policies, repository: Repository) -> Rules:
    """The rules of a repository's owner. Those with a mistake are invalid, like those that cannot be read.

    Raises `Retryable` where GitHub gives no answer.
    """
    found = await policies.read(repository)
    if not isinstance(found, PolicyFile):
        return found or Says()
    meaning = read_policy(found)
    if isinstance(meaning, InvalidConfig):
        return meaning
    return Says(found.blob, found.address, meaning.get("platforms"), meaning.get("people"))


def lacks(full_name: str, place: CodeDeploy, allowances: Iterable[Allowance] | None, rules: Says) -> NotAllowed | None:
    """Why a repository may not act there by the operator's setting and these rules; None if it may."""
    file = rules.address if rules.platforms is not None else ""
    return check_target(full_name, place, allowances, rules.platforms, file)


@dataclass(frozen=True, slots=True)
class PolicyRound:
    """Compares the rules stored with each environment with the current ones, which are read once per owner."""

    store: Store
    archive: Archive
    policies: Policies
    clock: Clock
    allowances: tuple[Allowance, ...] | None

    async def __call__(self, called: ScheduledTask) -> None:
        """At the start, and every five minutes. Where GitHub gives no answer, the next round asks again."""
        read: dict[tuple[str, int], Rules | Fault] = {}
        for number in await self.archive.repositories():
            found = [one for one in readable(documents(await self.store.load(number))) if one.gone is None]
            if not found:
                continue
            repository = found[0].repository
            # after a new installation a repository may not know that one's id yet
            by = tenant(repository.full_name).lower(), repository.installation
            if by not in read:
                read[by] = await self._rules(repository)
            rules = read[by]
            if not isinstance(rules, Fault) and any(self._differs(one, rules) for one in found):
                key = f"policy/{called.until:%Y-%m-%dT%H:%M:%S}"
                await self.store.put([event_item(ConfigChanged(repository=repository, key=key))], now=self.clock())

    async def _rules(self, repository: Repository) -> Rules | Fault:
        try:
            return await read_rules(self.policies, repository)
        except Fault as fault:
            logger.warning("owner's rules not read", extra={"repository": repository.full_name, "why": str(fault)})
            return fault

    def _differs(self, environment: Environment, rules: Rules) -> bool:
        known, config = environment.broken_config, environment.config
        if isinstance(rules, InvalidConfig):
            return known is None or (known.file, known.problem) != (rules.file, broken(rules).problem)
        if not rules.address and left_rules(environment):
            return known is None or known.problem.code == POLICY_UNREAD
        if known is not None and known.file != CONFIG_PATH:
            return True
        # a push reports the repository's own file; while that is broken, rules change only who may act, and the target
        changed = config.policy != rules.blob if known is None else rules.people not in (None, config.acting)
        if changed:
            return True
        if config.rollback is None:
            return False
        name = environment.repository.full_name
        return config.not_allowed != lacks(name, config.rollback, self.allowances, rules)
