"""Workflow runs in English: how far one came, and those that nobody ordered."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # whether a release that did not succeed is out
    "reach.not": "#{number} is not on {environment}",
    "reach.maybe": "#{number} may be on {environment}",
    "reach.was.not": "#{number} did not reach {environment}",
    "reach.was.maybe": "#{number} may have reached {environment}",
    "reach.broke": "It failed in {broke:code}.",
    "reach.skipped": "The run ended well, but its deploy job was skipped: nothing was deployed.",
    "reach.unknown": "ghapp could not read which of its jobs ran: look at the run.",
    "reach.back": "To take it back: {again:code}",
    "status.maybe": "⚠️ {name} did not succeed: #{number} may be on {environment}.",
}
