"""`ghapp healthy`: asks the server on this host whether it is ready, at the address that its settings name."""

import sys
from http.client import HTTPConnection, HTTPException

import msgspec

from ghapp import settings
from ghapp.core.views.markup import Terminal
from ghapp.settings import SettingsError

ANSWERS_WITHIN = 5.0  # seconds; the server gives each of its own probes two
MOST = 64 * 1024  # bytes that are read of the answer
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - no address to connect to


def healthy() -> int:
    """0 if it is ready, 1 if it says that it is not, 3 if no ghapp answers; one line in each case."""
    host, port = settings.load_health()
    if port == 0:
        raise SettingsError("PORT is 0, so the system chose the port: set PORT or GHAPP_INTERNAL_LISTEN")
    host = EVERYWHERE.get(host, host)
    at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        report = _ask(host, port)
    except (HTTPException, msgspec.DecodeError):
        return _no_answer(at, "the answer is not ghapp's")
    except (OSError, UnicodeError) as error:  # a name that is none is a UnicodeError
        return _no_answer(at, getattr(error, "strerror", None) or "no answer in time")
    faults = (f"{name}: {found}" for name, found in report.items() if name != "ready" and found != "ok")
    wrong = Terminal().escape("; ".join(faults))
    if report["ready"]:
        print(f"ready at {at}" + (f"; {wrong}" if wrong else ""))
        return 0
    print(f"ghapp: the server at {at} is not ready: {wrong}", file=sys.stderr)
    return 1


def _ask(host: str, port: int) -> dict[str, bool | str]:
    connection = HTTPConnection(host, port, timeout=ANSWERS_WITHIN)
    try:
        connection.request("GET", "/readyz")
        report = msgspec.json.decode(connection.getresponse().read(MOST), type=dict[str, bool | str])
    finally:
        connection.close()
    if not isinstance(report.get("ready"), bool):
        raise msgspec.DecodeError
    return report


def _no_answer(at: str, why: str) -> int:
    print(f"ghapp: no ghapp answers at {at}: {why}", file=sys.stderr)
    return 3
