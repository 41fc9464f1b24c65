"""Proposes a first config, in one comment, on the first new pull request of a repository that has none."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from ghapp.core.config.workflow_file import Workflow
from ghapp.core.handlers.greeting import greet
from ghapp.core.model import codec
from ghapp.core.model.events import HeadChanged
from ghapp.core.model.lanes import tenant
from ghapp.ports import Archive, Change, Clock, FirstPulls, Store
from ghapp.queue_items import notice_item

OPENED_WITHIN = timedelta(hours=1)  # an older pull request, such as one from before the App, gets no comment
LOOKED_BACK = 100  # changes in the history of a repository without a config, which has hardly any

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Greeting:
    """One comment for each repository, for ever: the change with its id is in the history, which is never deleted, and
    queues the notice. A change recorded twice, also by two servers on two pull requests, is written once.
    """

    pulls: FirstPulls
    store: Store
    archive: Archive
    clock: Clock

    async def __call__(self, event: HeadChanged) -> None:
        """Raises Fault."""
        repository, now = event.repository, self.clock()
        account = tenant(repository.full_name).lower()
        if (await self.store.silence(account, repository.id)).since is None:
            return  # not known to have no config
        change = f"{repository.id}/greeted"
        if any(past.id == change for past in await self.archive.history(repository.id, limit=LOOKED_BACK)):
            return
        files = await self.pulls.workflows(repository, event.number, since=now - OPENED_WITHIN)
        readable = {name: one for name, one in files.items() if isinstance(one, Workflow)}
        # in a thread: the drafts of big workflows take a while, and other repositories' commands do not wait for them
        decision = await asyncio.to_thread(greet, repository, event.number, readable, now)
        if decision.notices:
            await self.store.record(
                Change(
                    id=change,
                    at=now,
                    repository=repository.id,
                    history=codec.encode_entries(decision.entries),
                    items=tuple(map(notice_item, decision.notices)),
                )
            )
            logger.info("greeted", extra={"repository": repository.full_name, "pull": event.number})
