"""The sentences of the fence in English: what a job is told that may not go on, and what people hear of it."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "guard.none": "This run shows no number that ghapp gave out, so it must not go on. "
    "Start the release with `/deploy`.",
    "guard.unknown": "{ticket:code} is no number that was given out for {repository}, or one that is long over. "
    "Nothing may be released with it: start the release with `/deploy`.",
    "guard.over": "{ticket:code} is over: its release has ended, was given up, or {environment} went to another. "
    "Nothing may be released with it; `/status {environment}` tells what holds now.",
    "guard.stopping": "{name} was cancelled by {by:name}, so this run must not go on. It will be ended.",
    "guard.workflow": "{name} is carried out by {workflow:code} on {branch:code}, and this run is of another workflow "
    "or branch. Start the release with `/deploy`.",
    "guard.attempt": "{name} was granted for one attempt. A re-run does not take the lock, so it must not go on. "
    "To try again: {command:code}",
    "guard.other_run": "{name} is carried out by another run ({url:raw}), so this one must not go on.",
    "guard.not_yet": "Which run carries out {name} is not known yet, so nothing is let through: ask again.",
    "guard.sha": "{name} was granted for {granted:code}, and this job shows {sha:code}. "
    "Check out exactly the commit in the workflow's input.",
    "rule.approved": "{name}: #{number} by {actor:name}.",
    "rule.over": "This run holds no number that is current: its release has ended, was cancelled or given up, or "
    "another run carries it out. Start the release with `/deploy`.",
    "rule.unknown": "{place:code} is no environment of `.github/ghapp.yml` on the default branch, so nobody can hold "
    "its lock. Name it there, or take ghapp's rule off it on GitHub.",
    "rule.not_by_hand": "Only a run that a person starts by hand takes the lock, and {cause:code} started this one. "
    "Type {command:code}, or let each merge release with `auto: true`.",
    "rule.again": "A re-run does not take the lock. Type `/deploy`, or start a new run.",
    "rule.workflow": "{environment} is released by {workflow:code} on {branch:code}, and this run is of another "
    "workflow or branch. Start that one, or type `/deploy`.",
    "rule.late": "This waited for more than 10 minutes while ghapp could not decide it, and may not be meant any more. "
    "If it is, start it again.",
    "rule.no_release": "{sha:code}, which this run was started on, is not the merge of a pull request that waits for "
    "{environment}. Type `/deploy {environment}` on the pull request that you mean.",
    "rule.could_not_check": "ghapp could not check yet whether this may go on: {why:code} "
    "It waits, and is checked again.",
    "not_fenced": "{actor:person} ⚠️ **{name} is live, and its job did not ask the guard**{link:raw}, as those before "
    "it did. Look at that run and at {workflow:code}: without the guard nothing keeps a run past the lock out.",
    "glass_broken": "⚠️ **{actor:person} went on with a run to {environment} without the lock**{link:raw}: "
    "{reason:title} Look at what runs there now.",
}
