"""The words by which people name environments: their order of promotion, and a name of our own for each."""

import re
from collections.abc import Mapping

LAST = 5  # the stage of production
UNKNOWN = 2
_STAGES: tuple[tuple[str, ...], ...] = (
    ("dev", "develop", "development", "local", "sandbox", "sbx", "preview", "review", "開発"),
    ("test", "testing", "tst", "qa", "int", "integration", "テスト"),
    (),  # words that say nothing of an order
    ("uat", "acceptance", "acc", "demo", "stg", "stage", "staging", "preprod", "nonprod", "検証", "ステージング"),
    ("canary", "pilot", "beta"),
    ("prod", "prd", "production", "live", "本番", "プロダクション"),
)
_STAGE_OF = {word: stage for stage, words in enumerate(_STAGES) for word in words}
_NAMES: Mapping[str, str] = {
    "本番": "production",
    "プロダクション": "production",
    "検証": "staging",
    "ステージング": "staging",
    "開発": "development",
    "テスト": "test",
}
_BEFORE = ("pre", "non", "not")
LONGEST = 64


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name, in lower case: `Prod_EU` has two."""
    return tuple(re.findall(r"[^\W_]+", text.lower()))


def is_stage(word: str) -> bool:
    """Whether a word names a stage, such as `staging`."""
    return word in _STAGE_OF


def stage_of(name: str) -> int:
    """The place of an environment in the order of promotion; LAST is production, UNKNOWN a name without a stage."""
    words = [word.removesuffix("環境") for word in words_of(name)]
    stages = [_STAGE_OF[word] for word in words if word in _STAGE_OF]
    stage = max(stages, default=UNKNOWN)
    early = any(before in words for before in _BEFORE) or any(other < LAST for other in stages)
    return _STAGE_OF["preprod"] if stage == LAST and early else stage


def name_of(called: str) -> str:
    """A name for an environment that a workflow calls so; "" if it has no letter or digit of ours."""
    known = _NAMES.get(called.strip().removesuffix("環境"))
    return known or re.sub(r"[^a-z0-9]+", "-", called.lower()).strip("-")[:LONGEST].rstrip("-")
