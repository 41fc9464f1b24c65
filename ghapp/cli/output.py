"""Writes out what a command printed, before the process ends: a failure of its output is no traceback."""

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import TextIO

NO_READER = 141  # as of a program that SIGPIPE ends: 128 + 13


def written(command: Callable[[], int]) -> int:
    """The command's exit code; NO_READER where the reader of its output has gone, 1 where it cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # of a sign that the terminal's encoding lacks
    try:
        code = command()
    except BrokenPipeError:
        code = NO_READER
    except SystemExit as ended:  # argparse's, after the help or a mistake
        code = ended.code if isinstance(ended.code, int) else 0
    failure = _flush(sys.stdout)
    if isinstance(failure, BrokenPipeError):
        code = code or NO_READER
    elif failure:
        print(f"ghapp: stdout cannot be written: {failure.strerror}", file=sys.stderr)
        code = code or 1
    _flush(sys.stderr)  # where nothing is left that could be said, or where
    return code


def _flush(stream: TextIO | None) -> OSError | None:
    """Why the stream cannot be written. Python would try again at its end, and print an exception."""
    if stream is None:  # closed before the start
        return None
    try:
        stream.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        return error
    return None
