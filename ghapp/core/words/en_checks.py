"""The check run of a release and its buttons, in English."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # the buttons: at most 20 characters, and 40 for what they explain
    "button.deploy": "Deploy",
    "button.deploy.what": "Release it, as /deploy does",
    "button.rollback": "Roll back",
    "button.rollback.what": "Go back, as /rollback does",
    "button.unlock": "Looks good, next",
    "button.unlock.what": "Free it for the next, as /unlock does",
    # before the merge: painted once a head
    "release.open.free": "Merging releases to {environment} (free at {now:clock}{waiting:raw})",
    "release.open.locked": "Merging releases to {environment} (locked at {now:clock}{waiting:raw})",
    "release.open.waiting": ", {count:raw} waiting",
    "release.open.next": "After the merge whoever merged it is asked to release it: {command:code}",
    "release.open.deploy": "{environment} takes this commit before it is merged, too: press **Deploy**.",
    "release.open.then": "That is how it was at {now:clock}. The status `ghapp/lock` shows how it is.",
    # from the merge on
    "release.awaiting": "Ready for {environment}",
    "release.waiting": "{rank:nth} in line for {environment}",
    "release.skipped": "Skipped: the next newer release to {environment} brings it",
    "release.unlisted": "Not on {environment}, and no longer in line",
    "release.gone": "{environment} is gone from the config",
    "release.gone.more": "{environment} is no longer in `.github/ghapp.yml` on the default branch, so #{number} is not "
    "released there.",
    "release.deploying": "Deploying to {environment} ({name}, {actor:name})",
    "release.cancelling": "Being cancelled by {by:name} ({name}, {actor:name})",
    "release.live": "Live on {environment}",
    "release.live.more": "#{number} is live on {environment}.",
    "release.carried": "Went live on {environment}, with #{pull}",
    "release.failed": "{name} failed",
    "release.unsure": "{name} ended, and whether #{number} is on {environment} is not known",
    "release.cancelled": "{name} was cancelled",
    "release.lost": "{name}: nobody knows how it ended",
    "release.rolling_back": "Being rolled back ({name}, {actor:name})",
    "release.waits": "The rollback waits for the end of {after} ({name}, {actor:name})",
    "release.rollback_failed": "{name} did not succeed: it is not certain what {environment} runs",
    "release.rolled_back": "Rolled back from {environment}",
    "release.rolled_back.more": "#{number} was taken back from {environment}. Mend it in another pull request; "
    "bringing it back as it is takes somebody who may unlock.",
    "release.rolled_back.in_vain": "Its rollback from {environment} did not succeed",
    "release.rolled_back.in_vain.more": "#{number} was to be rolled back from {environment}, and it is not certain "
    "that it was. Mend it in another pull request; bringing it out again as it is takes somebody who may unlock.",
    "release.replaced": "Was live on {environment} {span:raw}",
    # what a press is answered, since nobody can read it as they can a comment
    "pressed": "{actor:person} pressed **{label}** in the checks:",
    "button_over": "That button was offered at {name}, and {environment} is at {current} now. Nothing was done; "
    "the check shows what can be done now, `/status {environment}` tells why.",
    "button_gone": "That button no longer fits #{pull} on {environment}. Nothing was done; "
    "the check on its last commit shows what can be done now, `/status {environment}` tells why.",
    # said on the pull request, once
    "gate_refused": "GitHub does not take the status `ghapp/lock` for this pull request: {why:code}. It may show "
    "an old state, so do not merge by it: `/status` tells how things stand. I keep trying.",
}
