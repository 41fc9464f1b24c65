"""The timeline as shapes: what the template writes as SVG. Lengths in the picture's own units, 1000 wide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghapp.core.views.timeline import Bar, Hold, Timeline
from ghapp.core.words import Voice, date_of

WIDTH = 1000.0
NARROWEST = 5.0  # of a bar: visible, and wide enough for a finger with its invisible border
LETTER = 14.0  # the narrowest bar that has room for its sign
SIGNS = {"running": "▶", "succeeded": "✓", "failed": "✕", "cancelled": "–", "lost": "?"}
RANGES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
_STEPS = {"day": timedelta(hours=3), "week": timedelta(days=1), "month": timedelta(days=5)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A bar or a band. `kind`: its result, or the kind of hold; `told`: its text; `number`: the attempt's, 0 for a
    band; `sign`: inside of a bar that has room."""

    kind: str
    x: float
    width: float
    told: str
    number: int = 0
    sign: str = ""

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def is_right(self) -> bool:
        """Whether its text has to end at the right edge, as it would not fit otherwise."""
        return self.middle > WIDTH / 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A line with its time."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    bars: Sequence[Shape]
    bands: Sequence[Shape]
    ticks: Sequence[Tick]


def draw(timeline: Timeline, span: str, voice: Voice) -> Drawing:
    """The picture of `span`, a key of RANGES, that ends at `voice.now`."""
    since, length = voice.now - RANGES[span], RANGES[span]

    def place(begun: datetime, ended: datetime | None) -> tuple[float, float]:
        left = max(0.0, (begun - since) / length * WIDTH)
        right = min(WIDTH, ((ended or voice.now) - since) / length * WIDTH)
        width = max(right - left, NARROWEST)
        return round(min(left, WIDTH - width), 1), round(width, 1)

    def bar(one: Bar) -> Shape:
        x, width = place(one.since, one.until)
        sign, number = SIGNS[one.result] if width >= LETTER else "", one.entry.number or 0
        return Shape(kind=one.result, x=x, width=width, told=_bar_text(one, voice), number=number, sign=sign)

    def band(one: Hold) -> Shape:
        x, width = place(one.since, one.until)
        return Shape(kind=one.kind, x=x, width=width, told=_band_text(one, voice))

    return Drawing(
        [bar(one) for one in timeline.bars],
        [band(one) for one in timeline.holds],
        list(_ticks(span, since, voice)),
    )


def _bar_text(bar: Bar, voice: Voice) -> str:
    entry = bar.entry
    values = {"name": f"{entry.environment}-{entry.number}", "actor": entry.actor, "pull": entry.pull}
    code = "board.bar.rollback" if entry.kind == "rollback" else "board.bar.deploy"
    told = voice.say(code if entry.pull else f"{code}.platform", values)
    result = voice.say(f"board.result.{bar.result}")
    return voice.say("board.bar", told=told, span=_span(bar.since, bar.until, voice), result=result)


def _band_text(hold: Hold, voice: Voice) -> str:
    """With the person and the reason of a lock, or the reason of a freeze."""
    told, span = voice.say(f"board.band.{hold.kind}"), _span(hold.since, hold.until, voice)
    if hold.kind == "locked":
        return voice.say("board.band.by", told=told, who=hold.who, why=hold.why, span=span)
    return voice.say("board.band", told=told, span=span, why=f": {hold.why}" if hold.kind == "frozen" else "")


def _span(since: datetime, until: datetime | None, voice: Voice) -> str:
    return voice.span(since, until) if until else voice.say("board.since", at=since)


def _ticks(span: str, since: datetime, voice: Voice) -> Iterator[Tick]:
    """At full hours or days of the repository's zone."""
    step, moment = _STEPS[span], since.astimezone(voice.zone)
    moment = moment.replace(minute=0, second=0, microsecond=0)
    hour = moment.hour - moment.hour % 3 if span == "day" else 0
    moment = moment.replace(hour=hour)
    while moment <= voice.now:
        x = (moment - since) / RANGES[span] * WIDTH
        if 0 <= x < WIDTH - 30:  # the text of a later one would be cut
            text = f"{moment:%H:%M}" if span == "day" else _day(moment, voice)
            yield Tick(round(x, 1), text)
        moment += step


def _day(moment: datetime, voice: Voice) -> str:
    """A date without its year: `11-25`, `11/25(水)`."""
    shown = date_of(moment.date(), moment.date(), voice.language)
    return shown[5:] if voice.language == "en" else shown
