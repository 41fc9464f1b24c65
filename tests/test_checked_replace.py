"""mypy refuses a wrong `replace`, of a struct as of a dataclass."""

import re
from pathlib import Path

from mypy import api

ROOT = Path(__file__).parents[1]
SAMPLE = """
import dataclasses
from msgspec import Struct, structs

class Value(Struct, frozen=True):
    number: int = 0

@dataclasses.dataclass(frozen=True)
class Part:
    number: int = 0

def right(value: Value, part: Part) -> None:
    structs.replace(value, number=1)
    dataclasses.replace(part, number=1)

def wrong(value: Value, part: Part, either: Value | Part) -> None:
    structs.replace(value, number="1")
    structs.replace(value, nummer=1)
    structs.replace(part, number=1)
    dataclasses.replace(value, number=1)
    structs.replace(either, number=1)
"""


def test_a_wrong_replace_is_refused(tmp_path: Path) -> None:
    """For its type, its name, or a value of the other kind; a right one passes."""
    sample, config = tmp_path / "sample.py", tmp_path / "mypy.ini"
    sample.write_text(SAMPLE)
    config.write_text(f"[mypy]\nplugins = {ROOT / 'tests/checked_replace.py'}\n")
    told, _, _ = api.run(["--config-file", str(config), "--cache-dir", str(tmp_path), str(sample)])
    first = SAMPLE.splitlines().index("def wrong(value: Value, part: Part, either: Value | Part) -> None:") + 2
    assert {int(line) for line in re.findall(r"sample\.py:(\d+): error", told)} == set(range(first, first + 5)), told
