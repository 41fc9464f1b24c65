"""The setting of one freeze window: its days, start, end and reason."""

import re
from datetime import date
from typing import Any, get_args

from ghapp.core.config import holidays
from ghapp.core.config.kinds import Key, Kind, choice, listed, record, text, wrong
from ghapp.core.config.model import Weekday, Window
from ghapp.core.config.yaml_tree import Node, within

_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00"
_DATE = r"20[0-9]{2}-[01][0-9]-[0-3][0-9]"
_WHEN = text("when", re.compile(f"{_TIME}|{_DATE}", re.ASCII))
_REASON = text("reason", re.compile(r"(?=.*\S).{1,100}"))
_COUNTRY_FORM = text("country", re.compile(r"[A-Z]{2}", re.ASCII))
_DAYS = ("weekdays", "holidays", "holiday_eve")


def _country(node: Node) -> str:
    code = _COUNTRY_FORM.read(node)
    if not holidays.is_country(code):
        raise wrong(node, "config.country", text=code)
    return code


COUNTRY: Kind[str] = Kind(_country, _COUNTRY_FORM.schema)
KEYS = (
    Key(
        name="weekdays",
        kind=listed(choice(get_args(Weekday)), least=1),
        about="On these days: `mon` `tue` `wed` `thu` `fri` `sat` `sun`.",
        example="weekdays: [fri, sat]",
    ),
    Key(
        name="holidays",
        kind=COUNTRY,
        about="On the public holidays of a country, by its two letters.",
        example="holidays: JP",
    ),
    Key(
        name="holiday_eve",
        kind=COUNTRY,
        about="On the days before its public holidays.",
        example="holiday_eve: JP",
    ),
    Key(
        name="from",
        kind=_WHEN,
        about='A clock time, or the first day; with neither, from `"00:00"` on.',
        example='from: "17:00"',
    ),
    Key(
        name="until",
        kind=_WHEN,
        about='A clock time up to `"24:00"`, or the last day, which is part of it; with neither, until `"24:00"`.',
        example='until: "24:00"',
    ),
    Key(name="reason", kind=_REASON, about="What people are told; required.", example="reason: weekend"),
)
_FIELDS: Kind[dict[str, Any]] = record(KEYS, lambda **written: written, required=("reason",))


def _window(node: Node) -> Window:
    found = _FIELDS.read(node)
    named = [name for name in _DAYS if name in found]
    if len(named) > 1:
        raise wrong(within(node, named[1]), "config.freeze.days", text=named[1], other=named[0])
    start, end = found.get("from"), found.get("until")
    dates = [bool(one and "-" in one) for one in (start, end)]
    if any(dates):
        return _dated(node, found, named, all(dates))
    if not named and not (start and end):
        raise wrong(node, "config.freeze.when")
    return _timed(node, found)


def _dated(node: Node, found: dict[str, Any], named: list[str], both: bool) -> Window:
    if named or not both:
        raise wrong(node, "config.freeze.dates")
    first, last = (_date(within(node, name), found[name]) for name in ("from", "until"))
    if last < first:
        raise wrong(within(node, "until"), "config.freeze.order")
    return Window(reason=found["reason"], first=first, last=last)


def _timed(node: Node, found: dict[str, Any]) -> Window:
    start, end = _minutes(found.get("from", "00:00")), _minutes(found.get("until", "24:00"))
    if end <= start:
        raise wrong(within(node, "until") or within(node, "from"), "config.freeze.order")
    days = {name: found[name] for name in _DAYS if name in found}
    return Window(reason=found["reason"], start=start, end=end, **days)


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _date(node: Node | None, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise wrong(node, "config.date", text=written) from None


def _shown(window: Window) -> dict[str, object]:
    days = {name: value for name in _DAYS if (value := getattr(window, name))}
    days = {name: list(value) if isinstance(value, tuple) else value for name, value in days.items()}
    if window.first and window.last:
        return {"from": f"{window.first}", "until": f"{window.last}", "reason": window.reason}
    return {**days, "from": _clock(window.start), "until": _clock(window.end), "reason": window.reason}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _form(pattern: str, *required: str, without: tuple[str, ...]) -> dict[str, object]:
    limits = {name: {"pattern": f"^(?:{pattern})$"} for name in ("from", "until")}
    others: dict[str, object] = {"not": {"anyOf": [{"required": [name]} for name in without]}} if without else {}
    return {"properties": limits, "required": list(required), **others}


_FORMS = [
    *(_form(_TIME, name, without=tuple(other for other in _DAYS if other != name)) for name in _DAYS),
    _form(_TIME, "from", "until", without=_DAYS),
    _form(_DATE, "from", "until", without=_DAYS),
]
WINDOW: Kind[Window] = Kind(_window, {**_FIELDS.schema, "anyOf": _FORMS}, _shown, KEYS)
