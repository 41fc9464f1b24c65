"""The sentences in English."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "word.no_reason": "no reason given",
    "word.reason": "<reason>",
    "word.somebody": "somebody",
    # the gate, at most 140 characters
    "gate.free": "Free to merge",
    "gate.under_way": "{environment}: #{pull} is being released ({holder:name}); not before {until:clock}",
    "gate.under_way.open": "{environment}: #{pull} is being released ({holder:name})",
    "gate.manual": "{environment}: locked by {holder:name} until {until:clock}: {reason:why}",
    "gate.manual.open": "{environment}: locked by {holder:name} until somebody unlocks it: {reason:why}",
    "gate.freeze": "{environment}: frozen until {until:clock}: {reason:title}",
    "gate.freeze.open": "{environment}: frozen: {reason:title}",
    "gate.cooldown": "{environment}: #{pull} was released ({holder:name}); not before {until:clock}",
    "gate.lost": "{environment}: {pull:#} ({holder:name}): outcome unknown, somebody has to look",
    "gate.full": "This commit can take no more statuses: push another commit to go on",
    "gate.doubtful": "On hold until GitHub shows ghapp which stack this is in",
    "gate.reason_elsewhere": "/status tells why",
    # the prompt after a merge
    "prompt.free": "{who:raw} ready to deploy :rocket:",
    "prompt.release": "{title:title} (#{number} by {author:name})",
    "prompt.type": "{command:code}",
    "prompt.auto": "Not released by itself: {why:raw}.",
    "auto.nobody": "no person merged it",
    "auto.late": "the merge was heard of more than 10 minutes late",
    "auto.last": "the last release to {environment} did not succeed, or a rollback was started after it",
    "auto.not_allowed": "{waiter:name} may not deploy to {environment}",
    "auto.other_merge": "GitHub shows another merge commit than it reported; {command:code} tells which",
    "auto.checks_running": "checks were not done at the merge",
    "auto.checks_failed": "checks had failed at the merge",
    "auto.checks_missing": "checks were not reported at the merge",
    "auto.checks_unknown": "GitHub did not show which checks are required",
    "auto.diverged": "it does not contain the release that {environment} runs",
    "auto.gone": "the commit that {environment} runs is not on its branch",
    "auto.barred": "it contains what was, or was to be, rolled back from {environment}",
    "auto.refused": "a rule was not met; {command:code} tells which",
    "prompt.runs": "{environment} is free and runs #{live}.",
    "prompt.runs.alone": "{environment} is free and runs #{live}",
    "prompt.runs.unknown": "{environment} is free.",
    "prompt.ships": " {others:raw} ships with it",
    "prompt.ships.many": " {others:raw} ship with it",
    "prompt.other": "#{number} ({author:name})",
    "prompt.and": ", ",
    "warns": "Includes database migrations; a rollback does not undo them.",
    "prompt.changes": " · {link:raw}",
    "prompt.view": "View changes",
    "prompt.locked": "{who:raw} #{number} is merged, but {environment} is locked.",
    "prompt.under_way": "{holder:name} is releasing #{pull}.",
    "prompt.under_way.open": "{holder:name} is releasing #{pull}.",
    "prompt.manual": "{holder:name} keeps it locked: {reason:why}.",
    "prompt.manual.open": "{holder:name} keeps it locked until somebody unlocks it: {reason:why}.",
    "unfit.branch_gone": "#{number} waits: {environment} gets its releases from {branch:code}, and there is no "
    "branch of that name.",
    "unfit.off_branch": "#{number} waits: the commit that it was merged as is not on {branch:code}, from which "
    "{environment} gets its releases.",
    "unfit.beside": "#{number} waits: it does not contain #{live}, which {environment} runs. Merge a pull "
    "request on top of both.",
    "call.unfit": "#{number} was called at {at:clock}. That turn is over: {environment} would not take it.",
    "release.unfit": "Waits: {environment} would not take it",
    "prompt.freeze": "Nothing is released there now: {reason:title}.",
    "prompt.freeze.open": "Nothing is released there now: {reason:title}.",
    "prompt.rollback": "{holder:name} keeps it locked after rolling back #{pull}.",
    "prompt.rollback.in_vain": "{holder:name} keeps it locked after a rollback of #{pull} that did not succeed.",
    "prompt.cooldown": "{holder:name} released #{pull}.",
    "prompt.next": " Next deploy: not before {until:clock}.",
    "prompt.again": " To try again: {command:code}",
    "prompt.lost": "{holder:name} released {pull:#}, and nobody knows how it ended.",
    "prompt.rank": "You are {rank:nth}. I will mention you when it is your turn.",
    "prompt.deploying": ":hourglass_flowing_sand: #{number} is on its way to {environment} ({name}, {actor:name}).",
    "prompt.stopping": ":hourglass_flowing_sand: {name} ({pull:#}) is being cancelled by {by:name}. "
    "{environment} stays locked until its run has ended.",
    "prompt.live": ":white_check_mark: #{number} is live on {environment} ({name}, {actor:name}).",
    "prompt.live.with": ":white_check_mark: #{number} went live on {environment} with #{pull} ({name}, {actor:name}).",
    "prompt.failed": ":x: {name} failed. {reach:raw}.",
    "prompt.unsure": ":grey_question: {name} ended, and whether #{number} is on {environment} is not known.",
    "prompt.cancelled": ":x: {name} was cancelled. {reach:raw}.",
    "prompt.lost.own": ":grey_question: {name}: nobody knows how it ended. Look at the run before anything else.",
    "prompt.skipped": "#{number} is not released by itself (skipped by {by:name}). The next newer release to "
    "{environment} brings it; on its own: {command:code}",
    "prompt.skipped.label": "#{number} is not released by itself (label {label:code}). The next newer release to "
    "{environment} brings it; on its own: {command:code}",
    "prompt.unlisted": "#{number} is not on {environment}: {name} did not succeed. So many wait there that it has no "
    "place in line any more. To deploy it: {command:code}",
    "prompt.still": ":white_check_mark: #{number} is live on {environment}.",
    "prompt.was": "#{number} was live on {environment} {span:raw}.",
    "prompt.replaced": "#{number} was live on {environment} {span:raw}, replaced by #{next}.",
    "prompt.replaced.unknown": "#{number} was live on {environment}.",
    "prompt.barred": ":rewind: #{number} was live on {environment} {span:raw}, and was rolled back to #{next}.",
    "prompt.barred.unknown": ":rewind: #{number} was rolled back from {environment}.",
    "prompt.barred.in_vain": ":rewind: #{number} was to be rolled back from {environment}, and it is not certain that "
    "it was.",
    "prompt.barred.again": "Mend it in another pull request; whoever may unlock can bring it back: {command:code}",
    "prompt.brings_back": "It contains what was rolled back ({others:raw}): whoever may unlock types that line.",
    "prompt.brings_back.in_vain": "It contains what was to be rolled back ({others:raw}): whoever may unlock types "
    "that line.",
    "prompt.back.with": "This concerns #{number} too, which had come with #{undone}.",
    "prompt.left": "#{number} did not go live on {environment}, which left `.github/ghapp.yml` at {gone:clock}.",
    "prompt.left.last": "#{number} was the last one live on {environment}, which left `.github/ghapp.yml` at "
    "{gone:clock}.",
    "prompt.left.maybe": "{reach:raw} with {name}; {environment} left `.github/ghapp.yml` at {gone:clock}.",
    "prompt.over": "Nothing is left to be done for #{number}.",
    "prompt.view.run": "View run",
    # it is somebody's turn
    "merged_live": "#{number} {title:title} is live already: {there:raw}. Nothing is to be done.",
    "merged_live.one": "on {environment} with #{live}",
    "your_turn": "{who:raw} {environment} is free, your turn.",
    "your_turn.type": "{command:code} {title:title}",
    "your_turn.next": "Next: {next_waiter:name} (#{next}).",
    "reminder": "{who:raw} {environment} is still free, and it is your turn.",
    "call.used": "#{number} was called at {at:clock}, and {actor:name} started {name} with it at {then:clock}.",
    "call.passed": "#{number} was called at {at:clock}, and let the next one go first. It keeps its place.",
    "call.skipped": "#{number} was called at {at:clock}, and was skipped.",
    "call.again": "#{number} was called at {at:clock}, and reminded at {then:clock}.",
    "call.over": "#{number} was called at {at:clock}. That turn is over: {environment} was no longer free.",
    "call.left": "#{number} was called at {at:clock}. That turn is over: {environment} left `.github/ghapp.yml` at "
    "{gone:clock}.",
    "call.done": "#{number} was called at {at:clock}, and needs no turn on {environment} any more.",
    "nag": "{holder:person} you keep {environment} locked since {since:clock} ({reason:why}). Still needed? "
    "{command:code} ends it.",
    # the number's comment
    "number.accepted": "🚀 **Deploying #{number} to {environment}** ({name}, by {actor:person})",
    "number.running": "🚀 **Deploying #{number} to {environment}** ({name}, by {actor:person}){link:raw}",
    "number.succeeded": "✅ **#{number} is live on {environment}** ({name}, by {actor:person}){link:raw}",
    "number.failed": "❌ **{name} failed: {reach:raw}** (by {actor:person}){link:raw}",
    "number.unsure": "❔ **{name} ended, and whether #{number} is on {environment} is not known** "
    "(by {actor:person}){link:raw}",
    "number.cancelled": "❌ **{name} was cancelled: {reach:raw}** (by {actor:person}){link:raw}",
    "number.lost": "❔ **{name}: nobody knows how it ended** (by {actor:person}){link:raw}",
    "number.cancelling": "⏹ **Cancelling #{number} to {environment}** ({name}, by {actor:person}){link:raw}",
    "number.denied": "GitHub does not let ghapp read its run: "
    "an owner of the account has to grant the App `actions` again.",
    "number.was.succeeded": "✅ **#{number} went live on {environment}** at {since:clock} ({name}, by {actor:person})"
    "{link:raw}",
    "number.was.failed": "❌ **{name} failed** at {since:clock}: {reach:raw} (by {actor:person}){link:raw}",
    "number.was.unsure": "❔ **{name} ended** at {since:clock}, and whether #{number} reached {environment} is not "
    "known (by {actor:person}){link:raw}",
    "number.was.cancelled": "❌ **{name} was cancelled** at {since:clock}: {reach:raw} (by {actor:person}){link:raw}",
    "number.was.open": "⏹ **{name} was overtaken before its end** (#{number} to {environment}, by {actor:person})"
    "{link:raw}",
    "number.link": " · {link:raw}",
    "number.what": "{title:title} {sha:code}",
    "number.auto": "The merge released it by itself (`auto`). To stop it: {command:code}",
    "number.auto.over": "The merge released it by itself (`auto`).",
    "number.carries": "Ships with it: {others:raw}",
    "number.waits": "In GitHub's queue since {since:clock}: no runner has taken it up yet.",
    "number.reviewer": "Since {since:clock} it waits for a reviewer's approval on GitHub.",
    "number.other": "#{number} ({author:person})",
    "number.brings_back": "Comes again after a rollback: {others:raw}",
    "number.leaves": "Leaves #{number} behind ({author:person}, {sha:code}): {reason:why}",
    "number.until": "{environment} is locked for others until {until:clock} at the earliest.",
    "number.cooldown": "{environment} stays locked until {until:clock}. All well? {command:code} frees it now.",
    "number.free": "{environment} is free again.",
    "number.again": "{environment} is free again. To try again: {command:code}",
    "number.again.later": "To try again then: {command:code}",
    "number.detail": "GitHub said: {detail:code}",
    "record": "{name} by {actor:name}: {number:#} {title:title}",
    # bad news, said anew
    "failed": "{actor:person} **{name} failed: {reach:raw}.**",
    "unsure": "{actor:person} **{name} ended, and whether #{number} is on {environment} is not known.**",
    "read_late": "{actor:person} ✅ **#{number} is live on {environment}** ({name}): "
    "ghapp could read the run's jobs now.",
    "cancelled": "{actor:person} **{name} was cancelled: {reach:raw}.**",
    "failed.next": "To try again: {command:code}",
    "left": "{environment} left `.github/ghapp.yml` at {gone:clock}.",
    "failed.next.later": "To try again then: {command:code}",
    "lost": "{actor:person} **{name}: nobody knows how it ended.** No run on GitHub is certain to be its.",
    "lost.denied": "{actor:person} **{name}: nobody knows how it ended.** GitHub does not let ghapp read its run: "
    "an owner of the account has to grant the App `actions` again. Then ghapp finds it by itself.",
    "lost.unseen": "{actor:person} **{name}: nobody knows how it ended.** It was cancelled, and GitHub has shown "
    "nothing of its run since.",
    "lost.next": "{environment} stays locked until somebody unlocks it or the run is seen to end. Look at the "
    "workflow's runs, make sure that none is under way, then "
    "{command:code}; an old run may still act after that.",
    "waits": "{actor:person} ⚠️ **{name} did not begin**{link:raw}: no runner had taken it up since {since:clock}. "
    "{environment} stays locked until its run has ended. Is the runner there, and is it free?",
    "waits_reviewer": "{actor:person} ⚠️ **{name} waited for a reviewer**{link:raw}: since {since:clock} somebody "
    "had to approve it on GitHub. {environment} stays locked until its run has ended.",
    "stray": "{actor:person} ⚠️ **A run with the old number {name} was under way and was told to stop**{link:raw}. "
    "It may have changed {environment} before: look at what runs there now.",
    "twin": "{actor:person} ⚠️ **A second run with the number {name} was under way and was told to stop**{link:raw}. "
    "It may have changed {environment} before: look at what runs there now.",
    "rerun": "{called:people} ⚠️ **{by:raw} ran {name} again on GitHub, and it was told to stop**{link:raw}: "
    "a re-run does not take the lock. It may have changed {environment} before: look at what runs there now. "
    "{command:code} releases with the lock.",
    "rerun_succeeded": "{called:people} ⚠️ **{by:raw} ran {name} again on GitHub, and it went through**{link:raw}, "
    "past the lock. {environment} may run something else now: look at it. {command:code} releases with the lock.",
    "rerun_failed": "{called:people} ⚠️ **{by:raw} ran {name} again on GitHub, and it failed**{link:raw}, "
    "past the lock. It may have changed {environment}: look at what runs there now.",
    "by_hand": "⚠️ **{by:raw} started {workflow:code} by hand**{link:raw}. ghapp does not follow that run, and its "
    "lock "
    "does not know of it; what it says of {environments:names} may not be so any more. "
    "{command:code} releases with the lock.",
    "by_hand.held": "{holder:person} ⚠️ **{by:raw} started {workflow:code} by hand while you hold {environment}**"
    "{link:raw}. ghapp neither follows nor stops that run. If it is for {environment}, talk to {by:raw} or "
    "cancel it on GitHub.",
    "queue_gave_up": "{people:people} ⚠️ **The merge queue waited too long and has taken #{number} out**, while "
    "{environments:names} held merges (`ghapp/lock`).",
    "queue_gave_up.now": "Now, {environment}: {stands:raw}",
    "queue_gave_up.wait": "Put it into the queue again when `ghapp/lock` is green.",
    "queue_gave_up.free": "Nothing holds it now: put it into the queue again.",
    "queue_gave_up.longer": "Does that happen often? An administrator can make the queue wait longer: "
    "“Status check timeout” in the rule that requires it, at most 360 minutes.",
    # refusals: what, why, the next step
    "refused": "⏳ **Not deployed.** ",
    "locked.under_way": "{holder:person} is releasing #{pull} to {environment}; "
    "it should be free from {until:clock} (about {until:wait}).",
    "locked.under_way.open": "{holder:person} is releasing #{pull} to {environment}, and it takes longer than planned.",
    "locked.manual": "{holder:person} keeps {environment} locked ({reason:why}); "
    "it should be free from {until:clock} (about {until:wait}).",
    "locked.manual.open": "{holder:person} keeps {environment} locked until somebody unlocks it: {reason:why}.",
    "locked.freeze": "{environment} is frozen until {until:clock} (about {until:wait}): {reason:title}.",
    "locked.freeze.open": "{environment} is frozen, with no end in sight: {reason:title}.",
    "locked.freeze.next": "The calendar is `freeze` in `.github/ghapp.yml` on the default branch.",
    "locked.rollback": "{holder:person} keeps {environment} locked after rolling back #{pull}.",
    "locked.rollback.in_vain": "{holder:person} keeps {environment} locked after a rollback of #{pull} that did not "
    "succeed.",
    "locked.cooldown": "{holder:person} released #{pull} to {environment}; "
    "it should be free from {until:clock} (about {until:wait}).",
    "locked.lost": "{holder:person} released {pull:#} to {environment}, and nobody knows how it ended: "
    "somebody has to look at its run first.",
    "locked.several": "{environment} has more than one lock:",
    "locked.free": "It should be free from {until:clock} (about {until:wait}).",
    "locked.rank": "You are {rank:nth} in line and will be mentioned.",
    "locked.rank.other": "#{number} is {rank:nth} in line; {waiter:name} will be mentioned.",
    "locked.urgent.under_way": "Urgent? Ask {holder:person} to {command:code}",
    "locked.urgent.under_way.own": "Urgent? {command:code}",
    "locked.urgent.cooldown": "Urgent? {command:code} ({others:people} is told)",
    "locked.urgent.cooldown.many": "Urgent? {command:code} ({others:people} are told)",
    "locked.urgent.cooldown.own": "Urgent? {command:code}",
    "not_merged": "#{number} is not merged. Merge it first: {environment} gets only what was merged.",
    "closed": "#{number} was closed without being merged, so it is not released.",
    "draft": "#{number} is a draft. Mark it as ready for review first, then type it again.",
    "fork": "#{number} comes from a fork, where nobody here sees who pushes. Merge it first: "
    "{environment} takes it then.",
    "pushed_after": "{sha:code} was pushed to #{number} after the command, or at the same moment, so it may not be "
    "what you meant. Nothing was done; if you have looked at it, type it again.",
    "unreachable": "{sha:code}, which #{number} was merged as, is no longer on {branch:code}. "
    "{environment} gets only what is there: merge it again.",
    "merge_unshown": "**Not deployed**: GitHub reported that #{number} was merged, and still shows it open. "
    "Type it again in a minute.",
    "other_merge": "**Not deployed**: #{number} was reported as merged as {told:code}, and GitHub shows {shown:code} "
    "as its merge commit now. Look at {shown:code}; to check and release that one, type {command:code}",
    "merge_gone": "The commit that #{number} was merged as is not in the repository any more, so it cannot be "
    "deployed. {environment} gets only what is on {branch:code}: merge it again.",
    "checks_failed": "**Not deployed**: checks failed on #{number}: {failing:names}.",
    "checks_running": "**Not deployed**: checks are not done on #{number}: {running:names}. "
    "Type it again when they have passed.",
    "checks_missing": "**Not deployed**: checks were not reported on #{number}: {missing:names}. "
    "Run them, or mend `require.checks` in `.github/ghapp.yml`.",
    "checks_missing.ours": "**Not deployed**: only the release itself ({workflow:code}) reports {ours:names}, so that "
    "can never be there before it. Take it out of the required checks of {branch:code}, or name in `require.checks` in "
    "`.github/ghapp.yml` what counts.",
    "checks_unknown": "**Not deployed**: GitHub does not show ghapp the rules of {branch:code}, so the required checks "
    "of #{number} are unknown. Name them in `require.checks` in `.github/ghapp.yml`.",
    "checks.failed.next": "Mend or run them again, then type it again.",
    "checks.running": "Not done: {running:names}.",
    "checks.missing": "Not reported: {missing:names}.",
    "checks.ours": "Only the release itself ({workflow:code}) reports {ours:names}, so that can never be there before "
    "it: take it out of the required checks of {branch:code}, or name in `require.checks` what counts.",
    "approvals": "#{number} has {have:raw} of the {need:raw} approvals that it needs: of its last commit, by people "
    "who may write, neither its author nor who pushed last.",
    "approvals.unknown_pusher": "#{number} has {have:raw} of the {need:raw} approvals that it needs: of its last "
    "commit, by people who may write and did not write it. One more than usual: "
    "GitHub does not say who pushed last.",
    "barred": "#{number} contains what was rolled back from {environment}: {back:raw}. An ordinary line does not bring "
    "that back, so nothing was done. Whoever may unlock ({who:raw}) can type: {command:code}",
    "barred.in_vain": "#{number} contains what was to be rolled back from {environment}: {back:raw}. An ordinary "
    "line does not "
    "bring that out again, so nothing was done. Whoever may unlock ({who:raw}) can type: {command:code}",
    "barred.unsure": "{others:raw} is not on {branch:code}, so it is not certain that "
    "#{number} contains it. Look at #{number} first.",
    "barred.one": "#{number} {title:title}",
    "other_branch": "#{number} was merged into {base:code}, and {environment} gets its releases from {branch:code}.",
    "branch_gone": "{environment} gets its releases from {branch:code}, and there is no branch of that name. "
    "Correct `branch` in `.github/ghapp.yml`, or make the branch again.",
    "already_live": "{environment} runs #{number} already, since {since:clock}.",
    "contained": "{environment} already runs #{live}, which contains this.",
    "diverged": "#{number} and #{live}, which {environment} runs, have grown apart: deploying #{number} would undo "
    "#{live}, so nothing was done. Merge a pull request on top of both. To leave #{live} behind instead, somebody who "
    "may unlock ({who:raw}) can type: {command:code}",
    "gone": "{environment} runs #{live} ({live_sha:code}), which is not on {branch:code}: its history was rewritten, "
    "or #{live} was never merged. Deploying #{number} would leave #{live} behind, so nothing was done. If that is "
    "meant, somebody who may unlock ({who:raw}) can type: {command:code}",
    "no_such_pull": "There is no pull request #{number} here.",
    "stale": "{typed:code} is more than 10 minutes old. Nothing was done; if you still mean it, type it again.",
    "edited": "{typed:code} was changed after it was written, so nothing was done. If you mean it, type it anew.",
    "config_invalid": "`{file:raw}` cannot be used ({sha}): {problem:raw} "
    "Nothing new starts until that is mended on the default branch.",
    "policy_unread": "The owner's rules cannot be read: {file:code}. Until they can be, nothing new starts and nothing "
    "is done from Slack; `/rollback`, `/cancel`, `/lock` and `/unlock` in a pull request go on. That repository has to "
    "be there under this name, with the App on it and the file on its default branch.",
    "unreadable": "{environment} was written by a newer version of ghapp and counts as locked here: {why:code} "
    "Upgrade this server.",
    "environment_gone": "{environment} is no longer in `.github/ghapp.yml` on the default branch, so nothing new is "
    "released there. What is under way is followed to its end.",
    "environment_waits": "{environment} is new in `.github/ghapp.yml`, and {leaving:names} left it while something was "
    "under way there. New environments are taken when that has ended.",
    "environment_left": "{environments:names}: no longer in `.github/ghapp.yml` on the default branch since "
    "{since:clock}, so nothing was done.",
    "unknown_environment": "There is no environment {typed:code} here. Known: {environments:names}.",
    "which_environment": "Which environment? Write one: `/{word} <environment>` with {environments:names}.",
    "not_allowed": "You may not `/{word}` on {environment}. It takes: {who:raw}.",
    "not_allowed.named": "You may not `/{word}` on {environment}. It takes: {who:raw}. A team's member or a person who "
    "is named there also needs write access to this repository.",
    "unknown_command": "{typed:code} is not a command. Did you mean {usage:code}?",
    "bad_environment": "{typed:code} is not an environment's name. Usage: {usage:code}",
    "bad_pull": "{typed:code} is not a pull request like `#42`. Usage: {usage:code}",
    "anyway_reason": "{typed:code} needs a reason behind it, so nothing was done: say why the live release may be left "
    "behind. Usage: {usage:code}",
    "in_quote": "{typed:code} stands right below a quote, where GitHub shows it as a part of that, so nothing was "
    "done. If you mean it, type it anew with a blank line above it.",
    "bad_span": "{typed:code} is not a time: write 1m to 7d, a clock time like `18:00`, or `forever`. "
    "Usage: {usage:code}",
    "locked_by_other": "{holder:name} keeps {environment} locked already.",
    "now_locked": "🔒 {actor:name} has locked {environment} until {until:clock}: {reason:why}. "
    "To end that sooner: `/unlock {environment}`",
    "now_locked.open": "🔒 {actor:name} has locked {environment} until somebody unlocks it: {reason:why}. "
    "To end that: `/unlock {environment}`",
    "too_many": "{typed:code} is more than this command takes, so nothing was done. Usage: {usage:code}",
    "too_long": "That line is too long for {typed:code}. Usage: {usage:code}",
    "frozen": "{environment} is frozen until {until:clock}: {reason:title}. No command ends that; "
    "the calendar is `freeze` in `.github/ghapp.yml` on the default branch.",
    "frozen.open": "{environment} is frozen: {reason:title}. No command ends that; "
    "the calendar is `freeze` in `.github/ghapp.yml` on the default branch.",
    "not_locked": "{environment} is not locked. Nothing to do.",
    "run_under_way": "{holder:name}'s release of #{pull} is still under way on {environment}, so it cannot be "
    "unlocked. It ends by itself when the run does{link:raw}; {command:code} ends it now.",
    "reason_needed": "{holder:name}'s cool-down after #{pull} lasts until {until:clock}. "
    "To end it, give a reason that {holder:name} is told: {command:code}",
    "reason_needed.hold": "{holder:name} keeps {environment} locked. "
    "To end that, give a reason that {holder:name} is told: {command:code}",
    "reason_needed.all": "To end all of that, give a reason that {holders:names} are told: {command:code}",
    "reason_needed.stuck": "{holder:name}'s rollback to {pull:#} waits for the end of {after}, and I see none. "
    "Look at the workflow's runs first; to go on without its end, give a reason: {command:code}",
    "reason_needed.unended": "I see no end of {name} ({pull:#}, {holder:name}). Look at the workflow's runs first; "
    "to go on without its end, give a reason: {command:code}",
    "reason_needed.lost": "Nobody knows how {holder:name}'s release of {pull:#} ended. "
    "If you have looked and no run is under way, say so: {command:code}",
    "wait_ends": "{by:name} has ended CodeDeploy's wait already: {environment} is free when CodeDeploy rests.",
    "unlocked": "🔓 {free:raw} Unlocked by {actor:name}{why:raw}.",
    "unlocked.why": ": {reason:title}",
    "unlocked.free": "{environment} was freed.",
    "unlocked.still": "That lock was ended, and {environment} was not free yet.",
    "unlocked.also": "{also:people}: that ended your lock, too.",
    "unlocked.rest": "To end that too: {command:code}",
    "unlocked_other": "🔓 {free:raw} {holder:person}: {actor:name} ended your cool-down after {pull:#}: {reason:title}",
    "unlocked_holds": "🔓 {free:raw} {holders:people}: {actor:name} ended your lock on {environment}: {reason:title}",
    "unlocked_unended": "🔓 {free:raw} {holder:person}: {actor:name} no longer waits for the end of {name} ({pull:#}): "
    "{reason:title}\nIf its run goes on, it is told to stop.",
    "unlocked_lost": "🔓 {free:raw} {holder:person}: {actor:name} gave up looking for the run of {pull:#}: "
    "{reason:title}\nIf it was made after all, it may still act.",
    "slow_down": "{actor:person} that is more than 10 commands a minute, so this one was not carried out. "
    "Wait a minute, then type again what you still mean; until then I do not answer.",
    "answers_itself": "{actor:name} answers my answers with commands, so this one was not carried out. For now I read "
    "one command a minute of it here, and do not answer the others. Change what makes it comment.",
    "could_not_check": "I could not check {typed:code}: {why:code} Nothing was done; please type it again.",
    "broken": "{typed:code} cannot be carried out: ghapp itself fails at it. Nothing was done. Type it once more; if "
    "it fails again, ask whoever runs ghapp to look at {command:code}.",
    # answers
    "status.live": "**{environment}** runs #{live} {title:title} {sha:code} since {since:clock}.",
    "status.live.before": "**{environment}** runs {unreleased:code}, which was not released through ghapp.",
    "status.live.unknown": "**{environment}**: nothing was released through ghapp yet.",
    "status.left": "#{number} left #{left} behind ({by:name}: {reason:why}).",
    "status.free": "Free.",
    "status.under_way": "🔒 {holder:name} is releasing #{pull}; not before {until:clock} (about {until:wait}).",
    "status.under_way.open": "🔒 {holder:name} is releasing #{pull}.",
    "status.manual": "🔒 {holder:name} keeps it locked ({reason:why}); not before {until:clock} (about {until:wait}).",
    "status.manual.open": "🔒 {holder:name} keeps it locked until somebody unlocks it: {reason:why}.",
    "status.freeze": "🧊 Frozen until {until:clock} (about {until:wait}): {reason:title}.",
    "status.freeze.open": "🧊 Frozen: {reason:title}.",
    "status.rollback": "🔒 {holder:name} keeps it locked after rolling back #{pull}.",
    "status.rollback.in_vain": "🔒 {holder:name} keeps it locked after a rollback of #{pull} that did not succeed.",
    "status.cooldown": "🔒 {holder:name} released #{pull}; not before {until:clock} (about {until:wait}).",
    "status.lost": "🔒 {holder:name} released {pull:#}, and nobody knows how it ended.",
    "status.by_hand": "⚠️ {by:name} started its workflow by hand at {at:clock}{link:raw}: "
    "what is live may be something else.",
    "status.freeze.next": "Next freeze: from {freeze_since:clock} ({freeze_reason:title}).",
    "status.back": "`/rollback {environment}` would undo #{undone} and go back to #{target} {back_title:title}.",
    "status.back.later": "`/rollback {environment}` is refused until {name} has ended.",
    "status.back.none": "There is nothing to roll back to yet.",
    "status.rules": "**#{pull} to {environment}**",
    "rule.yes": "- ✓ {label:raw}",
    "rule.no": "- ✗ {label:raw}: {why:raw}",
    "rule.no.above": "- ✗ {label:raw}: see above",
    "rule.unchecked": "- – {label:raw}: not checked, there is no commit to release yet",
    "rule.permission": "you may deploy",
    "rule.merged": "merged",
    "rule.branch": "on its branch",
    "rule.fork": "not from a fork",
    "rule.pushed": "pushed before the command",
    "rule.checks": "checks",
    "rule.approvals": "approvals",
    "rule.order": "newer than what is live",
    "rule.barred": "nothing that was rolled back",
    "rule.free": "nothing in the way",
    "status.waiting": "Waiting: {others:raw}",
    "status.waiting.one": "#{number} {title:title} ({waiter:name})",
    "help.title": "**What you can type here**, as the first line of a comment:",
    "help.title.slack": "**What you can type here:**",
    "help.deploy": "release this pull request (or another)",
    "help.lock": "keep others from deploying for a while (1h if you do not say how long)",
    "help.unlock": "end your own cool-down and locks; with a reason everybody's",
    "help.status": "what is live, what is locked and until when, who waits",
    "help.help": "this page",
    "help.environments": "**Environments**",
    "help.environment": "- {environment:code} from {branch:code}. May deploy: {deployers:raw}. "
    "May unlock others': {unlockers:raw}.",
    "help.role": "{role} or better",
    "help.aliases": " Also called {aliases:names}.",
}
