"""The questions of each subject. Some need the answer of another one, which is asked for once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import aiohttp

from ghapp.adapters.github import GitHub
from ghapp.adapters.github.app_complaints import RegisteredApp
from ghapp.adapters.slack import SlackChat
from ghapp.cli.live import github_app, repositories, slack, store, webhook
from ghapp.cli.live.findings import Finding, Subject, asked
from ghapp.cli.live.github_app import AppCheck
from ghapp.cli.live.repositories import Survey
from ghapp.ports import Clock, Fault, Retryable
from ghapp.settings import Settings

NO_KEY = "GitHub does not accept the App's key"


class Subjects:
    """The checks by these settings. It runs within an event loop."""

    def __init__(
        self, loaded: Settings, session: aiohttp.ClientSession, github: GitHub, chat: SlackChat | None, clock: Clock
    ) -> None:
        self._loaded, self._session, self._github, self._chat = loaded, session, github, chat
        self._clock = clock
        self._app = asyncio.create_task(github_app.check_app(github.standing, loaded.app_id))
        self._survey = asyncio.create_task(self._surveyed())
        for task in (self._app, self._survey):
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # read even if nothing awaits it

    def checks(self) -> dict[Subject, Callable[[], Awaitable[Sequence[Finding]]]]:
        """The check of each subject."""
        return {
            "GitHub App": self.of_app,
            "Webhook": self.of_webhook,
            "Store and clock": self.of_store,
            "Slack": self.of_slack,
            "Repositories": self.of_repositories,
        }

    async def close(self) -> None:
        """Ends what is still asked."""
        for task in (self._app, self._survey):
            task.cancel()
        await asyncio.gather(self._app, self._survey, return_exceptions=True)

    async def of_app(self) -> Sequence[Finding]:
        loaded, subject = self._loaded, github_app.SUBJECT

        async def findings() -> Sequence[Finding]:
            known = await self._known_app()
            if known.app is None or not loaded.must_name_owners:
                return known.findings
            public = github_app.check_public(self._github.api.is_public)
            return [*known.findings, *await asked(subject, "app.public", "whether the App is public", public)]

        return await asked(subject, "app.key", f"the App at {loaded.github_api_url}", findings())

    async def of_webhook(self) -> Sequence[Finding]:
        """The server is asked even while GitHub does not answer."""
        loaded, subject, deliveries = self._loaded, webhook.SUBJECT, self._github.deliveries
        secrets = [secret.reveal() for secret in loaded.webhook_secrets]
        server = await webhook.check_server(self._session, loaded.public_url, secrets, loaded.app_id)

        async def of_github() -> Sequence[Finding]:
            page = (await self._registered()).page(self._github.api.web)
            configured = webhook.check_hook(deliveries, loaded.public_url, page)
            found = await asked(subject, "hook.address", "its settings", configured)
            again = all(one.status in ("ok", "hint") for one in (server, *found))
            delivered = webhook.check_delivery(deliveries, page, again=again)
            return [*found, *await asked(subject, "hook.delivery", "the deliveries", delivered)]

        return [server, *await asked(subject, "hook.delivery", "its settings", of_github())]

    async def of_store(self) -> Sequence[Finding]:
        loaded = self._loaded
        clock = asked("Store and clock", "clock", "GitHub's clock", store.check_clock(self._github.check, self._clock))
        of_store, of_clock = await asyncio.gather(store.check_store(loaded.store, self._clock), clock)
        return [*of_store, *of_clock]

    async def of_slack(self) -> Sequence[Finding]:
        loaded, subject = self._loaded, slack.SUBJECT
        if self._chat is None:
            return [slack.ABSENT]
        try:
            found: Survey | None = await asyncio.shield(self._survey)
        except Fault:  # a finding about the repositories
            found = None
        channels, names = (found.channels, found.names) if found else ({}, {})
        findings = await asked(subject, "slack.token", "the token", slack.check_slack(self._chat, channels, names))
        if loaded.slack_secret:
            secret = loaded.slack_secret.reveal()
            findings.append(await slack.check_signing(self._session, loaded.public_url, secret, self._clock()))
        else:
            findings.append(slack.NO_SIGNING)
        if found and findings[0].status == "ok":  # otherwise Slack answers nothing else, either
            unlinked = {one.repository.full_name: one.committers for one in found.repositories if one.committers}
            findings += await asked(subject, "slack.people", "the members", slack.check_people(self._chat, unlinked))
        return findings

    async def of_repositories(self) -> Sequence[Finding]:
        async def findings() -> Sequence[Finding]:
            found = await asyncio.shield(self._survey)
            return [*found.of_all, *(finding for one in found.repositories for finding in one.findings)]

        return await asked("Repositories", "repositories", "the repositories", findings())

    async def _surveyed(self) -> Survey:
        await self._registered()
        loaded = self._loaded
        return await repositories.survey(
            self._github, loaded.app_id, owners=loaded.owners, people=loaded.slack_token is not None
        )

    async def _known_app(self) -> AppCheck:
        return await asyncio.shield(self._app)

    async def _registered(self) -> RegisteredApp:
        """Raises Retryable where GitHub does not accept the key: then nothing else about the App can be asked."""
        app = (await self._known_app()).app
        if app is None:
            raise Retryable(NO_KEY)
        return app
