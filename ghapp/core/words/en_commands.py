"""What `/rollback` and `/cancel` are answered, in English; and what a rollback's comment says."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # the number's comment of a rollback
    "rollback.accepted": "⏪ Rolling {environment} back to {number:#} (by {actor:person})",
    "rollback.running": "⏪ Rolling {environment} back to {number:#} (by {actor:person}){link:raw}",
    "rollback.succeeded": "⏪ **{environment} is back on {number:#}** ({name}, by {actor:person}){link:raw}",
    "rollback.failed": "❌ **{name} failed: it is not certain what {environment} runs** (by {actor:person}){link:raw}",
    "rollback.unsure": "❔ **{name} ended: it is not certain what {environment} runs** (by {actor:person}){link:raw}",
    "rollback.cancelled": "❌ **{name} was cancelled: it is not certain what {environment} runs** "
    "(by {actor:person}){link:raw}",
    "rollback.lost": "❔ **{name}: nobody knows how the rollback ended** (by {actor:person}){link:raw}",
    "rollback.was.succeeded": "⏪ **{environment} was put back on {number:#}** at {since:clock} "
    "({name}, by {actor:person}){link:raw}",
    "rollback.was.failed": "❌ **{name} failed** at {since:clock} (by {actor:person}){link:raw}",
    "rollback.was.unsure": "❔ **{name} ended** at {since:clock} (by {actor:person}){link:raw}",
    "rollback.was.cancelled": "❌ **{name} was cancelled** at {since:clock} (by {actor:person}){link:raw}",
    "rollback.was.open": "⏹ **{name} was given up before its end** (by {actor:person}){link:raw}",
    "rollback.undoing": 'Undoing: #{undone} "{undone_title:title}" {undone_sha:code}',
    "rollback.undoing.with": "Undoing: #{undone} {undone_title:title} ({undone_author:name}), and {others:raw}, "
    "which came with it",
    "rollback.undoing.passes": "What was live in between is undone too: {others:raw}",
    "rollback.other": "#{number} {title:title} ({author:name})",
    "rollback.to": 'Back to: #{number} "{title:title}" {sha:code}{was:raw}',
    "rollback.was": " (live until {until:day})",
    "rollback.is": " (live now)",
    "rollback.how": "The workflow deploys it once more: about as long as a release. Database changes stay.",
    "rollback.locked": "{environment} will be locked afterwards.",
    "rollback.stays": "{environment} is locked. When #{undone} is mended: {command:code}, then deploy the fix.",
    "rollback.again": "{environment} is locked. To try again: {again:code}",
    # the end of a rollback, said anew
    "rolled_back": "{holders:people} **{environment} was put back on {number:#}** ({name}): #{undone} was taken back.",
    "rolled_back.along": "{others:raw} went back with it.",
    "rollback_failed": "{holders:people} **{name} failed: it is not certain what {environment} runs.** "
    "#{undone} was to be taken back to {number:#}.",
    "rollback_unsure": "{holders:people} **{name} ended: it is not certain what {environment} runs.** "
    "#{undone} was to be taken back to {number:#}.",
    "rollback_cancelled": "{holders:people} **{name} was cancelled: it is not certain what {environment} runs.** "
    "#{undone} was to be taken back to {number:#}.",
    # refusals of /rollback
    "bad_target": "{typed:code} does not say where to: write `to #41`, a pull request that was live; or what may be "
    "stopped for it, by CodeDeploy's id: `stop d-X1Y2Z3`. "
    "Usage: {usage:code}",
    "no_reason": "`/rollback` takes no reason ({typed:code}), so nothing was done. Type {command:code}",
    "rolling_back": "{holder:name} is rolling {environment} back to {pull:#} already ({name}). "
    "Wait for its end, then see `/status {environment}`.",
    "rolled_back_already": "{holder:name} has rolled #{number} back from {environment} already ({name}), so nothing "
    "more was done. It runs {live:#} now.",
    "rolled_back_already.next": "To undo {undone:#} too: {command:code}",
    "released_since": "{holder:name} started the release of #{undone} to {environment} after this line was typed "
    "({name}), so nothing was done.",
    "rollback_elsewhere": "#{number} is neither live on {environment} nor on its way there, so nothing was done.",
    "rollback_elsewhere.barred": "#{number} was rolled back from {environment} before, or that was tried, so "
    "nothing was done.",
    "rollback_elsewhere.runs": "{environment} runs {live:#}.",
    "rollback_elsewhere.next": "To undo #{undone}: {command:code}",
    "rollback_elsewhere.first": "To undo #{undone}, type it there: {command:code}",
    "rollback_held": "{holder:name} keeps {environment} locked ({reason:why}), and only {holder:name} or whoever may "
    "unlock can roll back now. Ask {holder:name} to `/unlock {environment}`.",
    "nothing_before": "I know nothing that {environment} could go back to: what was live there before is not known to "
    "me, or was rolled back. Merge a fix and deploy it.",
    "never_live": "#{number} never was live on {environment}. It can go back to {others:raw}.",
    "target_gone": "#{target} ({sha:code}) is not in the repository any more, and the workflow cannot deploy it, so "
    "nothing was done: #{undone} is not rolled back. Merge a fix and deploy it.",
    "target_gone.others": "{environment} ran {others:raw} before. To go back further: {command:code}",
    # refusals of /deploy where something was rolled back
    "not_barred": "No rollback took {other:raw} back from {environment} or tried to, or it does not come with "
    "#{number}, so `with` does not take it and nothing was done. To deploy #{number}: {command:code}",
    "bad_with": "{typed:code} does not say what may come again: write `with #42`, or `with #42 #41`, pull requests "
    "that were rolled back. Usage: {usage:code}",
    # a mistake in what was typed
    "not_ascii": "{typed:code} holds a character that is not plain ASCII ({point:code}), so nothing was done. "
    "Type it anew: {usage:code}",
    # answers to /cancel
    "dropped": "🔓 {holder:person}: {actor:name} no longer waits for the end of {name} (#{pull}): {reason:why}. "
    "The rollback of {environment} goes on; should the old run act, it is stopped.",
    "cancelling": "⏹ {holder:person} {actor:name} has cancelled {name} (#{pull}). "
    "{environment} stays locked until its run has ended, and I will say so.",
    "cancelled_at_once": "⏹ {holder:person} {name} (#{pull}) was cancelled by {actor:name} before its run was started.",
    "nothing_to_cancel": "Nothing is under way on {environment}, so there is nothing to cancel.",
    "too_late_to_cancel": "#{pull} has reached {environment}, so there is nothing left to cancel. "
    "To take it back: `/rollback {environment}`. To free {environment}: `/unlock {environment}`",
    "too_late_to_cancel.ending": "#{pull} has reached {environment}, so there is nothing left to cancel. "
    "To take it back: `/rollback {environment}`. {by:name} has ended CodeDeploy's wait: {environment} is free when "
    "CodeDeploy rests.",
    "cancel_lost": "Nobody knows what became of {name} ({pull:#}), so it cannot be cancelled. "
    "Look at the workflow's runs; when none is under way: {command:code}",
    "being_cancelled": "{by:name} has cancelled {name} ({pull:#}) already. I will say when its run has ended.",
    # /help
    "help.rollbackers": " May roll back: {rollbackers:raw}.",
    "help.you": " You may now: {may:raw}.",
    "help.you.not": " You may not: {may_not:raw}.",
    "help.you.none": " You may only look.",
    "help.rollback": "go back to what was live before (or to another that was), past cool-down and freeze",
    "help.cancel": "end what is under way: your own, or anybody's if you may unlock",
}
