"""The composition root: connects each port to its adapter. No other module knows them all."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import aiohttp
from aiohttp import web

from ghapp import doors
from ghapp.adapters.aws.codedeploy import CodeDeployPlatform
from ghapp.adapters.github import App, GitHub, GitHubSignIn, OAuthClient, OidcJobs, OidcKeys, read_key
from ghapp.adapters.github.api import web_of
from ghapp.adapters.github.client import last_look
from ghapp.adapters.slack import Pace, SlackChat
from ghapp.adapters.sqlite import SqliteStore
from ghapp.core.config.reader import read_config
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Repository
from ghapp.core.model.events import GuardAsked
from ghapp.core.model.overview import Overview
from ghapp.doors.board.link_codes import LinkCodes
from ghapp.doors.board.session import Cookies, keys_for
from ghapp.doors.board.sign_in import SignInDoor
from ghapp.doors.board.visitors import Visitors
from ghapp.doors.github import Webhooks
from ghapp.doors.guard import Ask, Guard
from ghapp.doors.health import Health, Problem
from ghapp.doors.metrics import Metrics
from ghapp.doors.slack import SlackDoor
from ghapp.engine.absences import NoAccessLog
from ghapp.engine.allowed_targets import AllowedPlatform
from ghapp.engine.app_status import AppComplaints, AppStatus, Complaints
from ghapp.engine.apply import Apply
from ghapp.engine.clock_check import ClockCheck
from ghapp.engine.command_replies import CommandReplies
from ghapp.engine.denials import Denials
from ghapp.engine.exposure import Exposure
from ghapp.engine.facts import Sources
from ghapp.engine.failures import Failures
from ghapp.engine.leases import LEASE, Leases
from ghapp.engine.permissions_accepted import AcceptedPermissions
from ghapp.engine.policy import PolicyRound
from ghapp.engine.proposals import Proposals
from ghapp.engine.publish.backoff import Refusals
from ghapp.engine.publish.call import CallProjections
from ghapp.engine.publish.check_runs import CheckRunProjections
from ghapp.engine.publish.config_checks import ConfigChecker
from ghapp.engine.publish.gate import GatePublisher
from ghapp.engine.publish.gate_fanout import GateFanout
from ghapp.engine.publish.greeting import Greeting
from ghapp.engine.publish.mentions import Mentions
from ghapp.engine.publish.new_heads import NewHeads
from ghapp.engine.publish.notices import NoticePoster
from ghapp.engine.publish.previews import Previews
from ghapp.engine.publish.publisher import Publisher
from ghapp.engine.publish.reruns import Reruns
from ghapp.engine.publish.slack_channels import SlackChannels
from ghapp.engine.rate_limit import RateLimit
from ghapp.engine.reconcile import Reconcile
from ghapp.engine.redelivery import Redelivery
from ghapp.engine.scheduler import Recount, Scheduler, Turn
from ghapp.engine.slack_commands import SlackCommands
from ghapp.engine.slack_events import SlackEvents
from ghapp.engine.slack_home import SlackHome
from ghapp.engine.slack_linking import SlackLinking
from ghapp.engine.slack_links import SlackLinks
from ghapp.engine.unusable_configs import UnusableConfigs
from ghapp.engine.without_config import WithoutConfig
from ghapp.engine.worker import Worker
from ghapp.ports import Archive, Clock, Complaint, Priority, Store, utc_now
from ghapp.settings import Settings, SignInSettings, Table

if TYPE_CHECKING:  # it imports the figures, which only a board needs
    from ghapp.engine.board import BoardReader

RECOUNTED_EVERY = timedelta(hours=1)
POLICY_EVERY = timedelta(minutes=5)

logger = logging.getLogger(__name__)


class FullStore(Store, Archive, Protocol):
    """Both sides of the store, with opening and closing."""

    async def open(self) -> None:
        """Raises `Permanent` where this version cannot use the store."""

    async def close(self) -> None:
        """Closes after the calls under way."""


@dataclass(frozen=True, slots=True)
class Components:
    """All parts, connected: the doors to serve, the worker to run, and the store under both.

    `internal`: the application for the internal address, if there is one.
    """

    application: web.Application
    internal: web.Application | None
    worker: Worker
    store: FullStore
    redelivery: Redelivery
    app_status: AppStatus


@dataclass(frozen=True, slots=True)
class Spans:
    """`a_message_takes`: seconds between two messages to one Slack channel, where many are due. `a_page_lags`: seconds
    for which the board shows what it has read. `lease`: how long an item or a document stays leased without renewal."""

    a_message_takes: float = 1.0
    a_page_lags: float = 1.0
    lease: timedelta = LEASE


AS_IN_LIFE = Spans()
MakeReader = Callable[[], "BoardReader"]


@asynccontextmanager
async def assemble(
    settings: Settings, *, clock: Clock = utc_now, spans: Spans = AS_IN_LIFE
) -> AsyncIterator[Components]:
    """Connects all parts; opens the store and calls nothing else, so it starts when GitHub is down.

    Raises ValueError for an invalid private key, and Permanent for a store that this version cannot use.
    """
    store = store_at(settings.store, clock)
    await store.open()
    try:
        # the worker limits concurrency, account by account: with a full pool all accounts would wait for one
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            trace_configs=[last_look()],
            cookie_jar=aiohttp.DummyCookieJar(),  # GitHub's pages set some, and one session serves all users
        ) as session:
            yield _connect(settings, clock, store, session, spans)
    finally:
        await store.close()


def store_at(place: Path | Table, clock: Clock = utc_now) -> FullStore:
    """The store at this address, not opened yet."""
    match place:
        case Path():
            return SqliteStore(place, clock=clock)
        case Table(name):
            from ghapp.adapters.aws.dynamodb import DynamoStore  # takes half a second, which SQLite does without

            return DynamoStore(name)


def _connect(
    settings: Settings, clock: Clock, store: FullStore, session: aiohttp.ClientSession, spans: Spans
) -> Components:
    app = App(settings.app_id, read_key(settings.private_key.reveal()), settings.github_api_url)
    read = partial(read_config, allowances=settings.aws_targets)
    clock_check = ClockCheck(clock, {"the store": store.check})
    clock = clock_check.time
    github = GitHub.connect(
        session, app, clock=clock, read_config=read, policies=settings.policies, owners=settings.owners
    )
    display, bulk = github.at(Priority.DISPLAY), github.at(Priority.BULK)
    clock_check.witnesses["GitHub"] = github.check
    chat = None
    if settings.slack_token:
        chat = SlackChat(
            session,
            token=settings.slack_token.reveal(),
            base_url=settings.slack_api_url,
            pace=Pace(spans.a_message_takes, clock=clock),
            clock=clock,
        )
    failures, refusals = Failures(), Refusals(clock)
    links, reader = SlackLinks(store, chat, clock) if chat else None, _reader(store, clock, spans.a_page_lags)
    denials = Denials(clock)
    gates = GatePublisher(bulk.gates, bulk.source, store, clock, denials)
    gate_fanout = GateFanout(store, bulk.gates, gates, failures, clock)
    exposed = Exposure(github.api.is_public, clock) if settings.must_name_owners else None
    platform = AllowedPlatform(CodeDeployPlatform(), store, github.installations, settings.aws_targets, github.policies)
    unusable = UnusableConfigs(clock)
    sources = {made.api.priority: Sources(made.source, platform, unusable) for made in (github, display, bulk)}
    apply = Apply(store, sources, clock)
    mentions = Mentions(github.profiles, chat, clock) if chat else None
    shown_mentions = mentions and mentions.at(display.profiles)
    slack = None
    if chat and shown_mentions:
        slack = SlackChannels(
            chat, display.comments, store, shown_mentions, failures, refusals, clock, github.api.web, store
        )
    calls = CallProjections(display.comments, chat, shown_mentions, clock, store)
    checks = CheckRunProjections(display.release_checks, refusals, clock, github.api.web)
    config_checks = ConfigChecker(bulk.config_checks)
    publisher = Publisher(
        display.comments,
        display.deployments,
        checks,
        gate_fanout,
        slack,
        calls,
        failures,
        refusals,
        clock,
        github.api.web,
    )
    redelivery, leases = Redelivery(github.deliveries, clock), Leases(store, clock, spans.lease)
    worker = Worker(
        store=store,
        apply=apply,
        reconcile=Reconcile(
            store,
            apply,
            github.runner,
            platform,
            publisher,
            replace(publisher, comments=github.comments),
            clock,
            settings.poll,
        ),
        notices=NoticePoster(github.comments, chat, mentions, github.rules, display.rules, clock, store, store),
        command_replies=CommandReplies(store, github.comments, RateLimit(clock), clock),
        new_heads=NewHeads(
            store,
            gates,
            replace(gates, gates=github.gates, source=github.source),
            gate_fanout,
            config_checks,
            Previews(bulk.release_checks, failures, clock),
            failures,
            Proposals(clock),
            Greeting(bulk.first_pulls, store, store, clock) if settings.greet else None,
        ),
        reruns=Reruns(store, replace(checks, checks=bulk.release_checks), config_checks, leases, clock),
        gate_fanout=gate_fanout,
        no_access=NoAccessLog(),
        accepted_permissions=AcceptedPermissions(store, store, gate_fanout, github.api.forget, clock),
        scheduler=_scheduler(settings, clock, store, redelivery, github),
        leases=leases,
        clock=clock,
        trusted=clock_check,
        exposed=exposed,
        slack_commands=_slack_commands(settings, store, links, github, reader) if links else None,
    )
    webhooks = Webhooks(
        store=store,
        clock=clock,
        secrets=[secret.reveal() for secret in settings.webhook_secrets],
        app_id=settings.app_id,
        wake=worker.wake,
        owners=settings.owners,
    )
    guard = Guard(
        jobs=_jobs(settings, session, clock),
        ask=_asking(apply, worker.wake),
        clock=clock,
        trusted=clock_check,
        owners=settings.owners,
    )
    without_config = WithoutConfig(
        reach=display.installations,
        source=sources[Priority.DISPLAY],
        store=store,
        archive=store,
        unusable=unusable,
        owners=settings.owners,
        policies={name.lower() for name in settings.policies.values()},
        clock=clock,
    )
    app_status = AppStatus(_watched(github, denials, unusable, chat, clock), {"configs": without_config})
    slack_door = _slack_door(settings, store, clock, worker)
    problems: dict[str, Problem] = {"webhooks": webhooks.wrong.problem}
    if slack_door:
        problems["slack_requests"] = slack_door.wrong.problem
    health = Health(
        store=store,
        clock=clock,
        doubts=clock_check.doubts,
        exposed=exposed,
        probes=app_status.watched,
        problems=problems,
        notes=app_status.notes,
    )
    metrics = Metrics(
        verdicts=webhooks.verdicts,
        counts=store.counts,
        left=github.api.left,
        swept=lambda: redelivery.last,
        refused=chat.refused if chat else {},
        failed=failures.by_kind,
        not_taken=refusals.by_kind,
        unwritten=gates.unwritten.total,
    )
    served: list[doors.Door] = [webhooks, guard, health, *([slack_door] if slack_door else [])]
    # names of repositories are for those who reach the internal address
    naming = replace(health, notes={"configs": without_config.named})
    with_board = _boards(reader, store, clock, github.api.web, worker.wake)
    internal = with_board(None, metrics, naming) if settings.internal else None
    if not settings.internal:
        served.append(metrics)
    sign_in = _sign_in(settings, settings.sign_in, session, clock) if settings.sign_in else None
    served += _link_doors(settings, sign_in, links)
    public = with_board(sign_in.visitors, sign_in, *served) if sign_in else doors.application(*served)
    return Components(public, internal, worker, store, redelivery, app_status)


def _slack_commands(
    settings: Settings, store: FullStore, links: SlackLinks, github: GitHub, reader: MakeReader
) -> SlackCommands:
    chat, clock = links.chat, links.clock
    codes = _link_codes(settings, settings.sign_in, clock) if settings.sign_in else None
    linking = SlackLinking(links, clock, codes.address if codes else None)

    async def overview() -> Overview:
        return await reader().overview()

    events = SlackEvents(store, chat, links, SlackHome(overview, chat, links, clock, linking.is_possible), clock)
    return SlackCommands(store, chat, github.installations, linking, events, clock, settings.owners)


def _link_codes(settings: Settings, client: SignInSettings, clock: Clock) -> LinkCodes:
    secrets = [secret.reveal() for secret in client.session_secrets]
    return LinkCodes(keys_for("link", secrets, settings.public_url), settings.public_url, clock)


def _slack_door(settings: Settings, store: FullStore, clock: Clock, worker: Worker) -> SlackDoor | None:
    if settings.slack_secret is None:
        return None
    return SlackDoor(store=store, clock=clock, secret=settings.slack_secret.reveal(), wake=worker.wake)


def _reader(store: FullStore, clock: Clock, lags: float) -> MakeReader:
    """Makes the one reader of all boards and of Slack's home at its first use."""

    @cache
    def reader() -> "BoardReader":
        from ghapp.engine.board import BoardReader

        return BoardReader(store, clock, lags)

    return reader


