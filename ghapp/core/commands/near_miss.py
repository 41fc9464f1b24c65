"""Finds the command that a mistyped word means, unless another tool is known to use that word."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")

FOREIGN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        tool: frozenset(words.split())
        for tool, words in {
            # https://github.com/kubernetes-sigs/prow, its copies as workflows, and Lighthouse
            "Prow": "approve area assign bark bug-triage cc cherrypick cherry-pick close committee good-first-issue"
            " help-wanted hold honk joke kind label lgtm lifecycle meow merge milestone ok-to-test override pony"
            " priority project rebase release-note release-note-none remove-hold remove-lifecycle reopen retest"
            " retest-required retitle shrug sig skip test test-all triage unassign uncc unhold verify-owners wip woof",
            # https://docs.gitlab.com/user/project/quick_actions, by habit
            "GitLab": "award blocked_by blocks board_move clear_health_status clone confidential copy_metadata draft"
            " due duplicate epic estimate iteration link page ready reassign relabel relate remove_due_date"
            " request_review spend subscribe submit_review tableflip target_branch timeline todo unlabel unlink"
            " unrelate unsubscribe zoom",
            # https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/about-slash-commands
            "GitHub": "alerts code details saved-reply table tasklist template",
            "Azure Pipelines": "azp list run where",
            "reviewers": "ask describe improve oc opencode review summarize summary tldr update_changelog",
            # names of commands that public repositories give to workflows of their own (slash-command-dispatch)
            "workflows": "apply autofix backport benchmark block build bump changelog clean cleanup clock create"
            " deploy-preview destroy dock fix fmt format held heap helm lint look loop lookup ping plan preview"
            " publish rebuild redeploy release rerun reset restart retry run-tests snapshot stats sync teardown"
            " unblock undeploy update upgrade version",
        }.items()
    }
)
"""Words by tool, without those that are ours too. Commands that begin with a bot's name or a dot (`@dependabot`,
`bors r+`, `atlantis plan`, `.deploy`) are not listed: they have no slash."""
_FOREIGN = frozenset().union(*FOREIGN.values())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word that was meant: one letter or two neighbors away. None for a word that another tool is known to use."""
    if word in _FOREIGN:
        return None
    return max((one for one in known if _is_a_slip(word, one)), key=len, default=None)


def meant_name(word: str, known: Mapping[str, T]) -> T | None:
    """What the word was to name, by all names: the one that is one slip away, or the only one that begins so."""
    if near := nearest(word, known):
        return known[near]
    begun = {what for name, what in known.items() if name.startswith(word)}
    return begun.pop() if len(begun) == 1 else None


def _is_a_slip(word: str, meant: str) -> bool:
    """Whether one letter is added, missing or wrong, or two neighbors have changed places."""
    same = next((at for at, (one, other) in enumerate(zip(word, meant, strict=False)) if one != other), None)
    at = min(len(word), len(meant)) if same is None else same
    typed, right = word[at:], meant[at:]
    swapped = typed[:2] == right[1::-1] and typed[2:] == right[2:]
    return word != meant and (swapped or right[1:] in (typed, typed[1:]) or right == typed[1:])
