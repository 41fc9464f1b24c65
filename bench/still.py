"""An event loop whose clock jumps over waits: minutes of waiting take no real time."""

import asyncio
import selectors
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

GRACE = 0.03  # seconds for the machine to transfer sent data, even under load
TASKS = Path("/proc/self/task")  # Linux only: elsewhere a write that takes longer than `GRACE` costs a jump


class _Selector(selectors.DefaultSelector):
    """Jumps to the next due time when nothing is ready and no thread is at work."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.threads or timeout is None:
            return super().select(None if timeout is None or self.threads else GRACE)
        ready = super().select(GRACE)
        while not ready and _threads_run():
            ready = super().select(GRACE)
        if not ready:
            self.now += timeout
        return ready


def _threads_run() -> bool:
    """Whether another thread of this process computes or waits for the disk, as SQLite's does on a busy machine."""
    own = f"{threading.get_native_id()}"
    return any(_state(task) in "RD" for task in TASKS.glob("*") if task.name != own)


def _state(task: Path) -> str:
    """The state of a thread: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"""
    try:
        return (task / "stat").read_text().rpartition(") ")[2][:1]
    except OSError:  # it has just ended
        return "X"


class StillLoop(asyncio.SelectorEventLoop):
    """`time()` counts the skipped seconds alone."""

    def __init__(self) -> None:
        self._still = _Selector()
        super().__init__(self._still)

    def time(self) -> float:
        return self._still.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """The clock stands still until the thread is done."""
        self._still.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    def _back(self, _: asyncio.Future[Any]) -> None:
        self._still.threads -= 1
