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
    "guard.sha": "{name} was granted for {granted:code}, and this job shows {sha:code}. "
    "Check out exactly the commit in the workflow's input.",
    "glass_broken": "⚠️ **{actor:person} went on with a run to {environment} without the lock**{link:raw}: "
    "{reason:title} Look at what runs there now.",
}
