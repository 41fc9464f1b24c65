"""A browser for the sign-in: it keeps cookies as browsers do, and reaches the public address at the test's server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import Morsel, SimpleCookie

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

HTML = {"Accept": "text/html,application/xhtml+xml"}


@dataclass(frozen=True)
class Answer:
    """What the server sent. `url`: the address that the browser shows."""

    url: str
    status: int
    text: str
    headers: CIMultiDictProxy[str]

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def set_cookies(self) -> list[str]:
        return self.headers.getall("Set-Cookie", [])


@dataclass
class Browser:
    """`public`: the server's public address; `server`: where it really is."""

    session: aiohttp.ClientSession
    public: str
    server: str
    cookies: dict[str, str] = field(default_factory=dict)
    host: str = ""
    language: str = "en"

    async def opens(self, url: str, **headers: str) -> Answer:
        """Follows redirects."""
        answer = await self.gets(url, **headers)
        for _ in range(9):
            if answer.status not in (302, 303):
                break
            answer = await self.gets(str(URL(answer.url).join(URL(answer.location, encoded=True))), **headers)
        return answer

    async def gets(self, url: str, **headers: str) -> Answer:
        """One request, by a person who navigates. Headers with underscores are dashes."""
        return await self.sends("GET", url, headers={**HTML, **_dashed(headers)})

    async def posts(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        """A form of a page of the server's own."""
        own = {"Origin": self.public, "Sec-Fetch-Site": "same-origin", **HTML}
        sent = {name: value for name, value in {**own, **_dashed(headers)}.items() if value}
        return await self.sends("POST", path, headers=sent, form=form)

    async def sends(
        self, method: str, url: str, *, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Answer:
        shown = url if url.startswith("http") else f"{self.public}{url}"
        ours = shown == self.public or shown.startswith(f"{self.public}/")
        extra = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if ours else {}
        if ours and self.host:
            extra["Host"] = self.host
        real = URL(self.server + shown[len(self.public) :] if ours else shown, encoded=True)
        spoken = {"Accept-Language": self.language}
        sent = {name: value for name, value in (spoken | extra | dict(headers)).items() if value}
        async with self.session.request(method, real, headers=sent, data=form, allow_redirects=False) as answer:
            if ours:
                for line in answer.headers.getall("Set-Cookie", []):
                    self._keep(line)
            return Answer(shown, answer.status, await answer.text(), answer.headers)

    def _keep(self, line: str) -> None:
        """https://www.rfc-editor.org/rfc/rfc6265 with the prefix's rules: a cookie that breaks them is dropped."""
        parsed: SimpleCookie = SimpleCookie()
        parsed.load(line)
        ((name, cookie),) = parsed.items()
        assert len(line) < 4096
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["domain"], cookie["path"]) == ("Lax", "", "/")
        secure = self.public.startswith("https:")
        assert bool(cookie["secure"]) == name.startswith("__Host-") == secure
        self._take(name, cookie)

    def _take(self, name: str, cookie: "Morsel[str]") -> None:
        if int(cookie["max-age"]) > 0:
            self.cookies[name] = cookie.coded_value
        else:
            self.cookies.pop(name, None)


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
