"""`/link/{code}`: a Slack member proves their GitHub account by signing in, and says yes to the pair of the two.

Without that yes, a link sent to another person would let its sender act as them.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from ghapp.core.model.slack_link import LinkCode
from ghapp.doors.board.link_codes import LinkCodes
from ghapp.doors.board.rendering import page, render
from ghapp.doors.board.sentence_page import sentence_page, voice_for
from ghapp.doors.board.session import Session
from ghapp.doors.board.sign_in import SignInDoor
from ghapp.doors.limits import Refused
from ghapp.ports import Fault

logger = logging.getLogger(__name__)

GONE, DEPENDS = 410, 424


class Linked(Protocol):
    """`outcome`: `linked`, `used` or `not_a_member`. `before`: the login that the member was linked to, if another."""

    @property
    def outcome(self) -> str: ...

    @property
    def before(self) -> str: ...


class Links(Protocol):
    """Stores the links. Raises a Fault where Slack or the store cannot be asked."""

    async def link(self, code: LinkCode, account: int, login: str) -> Linked:
        """Links the code's member to this GitHub account, once."""

    async def end_all_of(self, account: int, login: str, *, is_known: bool) -> None:
        """Ends all links to this GitHub account. `is_known`: whether the person sees a repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDoor:
    """The door."""

    sign_in: SignInDoor
    codes: LinkCodes
    links: Links

    def routes(self) -> Sequence[web.RouteDef]:
        return (
            web.get("/link/{code}", self.ask, allow_head=False),
            web.post("/link/{code}", self.confirm),
            web.get("/link", self.ask_to_end, allow_head=False),
            web.post("/link", self.end),
        )

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Leads to the sign-in first. The page names both sides and changes nothing."""
        code = self.codes.open(request.match_info["code"])
        if code is None:
            return self._told(request, GONE, "link.over")
        person = await self.sign_in.visitors.find_viewer(request)
        voice = voice_for(request, self.codes.clock())
        text = render("link.html", voice, viewer=person, code=code, frame="base.html")
        return page(request, text)

    async def confirm(self, request: web.Request) -> web.StreamResponse:
        """The yes, by a form of ours in the session that saw the page."""
        try:
            csrf = await self.sign_in.csrf(request)
        except Refused as refused:
            return refused.response()
        code = self.codes.open(request.match_info["code"])
        if code is None:
            return self._told(request, GONE, "link.over")
        session = self.sign_in.visitors.find_session(request)
        if not self.sign_in.visitors.is_own_form(request, session, csrf):
            return self._told(request, 403, "sign_in.form")
        return await self._linked(request, code, session)

    async def ask_to_end(self, request: web.Request) -> web.StreamResponse:
        """For a person who said yes by mistake: they cannot remove the link of another one's Slack account there."""
        person = await self.sign_in.visitors.find_viewer(request)
        text = render("link_end.html", voice_for(request, self.codes.clock()), viewer=person, frame="base.html")
        return page(request, text)

    async def end(self, request: web.Request) -> web.StreamResponse:
        """Ends all links to the person's account."""
        try:
            csrf = await self.sign_in.csrf(request)
        except Refused as refused:
            return refused.response()
        person = await self.sign_in.visitors.find_viewer(request)
        if not self.sign_in.visitors.is_own_form(request, self.sign_in.visitors.find_session(request), csrf):
            return self._told(request, 403, "sign_in.form")
        try:
            await self.links.end_all_of(person.user, person.login, is_known=bool(person.visible.repositories))
        except Fault as fault:
            logger.warning("link", extra={"verdict": "silent", "error": str(fault)})
            return self._told(request, DEPENDS, "link.silent")
        logger.info("link", extra={"verdict": "all ended", "login": person.login})
        return self._told(request, 200, "link.ended", login=person.login)

    async def _linked(self, request: web.Request, code: LinkCode, session: Session) -> web.StreamResponse:
        """A link lasts longer than a session, so GitHub has to confirm the session now."""
        try:
            login = await self.sign_in.visitors.find_login(request, session)
            found = await self.links.link(code, session.user, login)
        except Fault as fault:
            logger.warning("link", extra={"verdict": "silent", "error": str(fault)})
            return self._told(request, DEPENDS, "link.silent")
        logger.info("link", extra={"verdict": found.outcome, "login": login, "user": code.user})
        values = {"member": code.member, "workspace": code.workspace, "login": login, "before": found.before}
        values["url"] = f"{self.codes.public_url}/link"
        match found.outcome:
            case "linked":
                return self._told(request, 200, "link.replaced" if found.before else "link.done", **values)
            case "used":
                return self._told(request, GONE, "link.used")
            case _:
                return self._told(request, 403, "link.not_a_member", **values)

    def _told(self, request: web.Request, status: int, code: str, **values: str) -> web.Response:
        return sentence_page(request, self.codes.clock(), status, code, **values)
