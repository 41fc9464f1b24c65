"""The sentences in English."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "word.no_reason": "no reason given",
    "word.reason": "<reason>",
    "word.somebody": "somebody",
    "word.and": ", ",
    # the gate, at most 140 characters
    "gate.free": "Free to merge",
    "gate.under_way": "{environment}: #{pull} is being deployed ({holder:name}); free from {until:clock} at the "
    "earliest",
    "gate.under_way.open": "{environment}: #{pull} is being deployed ({holder:name})",
    "gate.manual": "{environment}: locked by {holder:name} until {until:clock}: {reason:why}",
    "gate.manual.open": "{environment}: locked by {holder:name} until somebody unlocks it: {reason:why}",
    "gate.freeze": "{environment}: deploy freeze until {until:clock}: {reason:title}",
    "gate.freeze.open": "{environment}: deploy freeze: {reason:title}",
    "gate.cooldown": "{environment}: cool-down after #{pull} ({holder:name}); free from {until:clock} at the earliest",
    "gate.lost": "{environment}: {pull:#} ({holder:name}): outcome unknown, check the run",
    "gate.full": "GitHub accepts no more statuses on this commit: push a new commit to continue",
    "gate.doubtful": "On hold until GitHub shows ghapp which stack this pull request is in",
    "gate.reason_elsewhere": "see /status for the reason",
    # the prompt after a merge
    "prompt.free": "{who:raw} ready to deploy :rocket:",
    "prompt.release": "{title:title} (#{number} by {author:name})",
    "prompt.type": "{command:code}",
    "prompt.auto": "Not deployed automatically: {why:raw}.",
    "auto.nobody": "it was not merged by a person",
    "auto.late": "GitHub reported the merge more than 10 minutes late",
    "auto.last": "the last deploy to {environment} did not succeed, or a rollback was started after it",
    "auto.not_allowed": "{waiter:name} is not allowed to deploy to {environment}",
    "auto.other_merge": "GitHub shows another merge commit than it reported (see {command:code})",
    "auto.checks_running": "checks had not finished when it was merged",
    "auto.checks_failed": "checks had failed when it was merged",
    "auto.checks_missing": "checks had not reported when it was merged",
    "auto.checks_unknown": "GitHub did not show which checks are required",
    "auto.diverged": "it does not contain what is live on {environment}",
    "auto.gone": "the commit that is live on {environment} is not on its branch",
    "auto.barred": "it contains changes that were, or were to be, rolled back from {environment}",
    "auto.refused": "a rule was not met (see {command:code})",
    "prompt.runs": "{environment} is free and runs #{live}.",
    "prompt.runs.alone": "{environment} is free and runs #{live}",
    "prompt.runs.unknown": "{environment} is free.",
    "prompt.ships": " {others:raw} ships with it",
    "prompt.ships.many": " {others:raw} ship with it",
    "prompt.other": "#{number} ({author:name})",
    "warns": "Includes database migrations; a rollback does not undo them.",
    "prompt.changes": " · {link:raw}",
    "prompt.view": "View changes",
    "prompt.locked": "{who:raw} #{number} is merged, but {environment} is locked.",
    "prompt.under_way": "{holder:name} is deploying #{pull}.",
    "prompt.under_way.open": "{holder:name} is deploying #{pull}.",
    "prompt.manual": "Locked by {holder:name}: {reason:why}.",
    "prompt.manual.open": "Locked by {holder:name}: {reason:why}. No end is set; {line:code} ends it.",
    "unfit.branch_gone": "#{number} waits: {environment} is deployed from {branch:code}, but there is no branch of "
    "that name.",
    "unfit.off_branch": "#{number} waits: its merge commit is not on {branch:code}, from which {environment} is "
    "deployed.",
    "unfit.beside": "#{number} waits: it does not contain #{live}, which is live on {environment}. Merge a pull "
    "request that contains both.",
    "unfit.after": "#{number} waits until it is live on {earlier} (`/deploy {earlier:raw} #{number}`).",
    "unfit.after.barred": "#{number} waits: it was rolled back from {earlier}, or a rollback was tried. See "
    "{command:code}",
    "unfit.after.unknown": "#{number} waits: it is unknown what is live on {earlier}.",
    "unfit.after.until": "#{number} waits: it has to be live on {earlier} until {until:clock} before it goes to "
    "{environment}.",
    "call.unfit": "#{number} was called at {at:clock}. That turn is over: it cannot be deployed to {environment} now.",
    "release.unfit": "Waits: cannot be deployed to {environment} yet",
    "prompt.freeze": "Deploy freeze: {reason:title}.",
    "prompt.freeze.open": "Deploy freeze with no end date: {reason:title}.",
    "prompt.rollback": "Locked by {holder:name} after rolling back #{pull}; {line:code} ends it.",
    "prompt.rollback.in_vain": "Locked by {holder:name} after a rollback of #{pull} that did not succeed; {line:code} "
    "ends it.",
    "prompt.cooldown": "Cool-down after {holder:name}'s deploy of #{pull}.",
    "prompt.next": " Next deploy: not before {until:clock}.",
    "prompt.again": " To try again: {command:code}",
    "prompt.lost": "The outcome of {holder:name}'s deploy of {pull:#} is unknown. Check the workflow's runs; "
    "{line:code} ends the lock.",
    "prompt.rank": "{rank:nth} in line. You will be mentioned when it is your turn.",
    "prompt.deploying": ":hourglass_flowing_sand: Deploying #{number} to {environment} ({name}, by {actor:name}).",
    "prompt.stopping": ":hourglass_flowing_sand: {name} ({pull:#}) is being cancelled by {by:name}. "
    "{environment} stays locked until its run has ended.",
    "prompt.live": ":white_check_mark: #{number} is live on {environment} ({name}, by {actor:name}).",
    "prompt.live.with": ":white_check_mark: #{number} went live on {environment} with #{pull} ({name}, by "
    "{actor:name}).",
    "prompt.failed": ":x: Deploy of #{number} to {environment} failed ({name}): {reach:raw}.",
    "prompt.unsure": ":grey_question: Deploy of #{number} to {environment} ended, but it is unknown whether it is "
    "live ({name}).",
    "prompt.given_up": ":grey_question: Deploy of #{number} to {environment} was given up ({name}): {reach:raw}.",
    "prompt.cancelled": ":x: Deploy of #{number} to {environment} was cancelled ({name}): {reach:raw}.",
    "prompt.lost.own": ":grey_question: Deploy of #{number} to {environment}: outcome unknown ({name}). Check the "
    "workflow's runs before you do anything else.",
    "prompt.skipped": "#{number} was skipped by {by:name}: the next newer deploy to {environment} includes it. To "
    "deploy it on its own: {command:code}",
    "prompt.skipped.label": "#{number} was skipped because of the label {label:code}: the next newer deploy to "
    "{environment} includes it. To deploy it on its own: {command:code}",
    "prompt.unlisted": "#{number} is no longer in line for {environment}: {name}, which carried it, did not succeed, "
    "and the line is full. To deploy it: {command:code}",
    "prompt.still": ":white_check_mark: #{number} is live on {environment}.",
    "prompt.was": "#{number} was live on {environment} {span:raw}.",
    "prompt.replaced": "#{number} was live on {environment} {span:raw}, replaced by #{next}.",
    "prompt.replaced.unknown": "#{number} was live on {environment}.",
    "prompt.barred": ":rewind: #{number} was live on {environment} {span:raw}, and was rolled back to #{next}.",
    "prompt.barred.unknown": ":rewind: #{number} was rolled back from {environment}.",
    "prompt.barred.in_vain": ":rewind: #{number} was to be rolled back from {environment}, but that did not succeed.",
    "prompt.barred.again": "Fix it in another pull request. People who can unlock can deploy it again as it is: "
    "{command:code}",
    "prompt.brings_back": "It contains rolled back changes: {others:raw}. Only people who can unlock can use that "
    "line.",
    "prompt.brings_back.in_vain": "It contains changes that were to be rolled back: {others:raw}. Only people who can "
    "unlock can use that line.",
    "prompt.back.with": "This includes #{number}, which was deployed with #{undone}.",
    "prompt.left": "#{number} did not go live on {environment}, which was removed from `.github/ghapp.yml` at "
    "{gone:clock}.",
    "prompt.left.last": "#{number} was the last one live on {environment}, which was removed from `.github/ghapp.yml` "
    "at {gone:clock}.",
    "prompt.left.maybe": "#{number} may be partly deployed to {environment} ({name}), which was removed from "
    "`.github/ghapp.yml` at {gone:clock}.",
    "prompt.over": "Nothing left to do for #{number}.",
    "prompt.view.run": "View run",
    "prompt.view.codedeploy": "View in CodeDeploy",
    "runbook": "Runbook",
    # the call
    "merged_live": "#{number} {title:title} is already live: {there:raw}. Nothing to do.",
    "merged_live.one": "on {environment} with #{live}",
    "your_turn": "{who:raw} {environment} is free, your turn.",
    "your_turn.type": "{command:code} {title:title}",
    "your_turn.next": "Next: {next_waiter:name} (#{next}).",
    "your_turn.shared": "{who:raw} {environment} is still free. {next_waiter:name} (#{next}) was called too.",
    "reminder": "{who:raw} {environment} is still free, and it is your turn.",
    "call.used": "#{number} was called at {at:clock}, and {actor:name} started {name} with it at {then:clock}.",
    "call.passed": "#{number} was called at {at:clock}, and let the next one go first. It keeps its place.",
    "call.skipped": "#{number} was called at {at:clock}, and was skipped.",
    "call.again": "#{number} was called at {at:clock}, and reminded at {then:clock}.",
    "call.over": "#{number} was called at {at:clock}. That turn is over: {environment} was no longer free.",
    "call.left": "#{number} was called at {at:clock}. That turn is over: {environment} was removed from "
    "`.github/ghapp.yml` at {gone:clock}.",
    "call.done": "#{number} was called at {at:clock}, and needs no turn on {environment} any more.",
    "nag": "{holder:person} you have had {environment} locked since {since:clock} ({reason:why}). Still needed? To "
    "unlock: {command:code}",
    # the number's comment
    "number.accepted": "🚀 **Deploying #{number} to {environment}** ({name}, by {actor:person})",
    "number.running": "🚀 **Deploying #{number} to {environment}** ({name}, by {actor:person}){link:raw}",
    "number.succeeded": "✅ **#{number} is live on {environment}** ({name}, by {actor:person}){link:raw}",
    "number.failed": "❌ **Deploy of #{number} to {environment} failed** ({name}, by {actor:person}): "
    "{reach:raw}{link:raw}",
    "number.unsure": "❔ **Deploy of #{number} to {environment} ended, but it is unknown whether it is live** "
    "({name}, by {actor:person}){link:raw}",
    "number.given_up": "❔ **Deploy of #{number} to {environment} was given up** ({name}, by {actor:person}): "
    "{reach:raw}{link:raw}",
    "number.cancelled": "❌ **Deploy of #{number} to {environment} was cancelled** ({name}, by {actor:person}): "
    "{reach:raw}{link:raw}",
    "number.lost": "❔ **Deploy of #{number} to {environment}: outcome unknown** ({name}, by {actor:person}){link:raw}",
    "number.cancelling": "⏹ **Cancelling the deploy of #{number} to {environment}** ({name}, by "
    "{actor:person}){link:raw}",
    "number.denied": "GitHub does not let ghapp read its run: "
    "an owner of the account has to grant the App `actions` again.",
    "number.was.succeeded": "✅ **#{number} went live on {environment}** at {since:clock} ({name}, by {actor:person})"
    "{link:raw}",
    "number.was.failed": "❌ **Deploy of #{number} to {environment} failed** at {since:clock} ({name}, by "
    "{actor:person}): {reach:raw}{link:raw}",
    "number.was.unsure": "❔ **Deploy of #{number} to {environment} ended** at {since:clock}, but it is unknown "
    "whether it went live ({name}, by {actor:person}){link:raw}",
    "number.was.given_up": "❔ **Deploy of #{number} to {environment} was given up** at {since:clock} ({name}, by "
    "{actor:person}): {reach:raw}{link:raw}",
    "number.was.cancelled": "❌ **Deploy of #{number} to {environment} was cancelled** at {since:clock} ({name}, by "
    "{actor:person}): {reach:raw}{link:raw}",
    "number.was.open": "⏹ **Deploy of #{number} to {environment} was given up before it ended** ({name}, by "
    "{actor:person}){link:raw}",
    "number.link": " · {link:raw}",
    "number.what": "{title:title} {sha:code}",
    "number.auto": "Deploying automatically after the merge (`auto`). To stop it: {command:code}",
    "number.auto.over": "Deployed automatically after the merge (`auto`).",
    "number.carries": "Ships with it: {others:raw}",
    "number.waits": "Queued on GitHub since {since:clock}: no runner has picked it up yet.",
    "number.reviewer": "Waiting for a reviewer's approval on GitHub since {since:clock}.",
    "number.other": "#{number} ({author:person})",
    "number.brings_back": "Deployed again after a rollback: {others:raw}",
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
    "failed": "{actor:person} **Deploy of #{number} to {environment} failed** ({name}): {reach:raw}.",
    "unsure": "{actor:person} **Deploy of #{number} to {environment} ended, but it is unknown whether it is live** "
    "({name}).",
    "read_late": "{actor:person} ✅ **#{number} is live on {environment}** ({name}): ghapp can now read the run's "
    "jobs.",
    "cancelled": "{actor:person} **Deploy of #{number} to {environment} was cancelled** ({name}): {reach:raw}.",
    "failed.next": "To try again: {command:code}",
    "left": "{environment} was removed from `.github/ghapp.yml` at {gone:clock}.",
    "failed.next.later": "To try again then: {command:code}",
    "lost": "{actor:person} **Deploy of #{number} to {environment}: outcome unknown** ({name}).",
    "lost.unfound": "ghapp cannot tell which run on GitHub belongs to it.",
    "lost.denied": "GitHub does not let ghapp read its run: an owner of the account has to grant the App `actions` "
    "again. ghapp then finds it automatically.",
    "lost.unseen": "It was cancelled, and GitHub has shown nothing of its run since.",
    "lost.next": "{environment} stays locked until somebody unlocks it or its run is seen to end. Check the "
    "workflow's runs; once none is running, type {command:code}. A late run could still change {environment} after "
    "that.",
    "waits": "{actor:person} ⚠️ **{name} had not started**{link:raw}: no runner had picked it up since {since:clock}. "
    "{environment} stays locked until its run has ended. Check that a runner is online and idle.",
    "waits_reviewer": "{actor:person} ⚠️ **{name} was waiting for approval**{link:raw}: since {since:clock} it needed "
    "a reviewer on GitHub. {environment} stays locked until its run has ended. Have it approved there, or cancel it: "
    "{command:code}",
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
    "locked.under_way": "{holder:person} is deploying #{pull} to {environment}; it should be free from {until:clock} "
    "(about {until:wait}).",
    "locked.under_way.open": "{holder:person} is deploying #{pull} to {environment}, and it is taking longer than "
    "planned.",
    "locked.under_way.own": "You are deploying #{pull} to {environment}; it should be free from {until:clock} (about "
    "{until:wait}).",
    "locked.under_way.open.own": "You are deploying #{pull} to {environment}, and it is taking longer than planned.",
    "locked.manual": "{environment} is locked by {holder:person} ({reason:why}); it should be free from {until:clock} "
    "(about {until:wait}).",
    "locked.manual.open": "{environment} is locked by {holder:person}: {reason:why}. No end is set.",
    "locked.freeze": "{environment} has a deploy freeze until {until:clock} (about {until:wait}): {reason:title}.",
    "locked.freeze.open": "{environment} has a deploy freeze with no end date: {reason:title}.",
    "locked.freeze.next": "Freezes are set under `freeze` in `.github/ghapp.yml` on the default branch.",
    "locked.rollback": "{environment} is locked by {holder:person} after rolling back #{pull}.",
    "locked.rollback.in_vain": "{environment} is locked by {holder:person} after a rollback of #{pull} that did not "
    "succeed.",
    "locked.cooldown": "{environment} is in the cool-down after {holder:person}'s deploy of #{pull}; it should be "
    "free from {until:clock} (about {until:wait}).",
    "locked.cooldown.own": "{environment} is in the cool-down after your deploy of #{pull}; it should be free from "
    "{until:clock} (about {until:wait}).",
    "locked.lost": "The outcome of {holder:person}'s deploy of {pull:#} to {environment} is unknown. Check the "
    "workflow's runs; {line:code} ends the lock.",
    "locked.several": "{environment} is locked for more than one reason:",
    "locked.free": "It should be free from {until:clock} (about {until:wait}).",
    "locked.rank": "You are {rank:nth} in line and will be mentioned.",
    "locked.rank.other": "#{number} is {rank:nth} in line; {waiter:name} will be mentioned.",
    "locked.urgent.under_way": "Urgent? Ask {holder:person} to {command:code}",
    "locked.urgent.under_way.own": "Urgent? {command:code}",
    "locked.urgent.cooldown": "Urgent? {command:code} ({others:people} will be notified)",
    "locked.urgent.cooldown.many": "Urgent? {command:code} ({others:people} will be notified)",
    "locked.urgent.cooldown.own": "Urgent? {command:code}",
    "not_merged": "#{number} is not merged. Merge it first: only merged pull requests are deployed to {environment}.",
    "closed": "#{number} was closed without being merged, so it cannot be deployed. Open a new pull request for the "
    "change.",
    "draft": "#{number} is a draft. Mark it as ready for review first, then type it again.",
    "fork": "#{number} comes from a fork, and ghapp cannot see who pushed to it. Merge it first; then it can be "
    "deployed to {environment}.",
    "pushed_after": "{sha:code} was pushed to #{number} after the command, or at the same moment, so it may not be "
    "what you meant. Nothing was done. Check it, then type the command again.",
    "unreachable": "{sha:code}, the merge commit of #{number}, is no longer on {branch:code}. Only commits on "
    "{branch:code} are deployed to {environment}: merge it again.",
    "merge_unshown": "**Not deployed**: GitHub reported that #{number} was merged, but still shows it as open. Type "
    "it again in a minute.",
    "other_merge": "**Not deployed**: #{number} was reported as merged as {told:code}, but GitHub now shows "
    "{shown:code} as its merge commit. Check {shown:code}; to deploy that one: {command:code}",
    "merge_gone": "The merge commit of #{number} is no longer in the repository, so it cannot be deployed. Only "
    "commits on {branch:code} are deployed to {environment}: merge it again.",
    "checks_failed": "**Not deployed**: checks failed on #{number}: {failing:names}.",
    "checks_running": "**Not deployed**: checks have not finished on #{number}: {running:names}. Type it again when "
    "they have passed.",
    "checks_missing": "**Not deployed**: no result of these checks on #{number}: {missing:names}. Run them, or fix "
    "`require.checks` in `.github/ghapp.yml`.",
    "checks_missing.ours": "**Not deployed**: only the deploy itself ({workflow:code}) reports {ours:names}, so it "
    "can never be there before the deploy. Remove it from the required checks of {branch:code}, or list the checks "
    "that count in `require.checks` in `.github/ghapp.yml`.",
    "checks_unknown": "**Not deployed**: GitHub does not show ghapp the rules of {branch:code}, so the required "
    "checks of #{number} are unknown. List them in `require.checks` in `.github/ghapp.yml`.",
    "checks.failed.next": "Fix or re-run them, then type the command again.",
    "checks.running": "Not finished: {running:names}.",
    "checks.missing": "No result: {missing:names}.",
    "checks.ours": "Only the deploy itself ({workflow:code}) reports {ours:names}, so it can never be there before "
    "the deploy: remove it from the required checks of {branch:code}, or list the checks that count in "
    "`require.checks`.",
    "approvals": "#{number} has {have:raw} of {need:raw} required approvals. They count on its last commit, from "
    "people with write access who are neither its author nor its last pusher. Ask for a review.",
    "approvals.unknown_pusher": "#{number} has {have:raw} of {need:raw} required approvals. They count on its last "
    "commit, from people with write access other than its author. One more than usual is needed, because GitHub does "
    "not say who pushed last. Ask for a review.",
    "barred": "#{number} contains changes that were rolled back from {environment}: {back:raw}. Only people who can "
    "unlock ({who:raw}) can deploy them again, so nothing was done. Their line: {command:code}",
    "barred.in_vain": "#{number} contains changes that were to be rolled back from {environment}: {back:raw}. Only "
    "people who can unlock ({who:raw}) can deploy them again, so nothing was done. Their line: {command:code}",
    "barred.itself": "#{number} was rolled back from {environment}. Only people who can unlock ({who:raw}) can "
    "deploy it again, so nothing was done. Their line: {command:code}",
    "barred.itself.in_vain": "#{number} was to be rolled back from {environment}. Only people who can unlock "
    "({who:raw}) can deploy it again, so nothing was done. Their line: {command:code}",
    "barred.unsure": "{others:raw} is not on {branch:code}, so ghapp cannot tell whether #{number} contains it. Check "
    "#{number} first.",
    "barred_lost": "More was rolled back from {environment} than ghapp can list, and #{number} may contain some of "
    "it, so nothing was done. Check #{number} first. People who can unlock ({who:raw}) can type: {command:code}",
    "barred.one": "#{number} {title:title}",
    "other_branch": "#{number} was merged into {base:code}, but {environment} is deployed from {branch:code}. Merge "
    "it there, too.",
    "branch_gone": "{environment} is deployed from {branch:code}, but there is no branch of that name. Fix `branch` "
    "in `.github/ghapp.yml`, or create the branch again.",
    "already_live": "#{number} is already live on {environment} (since {since:clock}). Nothing to do.",
    "contained": "{environment} already runs #{live}, which contains this. Nothing to do.",
    "diverged": "#{number} and #{live}, which is live on {environment}, have diverged: deploying #{number} would drop "
    "#{live}, so nothing was done. Merge a pull request that contains both. To leave #{live} behind instead, people "
    "who can unlock ({who:raw}) can type: {command:code}",
    "gone": "#{live} ({live_sha:code}), which is live on {environment}, is not on {branch:code}: its history was "
    "rewritten, or #{live} was never merged. Deploying #{number} would leave #{live} behind, so nothing was done. If "
    "that is meant, people who can unlock ({who:raw}) can type: {command:code}",
    "not_live_before": "#{number} is not live on {earlier} yet, so nothing was done. First: `/deploy {earlier:raw} "
    "#{number}`",
    "not_live_before.barred": "#{number} was rolled back from {earlier}, so nothing was done. To deploy it there "
    "again: {command:code}",
    "not_live_before.in_vain": "{earlier} still runs changes that were to be rolled back, because that did not "
    "succeed. #{number} is part of them, so nothing was done. To roll them back: {command:code}",
    "not_live_before.unknown": "It is unknown what is live on {earlier}, so ghapp cannot tell whether #{number} is. "
    "Nothing was done; type it again later. For the current state: {command:code}",
    "live_too_short": "#{number} has to be live on {earlier} until {until:clock} before it goes to {environment}. "
    "Nothing was done; type it again then.",
    "no_such_pull": "There is no pull request #{number} in this repository. Check the number and type it again.",
    "stale": "{typed:code} is more than 10 minutes old. Nothing was done; if you still mean it, type it again.",
    "edited": "{typed:code} was edited after it was posted, so nothing was done. If you mean it, type it in a new "
    "comment.",
    "config_invalid": "`{file:raw}` cannot be used ({sha}), so no new deploy starts. Fix it on the default branch: "
    "{problem:raw}",
    "greeting": "**ghapp is installed here and does nothing, because there is no {path:code}.** It starts the "
    "repository's deploy workflow on `/deploy` in a pull request, one release at a time. To use it, commit this file "
    "on the default branch:",
    "greeting.open": "First fill in each input that has no value.",
    "greeting.next": "`ghapp init` in a checkout writes such a file, too. If you do not want ghapp here, ignore this: "
    "it is the only comment.",
    "merged_config_invalid": "⚠️ **`{file:raw}`, which this pull request changes, cannot be used**, so no new deploy "
    "starts. Fix it on the default branch: {problem:raw}",
    "policy_unread": "The owner's rules cannot be read: {file:code}. Until they can, no new deploy starts and nothing "
    "is done from Slack or the board; `/rollback`, `/cancel`, `/lock` and `/unlock` in a pull request still work. "
    "Check that the repository exists under this name, with the App installed and the file on its default branch.",
    "policy_left": "{file:code} applied here until this repository left its owner, and no rules are set for the new "
    "one. Until the operator names them in `GHAPP_POLICY` (a file with `{{}}` states that there are none), no new "
    "deploy starts and nothing is done from Slack or the board; `/rollback`, `/cancel`, `/lock` and `/unlock` in a "
    "pull request still work.",
    "owner_not_served": "This server does not serve the owner of {file:code}: the operator can add it to "
    "`GHAPP_OWNERS`. Until then no new deploy starts, nothing is done from Slack or the board, and comments "
    "there are not answered. A running deploy is tracked to its end, and locks stay.",
    "unreadable": "The record of {environment} was written by a newer version of ghapp, so it counts as locked here "
    "({why:code}). Upgrade this server.",
    "environment_gone": "{environment} is no longer in `.github/ghapp.yml` on the default branch, so nothing new is "
    "deployed to it. A deploy in progress is tracked to its end. To use it again, add it there.",
    "environment_waits": "{environment} was added to `.github/ghapp.yml`, but {leaving:names} was removed from it "
    "while a deploy was running there. {environment} can be used once that has ended.",
    "environment_left": "{environments:names}: removed from `.github/ghapp.yml` on the default branch at "
    "{since:clock}, so nothing was done. To use it again, add it there.",
    "unknown_environment": "There is no environment {typed:code} here. Known: {environments:names}.",
    "unknown_environment.near": "There is no environment {typed:code} here. Did you mean {line:code}?",
    "which_environment": "Which environment? Type one of these lines:",
    "not_allowed": "You are not allowed to `/{word}` on {environment}. Allowed: {who:raw}. Ask a person with that "
    "role.",
    "not_allowed.named": "You are not allowed to `/{word}` on {environment}. Allowed: {who:raw}. A team member or a "
    "person named there also needs write access to this repository.",
    "unknown_command": "{typed:code} is not a command. Did you mean {usage:code}?",
    "bad_environment": "{typed:code} is not an environment's name. Usage: {usage:code}",
    "bad_pull": "{typed:code} is not a pull request like `#42`. Usage: {usage:code}",
    "anyway_reason": "{typed:code} needs a reason after it, so nothing was done: say why the live release may be left "
    "behind. Usage: {usage:code}",
    "in_quote": "{typed:code} is right below a quote, where GitHub shows it as part of the quote, so nothing was "
    "done. If you mean it, type it again with a blank line above it.",
    "bad_span": "{typed:code} is not a time: write 1m to 7d, a clock time like `18:00`, or `forever`. "
    "Usage: {usage:code}",
    "locked_by_other": "{environment} is already locked by {holder:name} until {until:clock}: {reason:why}. To end "
    "that lock: {command:code}",
    "locked_by_other.open": "{environment} is already locked by {holder:name}: {reason:why}. No end is set. To end "
    "that lock: {command:code}",
    "now_locked": "🔒 {actor:name} has locked {environment} until {until:clock}: {reason:why}. Nobody else can deploy "
    "to it. To unlock: `/unlock {environment}`",
    "now_locked.open": "🔒 {actor:name} has locked {environment} until somebody unlocks it: {reason:why}. Nobody else "
    "can deploy to it. To unlock: `/unlock {environment}`",
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
    "reason_needed.all": "To end all of that, give a reason ({holders:names} will see it): {command:code}",
    "reason_needed.stuck": "{holder:name}'s rollback to {pull:#} is waiting for {after} to end, and ghapp cannot see "
    "that it has. Check the workflow's runs first; to continue without waiting, give a reason: {command:code}",
    "reason_needed.unended": "ghapp cannot see that {name} ({pull:#}, {holder:name}) has ended. Check the workflow's "
    "runs first; to continue without waiting, give a reason: {command:code}",
    "reason_needed.lost": "The outcome of {holder:name}'s deploy of {pull:#} is unknown. If you have checked that no "
    "run is active, say so: {command:code}",
    "wait_ends": "{by:name} has already ended CodeDeploy's wait: {environment} is free when CodeDeploy has finished. "
    "Nothing to do.",
    "unlocked": "🔓 {free:raw} Unlocked by {actor:name}{why:raw}.",
    "unlocked.why": ": {reason:title}",
    "unlocked.free": "{environment} became free.",
    "unlocked.still": "That lock was ended, but {environment} was not free yet.",
    "unlocked.also": "{also:people}: that ended your lock, too.",
    "unlocked.rest": "To end that too: {command:code}",
    "unlocked_other": "🔓 {holder:person} {free:raw} {actor:name} ended your cool-down after {pull:#}: {reason:title}",
    "unlocked_holds": "🔓 {holders:people} {free:raw} {actor:name} ended your lock on {environment}: {reason:title}",
    "unlocked_unended": "🔓 {holders:people} {free:raw} {actor:name} no longer waits for {name} ({pull:#}) to end: "
    "{reason:title}\nIf its run is still active, it is cancelled.",
    "unlocked_lost": "🔓 {holders:people} {free:raw} {actor:name} gave up looking for the run of {pull:#}: "
    "{reason:title}\nIf the run exists after all, it may still start.",
    "slow_down": "{actor:person} that was more than 10 commands in a minute, so this one was not run. Wait a minute, "
    "then type again what you still need; until then commands are not answered.",
    "answers_itself": "{actor:name} replies to ghapp's replies with commands, so this one was not run. For now ghapp "
    "reads one command a minute from it here, and does not reply to the others. Check what makes it comment.",
    "could_not_check": "Could not check {typed:code} ({why:code}). Nothing was done; please type it again.",
    "broken": "{typed:code} failed because of an error in ghapp itself. Nothing was done. Try once more; if it fails "
    "again, ask the operator of ghapp to check {command:code}.",
    # answers
    "status.live": "**{environment}**: #{live} {title:title} {sha:code}, live since {since:clock}.",
    "status.live.before": "**{environment}**: {unreleased:code} is live, which was not deployed through ghapp.",
    "status.live.unknown": "**{environment}**: nothing has been deployed through ghapp yet.",
    "status.left": "#{number} left #{left} behind ({by:name}: {reason:why}).",
    "status.free": "Free.",
    "status.under_way": "🔒 {holder:name} is deploying #{pull}; free from {until:clock} at the earliest (about "
    "{until:wait}).",
    "status.under_way.open": "🔒 {holder:name} is deploying #{pull}.",
    "status.under_way.own": "🔒 You are deploying #{pull}; free from {until:clock} at the earliest (about "
    "{until:wait}).",
    "status.manual": "🔒 Locked by {holder:name} ({reason:why}); free from {until:clock} at the earliest (about "
    "{until:wait}).",
    "status.manual.open": "🔒 Locked by {holder:name}: {reason:why}. No end is set; {line:code} ends it.",
    "status.manual.own": "🔒 Locked by you ({reason:why}); free from {until:clock} at the earliest (about "
    "{until:wait}).",
    "status.manual.open.own": "🔒 Locked by you: {reason:why}. No end is set; {line:code} ends it.",
    "status.freeze": "🧊 Deploy freeze until {until:clock} (about {until:wait}): {reason:title}.",
    "status.freeze.open": "🧊 Deploy freeze with no end date: {reason:title}.",
    "status.rollback": "🔒 Locked by {holder:name} after rolling back #{pull}; {line:code} ends it.",
    "status.rollback.own": "🔒 Locked by you after rolling back #{pull}; {line:code} ends it.",
    "status.rollback.in_vain": "🔒 Locked by {holder:name} after a rollback of #{pull} that did not succeed; "
    "{line:code} ends it.",
    "status.rollback.in_vain.own": "🔒 Locked by you after a rollback of #{pull} that did not succeed; {line:code} "
    "ends it.",
    "status.cooldown": "🔒 Cool-down after {holder:name}'s deploy of #{pull}; free from {until:clock} at the earliest "
    "(about {until:wait}).",
    "status.cooldown.own": "🔒 Cool-down after your deploy of #{pull}; free from {until:clock} at the earliest (about "
    "{until:wait}).",
    "status.lost": "🔒 The outcome of {holder:name}'s deploy of {pull:#} is unknown. Check the workflow's runs; "
    "{line:code} ends the lock.",
    "status.by_hand": "⚠️ {by:name} started the workflow by hand at {at:clock}{link:raw}: something else may be live.",
    "status.freeze.next": "Next freeze: from {freeze_since:clock} ({freeze_reason:title}).",
    "status.back": "`/rollback {environment}` would undo #{undone} and go back to #{target} {back_title:title}.",
    "status.back.later": "`/rollback {environment}` is refused until {name} has ended.",
    "status.back.none": "There is nothing to roll back to yet.",
    "status.rules": "**#{pull} to {environment}**",
    "status.rules.hold": "{count:raw} of {all:raw} conditions are met",
    "rule.yes": "- ✓ {label:raw}",
    "rule.no": "- ✗ {label:raw}. `/deploy` would answer: {why:raw}",
    "rule.no.above": "- ✗ {label:raw}: see above",
    "rule.unchecked": "- – {label:raw}: not checked, there is no commit to deploy yet",
    "rule.permission": "you are allowed to deploy",
    "rule.merged": "merged",
    "rule.branch": "on the right branch",
    "rule.fork": "not from a fork",
    "rule.pushed": "no push after the command",
    "rule.checks": "checks",
    "rule.approvals": "approvals",
    "rule.order": "newer than what is live",
    "rule.after": "live on {earlier} first",
    "rule.barred": "no changes that were rolled back",
    "rule.free": "environment is free",
    "status.waiting": "Waiting: {others:raw}",
    "status.waiting.one": "#{number} {title:title} ({waiter:name})",
    "help.title": "**What you can type here**, as the first line of a comment:",
    "help.title.slack": "**What you can type here:**",
    "help.deploy": "deploy this pull request (or another)",
    "help.lock": "keep others from deploying for a while (1h if you do not say how long)",
    "help.unlock": "end your own cool-down and locks; with a reason, other people's too",
    "help.status": "what is live, what is locked and until when, who is waiting",
    "help.link": "link your Slack account to your GitHub account, as which your commands in Slack then count",
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
    "yaml.name": "the file's name is not UTF-8.",
    "yaml.denied": "the file cannot be read: {why}.",
    "yaml.broken": "this is not YAML: {why}.",
    "yaml.quote": 'no value begins with {text:code} in YAML: put the whole value in quotes, `"{text:raw}…"`.',
    "yaml.tab": "YAML does not take a tab here: use blanks.",
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
    "config.key.known": "{text:code} is not a setting here; known here: {known:names}.",
    "config.owners": "a mistake in the owner's rules: `ghapp check --policy` names it.",
    "config.later": "{text:code} is not supported by this version yet: leave it out.",
    "config.choice.near": "{text:code} is not known; did you mean {near:code}?",
    "config.choice.known": "{text:code} is not known; known here: {known:names}.",
    "config.choice.none": "{text:code} is not known, and there is no other name to write here.",
    "config.after.itself": "{text:code} cannot come after itself.",
    "config.after.branch": "{environment:code} is deployed from {branch:code} and {earlier:code} from {other:code}: "
    "no merge is on both, so nothing could be deployed.",
    "config.after.circle": "{chain:code} is a circle: each waits for the next one, so nothing could be deployed.",
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
    "config.person": "expected a role (`read`, `triage`, `write`, `maintain`, `admin`), a team, a GitHub login or "
    "`app/` with an App's name as in its URL, not {text:code}.",
    "config.app": "expected an App as `app/release-bot`, spelled as in its URL, not {text:code}.",
    "config.app.own": "{text:code} is ghapp itself, whose own comments are never commands. Take it out.",
    "config.login": "expected a GitHub login, not {text:code}.",
    "config.login.twice": "{text:code} is linked to {other:code} already, and a Slack member acts as one login only: "
    "fix {named:code} or remove it.",
    "config.member": "expected a Slack member id, for example `U024BE7LH`, not {text:code}.",
    "config.alias": "expected a name of letters in any script, digits and -, at most {most:raw} bytes of UTF-8, "
    "not {text:code}.",
    "config.alias.taken": "{text:code} is a word of the commands, so it is no alias: choose another.",
    "config.branch": "expected a branch's name, not {text:code}.",
    "config.workflow": "expected the name of a file in `.github/workflows`, for example `deploy.yml`, not {text:code}.",
    "config.template": "an input has at most {most} characters.",
    "config.input": "expected an input's name, not {text:code}.",
    "config.pattern": "expected a pattern of paths as in `.gitignore`, without `\\` and `#`, "
    "`**` only between slashes; not {text:code}.",
    "config.pattern.first": "{text:code} excludes something, so a pattern that includes must come first, for example "
    "`**`.",
    "config.checks": "expected `required`, `all`, `none` or a list of names, not {text:code}.",
    "config.github_environment": "expected the name of a GitHub environment, 1 to 255 characters on one line, not "
    "{text:code}.",
    "config.github_environment.twice": "the GitHub environment {text:code} already belongs to {other:code}.",
    "config.label": "expected the name of a label, at most 50 characters, not {text:code}.",
    "config.url": "expected an address like https://shop.example.com, not {text:code}.",
    "config.runbook": "expected an http or https address like https://wiki.example.com/shop, with at most 500 ASCII "
    "characters and without blanks, quotes, `<` and `>`, not {text:code}. Write other characters percent-encoded.",
    "config.runbook.user": "an address that everybody sees cannot contain a user name or a password: remove the part "
    "before the `@`.",
    "config.check": "expected the name of a check, not {text:code}.",
    "config.approvals": "expected a number from 0 to {most:raw}, not {text:code}.",
    "config.channel": "expected a Slack channel's id, for example `C024BE91L`, not {text:code}.",
    "config.group": "expected a Slack user group's id, for example `S0614TZR7`, not {text:code}.",
    "config.external_id": "the external id is not chosen here: with `role_arn` it is always `ghapp:<repository id>`. "
    "Leave this out, and require that value in the role's trust policy.",
    "config.target": "expected a target like `codedeploy:application/group`, not {text:code}.",
    "config.platforms": "expected a repository's name without its owner, for example `shop` or `api-*`, "
    "not {text:code}.",
    "policy.unread": "the owner's rules cannot be read.",
    # problems with the workflows that it names
    "workflow.none": "{environment:code}: there is no `.github/workflows/{file:raw}`.",
    "workflow.unreadable": "{environment:code}: `.github/workflows/{file:raw}` cannot be read; check its line "
    "{line:raw}.",
    "workflow.no_dispatch": "{environment:code}: {file:code} cannot be started by hand: "
    "it needs `workflow_dispatch` under `on`.",
    "workflow.input.unknown": "{environment:code}: {file:code} has no input {name:code}, and GitHub would refuse it; "
    "it has: {known:names}.",
    "workflow.input.none": "{environment:code}: {file:code} has no inputs, and GitHub would refuse {name:code}: "
    "declare it there under `workflow_dispatch`.",
    "workflow.input.missing": "{environment:code}: {file:code} requires the input {name:code}, which `inputs` does "
    "not set.",
    "workflow.input.value": "{environment:code}: the input {name:code} does not take {value:code}, only: {known:names}"
    ".",
    "workflow.no_sha": "{environment:code}: no input carries `{{sha}}`, so {file:code} cannot know which commit to "
    "deploy.",
    "workflow.no_ticket": "{environment:code}: no input carries `{{ticket}}`, so a run of {file:code} can only be "
    "identified by its start time; an input for it, shown in `run-name`, makes it certain.",
    "workflow.run_name": "{environment:code}: {file:code} should show the ticket, so that its run is always found: "
    "`run-name: Deploy {title:raw}`.",
    "branch.none": "{environment:code}: there is no branch {branch:code}, so nothing can be deployed there until "
    "there is one.",
    "login.role": "{environment:code}: {login:code} is a login here, not a role; did you mean {near:code}?",
    "app.none": "{environment:code}: GitHub shows ghapp no App {app:code}. Fix the name, spelled as in the App's URL; "
    "until then it gives nobody access.",
    "app.foreign": "{environment:code}: the App {app:code} belongs to {owner:code}, not to this repository's owner, "
    "so it gets no access.",
    "login.no_write": "{environment:code}: {login:code} has no write access to this repository, or there is no such "
    "login, so the name gives nobody access.",
    "target.setting": "{environment:code}: this repository is not allowed to act on {target:code}, so `/rollback` "
    "would be refused. The operator of ghapp allows it with this in `GHAPP_AWS_TARGETS`: {setting:code}",
    "target.rule": "{environment:code}: this repository is not allowed to act on {target:code}, so `/rollback` would "
    "be refused. The owner allows it with this line under `platforms` in {file:code}: {rule:code}",
    "workflow.past_lock": "{environment:code}: {cause:code} (line {line:raw} of {file:code}) starts it too, without "
    "the lock. Remove that there, and write `auto: true` here if each merge should deploy automatically; or let the "
    "deploy job ask the guard, or give it an `if:` on `github.event_name`.",
    "workflow.cancels": "{environment:code}: `cancel-in-progress: true` (line {line:raw} of {file:code}) stops a "
    "deploy halfway when the next run starts. Remove it: the next run then waits.",
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
    "dispatch.not_allowed": "A workflow execution protection does not let ghapp start {file:code}. An administrator "
    "allows this App and the event `workflow_dispatch` there, in the settings under “Actions”, “Policies”.",
    "dispatch.no_ticket": "This may be its run, but it shows no ticket: {name:raw}. With the ticket in the `run-name` "
    "of {file:code}, a run is always found; `ghapp check` shows the line.",
    "dispatch.several": "More than one run shows its ticket: {name:raw}. ghapp follows none of them: check each, and "
    "cancel those that should not continue.",
    "dispatch.no_permission": "ghapp is not allowed to start {file:code}: the App lacks the permission “Actions: Read "
    "and write” here. An owner grants it on the App's page in the settings, under “GitHub Apps”.",
    # the commands of the terminal
    "check.valid": "{file} is valid: {environments:names}",
    "check.valid.policy": "{file} is valid for all repositories of its owner: {keys:names}",
    "check.invalid": "{file}: {what:raw}",
    "check.advice": "{file}: recommended: {what:raw}",
    "check.absent": "there is no {file}; `ghapp init` writes a first one",
    "check.absent.elsewhere": "there is no {file}; check the path",
    "check.empty": "{file} is empty: ghapp does nothing in this repository",
    "check.alone": "{file} is not in a checkout's .github: its workflows were not looked at",
    "check_run.valid": "The config is valid.",
    "check_run.invalid": "Problems in the config: {count:raw}",
    "check_run.advice": "Recommended: {what:raw}",
    "check_run.unread": "Not checked yet: the workflows could not be read.",
    "check_run.unread.more": "GitHub did not show ghapp the workflows that the config names: {files:names}. ghapp "
    "tries again automatically; nothing has to be done.",
    "check_run.gone": "After this, ghapp does nothing in this repository.",
    "check_run.gone.more": "The config is removed. A deploy in progress is tracked to its end; then `ghapp/lock` "
    "turns green.",
    "init.exists": "{file} already exists: nothing was written. `ghapp check` shows whether it is valid",
    "init.outside": "there is no checkout of a git repository here: run `ghapp init` in the folder of yours",
    "init.none": "there is no workflow in {folder}, and nothing was written: add one that deploys, for example "
    "deploy/workflow.yml of ghapp's repository, and try again",
    "init.nothing": "no workflow in {folder} can be started by hand, and nothing was written: add "
    "`workflow_dispatch` under `on` to the one that deploys, and try again",
    "init.no_release": "no workflow in {folder} that can be started by hand deploys, and nothing was written: a "
    "deploy workflow is known by its name (`deploy.yml`), or by a job with `environment:`",
    "init.unreadable": "{file} cannot be read and was left out: {what:raw}",
    "init.unread": "{folder} has more than {most:raw} workflows; not read: {files:names}",
    "init.written": "{file} is written, for: {environments:names}",
    "init.open": "line {lines:names}: fill in the input {name}, which {file} requires",
    "init.guessed": "line {line:raw}: {environment:raw} is a guess. Does its workflow deploy to an environment of this "
    "name on GitHub? If not, write the right one here and in `inputs`",
    "init.listed": "The environments of {repository} were read from GitHub: {environments:names}",
    "init.not_listed": "GitHub did not list the environments of {repository} (HTTP {status:raw}), so that their names "
    "come from the workflows: the token in {variable:code} must be valid, with the permission `Actions: read`",
    "init.unused": "Not used:",
    "init.unused.no_dispatch": "{files:names}: no `workflow_dispatch`",
    "init.unused.no_release": "{files:names}: can be started by hand; the name says nothing of a release",
    "init.unused.beside": "{files:names}: can be started by hand; the name says that it prepares or undoes a release",
    "init.unused.taken": "{files:names}: {environment:raw} is deployed by {by}",
    "init.unused.many": "{files:names}: {environment:raw} is left out, because a config has at most {most:raw} "
    "environments",
    "init.more": "{count:raw} more",
    # at a terminal
    "init.ask.default": "{question:raw} [{default}]",
    "init.ask.environments": "{file}: which environments does it deploy to, by their names on GitHub? Several with "
    "commas",
    "init.ask.name": "{file}: how should the environment {about:code} be named here?",
    "init.ask.value": "{file}: which value should the required input {about:code} have? ({takes:names}; Enter leaves "
    "it open)",
    "init.ask.text": "{file}: which value should the required input {about:code} have? (Enter leaves it open)",
    "init.next": "Next: look it through, run `ghapp check`, and commit it on the default branch. All settings: "
    "docs/configuration.md",
    "init.next.channel": "Next: look it through, fill in the Slack channel's id (at the end of its details), run "
    "`ghapp check`, and commit it on the default branch. All settings: docs/configuration.md",
    "init.ask.channel": "Which Slack channel gets the prompts? Its id is at the end of the channel's details (Enter: "
    "none, prompts are comments on pull requests)",
    # ------------------------------------------------------------ answers to commands
    # the number's comment of a rollback
    "rollback.accepted": "⏪ Rolling {environment} back to {number:#} (by {actor:person})",
    "rollback.running": "⏪ Rolling {environment} back to {number:#} (by {actor:person}){link:raw}",
    "rollback.succeeded": "⏪ **{environment} is back on {number:#}** ({name}, by {actor:person}){link:raw}",
    "rollback.failed": "❌ **Rollback of {environment} failed ({name}): check what is live** (by "
    "{actor:person}){link:raw}",
    "rollback.unbegun": "❌ **Rollback of {environment} failed before anything was done ({name}): #{undone} is still "
    "live** (by {actor:person}){link:raw}",
    "rollback.unsure": "❔ **Rollback of {environment} ended ({name}): check what is live** (by "
    "{actor:person}){link:raw}",
    "rollback.given_up": "❔ **Rollback of {environment} was given up ({name}): check what is live** (by "
    "{actor:person}){link:raw}",
    "rollback.cancelled": "❌ **Rollback of {environment} was cancelled ({name}): check what is live** (by "
    "{actor:person}){link:raw}",
    "rollback.lost": "❔ **Rollback of {environment}: outcome unknown** ({name}, by {actor:person}){link:raw}",
    "rollback.was.succeeded": "⏪ **{environment} was rolled back to {number:#}** at {since:clock} ({name}, by "
    "{actor:person}){link:raw}",
    "rollback.was.failed": "❌ **Rollback of {environment} failed** at {since:clock} ({name}, by "
    "{actor:person}){link:raw}",
    "rollback.was.unsure": "❔ **Rollback of {environment} ended** at {since:clock}, but its outcome is unknown "
    "({name}, by {actor:person}){link:raw}",
    "rollback.was.given_up": "❔ **Rollback of {environment} was given up** at {since:clock} ({name}, by "
    "{actor:person}){link:raw}",
    "rollback.was.cancelled": "❌ **Rollback of {environment} was cancelled** at {since:clock} ({name}, by "
    "{actor:person}){link:raw}",
    "rollback.was.open": "⏹ **Rollback of {environment} was given up before its end** ({name}, by "
    "{actor:person}){link:raw}",
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
    "rolled_back": "{holders:people} **{environment} was rolled back to {number:#}** ({name}): #{undone} was undone.",
    "holders.more": "It also concerns {people:people}.",
    "rolled_back.along": "Undone with it: {others:raw}",
    "rollback_failed": "{holders:people} **Rollback of {environment} failed ({name}): check what is live.** It was to "
    "undo #{undone} and go back to {number:#}.",
    "rollback_lost": "{actor:person} **Rollback of {environment}: outcome unknown** ({name}).",
    "rollback_unbegun": "{holders:people} **Rollback of {environment} failed before anything was done ({name}): "
    "#{undone} is still live.** It was to go back to {number:#}.",
    "rollback_unsure": "{holders:people} **Rollback of {environment} ended ({name}): check what is live.** It was to "
    "undo #{undone} and go back to {number:#}.",
    "rollback_cancelled": "{holders:people} **Rollback of {environment} was cancelled ({name}): check what is live.** "
    "It was to undo #{undone} and go back to {number:#}.",
    # refusals of /rollback
    "bad_target": "{typed:code} is not a target. Write `to #41`, a pull request that was live, or `stop d-X1Y2Z3`, a "
    "CodeDeploy deployment that may be stopped for the rollback. Usage: {usage:code}",
    "no_reason": "`/rollback` takes no reason ({typed:code}), so nothing was done. Type {command:code}",
    "rolling_back": "{holder:name} is already rolling {environment} back to {pull:#} ({name}). When that has ended, "
    "see `/status {environment}`.",
    "rolled_back_already": "{holder:name} has already rolled #{number} back from {environment} ({name}), so nothing "
    "more was done. {live:#} is live now.",
    "rolled_back_already.next": "To undo {undone:#} too: {command:code}",
    "released_since": "{holder:name} started deploying #{undone} to {environment} after this line was typed ({name}), "
    "so nothing was done.",
    "rollback_elsewhere": "#{number} is neither live on {environment} nor being deployed to it, so nothing was done.",
    "rollback_elsewhere.barred": "#{number} was rolled back from {environment} before, or a rollback was tried, so "
    "nothing was done.",
    "rollback_elsewhere.runs": "{live:#} is live on {environment}.",
    "rollback_elsewhere.next": "To undo #{undone}: {command:code}",
    "rollback_elsewhere.first": "To undo #{undone}, type this in its pull request: {command:code}",
    "rollback_held": "{environment} is locked by {holder:name} ({reason:why}), and only {holder:name} or people who "
    "can unlock can roll back now. Ask {holder:name} to `/unlock {environment}`.",
    "nothing_before": "There is nothing to roll {environment} back to: what was live there before is unknown, or was "
    "rolled back. Merge a fix and deploy it.",
    "never_live": "#{number} is not recorded as live on {environment}. You can roll back to {others:raw}.",
    "never_live.none": "#{number} is not recorded as live on {environment}. To see what you can roll back to: "
    "{command:code}",
    "target_gone": "#{target} ({sha:code}) is no longer in the repository, and the workflow cannot deploy it, so "
    "nothing was done: #{undone} is not rolled back. Merge a fix and deploy it.",
    "target_gone.others": "{others:raw} was live on {environment} before that. To go back further: {command:code}",
    # refusals of /deploy after a rollback
    "not_barred": "{other:raw} was not rolled back from {environment}, or #{number} does not contain it, so `with` "
    "cannot name it and nothing was done. To deploy #{number}: {command:code}",
    "bad_with": "{typed:code} does not say what may be deployed again: write `with #42`, or `with #42 #41`, pull "
    "requests that were rolled back. Usage: {usage:code}",
    # a mistake in a typed command
    "not_ascii": "{typed:code} contains {point:code}, which is not plain ASCII, so nothing was done. Type it again: "
    "{usage:code}",
    # answers to /cancel
    "dropped": "🔓 {holder:person}: {actor:name} no longer waits for {name} (#{pull}) to end: {reason:why}. The "
    "rollback of {environment} continues; if the old run becomes active, it is cancelled.",
    "cancelling": "⏹ {holder:person} {actor:name} has cancelled {name} (#{pull}). {environment} stays locked until "
    "its run has ended; you will be notified.",
    "cancelling.own": "⏹ {holder:person} {name} (#{pull}) is being cancelled. {environment} stays locked until its "
    "run has ended; you will be notified.",
    "cancelled_at_once": "⏹ {holder:person} {name} (#{pull}) was cancelled by {actor:name} before its run was started.",
    "cancelled_at_once.own": "⏹ {holder:person} {name} (#{pull}) was cancelled before its run was started.",
    "nothing_to_cancel": "No deploy is running on {environment}, so there is nothing to cancel. Nothing to do.",
    "too_late_to_cancel": "#{pull} has already been deployed to {environment}, so it is too late to cancel. To undo "
    "it: `/rollback {environment}`. To unlock {environment}: `/unlock {environment}`",
    "too_late_to_cancel.shifting": "CodeDeploy has already begun to switch {environment} to {pull:#}, so it is too "
    "late to cancel. To undo it: `/rollback {environment}`",
    "too_late_to_cancel.ending": "#{pull} has already been deployed to {environment}, so it is too late to cancel. To "
    "undo it: `/rollback {environment}`. {by:name} has ended CodeDeploy's wait: {environment} is free when CodeDeploy "
    "has finished.",
    "cancel_lost": "The outcome of {name} ({pull:#}) is unknown, so it cannot be cancelled. Check the workflow's "
    "runs; when none is running: {command:code}",
    "being_cancelled": "{by:name} has already cancelled {name} ({pull:#}). You will be notified when its run has "
    "ended.",
    # /help
    "help.rollbackers": " Can roll back: {rollbackers:raw}.",
    "help.you": " You can use: {may:raw}.",
    "help.you.not": " You cannot use: {may_not:raw}.",
    "help.you.none": " You can only see the status.",
    "help.rollback": "roll back to what was live before (or to an earlier one), even during a cool-down or freeze",
    "help.cancel": "cancel a running deploy: your own, or anybody's if you can unlock",
    # ------------------------------------------------------------ check runs
    # the buttons: at most 20 characters, and 40 for their explanation
    "button.deploy": "Deploy",
    "button.deploy.what": "Deploy it, as /deploy does",
    "button.rollback": "Roll back",
    "button.rollback.what": "Roll back, as /rollback does",
    "button.unlock": "Looks good, next",
    "button.unlock.what": "End the lock, as /unlock does",
    # before the merge: rendered once for each head
    "release.open.free": "After merging: ready to deploy to {environment} (free at {now:clock}{waiting:raw})",
    "release.open.locked": "After merging: in line for {environment} (locked at {now:clock}{waiting:raw})",
    "release.open.free.after": "After {earlier}: ready to deploy to {environment} (free at {now:clock}{waiting:raw})",
    "release.open.locked.after": "After {earlier}: in line for {environment} (locked at {now:clock}{waiting:raw})",
    "release.open.waiting": ", {count:raw} waiting",
    "release.open.next": "After the merge, the person who merged it is asked to deploy it: {command:code}",
    "release.open.after": "After the merge it waits until it is live on {earlier}; then the person who merged it is "
    "asked to deploy it: {command:code}",
    "release.open.deploy": "This commit can be deployed to {environment} before it is merged: press **Deploy**.",
    "release.open.then": "As of {now:clock}. The status `ghapp/lock` shows the current state.",
    # from the merge on
    "release.awaiting": "Ready for {environment}",
    "release.waiting": "{rank:nth} in line for {environment}",
    "release.skipped": "Skipped: the next newer deploy to {environment} includes it",
    "release.unlisted": "No longer in line for {environment}",
    "release.gone": "{environment} was removed from the config",
    "release.gone.more": "{environment} is no longer in `.github/ghapp.yml` on the default branch, so #{number} is "
    "not deployed there.",
    "release.deploying": "Deploying to {environment} ({name}, by {actor:name})",
    "release.cancelling": "Being cancelled by {by:name} ({name}, by {actor:name})",
    "release.live": "Live on {environment}",
    "release.live.more": "#{number} is live on {environment}.",
    "release.carried": "Went live on {environment}, with #{pull}",
    "release.failed": "Deploy to {environment} failed ({name})",
    "release.unsure": "Deploy to {environment} ended, but it is unknown whether #{number} is live ({name})",
    "release.given_up": "Deploy to {environment} was given up ({name})",
    "release.cancelled": "Deploy to {environment} was cancelled ({name})",
    "release.lost": "Deploy to {environment}: outcome unknown ({name})",
    "release.rolling_back": "Being rolled back ({name}, by {actor:name})",
    "release.waits": "The rollback is waiting for {after} to end ({name}, by {actor:name})",
    "release.rollback_failed": "Rollback of {environment} did not succeed ({name}): check what is live",
    "release.rollback_unbegun": "Rollback of {environment} failed before anything was done ({name})",
    "release.rolled_back": "Rolled back from {environment}",
    "release.rolled_back.more": "#{number} was rolled back from {environment}. Fix it in another pull request; only "
    "people who can unlock can deploy it again as it is.",
    "release.rolled_back.in_vain": "Its rollback from {environment} did not succeed",
    "release.rolled_back.in_vain.more": "#{number} was to be rolled back from {environment}, but that did not "
    "succeed. Fix it in another pull request; only people who can unlock can deploy it again as it is.",
    "release.replaced": "Was live on {environment} {span:raw}",
    # the answer to a press names it, since a press is not visible as a comment is
    "pressed": "{actor:person} pressed **{label}** in the checks:",
    "button_over": "That button belongs to {name}, and {environment} is at {current} now. Nothing was done. The check "
    "shows what can be done now; for the reason: `/status {environment}`",
    "button_gone": "That button no longer fits #{pull} on {environment}. Nothing was done. The check on its last "
    "commit shows what can be done now; for the reason: `/status {environment}`",
    # on the pull request, once
    "gate_refused": "GitHub does not accept the status `ghapp/lock` for this pull request: {why:code}. It may show an "
    "old state, so do not rely on it to merge; see `/status` for the current state. ghapp keeps trying.",
    # ------------------------------------------------------------ the guard and the protection rule
    "guard.none": "This run has no deploy number from ghapp, so it cannot continue. Start the release with `/deploy`.",
    "guard.unknown": "{ticket:code} was not issued for {repository}, or ended long ago. Nothing can be deployed with "
    "it: start the release with `/deploy`.",
    "guard.over": "{name:code} is no longer valid: its release has ended or was given up, or another one has "
    "started on {environment}. Nothing can be deployed with it; see `/status {environment}`.",
    "guard.stopping": "{name} was cancelled by {by:name}, so this run cannot continue. It will be stopped. Nothing to "
    "do.",
    "guard.workflow": "{name} is for {workflow:code} on {branch:code}, but this run is of another workflow or branch. "
    "Start the release with `/deploy`.",
    "guard.attempt": "{name} was granted for one attempt. A re-run does not take the lock, so it cannot continue. To "
    "try again: {command:code}",
    "guard.other_run": "{name} belongs to another run ({url:raw}), so this one cannot continue. Start the release "
    "with `/deploy`.",
    "guard.not_yet": "It is not known yet which run belongs to {name}, so this one cannot continue: ask again.",
    "guard.sha": "{name} was granted for {granted:code}, but this job reports {sha:code}. Check out exactly the "
    "commit in the workflow's input.",
    "rule.approved": "{name}: #{number} by {actor:name}.",
    "rule.over": "This run has no valid deploy number: its release has ended, was cancelled or given up, or another "
    "run has it. Start the release with `/deploy`.",
    "rule.unknown": "{place:code} is not an environment in `.github/ghapp.yml` on the default branch, so it has no "
    "lock. Add it there, as `github_environment` of the environment that it belongs to; or remove ghapp's protection "
    "rule from it on GitHub.",
    "rule.not_by_hand": "Only a run that a person starts by hand takes the lock, but {cause:code} started this one. "
    "Type {command:code}, or let each merge deploy automatically with `auto: true`.",
    "rule.again": "A re-run does not take the lock. Type `/deploy`, or start a new run.",
    "rule.workflow": "{environment} is deployed by {workflow:code} on {branch:code}, but this run is of another "
    "workflow or branch. Start that one, or type `/deploy`.",
    "rule.late": "ghapp could not decide this for more than 10 minutes, so it was not allowed. If you still need it, "
    "start it again.",
    "rule.no_release": "{sha:code}, which this run was started on, is not the merge of a pull request that waits for "
    "{environment}. Type `/deploy {environment}` on the pull request that you mean.",
    "rule.could_not_check": "ghapp could not check yet whether this may continue ({why:code}). It stays on hold and "
    "is checked again.",
    "not_fenced": "{actor:person} ⚠️ **{name} is live, but its job did not ask the guard**{link:raw}, as those before "
    "it did. Check that run and {workflow:code}: without the guard, nothing stops a run that bypasses the lock.",
    "glass_broken": "⚠️ **{actor:person} bypassed the lock and continued a run to {environment}**{link:raw}: "
    "{reason:title}\nCheck what is live now.",
    # ------------------------------------------------------------ permissions that the App lacks
    "not_granted": "This needs the permission {permission:code}, which the App does not have here, so nothing was "
    "done. An owner grants it at {where:raw} Then try again.",
    "lacks": "⚠️ The App lacks permissions in this repository:",
    "lacks.actions": "- {permission:code}: no workflow can be started, so nothing can be deployed.",
    "lacks.checks": "- {permission:code}: there is no check with buttons, and required checks cannot be read.",
    "lacks.deployments": "- {permission:code}: GitHub's own pages do not show deployments; for a run that no command "
    "started, ghapp reads the environment only from its workflow file.",
    "lacks.issues": "- {permission:code}: commands in pull requests may not be received.",
    "lacks.merge_queues": "- {permission:code}: `ghapp/lock` cannot be set in a merge queue; where it is required, "
    "the queue stands still.",
    "lacks.pull_requests": "- {permission:code}: nothing can be answered in pull requests.",
    "lacks.statuses": "- {permission:code}: `ghapp/lock` cannot be set, so a lock keeps nobody from merging.",
    "lacks.next": "Everything else works. An owner grants them at {where:raw}",
    # ------------------------------------------------------------ Slack
    # at most 75 characters
    "slack.button.deploy": "Deploy",
    "slack.button.deploy.to": "Deploy to {environment}",
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
    "slack.thread.taken_back": "{since:clock} rolled back to {number:#} ({name}, by {actor:name})",
    "slack.thread.failed": "{since:clock} failed",
    "slack.thread.unsure": "{since:clock} ended; it is unknown whether it is live",
    "slack.thread.given_up": "{since:clock} given up",
    "slack.thread.cancelled": "{since:clock} cancelled",
    "slack.thread.lost": "{since:clock} outcome unknown",
    "slack.thread.locked": "{since:clock} locked until {until:clock}",
    # to one person alone
    "slack.unlinked": "Your Slack account is not linked to a GitHub account. People who can change {file:code} can "
    "add this line under `people`: {line:code} ({link:raw})",
    "slack.unlinked.owner": "Your Slack account is not linked to a GitHub account. Here the owner's rules decide who "
    "can act: ask the owner to add this line under `people`: {line:code}",
    "owner": "⚠️ {before:code} now belongs to another owner, as {repository:code}: from now on that owner's rules, "
    "teams and permissions count. Locks stay, and a running deploy is tracked to its end.",
    "people.appeared": "⚠️ The owner's rules now decide who can act from Slack in {repository:code}: {others:raw}",
    "people.changed": "⚠️ The owner's rules now let other people act from Slack in {repository:code}: {others:raw}",
    "people.gone": "⚠️ The owner's rules no longer decide who can act from Slack in {repository:code}; the "
    "repository's own file does. Before: {others:raw}",
    "late": "Slack took no messages for a while, so notices more than an hour old were left out. The current state is "
    "in each release's own message, and in `/status`.",
    "slack.edit": "edit it",
    "starting": "Deploying #{number} to {environment} ({name}).",
    "starting.rollback": "{environment} is being rolled back to {number:#} ({name}).",
    "starting.waits": "{environment} will be rolled back to {number:#} ({name}).",
    "slack.button_over": "That button belongs to {name}, and {environment} is at {current} now. Nothing was done; the "
    "newest message shows what can be done now.",
    "slack.stranger": "Only members of this workspace can use ghapp here. Type it in the pull request.",
    "slack.guest": "Guests cannot use ghapp here. Ask a member of the workspace.",
    "slack.gone": "That Slack account is no longer active. Type it in the pull request.",
    "slack.bot": "Bots cannot use ghapp here. Type it yourself, as a member of this workspace.",
    "slack.unknown": "Slack does not say who you are ({why:code}), so nothing was done. Only members of this "
    "workspace can use ghapp here: if you are one, show this to the operator of ghapp.",
    "could_not_check.pressed": "Could not check what was pressed ({typed:code}, {why:code}). Nothing was done; please "
    "press it again.",
    "broken.pressed": "What was pressed ({typed:code}) failed because of an error in ghapp itself. Nothing was done. "
    "Press it once more; if it fails again, ask the operator of ghapp to check {command:code}.",
    "slack.no_repository": "No repository uses this channel. A repository names it in `.github/ghapp.yml` under "
    "`slack: {{channel: …}}`.",
    "slack.elsewhere": "This is not the channel of {environment}, so nothing was done. Type it in {channel:raw}.",
    "slack.elsewhere.pull": "{environment} has no channel, so nothing was done. Type it in the pull request.",
    "slack.other_repository": "{typed:code} does not use this channel. Repositories here: {repositories:names}.",
    "slack.which_repository": "Which repository? Type one: {lines:raw}",
    "slack.choice": "{command:code} {title:title}",
    "slack.choice.rollback": "{command:code} in {repository}: from #{undone} back to #{target} {target_title:title}",
    "slack.more": "There is more than fits here: see `/status`.",
    "slack.nothing_waits": "Nothing is waiting for {environment}. To deploy a merged pull request, add its number, "
    "like `#42`.",
    "skipped": "#{number} was skipped: the next newer deploy to {environment} includes it.",
    "passed": "{next_waiter:name} (#{next}) was asked instead; #{number} keeps its place in line.",
    "passed.nobody": "Nobody else is waiting for {environment}, so it is still your turn.",
    "not_awaiting": "#{number} is no longer waiting for {environment}. Nothing to do.",
    "slack.ask.title": "Unlock {environment}",
    "slack.ask.text": "{environment} is locked by {holder:name}. They will be notified that you unlocked it, and why.",
    "slack.ask.label": "Reason",
    "slack.ask.submit": "Unlock",
    # on GitHub, once
    "slack_refused": "Slack refused a message for {channel:code} ({why:code}), so it is shown here.",
    "moved": "At {at:clock} this moved to Slack: #{number} has its message for {environment} in {channel:code}.",
    # the final text of a message in a channel that is no longer the environment's
    "slack.moved": "At {at:clock} this moved to {channel:raw}: #{number} has its message there.",
    "slack.moved.pull": "At {at:clock} this moved to the comments of pull request #{number}.",
    # ------------------------------------------------------------ CodeDeploy
    # the gate, at most 140 characters
    "gate.rolling_back": "{environment}: being rolled back to {pull:#} ({holder:name})",
    "gate.overtaking": "{environment}: the rollback to {pull:#} ({holder:name}) is waiting for {after} to end",
    "gate.stuck": "{environment}: the rollback to {pull:#} ({holder:name}) is stuck: check the runs, then {line}",
    "gate.unended": "{environment}: {pull:#} ({holder:name}) is not seen to end: check the runs, then {line}",
    "gate.cancelling": "{environment}: {pull:#} ({holder:name}) is being cancelled by {by:name}",
    "gate.ending": "{environment}: {pull:#} is deployed ({holder:name}); {by:name} ended the wait, free when "
    "CodeDeploy has finished",
    "gate.shifting": "{environment}: CodeDeploy has not finished with {pull:#} ({holder:name}); free from "
    "{until:clock} at the earliest",
    "gate.shifting.open": "{environment}: CodeDeploy has not finished with {pull:#} ({holder:name})",
    "gate.scaling": "{environment}: after {pull:#} ({holder:name}) CodeDeploy is still deploying to new instances",
    "gate.kept": "{environment}: {pull:#} is deployed ({holder:name}), previous version kept; free from {until:clock} "
    "at the earliest",
    "gate.kept.open": "{environment}: {pull:#} is deployed ({holder:name}), previous version kept for rollback",
    "gate.unasked": "{environment}: {pull:#} ({holder:name}): CodeDeploy does not answer, check it there",
    # the prompt after a merge
    "prompt.rolling_back": "{holder:name} is rolling back to {pull:#}.",
    "prompt.overtaking": "{holder:name}'s rollback to {pull:#} is waiting for {after} to end.",
    "prompt.stuck": "{holder:name}'s rollback to {pull:#} is waiting for {after} to end, and ghapp cannot see that it "
    "has. Check the workflow's runs first; to continue without waiting: {line:code}",
    "prompt.unended": "ghapp cannot see that {name} ({pull:#}, {holder:name}) has ended. Check the workflow's runs "
    "first; to continue without waiting: {line:code}",
    "prompt.cancelling": "{pull:#} (by {holder:name}) is being cancelled by {by:name}.",
    "prompt.ending": "{pull:#} (by {holder:name}) is deployed. {by:name} has ended CodeDeploy's wait: it is free when "
    "CodeDeploy has finished.",
    "prompt.shifting": "CodeDeploy has not finished with {pull:#} (by {holder:name}).",
    "prompt.shifting.open": "CodeDeploy has not finished with {pull:#} (by {holder:name}).",
    "prompt.scaling": "After {pull:#} (by {holder:name}), CodeDeploy is still deploying to instances that come or go.",
    "prompt.kept": "{pull:#} (by {holder:name}) is deployed, and the previous version is kept for a quick rollback.",
    "prompt.kept.open": "{pull:#} (by {holder:name}) is deployed, and the previous version is kept for a quick "
    "rollback.",
    "prompt.unasked": "{holder:name}'s run of {pull:#} has ended, but ghapp cannot reach CodeDeploy to see whether it "
    "has finished.",
    "prompt.back": ":rewind: {environment} is being rolled back from #{undone} to {pull:#} ({name}, by {actor:name}).",
    "prompt.back.waits": ":rewind: {environment} will be rolled back from #{undone} to {pull:#} ({name}, by "
    "{actor:name}).",
    "prompt.back.succeeded": ":rewind: {environment} was rolled back from #{undone} to {pull:#} ({name}, by "
    "{actor:name}).",
    "prompt.back.failed": ":x: Rollback of {environment} failed ({name}): check what is live.",
    "prompt.back.unbegun": ":x: Rollback of {environment} failed before anything was done ({name}): #{undone} is "
    "still live.",
    "prompt.back.unsure": ":grey_question: Rollback of {environment} ended ({name}): check what is live.",
    "prompt.back.given_up": ":grey_question: Rollback of {environment} was given up ({name}): check what is live.",
    "prompt.back.cancelled": ":x: Rollback of {environment} was cancelled ({name}): check what is live.",
    "prompt.back.lost": ":grey_question: Rollback of {environment}: outcome unknown ({name}). Check what is live "
    "before you do anything else.",
    "prompt.way_back": "The previous version is kept until {way_back:clock}: until then a rollback takes about a "
    "minute.",
    # the number's comment
    "number.way_back": "The previous version is kept until {way_back:clock}: until then {again:code} takes about a "
    "minute.",
    "number.kept": "The previous version is still kept: {again:code} takes about a minute.",
    "number.well": " If all is well, {command:code} drops it and unlocks {environment}.",
    "number.well.held": " If all is well, {command:code} drops it.",
    "number.ending": "{by:name} has ended CodeDeploy's wait: {environment} is free when CodeDeploy has finished. A "
    "rollback is no longer quick from then on.",
    "number.stopping": "{by:name} has cancelled it, and its run has not ended yet: {environment} stays locked until "
    "it has.",
    "number.shifting": "CodeDeploy has not finished: {environment} stays locked until it has.",
    "number.scaling": "CodeDeploy is still deploying to instances that come or go: {environment} stays locked until "
    "that has ended. To continue without waiting: {command:code}",
    "failed.next.platform": "{environment} is free when CodeDeploy has finished. To try again then: {command:code}",
    "number.detail.codedeploy": "CodeDeploy said: {detail:code}",
    "rollback.waits": "⏪ {environment} will be rolled back to {number:#} (by {actor:person})",
    # a rollback's own comment: its strategy and duration
    "rollback.how.stop": "CodeDeploy switches back to the previous version, which is still up: about {about:raw}. "
    "Database changes stay.",
    "rollback.how.follow": "CodeDeploy is already rolling back automatically: about {about:raw}. Database changes "
    "stay.",
    "rollback.how.create": "The previous version is no longer up: CodeDeploy deploys it again, about {about:raw}. "
    "Database changes stay.",
    "rollback.how.create.over": "CodeDeploy's current deployment is ended without rolling back, then the target is "
    "deployed again: about {about:raw}. Database changes stay.",
    "rollback.how.onward": "CodeDeploy first rolls back to the previous version, then deploys the target from there: "
    "about {about:raw}. Database changes stay.",
    "rollback.awaits": "CodeDeploy first finishes {awaits:code}, a deployment of its own to instances that come or "
    "go. ghapp waits for that and does not stop it.",
    "rollback.consented": "{halts:code} is stopped for this. ghapp does not know who started it; {actor:name} named "
    "it.",
    "rollback.how.there": "The target is already live in CodeDeploy: about {about:raw} to confirm that. Database "
    "changes stay.",
    "rollback.to.unreleased": "Back to: what CodeDeploy deployed before ghapp was used, {deployment:code}{told:raw}. "
    "Its pull request and commit are not known.",
    "rollback.to.told": " from {since:day} (description: {description:why}, AppSpec {sha256:code})",
    "slack.thread.rollback.unreleased": "rolls back to {number:#}",
    "rollback.as_release": "as long as a normal deploy",
    # notices
    "rollback_stuck": "{actor:person} ⚠️ **{name} is waiting for {after} to end, and ghapp cannot see that it "
    "has**{link:raw}. {environment} is not rolled back yet. Check the workflow's runs first; to continue without "
    "waiting: {command:code}",
    "overtaken_unended": "{actor:person} ⚠️ **{name} has ended, but ghapp cannot see that {after} has**{link:raw}, so "
    "{environment} stays locked. Check the workflow's runs first; to continue without waiting: {command:code}",
    "overtaken_ended.succeeded": "{actor:person} **{name} finished before it could be cancelled: #{number} was "
    "deployed to {environment}**{link:raw}.",
    "overtaken_ended.failed": "{actor:person} **The run of {name} has ended: it failed**{link:raw}.",
    "overtaken_ended.cancelled": "{actor:person} **The run of {name} has ended: it was cancelled**{link:raw}.",
    "overtaken_ended.back": "{by:name}'s rollback to {target:#} continues ({back}).",
    "platform_unasked": "{actor:person} ⚠️ **{environment} stays locked: CodeDeploy does not answer about {name} "
    "({number:#}).** Why: {detail:code}\nFix that. Or, if you have checked in CodeDeploy that it has finished: "
    "{command:code}",
    "platform_failed": "{actor:person} **CodeDeploy rolled #{number} back from {environment}** after its run had "
    "succeeded ({name}, {deployment:code}). What was live before counts as live again.",
    "platform_went_on": "{actor:person} ⚠️ **CodeDeploy deployed #{number} to {environment} although its run did not "
    "succeed** ({name}, {deployment:code}). To undo it: {again:code}. To keep it, deploy it again: {deploy:code}",
    # refusals
    "locked.rolling_back": "{holder:person} is rolling {environment} back to {pull:#}.",
    "locked.overtaking": "{holder:person}'s rollback of {environment} to {pull:#} is waiting for {after} to end.",
    "locked.stuck": "{holder:person}'s rollback of {environment} to {pull:#} is waiting for {after} to end, and ghapp "
    "cannot see that it has. Check the workflow's runs first; to continue without waiting: {line:code}",
    "locked.unended": "ghapp cannot see that {name} on {environment} ({pull:#}, {holder:person}) has ended. Check the "
    "workflow's runs first; to continue without waiting: {line:code}",
    "locked.cancelling": "{pull:#} (by {holder:person}) on {environment} is being cancelled by {by:name}; it is free "
    "when its run has ended.",
    "locked.ending": "{pull:#} (by {holder:person}) is deployed to {environment}, and {by:name} has ended "
    "CodeDeploy's wait; it is free when CodeDeploy has finished.",
    "locked.shifting": "CodeDeploy has not finished with {pull:#} (by {holder:person}) on {environment}; it should be "
    "free from {until:clock} (about {until:wait}).",
    "locked.shifting.open": "CodeDeploy has not finished with {pull:#} (by {holder:person}) on {environment}.",
    "locked.scaling": "After {pull:#} (by {holder:person}), CodeDeploy is still deploying to instances that come or "
    "go on {environment}; it is free when that has ended.",
    "locked.kept": "{pull:#} (by {holder:person}) is deployed to {environment}, and CodeDeploy keeps the previous "
    "version for a quick rollback; it should be free from {until:clock} (about {until:wait}).",
    "locked.kept.open": "{pull:#} (by {holder:person}) is deployed to {environment}, and CodeDeploy keeps the "
    "previous version for a quick rollback.",
    "locked.unasked": "{holder:person}'s run of {pull:#} on {environment} has ended, but ghapp cannot reach "
    "CodeDeploy to see whether it has finished: check it there first.",
    "platform_under_way": "{environment} cannot be unlocked while CodeDeploy is deploying {pull:#} (by {holder:name}, "
    "{deployment:code}). It ends automatically; to undo it: `/rollback {environment}`.",
    "platform_under_way.unseen": "{environment} cannot be unlocked while CodeDeploy is deploying {pull:#} (by "
    "{holder:name}). It ends automatically; to undo it: `/rollback {environment}`.",
    "rollback_under_way": "{holder:name} is rolling {environment} back to {pull:#}, so it cannot be unlocked. "
    "Wait for its end, then see `/status {environment}`.",
    "rollback_waits": "{holder:name}'s rollback of {environment} to {pull:#} is waiting for {after} to end, so it "
    "cannot be unlocked. If ghapp sees no end within four minutes, it says so, with the line that continues without "
    "it. Nothing to do until then.",
    "rollback_behind": "{name} ({pull:#}) has to end first on {environment}: {by:name} has cancelled it. Nothing was "
    "done; type it again when it has ended.",
    "rollback_behind.unseen": "{name} ({pull:#}) has to end first on {environment}, and ghapp cannot see that it has, "
    "so nothing was done. Check the workflow's runs; after {command:code}, type it again.",
    "cancel_way_back": "{name} is rolling back to {pull:#} by CodeDeploy; stopping halfway would leave an unknown "
    "state, so it is not cancelled. When it has ended, deploy what should be live.",
    "reason_needed.kept": "CodeDeploy keeps the previous version for a quick rollback of {pull:#} (by {holder:name}). "
    "To drop it, give a reason ({holder:name} will see it): {command:code}",
    "reason_needed.scaling": "After {pull:#} (by {holder:name}), CodeDeploy is still deploying to instances that come "
    "or go. To continue without waiting, give a reason ({holder:name} will see it): {command:code}",
    "reason_needed.unasked": "ghapp cannot reach CodeDeploy after {pull:#} (by {holder:name}). If you have checked "
    "there that it has finished, say so: {command:code}",
    "platform_denied": "ghapp is not allowed to see {environment} in CodeDeploy, so nothing was done ({why:code}). "
    "Fix its permissions and type it again; until then roll back in CodeDeploy itself.",
    "target_not_allowed": "{repository:code} is not allowed to act on {target:code}, so CodeDeploy was not asked, and "
    "nothing was done. What is live on {environment} is unknown here; until that is allowed, roll back in CodeDeploy "
    "itself.",
    "target_not_allowed.setting": "The operator of ghapp allows it with this in `GHAPP_AWS_TARGETS`: {setting:code}",
    "target_not_allowed.rule": "The owner allows it with this line under `platforms` in {file:code}: {rule:code}",
    "target_claimed": "{other:code} names {target:code} too, and one deployment group belongs to one repository, so "
    "nothing was done on {environment}. Remove it from the other's `rollback`, or have the operator allow it for only "
    "one; until then roll back in CodeDeploy itself.",
    "target_claimed.hidden": "Another repository names {target:code} too, and one deployment group belongs to one "
    "repository, so nothing was done on {environment}. The operator of ghapp sees which in the log, and can allow it "
    "for only one; until then roll back in CodeDeploy itself.",
    "status.not_allowed": "❔ What is live is unknown: this repository is not allowed to act on {target:code}.",
    "platform_foreign": "CodeDeploy is running {deployment:code} on {environment}, and ghapp does not know who "
    "started it, so #{undone} was not rolled back to {target:#}. If it may be stopped for the rollback: {again:code}",
    "platform_scaling": "{deployment:code} is CodeDeploy's own deployment to instances that come or go on "
    "{environment}, which ghapp does not stop, so nothing was done. To roll #{undone} back to {target:#} once it has "
    "ended: {again:code}",
    "platform_stack": "CodeDeploy is running {deployment:code} on {environment} for CloudFormation, which alone can "
    "end it, so #{undone} was not rolled back to {target:#}. Cancel the update of the stack, or wait for its end; "
    "then type it again.",
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
    "unlocked_wait": "🔓 {holders:people} ghapp asks CodeDeploy to drop the previous version: {environment} is free "
    "when that is done. From then on `/rollback` takes as long as a normal deploy. Unlocked by "
    "{actor:name}{why:raw}.",
    "unlocked_unasked": "🔓 {holders:people} {free:raw} {actor:name} no longer waits for CodeDeploy after {pull:#}: "
    "{reason:title}\nIf it has not finished, it may still change {environment}.",
    "status.rolling_back": "⏪ {holder:name} is rolling back to {pull:#}.",
    "status.overtaking": "⏪ {holder:name}'s rollback to {pull:#} is waiting for {after} to end.",
    "status.stuck": "⏪ {holder:name}'s rollback to {pull:#} is waiting for {after} to end, and ghapp cannot see that "
    "it has. Check the workflow's runs first; to continue without waiting: {line:code}",
    "status.unended": "🔒 ghapp cannot see that {name} ({pull:#}, {holder:name}) has ended. Check the workflow's runs "
    "first; to continue without waiting: {line:code}",
    "status.cancelling": "⏹ {pull:#} (by {holder:name}) is being cancelled by {by:name}.",
    "status.ending": "🔓 {pull:#} (by {holder:name}) is deployed, and {by:name} has ended CodeDeploy's wait: free "
    "when CodeDeploy has finished.",
    "status.shifting": "🔒 CodeDeploy has not finished with {pull:#} (by {holder:name}); free from {until:clock} at "
    "the earliest (about {until:wait}).",
    "status.shifting.open": "🔒 CodeDeploy has not finished with {pull:#} (by {holder:name}).",
    "status.scaling": "🔒 After {pull:#} (by {holder:name}), CodeDeploy is still deploying to instances that come or "
    "go.",
    "status.kept": "🔒 {pull:#} (by {holder:name}) is deployed, and CodeDeploy keeps the previous version; free from "
    "{until:clock} at the earliest (about {until:wait}).",
    "status.kept.open": "🔒 {pull:#} (by {holder:name}) is deployed, and CodeDeploy keeps the previous version.",
    "status.unasked": "🔒 {holder:name}'s run of {pull:#} has ended, but ghapp cannot reach CodeDeploy to see whether "
    "it has finished.",
    "status.back.unreleased": "`/rollback {environment}` would undo #{undone} and go back to what CodeDeploy had "
    "deployed before it. ghapp did not deploy that: it looks it up when you type the command, and names it first.",
    "status.way_back": "The previous version is kept until {way_back:clock}: until then that takes about a minute.",
    # problems of a config file
    "config.runner": "expected `codedeploy`, not {text:code}.",
    "config.group_name": "expected the name of a CodeDeploy application or deployment group, not {text:code}.",
    "config.region": "expected an AWS region, for example `eu-central-1`, not {text:code}.",
    "config.role_arn": "expected a role's ARN, for example `arn:aws:iam::111122223333:role/ghapp`, not {text:code}.",
    # ------------------------------------------------------------ workflow runs
    # whether a release that did not succeed is out
    "reach.not": "nothing was deployed",
    "reach.maybe": "it may be partly deployed; check the run",
    "reach.was.not": "nothing was deployed",
    "reach.was.maybe": "it may have been partly deployed",
    "reach.broke": "It failed in {broke:code}.",
    "reach.skipped": "The run succeeded, but its deploy job was skipped.",
    "reach.unknown": "ghapp could not see how far its run came.",
    "reach.unread": "Its run succeeded, but ghapp could not read the run's jobs: check the run.",
    "reach.unsure": "Its run succeeded, but one of its jobs was skipped or failed, and ghapp cannot tell which job "
    "deploys: check the run. Write `environment:` in the job that deploys, or let it ask the guard.",
    "reach.back": "To undo it: {again:code}",
    # unexpected runs
    "unordered": "⚠️ **{cause:code} ({by:raw}) ran {workflow:code} without ghapp's lock**{link:raw}. What ghapp shows "
    "for {environments:names} may be out of date. To deploy with the lock: {command:code}. `ghapp check` shows how to "
    "prevent such runs; the next ones appear only in `/status`.",
    "unordered.held": "{holder:person} ⚠️ **{cause:code} ({by:raw}) ran {workflow:code} while you have {environment} "
    "locked**{link:raw}. Check what is live now. `ghapp check` shows how to prevent such runs.",
    "status.unordered": "⚠️ {cause:code} ({by:name}) ran the workflow without the lock at {at:clock}{link:raw}: "
    "something else may be live.",
    "status.unread": "⚠️ Deploy of #{number} ended, but it is unknown whether it is live ({name}): ghapp could not "
    "read the run's jobs.",
    "status.unsure": "⚠️ Deploy of #{number} ended, but it is unknown whether it is live ({name}): a job was skipped "
    "or failed, and ghapp cannot tell which job deploys.",
    "status.maybe": "⚠️ Deploy of #{number} did not succeed ({name}): it may be partly deployed; check the run.",
    # history
    "history.linked": "{actor} was linked to a Slack member, by signing in with GitHub ({why})",
    "history.link_removed": "the link of {actor} to a Slack member ended ({why})",
    "history.links_ended": "the Slack app was removed, which ended all links of Slack members ({why})",
    "history.account_links_ended": "{actor} ended all links of their account to Slack members",
    "history.by.link": "{what:raw} (Slack account linked by sign-in)",
    "history.by.people": "{what:raw} (Slack account named in `people`)",
    "history.greeted": "A first config was proposed on #{pull}",
    "history.created": "{environment} was added to the config",
    "history.config": "The settings of {environment} changed with the config at {why:code}",
    "history.left_config": "{environment} was removed from the config",
    "history.back_in_config": "{environment} is in the config again",
    "history.people": "The people who can act from Slack changed: {why:title}",
    "history.owner": "The repository moved to another owner: {why:title}",
    "history.awaiting": "#{pull} was merged and waits for {environment}",
    "history.called": "{actor:name} was asked to deploy #{pull} to {environment}",
    "history.reminded": "{actor:name} was reminded to deploy #{pull} to {environment}",
    "history.passed": "{actor:name} let the next deploy to {environment} go before #{pull}",
    "history.skipped": "{actor:name} skipped #{pull} on {environment}",
    "history.barred": "#{pull} now takes its name to be deployed to {environment} again: `with #{pull}`",
    "history.unbarred": "#{pull} may be deployed to {environment} again",
    "history.accepted": "{actor:name} started to deploy #{pull} to {environment}{carries:raw}",
    "history.accepted.rollback": "{actor:name} started to roll {environment} back from #{undoes} to #{pull}",
    "history.accepted.rollback.platform": "{actor:name} started to roll {environment} back from "
    "#{undoes} to what CodeDeploy has",
    "history.starting": "The workflow of {name} was started",
    "history.queued": "{name} is queued on GitHub",
    "history.running": "{name} is running",
    "history.succeeded": "#{pull} is live on {environment}{carries:raw}",
    "history.succeeded.rollback": "{environment} is back on #{pull}; #{undoes} is no longer live",
    "history.succeeded.rollback.platform": "{environment} is back on what CodeDeploy has; #{undoes} is no longer live",
    "history.failed": "{name} failed",
    "history.cancelled": "{name} was cancelled",
    "history.lost": "The outcome of {name} is unknown",
    "history.waits": "{name} has not started yet, and its user was reminded",
    "history.freed": "{environment} is free again",
    "history.cancel": "{actor:name} cancelled {name}",
    "history.stopped": "ghapp cancelled the run of {name}",
    "history.force_stopped": "ghapp cancelled the run of {name} by force",
    "history.halted": "ghapp stopped CodeDeploy's deployment for {name}",
    "history.wait_ended": "ghapp ended CodeDeploy's wait after {name}",
    "history.overtaken_queued": "The run of {name} is still queued while a rollback waits for its end",
    "history.overtaken_running": "The run of {name} is still running while a rollback waits for its end",
    "history.overtaken_lost": "The outcome of {name}, for whose end a rollback waits, is unknown",
    "history.overtaken_succeeded": "The run of {name} succeeded before a rollback could stop it",
    "history.overtaken_failed": "The run of {name} failed, and the rollback goes on",
    "history.overtaken_cancelled": "The run of {name} was cancelled, and the rollback goes on",
    "history.locked": "{actor:name} locked {environment} until {until:clock}: {why:why}",
    "history.locked.open": "{actor:name} locked {environment} without an end: {why:why}",
    "history.nagged": "{actor:name} was asked whether the lock on {environment} is still needed",
    "history.hold_over": "The lock of {actor:name} on {environment} ended at its time",
    "history.unlocked": "{actor:name} unlocked {environment}: {why:why}",
    "history.given_up": "{actor:name} unlocked {environment} although the outcome is unknown: {why:why}",
    "history.dropped": "{actor:name} let the rollback go on without the end of {name}: {why:why}",
    "history.refused": "A command by {actor:name} was refused ({why:code})",
    "history.refused.command": "{command:code} by {actor:name} was refused ({why:code})",
    "history.taken_back": "{actor:name} deleted a command before it was run",
    "history.approved": "ghapp let GitHub start a job of {name}",
    "history.let_through": "The guard let {name} deploy",
    "history.not_let_through": "The guard stopped a job of {actor:name} ({why:code})",
    "history.glass_broken": "{actor:name} deployed past the guard: {why:why}",
    "history.unexpected_run_seen": "A second run for {name} was seen, started by {actor:name}",
    "history.unexpected_run_cancelled": "ghapp cancelled the second run for {name}",
    "history.unexpected_run_over": "The second run for {name} has ended",
    "history.unexpected_run_succeeded": "The second run for {name} succeeded",
    "history.unexpected_run_failed": "The second run for {name} failed",
    "history.started_by_hand": "{actor:name} started the workflow of {environment} on GitHub",
    "history.unordered": "The workflow of {environment} ran without ghapp's lock, caused by {actor:name}",
    "history.with": ", with {carries:raw}",
    "history.reason": "{what:raw}: {why:title}",
    # sign-in to the board
    "link.address": "Link my GitHub account",
    "link.open": "Open this address and sign in with GitHub: {link:raw}. It works once, until {until:clock}, and for "
    "you alone: do not pass it on. Your commands in Slack then count as those of the account that you sign in with.",
    "link.again": "In Slack you act as {login:code} on GitHub, linked on {since:day}. To remove the link, type "
    "`/ghapp link remove`. To act as another account instead, open this address and sign in with that one, once and "
    "until {until:clock}: {link:raw}",
    "link.removed": "The link to {login:code} is removed. To link an account again, type `/ghapp link`.",
    "link.none": "Your Slack account has no link that you could remove. Addresses that you were given before do not "
    "work any more. To link it to your GitHub account, type `/ghapp link`.",
    "link.often": "You have been given {count} addresses within a minute. Use the newest of them, or type `/ghapp "
    "link` again in a minute.",
    "link.usage": "{typed:code} is not a command. Type `/ghapp link` or `/ghapp link remove`.",
    "link.without_sign_in": "This server has no sign-in with GitHub, so no account can be linked: its operator can "
    "switch it on with the settings `GITHUB_CLIENT_ID`, `GITHUB_CLIENT_SECRET` and `GHAPP_SESSION_SECRET`.",
    "slack.unlinked.link": "Your Slack account is not linked to a GitHub account. To link it, type `/ghapp link`.",
    "slack.account_gone": "The GitHub account {login:code} that you linked does not exist any more, so nothing was "
    "done. To link another one, type `/ghapp link`.",
    "slack.not_among_people": "You act as {login:code}, which the owner's rules do not name under `people`, so "
    "nothing was done. Ask the owner to add that login in {file:code}.",
    "link.title": "Link your Slack account",
    "link.ask": "Is {member} ({user}) in the Slack workspace {workspace} you, and are you {login:name} on GitHub?",
    "link.means": "If you say yes, what this Slack member types counts as yours. Say no if you did not type /ghapp "
    "link in Slack yourself, even if somebody asked you to open this page.",
    "link.yes": "Yes, that is me",
    "link.no": "No, link nothing",
    "link.done": "Linked. In Slack, {member} ({workspace}) now acts as {login:name}. To remove the link, type "
    "/ghapp link remove there. If that Slack account is not yours, open {url} and end the link.",
    "link.replaced": "Linked. In Slack, {member} ({workspace}) now acts as {login:name}, no longer as {before:name}. "
    "To remove the link, type /ghapp link remove there. If that Slack account is not yours, open {url} and end the "
    "link.",
    "link.end.title": "End the links of your account",
    "link.end.ask": "Stop all Slack accounts from acting as {login:name} through a link? Each of them needs a new link "
    "then, by signing in as you.",
    "link.end.yes": "Yes, end all links",
    "link.end.no": "No, change nothing",
    "link.ended": "All links of {login:name} have ended. A Slack account that a repository names for you under people "
    "in .github/ghapp.yml still acts as you there. To link yours again, type /ghapp link in Slack.",
    "link.used": "This address does not work any more: it was used, or your link was changed or removed since. Nothing "
    "was changed now. Type /ghapp link in Slack to see your link, and for a new address.",
    "link.over": "This address is older than ten minutes or not from this server, so nothing was changed. Type /ghapp "
    "link in Slack for a new one.",
    "link.not_a_member": "Slack does not show {member} as a full member of the workspace, so nothing was linked.",
    "link.silent": "GitHub, Slack or the store did not answer in time, so it is not certain that anything was "
    "changed. Go back and say yes again.",
    # the App Home in Slack
    "home.nothing": "None of your channels has an environment. A repository names its channel in `.github/ghapp.yml`.",
    "home.you": "You act as {others:raw} on GitHub.",
    "home.unlinked": "Your Slack account is not linked to a GitHub account. To link it, type `/ghapp link`.",
    "home.unnamed": "Your Slack account is not linked to a GitHub account. A repository links it under `people` in "
    "`.github/ghapp.yml`.",
    "home.not_named": "Your Slack account is linked to {login:code} on GitHub, which the owner's rules do not name "
    "under `people`, so you cannot act from Slack.",
    "home.unknown": "Slack does not say which channels you are in ({why:code}), so no environments are shown. Ask the "
    "operator of ghapp to install the Slack app again, with all its permissions.",
    "home.waiting": "Waiting for you",
    "home.waits": "#{number} {title:title}: {line:code}",
    "home.locks": "Your locks",
    "home.lock": "**{environment}** of {repository}: {said:raw}",
    "home.environments": "Environments",
    "home.card": "**{environment}** of {repository}: **{word:raw}**",
    "home.until": "Not before {until:clock}",
    "home.live": "Live: #{number} {title:title}",
    "home.line": "In line: {others:raw}",
    "home.in_line": "#{number} {title:title} ({waiter:name})",
    "home.more": "{count} more environments are not shown here.",
    "home.as_of": "As of {at:clock}. Open this tab again to see what has changed since.",
    "sign_in.needed": "Sign in with GitHub to see this.",
    "sign_in.ended": "You are not signed in any more, so nothing was done. Sign in, open the page of the environment "
    "and send the command again.",
    "sign_in.link": "Sign in with GitHub",
    "sign_in.board": "Back to the board",
    "sign_in.as": "Signed in as {login:name}",
    "sign_in.out": "Sign out",
    "sign_in.signed_out": "You are signed out.",
    "sign_in.rejected": "GitHub no longer accepts your sign-in. Sign in again.",
    "sign_in.over": "This sign-in is over, and nothing was done. It works once, within ten minutes, and in the browser "
    "that began it. Sign in again.",
    "sign_in.denied": "You declined the sign-in on GitHub, so there is nothing to show. Sign in again to change that.",
    "sign_in.code": "GitHub did not accept this sign-in. It works once and within ten minutes. Sign in again.",
    "sign_in.client": "GitHub does not accept this server's settings for sign-in. Ask the operator to check "
    "GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET and the App's callback URL.",
    "sign_in.person": "GitHub does not let your account sign in. Check on GitHub that it is active and that its e-mail "
    "address is verified, then sign in again.",
    "sign_in.silent": "GitHub did not answer within two seconds, so you are not signed in. Sign in again.",
    "sign_in.busy": "Too many people are signing in at the moment. Wait a minute, then sign in again.",
    "sign_in.unknown": "GitHub did not say within two seconds which repositories you may see. Reload this page in a "
    "moment.",
    "sign_in.stale": "GitHub does not answer. The board shows the repositories that you could see at {at:clock}.",
    "sign_in.form": "This form is from another page or too old, so nothing was done. Go back, reload the page and try "
    "again.",
    # the board's cards
    "card.free": "Free",
    "card.deploying": "{holder:name} is deploying {pull:#}",
    "card.rolling_back": "{holder:name} is rolling back to {pull:#}",
    "card.cancelling": "{pull:#} is being cancelled",
    "card.cooldown": "Cool-down",
    "card.locked": "Locked by {holder:name}",
    "card.rolled_back": "Locked after a rollback",
    "card.frozen": "Deploy freeze",
    "card.unknown": "Outcome unknown",
    "card.closed": "Closed: needs a fix",
    "card.unreadable": "Locked: unreadable",
    "card.unreadable.why": "Its document was written by a newer version of ghapp, or is damaged. Upgrade this server: "
    "until then nothing can be deployed from it.",
    # the board's pages
    "board.title": "Environments",
    "board.figures": "Figures",
    "board.offline": "Not connected: this page may be out of date. It connects again automatically.",
    "board.stale": "The store cannot be read. This page shows the state at {at:clock}; it may have changed since.",
    "board.unreachable": "The store cannot be read, so there is nothing to show. This page tries again every 10 "
    "seconds.",
    "board.not_found": "There is no such environment, or you cannot see it.",
    "board.all": "All environments",
    "board.filter": "Filter",
    "board.filter.hint": "repository, environment, person, state",
    "board.figures.hint": "repository or environment",
    "board.none": "There is no environment yet. Add .github/ghapp.yml to a repository on which the App is installed: "
    "`ghapp init` writes a draft.",
    "board.no_match": "Nothing matches “{asked:title}”.",
    "board.until": "Earliest next deploy:",
    "board.since": "since {at:clock}",
    "board.live": "Live",
    "board.nothing_live": "Nothing is live yet",
    "board.waiting": "Waiting",
    "board.more": "and {count} more",
    "board.run": "Run",
    "board.slack": "Slack channel",
    "board.changes": "Changes",
    "board.timeline": "Timeline",
    "board.timeline.of": "Timeline of {name}: {count} deployments",
    "board.timeline.text": "The timeline as text",
    "board.timeline.nothing": "No deployment and no lock in this time.",
    "board.range.day": "Day",
    "board.range.week": "Week",
    "board.range.month": "Month",
    "board.bar": "{told:raw}, {span:raw}: {result:raw}",
    "board.bar.deploy": "{name}, #{pull} by {actor:name}",
    "board.bar.deploy.platform": "{name} by {actor:name}",
    "board.bar.rollback": "{name}, rollback to #{pull} by {actor:name}",
    "board.bar.rollback.platform": "{name}, rollback by {actor:name}",
    "board.result.running": "running",
    "board.result.succeeded": "live",
    "board.result.failed": "failed",
    "board.result.cancelled": "cancelled",
    "board.result.lost": "outcome unknown",
    "board.result.refused": "refused",
    "board.band": "{told:raw}{why:title}, {span:raw}",
    "board.band.by": "{told:raw} by {who:name}: {why:why}, {span:raw}",
    "board.band.cooldown": "cool-down",
    "board.band.locked": "locked",
    "board.band.rolled_back": "locked after a rollback",
    "board.band.frozen": "deploy freeze",
    "board.rollback": "If you roll back now",
    "board.rollback.nothing": "Nothing else was live here, so there is nothing to roll back to.",
    "board.rollback.undoes": "No longer live",
    "board.rollback.target": "Live again",
    "board.rollback.warns": "The rollback does not undo everything: a change touches files of `warn_paths`.",
    "board.rollback.platform": "CodeDeploy is asked at that moment and determines how.",
    "board.history": "History",
    "board.history.filter": "Filter the history",
    "board.history.none": "No entry.",
    "board.history.newest": "The newest entries, {count} of them. The files contain all:",
    "board.column.at": "When",
    "board.column.what": "What",
    "board.column.who": "Who",
    "board.no_command": "{typed:code} is not a command, so nothing was done. Type one such as `/status` or `/lock 1h "
    "reason`; `/help` lists all.",
    "board.elsewhere": "This page is for {environment} in {repository}, and the command names {typed:code}, so nothing "
    "was done. Open the page of {typed:code} and type the command there.",
    "board.not_listed": "The rules of the repository's owner name the people who may act here, and you are not among "
    "them, so nothing was done. Ask the owner to add you to `people` in {file:code}, or comment on the pull request.",
    "board.over": "Your page showed {name}, and {environment} is at {current} now, so nothing was done. Check the "
    "page of {environment} and decide again.",
    "board.held_since": "What holds {environment} has changed since your page was loaded, so nothing was done. Check "
    "the page of {environment} and decide again.",
    "board.which_pull": "Name the pull request to deploy, such as {command:code}. Nothing was done.",
    "board.deciding": "Your command is being processed. This page shows the answer as soon as there is one.",
    "board.answer": "Answer of {at:clock}",
    "board.not_kept": "It is not certain that the command was stored. Reload this page to send it once more: the same "
    "form counts only once.",
    "board.not_read": "The form could not be read, so nothing was done. Open the page of the environment and send the "
    "command again.",
    "board.too_much": "Too much was sent at once, so nothing was done. Send the command again in a moment.",
    "board.too_often": "You have sent more than {count} commands within {minutes} minutes, so nothing was done. Wait a "
    "few minutes, then send what you still need.",
    "board.environment": "Open {environment}",
    "board.act": "Actions",
    "board.act.deploy": "Deploy #{number}",
    "board.act.rollback": "Roll back to #{number}",
    "board.act.rollback.sure": "Roll back now",
    "board.act.lock": "Lock",
    "board.act.unlock": "Unlock",
    "board.act.cancel": "Cancel {name}",
    "board.act.reason": "Reason",
    "board.act.line": "Command",
    "board.act.send": "Send",
    "board.column.door": "From",
    "board.column.why": "Why",
    "board.column.number": "Number",
    "board.column.sha": "Commit",
    "board.column.result": "Result",
    "board.column.environment": "Environment",
    "board.column.month": "Month",
    "board.column.attempts": "Started",
    "board.column.live": "Live",
    "board.column.failed": "Failed",
    "board.column.failure": "Failure rate",
    "board.column.lead": "Lead time",
    "board.column.lead90": "Lead time, 90 %",
    "board.column.restore": "Time to restore",
    "board.column.waited": "Waited",
    "board.door.pull_request": "pull request",
    "board.door.check_run": "check",
    "board.door.slack": "Slack",
    "board.door.board": "board",
    "board.door.timer": "timer",
    "board.door.auto": "auto",
    "board.door.github": "GitHub",
    "board.door.guard": "guard",
    "board.figures.all": "All months",
    "board.figures.months": "By month",
    "board.figures.none": "No deployment yet.",
    "board.measure.frequency": "Deployment frequency",
    "board.measure.frequency.means": "The deploys that went live in a month.",
    "board.measure.lead": "Lead time",
    "board.measure.lead.means": "The time from the merge of a pull request until it is live: the median. 90 % were "
    "live within the second value. A pull request that was deployed with another one counts with that.",
    "board.measure.failure": "Change failure rate",
    "board.measure.failure.means": "The share of the started deploys that failed, were rolled back or ended with an "
    "unknown outcome. A cancelled one was started, but did not fail.",
    "board.measure.restore": "Time to restore",
    "board.measure.restore.means": "The time from when a pull request that was rolled back went live until the "
    "rollback succeeded: the median.",
    "board.measure.waited": "Waited behind locks",
    "board.measure.waited.means": "The time between the merge and the deploy of a pull request in which a deployment, "
    "its cool-down or a lock held the environment: the sum of all pull requests.",
}