def _boards(
    reader: MakeReader, store: FullStore, clock: Clock, github: str, wake: Callable[[], None]
) -> Callable[..., web.Application]:
    """Makes applications with the board at `/`. `github`: the address of its pages."""

    def with_board(visitors: Visitors | None, *served: doors.Door) -> web.Application:
        """Without `visitors` it shows everything to anyone who reaches the address, and takes no command."""
        # the templates and the figures take a tenth of a second to import, which a server without a board saves
        from ghapp.doors.board.acting import Acting
        from ghapp.doors.board.routes import Board
        from ghapp.doors.board.viewer import see_everything

        find_viewer = visitors.find_viewer if visitors else see_everything
        board = Board(reader=reader(), find_viewer=find_viewer, clock=clock, github=github)
        acting: list[doors.Door] = []
        if visitors:
            acting.append(Acting(store=store, reader=board.reader, visitors=visitors, frame=board.frame, wake=wake))
        application = doors.application(board, *acting, *served)  # the first owner of `/` answers there
        application.on_shutdown.append(board.streams.close)
        return application

    return with_board


def _watched(
    github: GitHub, denials: Denials, unusable: UnusableConfigs, chat: SlackChat | None, clock: Clock
) -> Mapping[str, AppComplaints]:
    async def of_github() -> Sequence[Complaint]:
        return (*await github.standing.complaints(), *denials.complaints(), *unusable.complaints())

    asked: dict[str, Complaints] = {"github": of_github}
    if chat:
        asked["slack"] = chat.complaints
    return {name: AppComplaints(name, ask, clock) for name, ask in asked.items()}


