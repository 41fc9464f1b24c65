"""The config may have changed: the new one holds at once, without waiting for a command."""

from collections.abc import Mapping
from datetime import datetime

from ghapp.core.handlers.current_config import Documents, current_environments
from ghapp.core.model.decision import Decision
from ghapp.core.model.environment import Environment
from ghapp.core.model.events import ConfigChanged
from ghapp.core.model.facts import Facts, NeedComparison
from ghapp.core.rules import releases


def handle_config_change(event: ConfigChanged, documents: Documents, facts: Facts, now: datetime) -> Decision:
    """A new config, new environments, and those that are gone; their projections are updated.

    After a forced push, the commits that the branch does not contain any more are recorded.
    """
    environments = current_environments(event.repository, documents, facts.config(), now)
    asked = {one.name: _on_branch(one) if event.forced else {} for one in environments}
    facts.require(*(need for needs in asked.values() for need in needs.values()))
    return Decision(changed=tuple(_rewritten(one, asked[one.name], facts) for one in environments))


def _on_branch(environment: Environment) -> dict[str, NeedComparison]:
    """The live, earlier and waiting commits, each with the question whether the default branch contains it."""
    branch = environment.config.branch
    if branch != environment.config.default_branch:
        return {}
    served = (revision.contained_in for revision in releases.served_revisions(environment))  # a rollback may lead to it
    commits = (*served, *(release.sha for release in environment.awaiting))
    return {sha: NeedComparison(branch, sha) for sha in commits}


def _rewritten(environment: Environment, asked: Mapping[str, NeedComparison], facts: Facts) -> Environment:
    """If the branch itself is gone, nothing is recorded."""
    found = {sha: facts.comparison(need.base, need.head) for sha, need in asked.items()}
    lost = {sha for sha, one in found.items() if not one.contains_head and one.status != "base_gone"}
    kept = {sha for sha, one in found.items() if one.contains_head}
    return releases.record_rewrite(environment, lost, kept) if asked else environment
