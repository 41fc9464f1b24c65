"""Checks messages against Slack's own types: its Python models, and `@slack/types` through the TypeScript compiler."""

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from tests.published.fetch import published

_PROGRAM = """import type {{ KnownBlock, ModalView }} from "slack-types";
export const messages: KnownBlock[][] = {messages};
export const modals: ModalView[] = {modals};
"""


def by_models(blocks: Iterable[Mapping[str, Any]]) -> None:
    """Checks lengths and counts by Slack's Python client. Raises SlackObjectFormationError."""
    for block in blocks:
        parsed = Block.parse(dict(block))
        assert parsed is not None, f"no such block: {block}"
        parsed.to_dict()


def modal_by_models(view: Mapping[str, Any]) -> None:
    """Checks a modal in the same way."""
    View(**view).to_dict()


def by_types(messages: list[Any], modals: list[Any]) -> str:
    """The compiler's errors for these blocks and modals; empty where there are none."""
    compiler, types = published("typescript") / "lib" / "tsc.js", published("slack-types")
    with tempfile.TemporaryDirectory() as folder:
        program, settings = Path(folder) / "messages.ts", Path(folder) / "tsconfig.json"
        program.write_text(_PROGRAM.format(messages=json.dumps(messages), modals=json.dumps(modals)))
        settings.write_text(
            json.dumps(
                {
                    "compilerOptions": {
                        "strict": True,
                        "noEmit": True,
                        "types": [],
                        "lib": ["es2020"],
                        "module": "nodenext",
                        "paths": {"slack-types": [str(types / "dist" / "index.d.ts")]},
                        "skipLibCheck": True,
                    },
                    "files": [str(program)],
                }
            )
        )
        ran = subprocess.run(
            ["node", str(compiler), "-p", folder], capture_output=True, text=True, check=False, timeout=120
        )
    return ran.stdout + ran.stderr