def _scheduler(settings: Settings, clock: Clock, store: FullStore, redelivery: Redelivery, github: GitHub) -> Scheduler:
    recount = Recount(store, store, clock)
    policy = PolicyRound(store, store, github.policies, clock, settings.aws_targets)
    return Scheduler(
        store,
        clock,
        {
            "deliveries": Turn(settings.sweep, lambda _: redelivery()),
            "merges": Turn(RECOUNTED_EVERY, recount),
            "policy": Turn(POLICY_EVERY, policy),
        },
    )


def _jobs(settings: Settings, session: aiohttp.ClientSession, clock: Clock) -> OidcJobs:
    issuer = settings.oidc_issuer
    keys = OidcKeys(session, issuer, clock)
    return OidcJobs(keys, issuer=issuer, audience=settings.public_url, web=web_of(settings.github_api_url), clock=clock)


def _sign_in(settings: Settings, client: SignInSettings, session: aiohttp.ClientSession, clock: Clock) -> SignInDoor:
    """The door. The board's pages ask its `visitors` who looks at them."""
    url = settings.public_url
    oauth = OAuthClient(client.client_id, client.client_secret, f"{url}/login/callback")
    secrets = [secret.reveal() for secret in client.session_secrets]
    visitors = Visitors(
        github=GitHubSignIn(session, oauth, settings.github_api_url, clock),
        public_url=url,
        cookies=Cookies.by(secrets, url, clock),
        clock=clock,
    )
    return SignInDoor(visitors=visitors)


def _link_doors(settings: Settings, sign_in: SignInDoor | None, links: SlackLinks | None) -> Sequence[doors.Door]:
    """One with sign-in and Slack, else none."""
    if not (sign_in and settings.sign_in and links):
        return ()
    from ghapp.doors.board.link import LinkDoor  # late, as the board: its page is a template

    return [LinkDoor(sign_in=sign_in, codes=_link_codes(settings, settings.sign_in, links.clock), links=links)]


def _asking(apply: Apply, wake: Callable[[], None]) -> Ask:
    async def ask(event: GuardAsked) -> Decision:
        # a job's token names no installation, and the decision needs no call to GitHub
        repository = Repository(id=event.job.repository, full_name=event.job.full_name, installation=0)
        decision = await apply(repository, event)
        if decision.changed or decision.notices:
            wake()
        return decision

    return ask
