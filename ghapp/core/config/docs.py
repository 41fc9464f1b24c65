"""The documentation of the settings: `docs/configuration.md` for people, a JSON Schema for editors."""

import json
from collections.abc import Iterable

from ghapp.core.config.keys import ENVIRONMENT, POLICY_KEYS, SHARED
from ghapp.core.config.kinds import Key
from ghapp.core.config.reader import ENVIRONMENTS_KEY, FILE
from ghapp.core.config.values import PLACEHOLDERS


def as_json_schema() -> str:
    """The JSON Schema of the whole file, as `ghapp check --schema` prints it."""
    about = ".github/ghapp.yml: what a repository says about its releases. `ghapp check` knows more."
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "ghapp", "description": about}
    return json.dumps({**schema, **FILE.schema}, indent=2, ensure_ascii=False) + "\n"


def as_markdown() -> str:
    """`docs/configuration.md`."""
    parts = [
        _HEAD,
        _table("The file", (*SHARED, ENVIRONMENTS_KEY)),
        _table("An environment", ENVIRONMENT),
        *(_table(f"`{key.name}`", key.kind.keys) for key in _once((*SHARED, *ENVIRONMENT)) if key.kind.keys),
        *(f"## {key.name}: more\n\n{key.more}\n" for key in _once((*SHARED, *ENVIRONMENT)) if key.more),
        _table("The owner's rules", POLICY_KEYS) + _OWNER,
        _placeholders(),
        _everything(),
    ]
    return "\n".join(parts)


def full_example() -> str:
    """A file with every setting once."""
    inside = "".join(f"    {key.example}\n" for key in ENVIRONMENT)
    shared = "".join(f"{key.example}\n" for key in SHARED)
    return f"{shared}environments:\n  staging: {{workflow: deploy.yml}}\n  production:\n{inside}"


def _table(title: str, keys: Iterable[Key]) -> str:
    rows = "".join(
        f"| `{key.name}` | {_cell(key.about)} | {_code(key.default)} | {_code(key.example)} |\n" for key in keys
    )
    return f"## {title}\n\n| key | meaning | default | example |\n|---|---|---|---|\n{rows}"


def _placeholders() -> str:
    rows = "".join(f"| `{{{name}}}` | {about} |\n" for name, about in PLACEHOLDERS.items())
    return f"## What `inputs` are filled with\n\n| written | becomes |\n|---|---|\n{rows}"


def _everything() -> str:
    return f"## Every setting once\n\n```yaml\n{full_example()}```\n"


def _once(keys: Iterable[Key]) -> list[Key]:
    return list({key.name: key for key in keys}.values())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{_cell(' '.join(text.split()))}`" if text else ""


_OWNER = """
Such a file stands in `.github/ghapp.yml` on the default branch of the repository that the operator names for an owner
(`GHAPP_POLICY=acme/policies`), with the App on it. No other repository has authority, whatever its name: everybody with
write access there could act in all others. Protect its default branch.

`slack`, `language`, `timezone` and `people` hold where a repository says nothing itself. Where the file has `people`,
only those may act from Slack and the board, whatever a repository's own `people` say: those are mentioned, no more.
Where they appear, change or go, the channel and the history say so. `channels`, `mode` and `policies` are not read by
this version, so they are refused. A change counts from the next event in each repository, and without one within five
minutes. `ghapp check --policy` says what is wrong with it before it is pushed.

It fails closed. While the file cannot be read (there is none, it is empty, the App was taken off, the repository has
another name), or has a mistake, no new deployment starts and nothing is done from Slack or the board; `/rollback`,
`/cancel`, `/lock` and `/unlock` in a pull request go on under what was valid last. The same holds for a repository
that was under such rules and is transferred to another owner, or whose owner gets another name, until `GHAPP_POLICY`
names rules for the new one; a file with `{}` states that there are none. The channel is informed once.
"""

_HEAD = """\
# Configuration

`.github/ghapp.yml`, always read from the default branch: what a pull request says in it counts once it is merged.
Without the file, or with an empty one, ghapp is silent in that repository. What is not understood is refused with
line, column and what was expected, and nothing new starts until it is fixed; running deploys, `/unlock` and `/lock`
continue under what was valid last. A push that changes it takes effect at once. An environment that leaves it is
followed until its last deploy has finished; then `ghapp/lock` no longer waits for it, and ghapp is silent about it.
Until then no new name is taken, since it may be the same place.

On a pull request that changes the file, or a workflow that it names, the check `ghapp/config` says at the file's lines
what would be wrong after the merge: also a workflow that is not there, has no `workflow_dispatch`, or does not take the
inputs. That makes the check red; the config stays valid, so that `/rollback` and `/unlock` go on. If the file cannot be
used after the merge, a comment on the merged pull request says so once, with the line. `ghapp check` says
the same of a checkout before it is pushed; `ghapp init` writes a first file from its workflows.
`ghapp check --effective` prints what holds with all defaults. For an editor that speaks YAML's language server,
`ghapp check --schema > .github/ghapp.schema.json`, and as the file's first line
`# yaml-language-server: $schema=ghapp.schema.json`.

It is YAML 1.2 of a strict kind: at most 64 KiB and 10 levels; no anchors, aliases, tags or keys written twice; `no` is
a word like any other. Durations are `30m`, `2h`, `1d`.
"""
