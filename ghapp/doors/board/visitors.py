"""The person who looks at a page of the board, by their session, and what GitHub shows them."""

import logging
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from yarl import URL

from ghapp.core.config.model import Role
from ghapp.core.model.environment import Repository
from ghapp.core.model.secret import Secret
from ghapp.core.words import Voice
from ghapp.doors.board.sentence_page import HEADERS, is_for_people, problem
from ghapp.doors.board.session import Cookies, Session
from ghapp.ports import Clock, Fault, SignIn, Visible

logger = logging.getLogger(__name__)

LONGEST_PATH = 500  # characters of the path to return to; a longer one leads to the board
STALE = timedelta(minutes=5)  # GitHub is asked anew after that, so an older list is one that it did not renew
LATER = timedelta(minutes=1)  # when GitHub is to be asked again
OWN_PATH = re.compile(rf"/(?![/\\])[!-\[\]-~]{{0,{LONGEST_PATH}}}", re.ASCII)  # never another host's


@dataclass(frozen=True, slots=True)
class Person:
    """The viewer of a page who has signed in. `user`: their id at GitHub. `csrf`: the token of this page's forms.
    `until`: `visible` is to be asked again then. `stale`: its age, where GitHub gives no newer answer."""

    login: str
    user: int
    csrf: str
    visible: Visible
    until: datetime
    stale: datetime | None = None

    def may_see(self, repository: Repository) -> bool:
        """By its id: a name can pass to another repository."""
        return repository.id in self.visible.repositories

    def role(self, repository: Repository) -> Role:
        return self.visible.roles.get(repository.id, "read")

    def notice(self, voice: Voice) -> str:
        """What the page says about this; empty where all is current."""
        return voice.say("sign_in.stale", at=self.stale) if self.stale else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """Finds the viewer of a request. `public_url`: the origin of all addresses, whatever the request's Host says."""

    github: SignIn
    public_url: str
    cookies: Cookies
    clock: Clock

    async def find_viewer(self, request: web.Request) -> Person:
        """The viewer of a page. Raises aiohttp's HTTPException: a redirect to the sign-in for browsers, 401 for
        programs; 424 where GitHub has not said yet what they may see."""
        session = self.find_session(request)
        try:
            found = await self.github.visible(Secret(session.token))
        except Fault:
            raise problem(request, self.clock(), web.HTTPFailedDependency, "sign_in.unknown") from None
        if found is None:
            raise self._rejected(request, session)
        return self._person(session, found)

    async def find_login(self, request: web.Request, session: Session) -> str:
        """The person's login, asked of GitHub now. Raises a Fault where GitHub gives no answer, and HTTPException where
        it rejects the session's token."""
        login = await self.github.login(Secret(session.token))
        if login is None:
            raise self._rejected(request, session)
        return login

    def find_session(self, request: web.Request) -> Session:
        """The session of a request. Raises aiohttp's HTTPException with the way to the sign-in."""
        session = self.session(request)
        if session is None:
            raise self._way_in(request)
        return session

    def session(self, request: web.Request) -> Session | None:
        """The session of a request, if it has a valid one."""
        session = self.cookies.session.read(request)
        return session if session and session.until > self.clock().timestamp() else None

    def is_own_form(self, request: web.Request, session: Session, csrf: str) -> bool:
        """Whether a POST was sent by a page of ours, of this session."""
        return self._is_own_origin(request) and self.cookies.is_csrf(session, csrf)

    def _person(self, session: Session, found: Visible) -> Person:
        now, fresh_until = self.clock(), found.at + STALE
        stale = found.at if fresh_until <= now else None
        until = now + LATER if stale else fresh_until
        return Person(found.login, session.user, self.cookies.csrf(session), found, until, stale)

    def _rejected(self, request: web.Request, session: Session) -> web.HTTPException:
        """No redirect: where GitHub rejects each new token, it would never end."""
        rejected = problem(request, self.clock(), web.HTTPUnauthorized, "sign_in.rejected")
        self.cookies.session.clear(rejected)
        note_sign_in("rejected", login=session.login)
        return rejected

    def _way_in(self, request: web.Request) -> web.HTTPException:
        answer: web.HTTPException
        if request.method == "GET" and is_for_people(request):
            back = request.raw_path if OWN_PATH.fullmatch(request.raw_path) else "/"
            answer = web.HTTPFound(URL(self.public_url).with_path("/login").with_query(back=back), headers=HEADERS)
        else:
            code = "sign_in.needed" if request.method in ("GET", "HEAD") else "sign_in.ended"
            answer = problem(request, self.clock(), web.HTTPUnauthorized, code)
        if self.cookies.session.is_sent(request):
            self.cookies.session.clear(answer)
        return answer

    def _is_own_origin(self, request: web.Request) -> bool:
        """Browsers hide the origin of a page that sends no referrer, and then still say whether it is the same."""
        origin = request.headers.get("Origin", "null")
        if origin != "null":
            return origin == self.public_url
        return request.headers.get("Sec-Fetch-Site") == "same-origin"


def note_sign_in(verdict: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """One line in the log, without code, state or token."""
    logger.log(level, "sign_in", extra={"verdict": verdict, **fields})
