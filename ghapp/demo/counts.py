"""What the world itself counts, so that a visitor need not believe ghapp: deliveries, runs, messages, gates."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ghapp.demo.github import Delivery, Exchange, Run
from ghapp.demo.stage import Stage

KNOWN = 5000  # ids of deliveries that are remembered


class Counts:
    """Counts all deliveries from its beginning on; the rest follows from the state of the world."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._sent = self._lost = self._seen_twice = 0
        self._arrived: dict[str, int] = {}  # by id, oldest first
        stage.github.observers.append(self._see)

    def shown(self, *, is_held: bool) -> dict[str, Any]:
        """`is_held`: whether an environment holds merges now."""
        stage = self._stage
        return {
            "deliveries": self._sent + stage.slack.sent,
            "lost": self._lost,
            "seen_twice": self._seen_twice + stage.slack.sent_twice,
            "done_twice": done_twice(stage.shop.runs.values()),
            "two_at_once": two_at_once(stage.shop.runs.values(), stage.clock()),
            "prompt_after": self._prompt_after(),
            "gates_held": self._gates_held() if is_held else [0, 0],
        }

    def _see(self, seen: Exchange | Delivery) -> None:
        if not isinstance(seen, Delivery):
            return
        self._sent += 1
        if seen.status is None or seen.status >= 400:
            self._lost += 1
            return
        times = self._arrived[seen.guid] = self._arrived.get(seen.guid, 0) + 1
        self._seen_twice += times == 2
        if len(self._arrived) > KNOWN:
            del self._arrived[next(iter(self._arrived))]

    def _prompt_after(self) -> float | None:
        """Seconds from the newest merge to the first message of it."""
        merged = [pull for pull in self._stage.shop.pulls.values() if pull.merged_at]
        if not merged:
            return None
        newest = max(merged, key=lambda pull: pull.merged_at or datetime.min.replace(tzinfo=UTC))
        assert newest.merged_at
        begun, names = newest.merged_at.timestamp(), re.compile(rf"#{newest.number}\b")
        since = (one for one in self._stage.channel.messages if float(one.ts) >= begun)
        first = next((one for one in since if names.search((one.edits or [one.current])[0].text)), None)
        return round(float(first.ts) - begun, 2) if first else None

    def _gates_held(self) -> list[int]:
        gates = [self._stage.gate(pull) for pull in self._stage.shop.pulls.values() if pull.state == "open"]
        return [sum(gate is not None and gate[0] != "success" for gate in gates), len(gates)]


def done_twice(runs: Iterable[Run]) -> int:
    """The numbers of ghapp for which more than one run was started."""
    of_number = Counter((run.inputs["environment"], run.inputs["ghapp"]) for run in _of_ghapp(runs))
    return sum(times > 1 for times in of_number.values())


def two_at_once(runs: Iterable[Run], now: datetime) -> int:
    """How often a run of an environment began while another one of it was under way."""
    spans: dict[str, list[tuple[datetime, datetime]]] = {}
    for run in _of_ghapp(runs):
        ended = run.updated_at if run.status == "completed" else now + timedelta.resolution
        spans.setdefault(run.inputs["environment"], []).append((run.created_at, ended))
    return sum(_overlaps(sorted(each)) for each in spans.values())


def _overlaps(spans: Iterable[tuple[datetime, datetime]]) -> int:
    found, over = 0, datetime.min.replace(tzinfo=UTC)
    for begun, ended in spans:
        found, over = found + (begun < over), max(over, ended)
    return found


def _of_ghapp(runs: Iterable[Run]) -> list[Run]:
    return [run for run in runs if run.inputs.get("ghapp") and run.inputs.get("environment")]
