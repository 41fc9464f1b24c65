"""What only Slack shows, in English: its buttons, what they ask first, the thread, and answers to one person."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # at most 75 characters
    "slack.button.deploy": "Deploy",
    "slack.button.skip": "Skip",
    "slack.button.pass": "Pass",
    "slack.button.cancel": "Cancel",
    "slack.button.rollback": "Roll back",
    "slack.button.unlock": "Looks good, next",
    # asked before it is done: a title of at most 100 characters, a text of 300, and two buttons of 30
    "slack.sure.deploy": "Deploy #{number} to {environment}?",
    "slack.sure.rollback": "Roll {environment} back?",
    "slack.sure.cancel": "Cancel {name}?",
    "slack.sure.what": "{title:title} {sha:code}",
    "slack.sure.ships": "Ships with it: {others:raw}",
    "slack.sure.back": "Undoing #{undone} {undone_title:title}; back to #{target} {target_title:title} {sha:code}.",
    "slack.sure.undoes": "Undone with it: {others:raw}",
    "slack.sure.cancel.what": "{number:#} {title:title} stops where it is.",
    "slack.sure.no": "Not now",
    # the thread
    "slack.thread.accepted": "{at:clock} {actor:name}: {what:raw}, as {name}",
    "slack.thread.deploy": "deploys {sha:code}",
    "slack.thread.rollback": "rolls back to {number:#} {sha:code}",
    "slack.thread.ships": "Ships with it: {others:raw}",
    "slack.thread.leaves": "Leaves #{number} behind ({author:name}): {reason:why}",
    "slack.thread.undoes": "Undone with #{undone}: {others:raw}",
    "slack.thread.run": "Run: {link:raw}",
    "slack.thread.waits": "{since:clock} no runner has taken it up yet",
    "slack.thread.reviewer": "{since:clock} waits for a reviewer's approval on GitHub",
    "slack.thread.stop": "{at:clock} {by:name} wants it ended",
    "slack.thread.succeeded": "{since:clock} live",
    "slack.thread.rolled_back": "{since:clock} rolled back",
    "slack.thread.taken_back": "{since:clock} rolled back to {number:#} ({name}, {actor:name})",
    "slack.thread.failed": "{since:clock} failed",
    "slack.thread.unsure": "{since:clock} ended; whether it is out is not known",
    "slack.thread.cancelled": "{since:clock} cancelled",
    "slack.thread.lost": "{since:clock} nobody knows how it ended",
    "slack.thread.locked": "{since:clock} locked until {until:clock}",
    # to one person alone
    "slack.unlinked": "Nobody has said who you are on GitHub. Whoever may change {file:code} can add this line "
    "under `people`: {line:code} ({link:raw})",
    "slack.unlinked.owner": "Nobody has said who you are on GitHub. Here the owner's rules say who may act: "
    "under `people` they take the line {line:code}",
    "people.appeared": "⚠️ The owner's rules now say who may act from Slack in {repository:code}: {others:raw}",
    "people.changed": "⚠️ The owner's rules now let others act from Slack in {repository:code}: {others:raw}",
    "people.gone": "⚠️ The owner's rules no longer say who may act from Slack in {repository:code}; it is up to the "
    "repository's own file. Before: {others:raw}",
    "late": "Slack took no messages for a while, so what is more than an hour old was left out. "
    "How things stand is in the releases' own messages, and `/status` tells it.",
    "slack.edit": "edit it",
    "slack.accepted": "#{number} is on its way to {environment} ({name}).",
    "slack.accepted.rollback": "{environment} is being rolled back to {number:#} ({name}).",
    "slack.accepted.waits": "{environment} is to be rolled back to {number:#} ({name}).",
    "slack.button_over": "That button was offered at {name}, and {environment} is at {current} now. Nothing was done; "
    "the newest message shows what can be done now.",
    "slack.stranger": "Only members of this workspace act here: you belong to another one.",
    "slack.guest": "Guests do not act here. Ask a member of the workspace.",
    "slack.gone": "That account is no longer active.",
    "slack.bot": "Bots do not act here. Type it yourself, as a member of this workspace.",
    "slack.unknown": "Slack does not tell who you are ({why:code}), so nothing was done. Members of this workspace act "
    "here: if you are one, show this to whoever runs ghapp.",
    "could_not_check.pressed": "I could not check what was pressed ({typed:code}): {why:code} Nothing was done; "
    "please press it again.",
    "broken.pressed": "What was pressed ({typed:code}) cannot be carried out: ghapp itself fails at it. "
    "Nothing was done. Press it once more; if it fails again, ask whoever runs ghapp to look at {command:code}.",
    "slack.no_repository": "No repository is spoken of in this channel. Its `.github/ghapp.yml` names one under "
    "`slack: {{channel: …}}`.",
    "slack.elsewhere": "This channel is not the one of {environment}, so nothing was done. Go to {channel:raw}.",
    "slack.elsewhere.pull": "{environment} has no channel, so nothing was done. Type it in the pull request.",
    "slack.other_repository": "{typed:code} is not spoken of in this channel. Here: {repositories:names}.",
    "slack.which_repository": "Which repository? Write one: {lines:raw}",
    "slack.choice": "{command:code} {title:title}",
    "slack.choice.rollback": "{command:code} in {repository}: from #{undone} back to #{target} {target_title:title}",
    "slack.more": "There is more than fits here: `/status` tells all.",
    "slack.nothing_waits": "Nothing waits for {environment}. A merged pull request is named like this: {command:code}",
    "skipped": "#{number} is not asked about any more. The next newer release to {environment} brings it.",
    "passed": "#{next} ({next_waiter:name}) is called now; #{number} keeps its place.",
    "passed.nobody": "Nobody else waits for {environment}, so it is still your turn.",
    "not_awaiting": "#{number} does not wait for {environment} any more.",
    "slack.ask.title": "Unlock {environment}",
    "slack.ask.text": "{holder:name} keeps {environment} locked. They are told that you end it, and why.",
    "slack.ask.label": "Reason",
    "slack.ask.submit": "Unlock",
    # said on GitHub, once
    "slack_refused": "Slack refused a message for {channel:code} ({why:code}), so this stands here.",
    "moved": "At {at:clock} this moved to Slack: #{number} has its message for {environment} in {channel:code}.",
    # the last words of a message in a channel that is not the environment's any more
    "slack.moved": "At {at:clock} this moved to {channel:raw}: #{number} has its message there.",
    "slack.moved.pull": "At {at:clock} this moved to the comments of pull request #{number}.",
}
