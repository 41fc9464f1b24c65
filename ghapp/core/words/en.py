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
    "gate.full": "GitHub accepts no more statuses on this commit: push a new commit to continue",
    "gate.doubtful": "On hold until GitHub shows ghapp which stack this is in",
    "gate.reason_elsewhere": "/status tells why",
    # the prompt after a merge
    "prompt.free": "{who:raw} ready to deploy :rocket:",
    "prompt.release": "{title:title} (#{number} by {author:name})",
    "prompt.type": "{command:code}",
    "prompt.auto": "Not deployed automatically: {why:raw}.",
    "auto.nobody": "it was not merged by a person",
    "auto.late": "GitHub reported the merge more than 10 minutes late",
    "auto.last": "the last release to {environment} did not succeed, or a rollback was started after it",
    "auto.not_allowed": "{waiter:name} is not allowed to deploy to {environment}",
    "auto.other_merge": "GitHub shows another merge commit than it reported; {command:code} tells which",
    "auto.checks_running": "checks had not finished when it was merged",
    "auto.checks_failed": "checks had failed when it was merged",
    "auto.checks_missing": "checks had not reported when it was merged",
    "auto.checks_unknown": "GitHub did not show which checks are required",
    "auto.diverged": "it does not contain the release that {environment} runs",
    "auto.gone": "the commit that {environment} runs is not on its branch",
    "auto.barred": "it contains what was, or was to be, rolled back from {environment}",
    "auto.refused": "a rule was not met (see {command:code})",
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
    "unfit.after": "#{number} waits: it is not live on {earlier} yet. `/deploy {earlier:raw} #{number}`",
    "unfit.after.barred": "#{number} waits: on {earlier} it was rolled back, or that was tried. What to do: "
    "{command:code}",
    "unfit.after.unknown": "#{number} waits: it is not known what {earlier} serves now.",
    "unfit.after.until": "#{number} waits: it has to be live on {earlier} until {until:clock} before it goes to "
    "{environment}.",
    "call.unfit": "#{number} was called at {at:clock}. That turn is over: {environment} would not take it.",
    "release.unfit": "Waits: {environment} would not take it",
    "prompt.freeze": "Nothing is released there now: {reason:title}.",
    "prompt.freeze.open": "Deploy freeze: {reason:title}.",
    "prompt.rollback": "Locked by {holder:name} after rolling back #{pull}.",
    "prompt.rollback.in_vain": "{holder:name} keeps it locked after a rollback of #{pull} that did not succeed.",
    "prompt.cooldown": "{holder:name} released #{pull}.",
    "prompt.next": " Next deploy: not before {until:clock}.",
    "prompt.again": " To try again: {command:code}",
    "prompt.lost": "The outcome of {holder:name}'s deploy of {pull:#} is unknown.",
    "prompt.rank": "{rank:nth} in line. You will be mentioned when it is your turn.",
    "prompt.deploying": ":hourglass_flowing_sand: Deploying #{number} to {environment} ({name}, by {actor:name}).",
    "prompt.stopping": ":hourglass_flowing_sand: {name} ({pull:#}) is being cancelled by {by:name}. "
    "{environment} stays locked until its run has ended.",
    "prompt.live": ":white_check_mark: #{number} is live on {environment} ({name}, by {actor:name}).",
    "prompt.live.with": ":white_check_mark: #{number} went live on {environment} with #{pull} ({name}, {actor:name}).",
    "prompt.failed": ":x: {name} failed. {reach:raw}.",
    "prompt.unsure": ":grey_question: {name} ended, and whether #{number} is on {environment} is not known.",
    "prompt.cancelled": ":x: {name} was cancelled. {reach:raw}.",
    "prompt.lost.own": ":grey_question: Deploy of #{number} to {environment}: outcome unknown ({name}). Check the run "
    "before you do anything else.",
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
    "prompt.over": "Nothing left to do for #{number}.",
    "prompt.view.run": "View run",
    # the call
    "merged_live": "#{number} {title:title} is already live: {there:raw}. Nothing to do.",
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
    "nag": "{holder:person} you have had {environment} locked since {since:clock} ({reason:why}). Still needed? To "
    "unlock: {command:code}",
    # the number's comment
    "number.accepted": "🚀 **Deploying #{number} to {environment}** ({name}, by {actor:person})",
    "number.running": "🚀 **Deploying #{number} to {environment}** ({name}, by {actor:person}){link:raw}",
    "number.succeeded": "✅ **#{number} is live on {environment}** ({name}, by {actor:person}){link:raw}",
    "number.failed": "❌ **{name} failed: {reach:raw}** (by {actor:person}){link:raw}",
    "number.unsure": "❔ **{name} ended, and whether #{number} is on {environment} is not known** "
    "(by {actor:person}){link:raw}",
    "number.cancelled": "❌ **{name} was cancelled: {reach:raw}** (by {actor:person}){link:raw}",
    "number.lost": "❔ **Deploy of #{number} to {environment}: outcome unknown** ({name}, by {actor:person}){link:raw}",
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
    "number.auto": "Deploying automatically after the merge (`auto`). To stop it: {command:code}",
    "number.auto.over": "Deployed automatically after the merge (`auto`).",
    "number.carries": "Ships with it: {others:raw}",
    "number.waits": "Queued on GitHub since {since:clock}: no runner has picked it up yet.",
    "number.reviewer": "Waiting for a reviewer's approval on GitHub since {since:clock}.",
    "number.other": "#{number} ({author:person})",
    "number.brings_back": "Comes again after a rollback: {others:raw}",
    "number.leaves": "Leaves #{number} behind ({author:person}, {sha:code}): {reason:why}",
    "number.until": "{environment} is locked for others until {until:clock} at the earliest.",
    "number.cooldown": "{environment} stays locked until {until:clock}. If all is well, {command:code} unlocks it now.",
    "number.free": "{environment} is free again.",
    "number.next": "Next: {command:code}",
    "number.next.later": "Next, from {at:clock} on: {command:code}",
    "number.again": "{environment} is free again. To try again: {command:code}",
    "number.again.later": "To try again then: {command:code}",
    "number.detail": "GitHub said: {detail:code}",
    "record": "{name} by {actor:name}: {number:#} {title:title}",
    # bad news, in new messages
    "failed": "{actor:person} **{name} failed: {reach:raw}.**",
    "unsure": "{actor:person} **{name} ended, and whether #{number} is on {environment} is not known.**",
    "read_late": "{actor:person} ✅ **#{number} is live on {environment}** ({name}): "
    "ghapp could read the run's jobs now.",
    "cancelled": "{actor:person} **{name} was cancelled: {reach:raw}.**",
    "failed.next": "To try again: {command:code}",
    "left": "{environment} left `.github/ghapp.yml` at {gone:clock}.",
    "failed.next.later": "To try again then: {command:code}",
    "lost": "{actor:person} **Deploy of #{number} to {environment}: outcome unknown** ({name}). ghapp cannot tell "
    "which run on GitHub belongs to it.",
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
    "stray": "{actor:person} ⚠️ **A run of the finished deploy {name} was still active; ghapp has asked GitHub to "
    "cancel it**{link:raw}. It may have changed {environment} already: check what is live now.",
    "twin": "{actor:person} ⚠️ **{name} had a second run; ghapp has asked GitHub to cancel it**{link:raw}. It may "
    "have changed {environment} already: check what is live now.",
    "rerun": "{called:people} ⚠️ **{by:raw} re-ran {name} on GitHub; ghapp has asked GitHub to cancel it**{link:raw}: "
    "a re-run does not take the lock. It may have changed {environment} already: check what is live now. To deploy "
    "with the lock: {command:code}",
    "rerun_succeeded": "{called:people} ⚠️ **{by:raw} re-ran {name} on GitHub, and it succeeded without the "
    "lock**{link:raw}. {environment} may be running something else now: check it. To deploy with the lock: "
    "{command:code}",
    "rerun_failed": "{called:people} ⚠️ **{by:raw} re-ran {name} on GitHub, and it failed without the "
    "lock**{link:raw}. It may have changed {environment}: check what is live now.",
    "by_hand": "⚠️ **{by:raw} started {workflow:code} by hand**{link:raw}. ghapp does not track that run and its lock "
    "does not cover it, so what ghapp shows for {environments:names} may be out of date. To deploy with the lock: "
    "{command:code}",
    "by_hand.held": "{holder:person} ⚠️ **{by:raw} started {workflow:code} by hand while you have {environment} "
    "locked**{link:raw}. ghapp neither tracks nor stops that run. If it is for {environment}, talk to {by:raw} or "
    "cancel it on GitHub.",
    "queue_gave_up": "{people:people} ⚠️ **The merge queue timed out and removed #{number}**, while "
    "{environments:names} held merges (`ghapp/lock`).",
    "queue_gave_up.now": "Now, {environment}: {stands:raw}",
    "queue_gave_up.wait": "Put it into the queue again when `ghapp/lock` is green.",
    "queue_gave_up.free": "Nothing holds it now: put it into the queue again.",
    "queue_gave_up.longer": "If this happens often, an administrator can raise “Status check timeout” (at most 360 "
    "minutes) in the rule that requires the queue.",
    # refusals: the fact, the reason, the next step
    "refused": "⏳ **Not deployed.** ",
    "locked.under_way": "{holder:person} is releasing #{pull} to {environment}; "
    "it should be free from {until:clock} (about {until:wait}).",
    "locked.under_way.open": "{holder:person} is releasing #{pull} to {environment}, and it is taking longer than "
    "planned.",
    "locked.manual": "{environment} is locked by {holder:person} ({reason:why}); it should be free from {until:clock} "
    "(about {until:wait}).",
    "locked.manual.open": "{holder:person} keeps {environment} locked until somebody unlocks it: {reason:why}.",
    "locked.freeze": "{environment} has a deploy freeze until {until:clock} (about {until:wait}): {reason:title}.",
    "locked.freeze.open": "{environment} has a deploy freeze with no end date: {reason:title}.",
    "locked.freeze.next": "Freezes are set under `freeze` in `.github/ghapp.yml` on the default branch.",
    "locked.rollback": "{environment} is locked by {holder:person} after rolling back #{pull}.",
    "locked.rollback.in_vain": "{holder:person} keeps {environment} locked after a rollback of #{pull} that did not "
    "succeed.",
    "locked.cooldown": "{holder:person} released #{pull} to {environment}; "
    "it should be free from {until:clock} (about {until:wait}).",
    "locked.lost": "The outcome of {holder:person}'s deploy of {pull:#} to {environment} is unknown: check its run "
    "first.",
    "locked.several": "{environment} has more than one lock:",
    "locked.free": "It should be free from {until:clock} (about {until:wait}).",
    "locked.rank": "You are {rank:nth} in line and will be mentioned.",
    "locked.rank.other": "#{number} is {rank:nth} in line; {waiter:name} will be mentioned.",
    "locked.urgent.under_way": "Urgent? Ask {holder:person} to {command:code}",
    "locked.urgent.under_way.own": "Urgent? {command:code}",
    "locked.urgent.cooldown": "Urgent? {command:code} ({others:people} is told)",
    "locked.urgent.cooldown.many": "Urgent? {command:code} ({others:people} are told)",
    "locked.urgent.cooldown.own": "Urgent? {command:code}",
    "not_merged": "#{number} is not merged. Merge it first: only merged pull requests are deployed to {environment}.",
    "closed": "#{number} was closed without being merged, so it cannot be deployed.",
    "draft": "#{number} is a draft. Mark it as ready for review first, then type it again.",
    "fork": "#{number} comes from a fork, and ghapp cannot see who pushed to it. Merge it first; then it can be "
    "deployed to {environment}.",
    "pushed_after": "{sha:code} was pushed to #{number} after the command, or at the same moment, so it may not be "
    "what you meant. Nothing was done. Check it, then type the command again.",
    "unreachable": "{sha:code}, the merge commit of #{number}, is no longer on {branch:code}. Only commits on "
    "{branch:code} are deployed to {environment}: merge it again.",
    "merge_unshown": "**Not deployed**: GitHub reported that #{number} was merged, and still shows it open. "
    "Type it again in a minute.",
    "other_merge": "**Not deployed**: #{number} was reported as merged as {told:code}, and GitHub shows {shown:code} "
    "as its merge commit now. Look at {shown:code}; to check and release that one, type {command:code}",
    "merge_gone": "The commit that #{number} was merged as is not in the repository any more, so it cannot be "
    "deployed. {environment} gets only what is on {branch:code}: merge it again.",
    "checks_failed": "**Not deployed**: checks failed on #{number}: {failing:names}.",
    "checks_running": "**Not deployed**: checks have not finished on #{number}: {running:names}. Type it again when "
    "they have passed.",
    "checks_missing": "**Not deployed**: no result of these checks on #{number}: {missing:names}. Run them, or fix "
    "`require.checks` in `.github/ghapp.yml`.",
    "checks_missing.ours": "**Not deployed**: only the release itself ({workflow:code}) reports {ours:names}, so that "
    "can never be there before it. Take it out of the required checks of {branch:code}, or name in `require.checks` in "
    "`.github/ghapp.yml` what counts.",
    "checks_unknown": "**Not deployed**: GitHub does not show ghapp the rules of {branch:code}, so the required checks "
    "of #{number} are unknown. Name them in `require.checks` in `.github/ghapp.yml`.",
    "checks.failed.next": "Fix or re-run them, then type the command again.",
    "checks.running": "Not finished: {running:names}.",
    "checks.missing": "No result: {missing:names}.",
    "checks.ours": "Only the release itself ({workflow:code}) reports {ours:names}, so that can never be there before "
    "it: take it out of the required checks of {branch:code}, or name in `require.checks` what counts.",
    "approvals": "#{number} has {have:raw} of {need:raw} required approvals. They count on its last commit, from "
    "people with write access who are neither its author nor its last pusher.",
    "approvals.unknown_pusher": "#{number} has {have:raw} of {need:raw} required approvals. They count on its last "
    "commit, from people with write access other than its author. One more than usual is needed, because GitHub does "
    "not say who pushed last.",
    "barred": "#{number} contains what was rolled back from {environment}: {back:raw}. An ordinary line does not bring "
    "that back, so nothing was done. Whoever may unlock ({who:raw}) can type: {command:code}",
    "barred.in_vain": "#{number} contains what was to be rolled back from {environment}: {back:raw}. An ordinary "
    "line does not "
    "bring that out again, so nothing was done. Whoever may unlock ({who:raw}) can type: {command:code}",
    "barred.unsure": "{others:raw} is not on {branch:code}, so it is not certain that "
    "#{number} contains it. Look at #{number} first.",
    "barred_lost": "More was rolled back from {environment} than can be remembered by name, and #{number} may contain "
    "some of it, so nothing was done. Look at #{number} first. Whoever may unlock ({who:raw}) can type: {command:code}",
    "barred.one": "#{number} {title:title}",
    "other_branch": "#{number} was merged into {base:code}, but {environment} is deployed from {branch:code}.",
    "branch_gone": "{environment} gets its releases from {branch:code}, and there is no branch of that name. "
    "Correct `branch` in `.github/ghapp.yml`, or make the branch again.",
    "already_live": "#{number} is already live on {environment} (since {since:clock}).",
    "contained": "{environment} already runs #{live}, which contains this.",
    "diverged": "#{number} and #{live}, which {environment} runs, have grown apart: deploying #{number} would undo "
    "#{live}, so nothing was done. Merge a pull request on top of both. To leave #{live} behind instead, somebody who "
    "may unlock ({who:raw}) can type: {command:code}",
    "gone": "{environment} runs #{live} ({live_sha:code}), which is not on {branch:code}: its history was rewritten, "
    "or #{live} was never merged. Deploying #{number} would leave #{live} behind, so nothing was done. If that is "
    "meant, somebody who may unlock ({who:raw}) can type: {command:code}",
    "not_live_before": "#{number} is not live on {earlier} yet: `/deploy {earlier:raw} #{number}`",
    "not_live_before.barred": "#{number} was rolled back on {earlier}, so nothing was done. To bring it there again: "
    "{command:code}",
    "not_live_before.in_vain": "{earlier} still runs what was to be rolled back there, because that did not succeed; "
    "#{number} is part of it, so nothing was done. To roll it back: {command:code}",
    "not_live_before.unknown": "It is not known what {earlier} serves now, and so not whether #{number} is live there. "
    "Nothing was done; type it again later. {command:code} shows what is known.",
    "live_too_short": "#{number} has to be live on {earlier} until {until:clock} before it goes to {environment}. "
    "Nothing was done; type it again then.",
    "no_such_pull": "There is no pull request #{number} here.",
    "stale": "{typed:code} is more than 10 minutes old. Nothing was done; if you still mean it, type it again.",
    "edited": "{typed:code} was edited after it was posted, so nothing was done. If you mean it, type it in a new "
    "comment.",
    "config_invalid": "`{file:raw}` cannot be used ({sha}): {problem:raw} No new deploy starts until it is fixed on "
    "the default branch.",
    "policy_unread": "The owner's rules cannot be read: {file:code}. Until they can be, nothing new starts and nothing "
    "is done from Slack; `/rollback`, `/cancel`, `/lock` and `/unlock` in a pull request go on. That repository has to "
    "be there under this name, with the App on it and the file on its default branch.",
    "policy_left": "{file:code} held here until this repository left its owner, and no rules are named for the new "
    "one. Until the operator names them in `GHAPP_POLICY` (a file with `{{}}` states that there are none), nothing new "
    "starts and nothing is done from Slack; `/rollback`, `/cancel`, `/lock` and `/unlock` in a pull request go on.",
    "owner_not_served": "This server does not serve the owner of {file:code} (`GHAPP_OWNERS`). Nothing new starts, "
    "nothing is done from Slack, and comments there are not answered; what runs is followed, and locks stay.",
    "unreadable": "The record of {environment} was written by a newer version of ghapp, so it counts as locked here "
    "({why:code}). Upgrade this server.",
    "environment_gone": "{environment} is no longer in `.github/ghapp.yml` on the default branch, so nothing new is "
    "deployed to it. A deploy in progress is tracked to its end.",
    "environment_waits": "{environment} was added to `.github/ghapp.yml`, but {leaving:names} was removed from it "
    "while a deploy was running there. {environment} can be used once that has ended.",
    "environment_left": "{environments:names}: no longer in `.github/ghapp.yml` on the default branch since "
    "{since:clock}, so nothing was done.",
    "unknown_environment": "There is no environment {typed:code} here. Known: {environments:names}.",
    "which_environment": "Which environment? Type `/{word} <environment>` with one of: {environments:names}.",
    "not_allowed": "You are not allowed to `/{word}` on {environment}. Allowed: {who:raw}.",
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
    "locked_by_other": "{environment} is already locked by {holder:name}.",
    "now_locked": "🔒 {actor:name} has locked {environment} until {until:clock}: {reason:why}. "
    "To end that sooner: `/unlock {environment}`",
    "now_locked.open": "🔒 {actor:name} has locked {environment} until somebody unlocks it: {reason:why}. "
    "To end that: `/unlock {environment}`",
    "too_many": "{typed:code} is not expected here, so nothing was done. Usage: {usage:code}",
    "too_long": "That line is too long for {typed:code}. Usage: {usage:code}",
    "frozen": "{environment} has a deploy freeze until {until:clock}: {reason:title}. No command lifts it; freezes "
    "are set under `freeze` in `.github/ghapp.yml` on the default branch.",
    "frozen.open": "{environment} has a deploy freeze: {reason:title}. No command lifts it; freezes are set under "
    "`freeze` in `.github/ghapp.yml` on the default branch.",
    "not_locked": "{environment} is not locked. Nothing to do.",
    "run_under_way": "{environment} cannot be unlocked while {holder:name}'s deploy of #{pull} is running. Unlock it "
    "when the run has ended, or stop the run now: {command:code}{link:raw}",
    "reason_needed": "{environment} is in the cool-down after {holder:name}'s deploy of #{pull}, until {until:clock}. "
    "To end it early, give a reason ({holder:name} will see it): {command:code}",
    "reason_needed.hold": "{environment} is locked by {holder:name}. To unlock it, give a reason ({holder:name} will "
    "see it): {command:code}",
    "reason_needed.all": "To end all of that, give a reason that {holders:names} are told: {command:code}",
    "reason_needed.stuck": "{holder:name}'s rollback to {pull:#} waits for the end of {after}, and I see none. "
    "Look at the workflow's runs first; to go on without its end, give a reason: {command:code}",
    "reason_needed.unended": "I see no end of {name} ({pull:#}, {holder:name}). Look at the workflow's runs first; "
    "to go on without its end, give a reason: {command:code}",
    "reason_needed.lost": "The outcome of {holder:name}'s deploy of {pull:#} is unknown. If you have checked that no "
    "run is active, say so: {command:code}",
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
    "{reason:title}\nIf the run exists after all, it may still start.",
    "slow_down": "{actor:person} that was more than 10 commands in a minute, so this one was not run. Wait a minute, "
    "then type again what you still need; until then commands are not answered.",
    "answers_itself": "{actor:name} answers my answers with commands, so this one was not carried out. For now I read "
    "one command a minute of it here, and do not answer the others. Change what makes it comment.",
    "could_not_check": "Could not check {typed:code} ({why:code}). Nothing was done; please type it again.",
    "broken": "{typed:code} failed because of an error in ghapp itself. Nothing was done. Try once more; if it fails "
    "again, ask whoever runs ghapp to look at {command:code}.",
    # answers
    "status.live": "**{environment}**: #{live} {title:title} {sha:code}, live since {since:clock}.",
    "status.live.before": "**{environment}** runs {unreleased:code}, which was not released through ghapp.",
    "status.live.unknown": "**{environment}**: nothing has been deployed through ghapp yet.",
    "status.left": "#{number} left #{left} behind ({by:name}: {reason:why}).",
    "status.free": "Free.",
    "status.under_way": "🔒 {holder:name} is releasing #{pull}; free from {until:clock} at the earliest (about "
    "{until:wait}).",
    "status.under_way.open": "🔒 {holder:name} is releasing #{pull}.",
    "status.manual": "🔒 Locked by {holder:name} ({reason:why}); free from {until:clock} at the earliest (about "
    "{until:wait}).",
    "status.manual.open": "🔒 {holder:name} keeps it locked until somebody unlocks it: {reason:why}.",
    "status.freeze": "🧊 Deploy freeze until {until:clock} (about {until:wait}): {reason:title}.",
    "status.freeze.open": "🧊 Deploy freeze: {reason:title}.",
    "status.rollback": "🔒 Locked by {holder:name} after rolling back #{pull}.",
    "status.rollback.in_vain": "🔒 {holder:name} keeps it locked after a rollback of #{pull} that did not succeed.",
    "status.cooldown": "🔒 Cool-down after {holder:name}'s deploy of #{pull}; free from {until:clock} at the earliest "
    "(about {until:wait}).",
    "status.lost": "🔒 The outcome of {holder:name}'s deploy of {pull:#} is unknown.",
    "status.by_hand": "⚠️ {by:name} started the workflow by hand at {at:clock}{link:raw}: something else may be live.",
    "status.freeze.next": "Next freeze: from {freeze_since:clock} ({freeze_reason:title}).",
    "status.back": "`/rollback {environment}` would undo #{undone} and go back to #{target} {back_title:title}.",
    "status.back.later": "`/rollback {environment}` is refused until {name} has ended.",
    "status.back.none": "There is nothing to roll back to yet.",
    "status.rules": "**#{pull} to {environment}**",
    "rule.yes": "- ✓ {label:raw}",
    "rule.no": "- ✗ {label:raw}: {why:raw}",
    "rule.no.above": "- ✗ {label:raw}: see above",
    "rule.unchecked": "- – {label:raw}: not checked, there is no commit to release yet",
    "rule.permission": "you are allowed to deploy",
    "rule.merged": "merged",
    "rule.branch": "on the right branch",
    "rule.fork": "not from a fork",
    "rule.pushed": "no push after the command",
    "rule.checks": "checks",
    "rule.approvals": "approvals",
    "rule.order": "newer than what is live",
    "rule.after": "live on {earlier} first",
    "rule.barred": "nothing that was rolled back",
    "rule.free": "environment is free",
    "status.waiting": "Waiting: {others:raw}",
    "status.waiting.one": "#{number} {title:title} ({waiter:name})",
    "help.title": "**What you can type here**, as the first line of a comment:",
    "help.title.slack": "**What you can type here:**",
    "help.deploy": "deploy this pull request (or another)",
    "help.lock": "keep others from deploying for a while (1h if you do not say how long)",
    "help.unlock": "end your own cool-down and locks; with a reason everybody's",
    "help.status": "what is live, what is locked and until when, who is waiting",
    "help.help": "this help",
    "help.environments": "**Environments**",
    "help.environment": "- {environment:code} from {branch:code}. Can deploy: {deployers:raw}. Can unlock for others: "
    "{unlockers:raw}.",
    "help.role": "{role} or higher",
    "help.aliases": " Also called {aliases:names}.",
    # ------------------------------------------------------------ the config and its problems
    "problem": "line {line:raw}, column {column:raw}: {what:raw}",
    "yaml.large": "the file is larger than {most:raw} KiB.",
    "yaml.binary": "the file is not text.",
    "yaml.not_a_file": "this is not a file.",
    "yaml.broken": "this is not YAML: {why}.",
    "yaml.alias": "anchors and aliases are not read here: write the value out.",
    "yaml.tag": "tags are not read here: write the plain value.",
    "yaml.documents": "there is more than one document in this file.",
    "yaml.many": "the file holds more than {most:raw} values.",
    "yaml.deep": "this is nested deeper than {most:raw} levels.",
    "yaml.key": "a key is a single word.",
    "yaml.twice": "{text:code} is written twice.",
    "config.file": "expected a file with `environments:`.",
    "config.environments": "expected at least one environment, for example `production: {{workflow: deploy.yml}}`.",
    "config.environments.many": "expected at most {most:raw} environments.",
    "config.name": "an environment's name is 1 to 64 of a-z, 0-9 and -, not {text:code}.",
    "config.name.twice": "{text:code} of {environment:code} is also a name of {other:code}: "
    "a word means one environment.",
    "config.name.alike": "{text:code} of {environment:code} looks like {known:code} of {other:code}: choose another.",
    "config.record": "expected settings, for example {example:code}.",
    "config.missing": "{text:code} is missing, for example {example:code}.",
    "config.key.near": "{text:code} is not a setting here; did you mean {near:code}?",
    "config.key.known": "{text:code} is not a setting here; known here: {known}.",
    "config.owners": "a mistake in the owner's rules: `ghapp check --policy` names it.",
    "config.later": "{text:code} is not supported by this version yet: leave it out.",
    "config.choice.near": "{text:code} is not known; did you mean {near:code}?",
    "config.choice.known": "{text:code} is not known; known here: {known}.",
    "config.after.itself": "{text:code} cannot come after itself.",
    "config.after.branch": "{environment:code} releases {branch:code} and {earlier:code} releases {other:code}: no "
    "merge is on both, and nothing could be released.",
    "config.after.circle": "{chain:code} is a circle: each waits for the next one, and nothing could be released.",
    "config.single": "expected a single value.",
    "config.null": "expected a value: leave the setting out if there is none.",
    "config.list": "expected a list, for example `[a, b]`.",
    "config.least": "expected at least {least:raw} in this list.",
    "config.most": "expected at most {most:raw} here.",
    "config.pairs": "expected pairs, for example `{{name: value}}`.",
    "config.flag": "expected `true` or `false`, not {text:code}.",
    "config.timezone": "{text:code} is not a time zone; for example `Asia/Tokyo`, `Europe/Berlin` or `UTC`.",
    "config.duration": "expected a duration from {least:raw}m to {most:raw}h, for example `30m`.",
    "config.placeholder": "{text:code} is not known here; there are "
    "`{{sha}}` `{{environment}}` `{{ticket}}` `{{number}}` `{{pr}}` `{{actor}}`.",
    "config.team": "expected a team as `@organisation/team`, spelled as in its URL, not {text:code}.",
    "config.when": 'expected a clock time such as `"17:00"` or a day such as `2026-12-28`, not {text:code}.',
    "config.reason": "expected a reason of 1 to 100 characters on one line.",
    "config.country": "{text:code} is not a country whose holidays are known; for example `JP`.",
    "config.date": "{text:code} is not a valid date.",
    "config.freeze.days": "{text:code} and {other:code} cannot be combined: write two windows.",
    "config.freeze.when": "expected `weekdays`, `holidays`, `holiday_eve`, or both `from` and `until`.",
    "config.freeze.dates": "a window of days has a first day in `from` and a last day in `until`, and nothing else.",
    "config.freeze.order": "`until` comes after `from`; for a night, write two windows.",
    "config.role": "`none` cannot be used as a role here.",
    "config.person": "expected a role (`read`, `triage`, `write`, `maintain`, `admin`), a team, "
    "a GitHub login or `app/` with an App's name in its address, not {text:code}.",
    "config.app": "expected an App as `app/release-bot`, in the words of its address, not {text:code}.",
    "config.app.own": "{text:code} is ghapp itself, whose own comments are never commands. Take it out.",
    "config.login": "expected a GitHub login, not {text:code}.",
    "config.login.twice": "{text:code} is linked to {other:code} already, and a Slack member acts as one login only: "
    "fix {named:code} or remove it.",
    "config.member": "expected a Slack member id, for example `U024BE7LH`, not {text:code}.",
    "config.alias": "expected a name of a-z, 0-9 and -, not {text:code}.",
    "config.branch": "expected a branch's name, not {text:code}.",
    "config.workflow": "expected the name of a file in `.github/workflows`, for example `deploy.yml`, not {text:code}.",
    "config.template": "an input has at most {most} characters.",
    "config.input": "expected an input's name, not {text:code}.",
    "config.pattern": "expected a pattern of paths as in `.gitignore`, without `\\` and `#`, "
    "`**` only between slashes; not {text:code}.",
    "config.pattern.first": "{text:code} excludes something, so a pattern that includes must come first, for example "
    "`**`.",
    "config.checks": "expected `required`, `all`, `none` or a list of names, not {text:code}.",
    "config.label": "expected the name of a label, at most 50 characters, not {text:code}.",
    "config.url": "expected an address like https://shop.example.com, not {text:code}.",
    "config.check": "expected the name of a check, not {text:code}.",
    "config.approvals": "expected a number from 0 to {most:raw}, not {text:code}.",
    "config.channel": "expected a Slack channel's id, for example `C024BE91L`, not {text:code}.",
    "config.group": "expected a Slack user group's id, for example `S0614TZR7`, not {text:code}.",
    "config.external_id": "the external id is not chosen here: with `role_arn` it is always `ghapp:<repository id>`. "
    "Leave this out, and let the role's trust policy ask for that.",
    "config.target": "expected a target like `codedeploy:application/group`, not {text:code}.",
    "config.platforms": "expected a repository's name without its owner, for example `shop` or `api-*`, "
    "not {text:code}.",
    "policy.unread": "the owner's rules cannot be read.",
    # problems with the workflows that it names
    "workflow.none": "{environment:code}: there is no `.github/workflows/{file:raw}`.",
    "workflow.unreadable": "{environment:code}: `.github/workflows/{file:raw}` cannot be read; "
    "look at its line {line:raw}.",
    "workflow.no_dispatch": "{environment:code}: {file:code} cannot be started by hand: "
    "it needs `workflow_dispatch` under `on`.",
    "workflow.input.unknown": "{environment:code}: {file:code} has no input {name:code}, and GitHub would refuse it; "
    "it has: {known}.",
    "workflow.input.missing": "{environment:code}: {file:code} requires the input {name:code}, which `inputs` does "
    "not set.",
    "workflow.input.value": "{environment:code}: the input {name:code} does not take {value:code}, only: {known}.",
    "workflow.no_sha": "{environment:code}: no input carries `{{sha}}`, so {file:code} cannot know "
    "which commit to release.",
    "workflow.no_ticket": "{environment:code}: no input carries `{{ticket}}`, so a run of {file:code} can only be "
    "identified by its start time; an input for it, shown in `run-name`, makes it certain.",
    "workflow.run_name": "{environment:code}: {file:code} should show the ticket, so that its run is always found: "
    "`run-name: Deploy ${{{{ inputs.{input:raw} }}}}`.",
    "branch.none": "{environment:code}: there is no branch {branch:code}, so nothing can be released there until there "
    "is one.",
    "app.none": "{environment:code}: GitHub shows ghapp no App {app:code}. Mend the name, as it stands in the App's "
    "address; until then it lets nobody in.",
    "app.foreign": "{environment:code}: the App {app:code} belongs to {owner:code}, not to this repository's owner, so "
    "it is not let in.",
    "login.no_write": "{environment:code}: {login:code} has no write access to this repository, or there is no such "
    "login, so the name lets nobody in.",
    "target.setting": "{environment:code}: this repository may not act on {target:code}, so `/rollback` would be "
    "refused. The operator of ghapp allows it with this in `GHAPP_AWS_TARGETS`: {setting:code}",
    "target.rule": "{environment:code}: this repository may not act on {target:code}, so `/rollback` would be "
    "refused. The owner allows it with this line under `platforms` in {file:code}: {rule:code}",
    "workflow.past_lock": "{environment:code}: {cause:code} (line {line:raw} of {file:code}) starts it too, past the "
    "lock. Take that out there, and write `auto: true` here if each merge is to release itself; or let the deploy job "
    "ask the guard, or give it an `if:` on `github.event_name`.",
    "workflow.cancels": "{environment:code}: `cancel-in-progress: true` (line {line:raw} of {file:code}) ends a "
    "release half-way when the next run starts. Leave it out: the next one waits then.",
    "workflow.queue": "{environment:code}: {file:code} runs for a merge queue. Make its “Status check timeout” on "
    "GitHub longer than a deploy and `lock` ({lock:raw} minutes) together, or pull requests are dropped from the "
    "queue while they wait.",
    # GitHub's answer if it does not start one
    "dispatch.no_workflow": "GitHub finds no workflow {file:code} on the default branch. "
    "Add it there, or correct `workflow` in `.github/ghapp.yml`.",
    "dispatch.no_trigger": "{file:code} on the default branch has no `workflow_dispatch` under `on`. Add it there.",
    "dispatch.unknown_input": "{file:code} on the default branch has no input {name:code}. "
    "Declare it under `workflow_dispatch`, or take it out of `inputs` in `.github/ghapp.yml`.",
    "dispatch.missing_input": "{file:code} requires the input {name:code}, and it is not sent. "
    "Add it to `inputs` in `.github/ghapp.yml`, or give it a default.",
    "dispatch.input_value": "{file:code} does not take what is sent as its input {name:code}. "
    "Correct `inputs` in `.github/ghapp.yml`, or what the input allows.",
    "dispatch.unreadable": "GitHub cannot read {file:code} on the default branch: {name:code}. Correct it there.",
    "dispatch.disabled_workflow": "The workflow {file:code} is disabled. Enable it on the repository's page “Actions”.",
    "dispatch.disabled_actions": "GitHub Actions is disabled for this repository or its owner. "
    "An administrator enables it in the settings, under “Actions”.",
    "dispatch.not_allowed": "A workflow execution protection does not let me start {file:code}. An administrator "
    "allows this App and the event `workflow_dispatch` there, in the settings under “Actions”, “Policies”.",
    "dispatch.no_ticket": "May be its run, and shows no ticket: {name:raw}. With the ticket in the `run-name` of "
    "{file:code} a run is always found; `ghapp check` shows the line.",
    "dispatch.no_permission": "I may not start {file:code}: the App lacks the permission “Actions: Read and write” "
    "here. An owner grants it on the App's page in the settings, under “GitHub Apps”.",
    # the commands of the terminal
    "check.valid": "{file:raw} is valid: {environments:names}",
    "check.valid.policy": "{file:raw} is valid for all repositories of its owner: {keys:names}",
    "check.invalid": "{file:raw}: {what:raw}",
    "check.advice": "{file:raw}: recommended: {what:raw}",
    "check.absent": "there is no {file:raw}; `ghapp init` writes a first one",
    "check.empty": "{file:raw} is empty: ghapp does nothing in this repository",
    "check.alone": "{file:raw} is not in a checkout's .github: its workflows were not looked at",
    "check_run.valid": "The config is valid.",
    "check_run.invalid": "Problems in the config: {count:raw}",
    "check_run.advice": "Worth mending: {what:raw}",
    "check_run.unread": "Not checked yet: the workflows could not be read.",
    "check_run.unread.more": "GitHub did not show me the workflows that the config names: {files:raw}. "
    "I ask again by myself; nothing has to be done.",
    "check_run.gone": "After this, ghapp does nothing in this repository.",
    "check_run.gone.more": "The config is removed. A deploy in progress is tracked to its end; then `ghapp/lock` "
    "turns green.",
    "init.exists": "{file:raw} already exists: nothing was written. `ghapp check` shows whether it is valid",
    "init.nothing": "no workflow in {folder:raw} can be started by hand: add `workflow_dispatch` under `on` to the one "
    "that releases, and try again",
    "init.unreadable": "{file:raw} cannot be read and was left out: {what:raw}",
    "init.written": "{file:raw} is written, for: {environments:names}",
    "init.open": "{environment:raw}: fill in the input {name:raw}, which its workflow requires",
    "init.next": "Next: look it through, fill in the Slack channel, run `ghapp check`, and commit it on the "
    "default branch. All settings: docs/configuration.md",
    # ------------------------------------------------------------ answers to commands
    # the number's comment of a rollback
    "rollback.accepted": "⏪ Rolling {environment} back to {number:#} (by {actor:person})",
    "rollback.running": "⏪ Rolling {environment} back to {number:#} (by {actor:person}){link:raw}",
    "rollback.succeeded": "⏪ **{environment} is back on {number:#}** ({name}, by {actor:person}){link:raw}",
    "rollback.failed": "❌ **Rollback of {environment} failed ({name}): check what is live** (by "
    "{actor:person}){link:raw}",
    "rollback.unbegun": "❌ **{name} failed, and nothing was begun: {environment} still runs #{undone}** "
    "(by {actor:person}){link:raw}",
    "rollback.unsure": "❔ **{name} ended: it is not certain what {environment} runs** (by {actor:person}){link:raw}",
    "rollback.cancelled": "❌ **Rollback of {environment} was cancelled ({name}): check what is live** (by "
    "{actor:person}){link:raw}",
    "rollback.lost": "❔ **Rollback of {environment}: outcome unknown** ({name}, by {actor:person}){link:raw}",
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
    "rollback.how": "The workflow deploys it again, which takes about as long as a normal deploy. Database changes "
    "stay.",
    "rollback.locked": "{environment} will be locked afterwards.",
    "rollback.stays": "{environment} is locked. When #{undone} is fixed: {command:code}, then deploy the fix.",
    "rollback.again": "{environment} is locked. To try again: {again:code}",
    # the end of a rollback, in a new message
    "rolled_back": "{holders:people} **{environment} was put back on {number:#}** ({name}): #{undone} was taken back.",
    "rolled_back.along": "{others:raw} went back with it.",
    "rollback_failed": "{holders:people} **Rollback of {environment} failed ({name}): check what is live.** It was to "
    "undo #{undone} and go back to {number:#}.",
    "rollback_unbegun": "{holders:people} **{name} failed, and nothing was begun: {environment} still runs "
    "#{undone}.** It was to be taken back to {number:#}.",
    "rollback_unsure": "{holders:people} **{name} ended: it is not certain what {environment} runs.** "
    "#{undone} was to be taken back to {number:#}.",
    "rollback_cancelled": "{holders:people} **Rollback of {environment} was cancelled ({name}): check what is live.** "
    "It was to undo #{undone} and go back to {number:#}.",
    # refusals of /rollback
    "bad_target": "{typed:code} is not a target. Write `to #41`, a pull request that was live, or `stop d-X1Y2Z3`, a "
    "CodeDeploy deployment that may be stopped for the rollback. Usage: {usage:code}",
    "no_reason": "`/rollback` takes no reason ({typed:code}), so nothing was done. Type {command:code}",
    "rolling_back": "{holder:name} is already rolling {environment} back to {pull:#} ({name}). When that has ended, "
    "see `/status {environment}`.",
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
    "never_live": "#{number} was never live on {environment}. You can roll back to {others:raw}.",
    "target_gone": "#{target} ({sha:code}) is not in the repository any more, and the workflow cannot deploy it, so "
    "nothing was done: #{undone} is not rolled back. Merge a fix and deploy it.",
    "target_gone.others": "{environment} ran {others:raw} before. To go back further: {command:code}",
    # refusals of /deploy after a rollback
    "not_barred": "No rollback took {other:raw} back from {environment} or tried to, or it does not come with "
    "#{number}, so `with` does not take it and nothing was done. To deploy #{number}: {command:code}",
    "bad_with": "{typed:code} does not say what may come again: write `with #42`, or `with #42 #41`, pull requests "
    "that were rolled back. Usage: {usage:code}",
    # a mistake in a typed command
    "not_ascii": "{typed:code} contains a character that is not plain ASCII ({point:code}), so nothing was done. Type "
    "it again: {usage:code}",
    # answers to /cancel
    "dropped": "🔓 {holder:person}: {actor:name} no longer waits for {name} (#{pull}) to end: {reason:why}. The "
    "rollback of {environment} continues; if the old run becomes active, it is cancelled.",
    "cancelling": "⏹ {holder:person} {actor:name} has cancelled {name} (#{pull}). "
    "{environment} stays locked until its run has ended, and I will say so.",
    "cancelled_at_once": "⏹ {holder:person} {name} (#{pull}) was cancelled by {actor:name} before its run was started.",
    "nothing_to_cancel": "No deploy is running on {environment}, so there is nothing to cancel.",
    "too_late_to_cancel": "#{pull} has already been deployed to {environment}, so it is too late to cancel. To undo "
    "it: `/rollback {environment}`. To unlock {environment}: `/unlock {environment}`",
    "too_late_to_cancel.ending": "#{pull} has reached {environment}, so there is nothing left to cancel. "
    "To take it back: `/rollback {environment}`. {by:name} has ended CodeDeploy's wait: {environment} is free when "
    "CodeDeploy rests.",
    "cancel_lost": "The outcome of {name} ({pull:#}) is unknown, so it cannot be cancelled. Check the workflow's "
    "runs; when none is running: {command:code}",
    "being_cancelled": "{by:name} has already cancelled {name} ({pull:#}). You will be told when its run has ended.",
    # /help
    "help.rollbackers": " May roll back: {rollbackers:raw}.",
    "help.you": " You may now: {may:raw}.",
    "help.you.not": " You may not: {may_not:raw}.",
    "help.you.none": " You can only look at the status.",
    "help.rollback": "roll back to what was live before (or to an earlier one), even during a cool-down or freeze",
    "help.cancel": "cancel a running deploy: your own, or anybody's if you may unlock",
    # ------------------------------------------------------------ check runs
    # the buttons: at most 20 characters, and 40 for their explanation
    "button.deploy": "Deploy",
    "button.deploy.what": "Release it, as /deploy does",
    "button.rollback": "Roll back",
    "button.rollback.what": "Go back, as /rollback does",
    "button.unlock": "Looks good, next",
    "button.unlock.what": "End the lock, as /unlock does",
    # before the merge: rendered once for each head
    "release.open.free": "After merging: ready to deploy to {environment} (free at {now:clock}{waiting:raw})",
    "release.open.locked": "After merging: in line for {environment} (locked at {now:clock}{waiting:raw})",
    "release.open.waiting": ", {count:raw} waiting",
    "release.open.next": "After the merge, whoever merged it is asked to deploy it: {command:code}",
    "release.open.deploy": "This commit can be deployed to {environment} before it is merged: press **Deploy**.",
    "release.open.then": "As of {now:clock}. The status `ghapp/lock` shows the current state.",
    # from the merge on
    "release.awaiting": "Ready for {environment}",
    "release.waiting": "{rank:nth} in line for {environment}",
    "release.skipped": "Skipped: the next newer release to {environment} brings it",
    "release.unlisted": "Not on {environment}, and no longer in line",
    "release.gone": "{environment} was removed from the config",
    "release.gone.more": "{environment} is no longer in `.github/ghapp.yml` on the default branch, so #{number} is not "
    "released there.",
    "release.deploying": "Deploying to {environment} ({name}, by {actor:name})",
    "release.cancelling": "Being cancelled by {by:name} ({name}, {actor:name})",
    "release.live": "Live on {environment}",
    "release.live.more": "#{number} is live on {environment}.",
    "release.carried": "Went live on {environment}, with #{pull}",
    "release.failed": "Deploy to {environment} failed ({name})",
    "release.unsure": "{name} ended, and whether #{number} is on {environment} is not known",
    "release.cancelled": "Deploy to {environment} was cancelled ({name})",
    "release.lost": "Deploy to {environment}: outcome unknown ({name})",
    "release.rolling_back": "Being rolled back ({name}, by {actor:name})",
    "release.waits": "The rollback waits for the end of {after} ({name}, {actor:name})",
    "release.rollback_failed": "Rollback of {environment} did not succeed ({name}): check what is live",
    "release.rollback_unbegun": "{name} failed, and nothing was begun: {environment} runs what it did before",
    "release.rolled_back": "Rolled back from {environment}",
    "release.rolled_back.more": "#{number} was rolled back from {environment}. Fix it in another pull request; "
    "deploying it again as it is needs somebody who may unlock.",
    "release.rolled_back.in_vain": "Its rollback from {environment} did not succeed",
    "release.rolled_back.in_vain.more": "#{number} was to be rolled back from {environment}, and it is not certain "
    "that it was. Mend it in another pull request; bringing it out again as it is takes somebody who may unlock.",
    "release.replaced": "Was live on {environment} {span:raw}",
    # the answer to a press names it, since a press is not visible as a comment is
    "pressed": "{actor:person} pressed **{label}** in the checks:",
    "button_over": "That button belongs to {name}, and {environment} is at {current} now. Nothing was done. The check "
    "shows what can be done now; `/status {environment}` tells why.",
    "button_gone": "That button no longer fits #{pull} on {environment}. Nothing was done; "
    "the check on its last commit shows what can be done now, `/status {environment}` tells why.",
    # on the pull request, once
    "gate_refused": "GitHub does not take the status `ghapp/lock` for this pull request: {why:code}. It may show "
    "an old state, so do not merge by it: `/status` tells how things stand. I keep trying.",
    # ------------------------------------------------------------ the guard and the protection rule
    "guard.none": "This run has no deploy number from ghapp, so it cannot continue. Start the release with `/deploy`.",
    "guard.unknown": "{ticket:code} was not issued for {repository}, or ended long ago. Nothing can be deployed with "
    "it: start the release with `/deploy`.",
    "guard.over": "{ticket:code} is no longer valid: its release has ended or was given up, or another one has "
    "started on {environment}. Nothing can be deployed with it; see `/status {environment}`.",
    "guard.stopping": "{name} was cancelled by {by:name}, so this run cannot continue. It will be stopped.",
    "guard.workflow": "{name} is for {workflow:code} on {branch:code}, but this run is of another workflow or branch. "
    "Start the release with `/deploy`.",
    "guard.attempt": "{name} was granted for one attempt. A re-run does not take the lock, so it cannot continue. To "
    "try again: {command:code}",
    "guard.other_run": "{name} belongs to another run ({url:raw}), so this one cannot continue.",
    "guard.not_yet": "Which run carries out {name} is not known yet, so nothing is let through: ask again.",
    "guard.sha": "{name} was granted for {granted:code}, but this job reports {sha:code}. Check out exactly the "
    "commit in the workflow's input.",
    "rule.approved": "{name}: #{number} by {actor:name}.",
    "rule.over": "This run has no valid deploy number: its release has ended, was cancelled or given up, or another "
    "run has it. Start the release with `/deploy`.",
    "rule.unknown": "{place:code} is not an environment in `.github/ghapp.yml` on the default branch, so it has no "
    "lock. Add it there, or remove ghapp's protection rule from it on GitHub.",
    "rule.not_by_hand": "Only a run that a person starts by hand takes the lock, and {cause:code} started this one. "
    "Type {command:code}, or let each merge release with `auto: true`.",
    "rule.again": "A re-run does not take the lock. Type `/deploy`, or start a new run.",
    "rule.workflow": "{environment} is released by {workflow:code} on {branch:code}, and this run is of another "
    "workflow or branch. Start that one, or type `/deploy`.",
    "rule.late": "ghapp could not decide this for more than 10 minutes, so it was not allowed. If you still need it, "
    "start it again.",
    "rule.no_release": "{sha:code}, which this run was started on, is not the merge of a pull request that waits for "
    "{environment}. Type `/deploy {environment}` on the pull request that you mean.",
    "rule.could_not_check": "ghapp could not check yet whether this may continue ({why:code}). It stays on hold and "
    "is checked again.",
    "not_fenced": "{actor:person} ⚠️ **{name} is live, and its job did not ask the guard**{link:raw}, as those before "
    "it did. Look at that run and at {workflow:code}: without the guard nothing keeps a run past the lock out.",
    "glass_broken": "⚠️ **{actor:person} bypassed the lock and continued a run to {environment}**{link:raw}: "
    "{reason:title}\nCheck what is live now.",
    # ------------------------------------------------------------ permissions that the App lacks
    "not_granted": "This takes the permission {permission:code}, which the App does not have here, so nothing was "
    "done. An owner accepts it at {where:raw} Then try again.",
    "lacks": "⚠️ The App lacks permissions in this repository:",
    "lacks.actions": "- {permission:code}: no workflow can be started, so nothing can be deployed.",
    "lacks.checks": "- {permission:code}: there is no check with buttons, and required checks cannot be read.",
    "lacks.deployments": "- {permission:code}: GitHub's own pages do not show deployments; "
    "where a run without an order has deployed is read only from its workflow file.",
    "lacks.issues": "- {permission:code}: commands in pull requests may not be heard.",
    "lacks.merge_queues": "- {permission:code}: a merge queue shows no gate; "
    "where the gate is required, the queue stands still.",
    "lacks.pull_requests": "- {permission:code}: nothing can be answered in pull requests.",
    "lacks.statuses": "- {permission:code}: there is no gate, so a lock keeps nobody from merging.",
    "lacks.next": "Everything else goes on. An owner accepts them at {where:raw}",
    # ------------------------------------------------------------ Slack
    # at most 75 characters
    "slack.button.deploy": "Deploy",
    "slack.button.skip": "Skip",
    "slack.button.pass": "Pass",
    "slack.button.cancel": "Cancel",
    "slack.button.rollback": "Roll back",
    "slack.button.unlock": "Looks good, next",
    # the confirmation before a button acts: a title of at most 100 characters, a text of 300, and two buttons of 30
    "slack.sure.deploy": "Deploy #{number} to {environment}?",
    "slack.sure.rollback": "Roll {environment} back?",
    "slack.sure.cancel": "Cancel the deploy {name}?",
    "slack.sure.what": "{title:title} {sha:code}",
    "slack.sure.ships": "Ships with it: {others:raw}",
    "slack.sure.back": "Undoing #{undone} {undone_title:title}; back to #{target} {target_title:title} {sha:code}.",
    "slack.sure.undoes": "Undone with it: {others:raw}",
    "slack.sure.cancel.what": "{number:#} {title:title} will be stopped midway.",
    "slack.sure.no": "Not now",
    # the thread
    "slack.thread.accepted": "{at:clock} {actor:name}: {what:raw}, as {name}",
    "slack.thread.deploy": "deploys {sha:code}",
    "slack.thread.rollback": "rolls back to {number:#} {sha:code}",
    "slack.thread.ships": "Ships with it: {others:raw}",
    "slack.thread.leaves": "Leaves #{number} behind ({author:name}): {reason:why}",
    "slack.thread.undoes": "Undone with #{undone}: {others:raw}",
    "slack.thread.run": "Run: {link:raw}",
    "slack.thread.waits": "{since:clock} no runner has picked it up yet",
    "slack.thread.reviewer": "{since:clock} waiting for a reviewer's approval on GitHub",
    "slack.thread.stop": "{at:clock} {by:name} asked to cancel",
    "slack.thread.succeeded": "{since:clock} live",
    "slack.thread.rolled_back": "{since:clock} rolled back",
    "slack.thread.taken_back": "{since:clock} rolled back to {number:#} ({name}, {actor:name})",
    "slack.thread.failed": "{since:clock} failed",
    "slack.thread.unsure": "{since:clock} ended; whether it is out is not known",
    "slack.thread.cancelled": "{since:clock} cancelled",
    "slack.thread.lost": "{since:clock} outcome unknown",
    "slack.thread.locked": "{since:clock} locked until {until:clock}",
    # to one person alone
    "slack.unlinked": "Your Slack account is not linked to a GitHub account. Whoever may change {file:code} can add "
    "this line under `people`: {line:code} ({link:raw})",
    "slack.unlinked.owner": "Nobody has said who you are on GitHub. Here the owner's rules say who may act: "
    "under `people` they take the line {line:code}",
    "owner": "⚠️ {before:code} now belongs to another owner, as {repository:code}: from now on that owner's rules, "
    "teams and permissions count. Locks stay, and what runs is followed.",
    "people.appeared": "⚠️ The owner's rules now say who may act from Slack in {repository:code}: {others:raw}",
    "people.changed": "⚠️ The owner's rules now let others act from Slack in {repository:code}: {others:raw}",
    "people.gone": "⚠️ The owner's rules no longer say who may act from Slack in {repository:code}; it is up to the "
    "repository's own file. Before: {others:raw}",
    "late": "Slack took no messages for a while, so notices more than an hour old were left out. The current state is "
    "in each release's own message, and in `/status`.",
    "slack.edit": "edit it",
    "slack.accepted": "Deploying #{number} to {environment} ({name}).",
    "slack.accepted.rollback": "{environment} is being rolled back to {number:#} ({name}).",
    "slack.accepted.waits": "{environment} is to be rolled back to {number:#} ({name}).",
    "slack.button_over": "That button belongs to {name}, and {environment} is at {current} now. Nothing was done; the "
    "newest message shows what can be done now.",
    "slack.stranger": "Only members of this workspace can use ghapp here.",
    "slack.guest": "Guests cannot use ghapp here. Ask a member of the workspace.",
    "slack.gone": "That account is no longer active.",
    "slack.bot": "Bots do not act here. Type it yourself, as a member of this workspace.",
    "slack.unknown": "Slack does not tell who you are ({why:code}), so nothing was done. Members of this workspace act "
    "here: if you are one, show this to whoever runs ghapp.",
    "could_not_check.pressed": "I could not check what was pressed ({typed:code}): {why:code} Nothing was done; "
    "please press it again.",
    "broken.pressed": "What was pressed ({typed:code}) cannot be carried out: ghapp itself fails at it. "
    "Nothing was done. Press it once more; if it fails again, ask whoever runs ghapp to look at {command:code}.",
    "slack.no_repository": "No repository uses this channel. A repository names it in `.github/ghapp.yml` under "
    "`slack: {{channel: …}}`.",
    "slack.elsewhere": "This channel is not the one of {environment}, so nothing was done. Go to {channel:raw}.",
    "slack.elsewhere.pull": "{environment} has no channel, so nothing was done. Type it in the pull request.",
    "slack.other_repository": "{typed:code} does not use this channel. Repositories here: {repositories:names}.",
    "slack.which_repository": "Which repository? Type one: {lines:raw}",
    "slack.choice": "{command:code} {title:title}",
    "slack.choice.rollback": "{command:code} in {repository}: from #{undone} back to #{target} {target_title:title}",
    "slack.more": "There is more than fits here: see `/status`.",
    "slack.nothing_waits": "Nothing is waiting for {environment}. To name a merged pull request: {command:code}",
    "skipped": "#{number} is not asked about any more. The next newer release to {environment} brings it.",
    "passed": "{next_waiter:name} (#{next}) was asked instead; #{number} keeps its place in line.",
    "passed.nobody": "Nobody else is waiting for {environment}, so it is still your turn.",
    "not_awaiting": "#{number} is no longer waiting for {environment}.",
    "slack.ask.title": "Unlock {environment}",
    "slack.ask.text": "{environment} is locked by {holder:name}. They will be told that you unlocked it, and why.",
    "slack.ask.label": "Reason",
    "slack.ask.submit": "Unlock",
    # on GitHub, once
    "slack_refused": "Slack refused a message for {channel:code} ({why:code}), so this stands here.",
    "moved": "At {at:clock} this moved to Slack: #{number} has its message for {environment} in {channel:code}.",
    # the final text of a message in a channel that is no longer the environment's
    "slack.moved": "At {at:clock} this moved to {channel:raw}: #{number} has its message there.",
    "slack.moved.pull": "At {at:clock} this moved to the comments of pull request #{number}.",
    # ------------------------------------------------------------ CodeDeploy
    # the gate, at most 140 characters
    "gate.rolling_back": "{environment}: being rolled back to {pull:#} ({holder:name})",
    "gate.overtaking": "{environment}: the rollback to {pull:#} ({holder:name}) waits for the end of {after}",
    "gate.stuck": "{environment}: the rollback to {pull:#} ({holder:name}) waits, somebody has to look, then {line}",
    "gate.unended": "{environment}: {pull:#} ({holder:name}) does not end, somebody has to look, then {line}",
    "gate.cancelling": "{environment}: {pull:#} ({holder:name}) is being cancelled by {by:name}",
    "gate.ending": "{environment}: {pull:#} is out ({holder:name}); {by:name} has ended the wait, free when CodeDeploy "
    "rests",
    "gate.shifting": "{environment}: CodeDeploy still works on {pull:#} ({holder:name}); not before {until:clock}",
    "gate.shifting.open": "{environment}: CodeDeploy still works on {pull:#} ({holder:name})",
    "gate.scaling": "{environment}: after {pull:#} ({holder:name}) CodeDeploy still deploys to new instances",
    "gate.kept": "{environment}: {pull:#} is out ({holder:name}), the way back is kept; not before {until:clock}",
    "gate.kept.open": "{environment}: {pull:#} is out ({holder:name}), the way back is kept",
    "gate.unasked": "{environment}: {pull:#} ({holder:name}), CodeDeploy cannot be asked, somebody has to look",
    # the prompt after a merge
    "prompt.rolling_back": "{holder:name} is rolling back to {pull:#}.",
    "prompt.overtaking": "{holder:name}'s rollback to {pull:#} waits for the end of {after}.",
    "prompt.stuck": "{holder:name}'s rollback to {pull:#} waits for the end of {after}, and I see none. "
    "Look at the workflow's runs first; {line:code} goes on without its end.",
    "prompt.unended": "I see no end of {name} ({pull:#}, {holder:name}). Look at the workflow's runs first; "
    "{line:code} goes on "
    "without its end.",
    "prompt.cancelling": "{holder:name}'s {pull:#} is being cancelled by {by:name}.",
    "prompt.ending": "{holder:name}'s {pull:#} is out. {by:name} has ended CodeDeploy's wait: it is free when "
    "CodeDeploy rests.",
    "prompt.shifting": "CodeDeploy still works on {holder:name}'s {pull:#}.",
    "prompt.shifting.open": "CodeDeploy is still deploying {holder:name}'s {pull:#}.",
    "prompt.scaling": "After {holder:name}'s {pull:#} CodeDeploy still deploys to instances that come or go.",
    "prompt.kept": "{holder:name}'s {pull:#} is out, and what was before is kept for a quick way back.",
    "prompt.kept.open": "{holder:name}'s {pull:#} is deployed, and the previous version is kept for a quick rollback.",
    "prompt.unasked": "{holder:name}'s run of {pull:#} has ended, but ghapp cannot reach CodeDeploy to see whether it "
    "has finished.",
    "prompt.back": ":rewind: {environment} is being rolled back from #{undone} to {pull:#} ({name}, {actor:name}).",
    "prompt.back.waits": ":rewind: {environment} is to be rolled back from #{undone} to {pull:#} ({name}, "
    "{actor:name}).",
    "prompt.back.succeeded": ":rewind: {environment} was rolled back from #{undone} to {pull:#} "
    "({name}, {actor:name}).",
    "prompt.back.failed": ":x: {name} failed: it is not certain what {environment} runs.",
    "prompt.back.unbegun": ":x: {name} failed, and nothing was begun: {environment} still runs #{undone}.",
    "prompt.back.unsure": ":grey_question: {name} ended: it is not certain what {environment} runs.",
    "prompt.back.cancelled": ":x: {name} was cancelled: it is not certain what {environment} runs.",
    "prompt.back.lost": ":grey_question: Rollback of {environment}: outcome unknown ({name}). Check what is live "
    "before you do anything else.",
    "prompt.way_back": "The previous version is kept until {way_back:clock}: until then a rollback takes about a "
    "minute.",
    # the number's comment
    "number.way_back": "What was before is kept until {way_back:clock}: until then {again:code} takes about a minute.",
    "number.kept": "What was before is still kept: {again:code} takes about a minute.",
    "number.well": " All well? {command:code} gives that up and frees {environment}.",
    "number.well.held": " All well? {command:code} gives that up.",
    "number.ending": "{by:name} has ended CodeDeploy's wait: {environment} is free when CodeDeploy rests. "
    "The quick way back ends with that.",
    "number.stopping": "{by:name} has cancelled it, and its run has not ended yet: {environment} stays locked.",
    "number.shifting": "CodeDeploy has not finished: {environment} stays locked until it has.",
    "number.scaling": "CodeDeploy still deploys to instances that come or go: {environment} stays locked until that "
    "has ended. To go on beside it: {command:code}",
    "failed.next.platform": "{environment} stays locked until CodeDeploy has finished. To undo what it did: "
    "{again:code}",
    "number.detail.codedeploy": "CodeDeploy said: {detail:code}",
    "rollback.waits": "⏪ {environment} is to be rolled back to {number:#} (by {actor:person})",
    # a rollback's own comment: its strategy and duration
    "rollback.how.stop": "CodeDeploy switches back to the previous version, which is still up: about {about:raw}. "
    "Database changes stay.",
    "rollback.how.follow": "CodeDeploy is already rolling back by itself: about {about:raw}. Database changes stay.",
    "rollback.how.create": "The previous version is no longer up: CodeDeploy deploys it again, about {about:raw}. "
    "Database changes stay.",
    "rollback.how.create.over": "CodeDeploy's current deployment is ended without rolling back, then the target is "
    "deployed again: about {about:raw}. Database changes stay.",
    "rollback.how.onward": "CodeDeploy first rolls back to the previous version, then deploys the target from there: "
    "about {about:raw}. Database changes stay.",
    "rollback.awaits": "CodeDeploy first finishes {awaits:code}, a deployment of its own to instances that come or go. "
    "I wait for that and do not stop it.",
    "rollback.consented": "{halts:code} is stopped for this. ghapp does not know who started it; {actor:name} named "
    "it.",
    "rollback.how.there": "CodeDeploy already serves the target: about {about:raw} to make sure. Database changes "
    "stay.",
    "rollback.to.unreleased": "Back to: what CodeDeploy deployed before ghapp was used, {deployment:code}{told:raw}. "
    "Its pull request and commit are not known.",
    "rollback.to.told": " from {since:day} (description: {description:why}, AppSpec {sha256:code})",
    "slack.thread.rollback.unreleased": "rolls back to {number:#}",
    "rollback.as_release": "as long as a release",
    # notices
    "rollback_stuck": "{actor:person} ⚠️ **{name} waits for the end of {after}, and I see none**{link:raw}. "
    "{environment} is not rolled back yet. Look at the workflow's runs first; {command:code} goes on without its end.",
    "overtaken_unended": "{actor:person} ⚠️ **{name} is over, and I see no end of {after}**{link:raw}, so "
    "{environment} "
    "stays locked. Look at the workflow's runs first; {command:code} goes on without its end.",
    "overtaken_ended.succeeded": "{actor:person} **{name} went through before it could be cancelled: #{number} has "
    "reached {environment}**{link:raw}.",
    "overtaken_ended.failed": "{actor:person} **{name} has ended: it failed**{link:raw}.",
    "overtaken_ended.cancelled": "{actor:person} **{name} has ended: it was cancelled**{link:raw}.",
    "overtaken_ended.back": "{by:name}'s rollback to {target:#} goes on ({back}).",
    "platform_unasked": "{actor:person} ⚠️ **CodeDeploy cannot be asked about {name} ({number:#}), so "
    "{environment} stays "
    "locked.** Why: {detail:code}\nMend that; or, if you have looked there and it rests: {command:code}",
    "platform_failed": "{actor:person} **CodeDeploy rolled #{number} back from {environment}** after its run had "
    "succeeded ({name}, {deployment:code}). What was live before counts as live again.",
    "platform_went_on": "{actor:person} ⚠️ **CodeDeploy deployed #{number} to {environment} although its run did not "
    "succeed** ({name}, {deployment:code}). To undo it: {again:code}. To keep it, deploy it again: {deploy:code}",
    # refusals
    "locked.rolling_back": "{holder:person} is rolling {environment} back to {pull:#}.",
    "locked.overtaking": "{holder:person}'s rollback of {environment} to {pull:#} waits for the end of {after}.",
    "locked.stuck": "{holder:person}'s rollback of {environment} to {pull:#} waits for the end of {after}, and I see "
    "none. Look at the workflow's runs first; {line:code} goes on without its end.",
    "locked.unended": "I see no end of {name} on {environment} ({pull:#}, {holder:person}). Look at the workflow's "
    "runs first; "
    "{line:code} goes on without its end.",
    "locked.cancelling": "{holder:person}'s {pull:#} on {environment} is being cancelled by {by:name}; "
    "it is free when its run has ended.",
    "locked.ending": "{holder:person}'s {pull:#} is out on {environment}, and {by:name} has ended CodeDeploy's wait; "
    "it is free when CodeDeploy rests.",
    "locked.shifting": "CodeDeploy is still deploying {holder:person}'s {pull:#} to {environment}; it should be free "
    "from {until:clock} (about {until:wait}).",
    "locked.shifting.open": "CodeDeploy is still deploying {holder:person}'s {pull:#} to {environment}.",
    "locked.scaling": "After {holder:person}'s {pull:#} CodeDeploy still deploys to instances that come or go on "
    "{environment}; it is free when that has ended.",
    "locked.kept": "{holder:person}'s {pull:#} is deployed to {environment}, and CodeDeploy keeps the previous "
    "version for a quick rollback; it should be free from {until:clock} (about {until:wait}).",
    "locked.kept.open": "{holder:person}'s {pull:#} is deployed to {environment}, and CodeDeploy keeps the previous "
    "version for a quick rollback.",
    "locked.unasked": "{holder:person}'s run of {pull:#} on {environment} has ended, but ghapp cannot reach "
    "CodeDeploy to see whether it has finished: check it there first.",
    "platform_under_way": "{environment} cannot be unlocked while CodeDeploy is deploying {holder:name}'s {pull:#} "
    "({deployment:code}). It ends by itself; to undo it: `/rollback {environment}`.",
    "rollback_under_way": "{holder:name} is rolling {environment} back to {pull:#}, so it cannot be unlocked. "
    "Wait for its end, then see `/status {environment}`.",
    "rollback_waits": "{holder:name}'s rollback of {environment} to {pull:#} waits for the end of {after}, so it "
    "cannot be unlocked. If I see no end within four minutes, I say so, with the line that goes on without it.",
    "rollback_behind": "{name} ({pull:#}) has to end first on {environment}: {by:name} has cancelled it. Nothing was "
    "done; type it again when it has ended.",
    "rollback_behind.unseen": "{name} ({pull:#}) has to end first on {environment}, and I see no end of it, so nothing "
    "was done. Look at the workflow's runs; after {command:code}, type it again.",
    "cancel_way_back": "{name} is rolling back to {pull:#} by CodeDeploy; stopping halfway would leave an unknown "
    "state, so it is not cancelled. When it has ended, deploy what should be live.",
    "reason_needed.kept": "CodeDeploy keeps the previous version for a quick rollback of {holder:name}'s {pull:#}. To "
    "drop it, give a reason ({holder:name} will see it): {command:code}",
    "reason_needed.scaling": "After {holder:name}'s {pull:#} CodeDeploy still deploys to instances that come or go. "
    "To go on beside it, give a reason that {holder:name} is told: {command:code}",
    "reason_needed.unasked": "ghapp cannot reach CodeDeploy after {holder:name}'s {pull:#}. If you have checked there "
    "that it has finished, say so: {command:code}",
    "platform_denied": "ghapp is not allowed to see {environment} in CodeDeploy, so nothing was done ({why:code}). "
    "Fix its permissions and type it again; until then roll back in CodeDeploy itself.",
    "target_not_allowed": "{repository:code} may not act on {target:code}, so CodeDeploy was asked nothing, and "
    "nothing "
    "was done. What serves on {environment} is unknown here; until then roll back in CodeDeploy itself.",
    "target_not_allowed.setting": "The operator of ghapp allows it with this in `GHAPP_AWS_TARGETS`: {setting:code}",
    "target_not_allowed.rule": "The owner allows it with this line under `platforms` in {file:code}: {rule:code}",
    "target_claimed": "{other:code} names {target:code} too, and one deployment group belongs to one repository, so "
    "nothing was done on {environment}. Take it out of the other's `rollback`, or let the operator allow it for one "
    "alone; until then roll back in CodeDeploy itself.",
    "target_claimed.hidden": "Another repository names {target:code} too, and one deployment group belongs to one "
    "repository, so nothing was done on {environment}. The operator of ghapp sees which in the log, and can allow it "
    "for one alone; until then roll back in CodeDeploy itself.",
    "status.not_allowed": "❔ What serves there is unknown: this repository may not act on {target:code}.",
    "platform_foreign": "CodeDeploy is running {deployment:code} on {environment}, and ghapp does not know who "
    "started it, so #{undone} was not rolled back to {target:#}. If it may be stopped for the rollback: {again:code}",
    "platform_scaling": "{deployment:code} is a deployment of CodeDeploy's own to instances that come or go on "
    "{environment}, and I do not stop those, so nothing was done. To roll #{undone} back to {target:#}, which waits "
    "for its end: {again:code}",
    "platform_stack": "CodeDeploy works on {deployment:code} on {environment} for CloudFormation, which alone can end "
    "that, so nothing was done: #{undone} is not rolled back to {target:#}. Cancel the update of the stack, or wait "
    "for its end; then type it again.",
    "platform_not_at": "CodeDeploy is not running {deployment:code} on {environment}, so #{undone} was not rolled "
    "back to {target:#}. To roll back all the same: {again:code}",
    "platform_elsewhere": "CodeDeploy still has {deployment:code} active on {environment}. Stopping it would go back "
    "to #{leads}, not to #{target}, so nothing was done. Roll back to #{leads} first, or wait until CodeDeploy has "
    "finished (`/unlock {environment}` ends its wait) and type it again.",
    "platform_elsewhere.unknown": "CodeDeploy still has {deployment:code} active on {environment}. Stopping it would "
    "go back to something other than #{target} ({leads_to:code}), so nothing was done. Wait until CodeDeploy has "
    "finished (`/unlock {environment}` ends its wait) and type it again.",
    "platform_gone": "CodeDeploy no longer has the deployment of {target:#} on {environment} ({deployment:code}), so "
    "#{undone} was not rolled back. Merge a fix and deploy it.",
    # answers
    "unlocked_wait": "🔓 {holders:people} CodeDeploy was told to keep what was before no longer: {environment} is free "
    "when it rests. The quick way back ends with that; from then on `/rollback` takes as long as a release. "
    "Unlocked by {actor:name}{why:raw}.",
    "unlocked_unasked": "🔓 {free:raw} {holder:person}: {actor:name} no longer waits for CodeDeploy after {pull:#}: "
    "{reason:title}\nIf it has not finished, it may still change {environment}.",
    "status.rolling_back": "⏪ {holder:name} is rolling back to {pull:#}.",
    "status.overtaking": "⏪ {holder:name}'s rollback to {pull:#} waits for the end of {after}.",
    "status.stuck": "⏪ {holder:name}'s rollback to {pull:#} waits for the end of {after}, and I see none. "
    "Look at the workflow's runs first; {line:code} goes on without its end.",
    "status.unended": "🔒 I see no end of {name} ({pull:#}, {holder:name}). Look at the workflow's runs first; "
    "{line:code} goes on "
    "without its end.",
    "status.cancelling": "⏹ {holder:name}'s {pull:#} is being cancelled by {by:name}.",
    "status.ending": "🔓 {holder:name}'s {pull:#} is out, and {by:name} has ended CodeDeploy's wait: free when "
    "CodeDeploy rests.",
    "status.shifting": "🔒 CodeDeploy is still deploying {holder:name}'s {pull:#}; free from {until:clock} at the "
    "earliest (about {until:wait}).",
    "status.shifting.open": "🔒 CodeDeploy is still deploying {holder:name}'s {pull:#}.",
    "status.scaling": "🔒 After {holder:name}'s {pull:#} CodeDeploy still deploys to instances that come or go.",
    "status.kept": "🔒 {holder:name}'s {pull:#} is deployed, and CodeDeploy keeps the previous version; free from "
    "{until:clock} at the earliest (about {until:wait}).",
    "status.kept.open": "🔒 {holder:name}'s {pull:#} is deployed, and CodeDeploy keeps the previous version.",
    "status.unasked": "🔒 {holder:name}'s run of {pull:#} has ended, but ghapp cannot reach CodeDeploy to see whether "
    "it has finished.",
    "status.back.unreleased": "`/rollback {environment}` would undo #{undone} and go back to what CodeDeploy had "
    "deployed before it. ghapp did not deploy that: it looks it up when you type the command, and names it first.",
    "status.way_back": "The previous version is kept until {way_back:clock}: until then that takes about a minute.",
    # problems of a config file
    "config.runner": "expected `codedeploy`, not {text:code}.",
    "config.group_name": "expected a name of CodeDeploy's, not {text:code}.",
    "config.region": "expected a region of AWS, for example `eu-central-1`, not {text:code}.",
    "config.role_arn": "expected a role's ARN, for example `arn:aws:iam::111122223333:role/ghapp`, not {text:code}.",
    # ------------------------------------------------------------ workflow runs
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
    # unexpected runs
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
