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
    "reach.unread": "Its run ended well, but ghapp could not read the run's jobs: look at the run.",
    "reach.unsure": "Its run ended well, but a job of it was skipped or failed, and ghapp cannot tell which of its "
    "jobs deploys: look at the run. Name `environment:` in the job that deploys, or let it ask the guard.",
    "reach.back": "To take it back: {again:code}",
    # what nobody ordered
    "unordered": "⚠️ **{cause:code} ({by:raw}) ran {workflow:code} past ghapp's lock**{link:raw}. What ghapp says of "
    "{environments:names} may not be so any more. {command:code} releases with the lock; `ghapp check` says how to "
    "keep such runs out. Of the next ones `/status` tells.",
    "unordered.held": "{holder:person} ⚠️ **{cause:code} ({by:raw}) ran {workflow:code} while you hold {environment}**"
    "{link:raw}. Look at what runs there now. `ghapp check` says how to keep such runs out.",
    "status.unordered": "⚠️ {cause:code} ({by:name}) ran its workflow without the lock at {at:clock}{link:raw}: "
    "what is live may be something else.",
    "status.unread": "⚠️ {name} ended, and whether #{number} is on {environment} is not known: "
    "ghapp could not read the run's jobs.",
    "status.unsure": "⚠️ {name} ended, and whether #{number} is on {environment} is not known: a job of its run was "
    "skipped or failed, and ghapp cannot tell which of its jobs deploys.",
    "status.maybe": "⚠️ {name} did not succeed: #{number} may be on {environment}.",
}
