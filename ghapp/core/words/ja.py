"""The sentences in Japanese."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "word.no_reason": "理由なし",
    "word.reason": "理由",
    "word.somebody": "誰か",
    # the gate, at most 140 characters
    "gate.free": "マージできます",
    "gate.under_way": "{environment}: #{pull} をリリース中 ({holder:name})。{until:clock} 以降に空く予定",
    "gate.under_way.open": "{environment}: #{pull} をリリース中 ({holder:name})",
    "gate.manual": "{environment}: {holder:name} がロック中 ({until:clock} まで): {reason:why}",
    "gate.manual.open": "{environment}: {holder:name} がロック中 (期限なし、外すまで): {reason:why}",
    "gate.freeze": "{environment}: リリース停止期間 ({until:clock} まで): {reason:title}",
    "gate.freeze.open": "{environment}: リリース停止期間: {reason:title}",
    "gate.cooldown": "{environment}: #{pull} をリリース済み ({holder:name})。{until:clock} 以降に空く予定",
    "gate.lost": "{environment}: {pull:#} ({holder:name}) の結果が不明です。確認が必要です",
    "gate.full": "このコミットにはこれ以上ステータスを付けられません。新しいコミットを push してください",
    "gate.doubtful": "どのスタックに入っているかを GitHub から取得できるまで保留中です",
    "gate.reason_elsewhere": "理由は /status で確認してください",
    # the prompt after a merge
    "prompt.free": "{who:raw} デプロイしてね :rocket:",
    "prompt.release": "{title:title} (#{number}、作成: {author:name})",
    "prompt.type": "{command:code}",
    "prompt.auto": "自動ではリリースしませんでした: {why:raw}",
    "auto.nobody": "マージしたのが人ではないため",
    "auto.late": "マージの通知が10分以上遅れて届いたため",
    "auto.last": "{environment} への前回のリリースが成功していないか、その後に切り戻しが行われたため",
    "auto.not_allowed": "{waiter:name} に {environment} へのデプロイ権限がないため",
    "auto.other_merge": "通知されたマージコミットと GitHub が示すものが異なるため({command:code} で確認できます)",
    "auto.checks_running": "マージの時点でチェックが終わっていなかったため",
    "auto.checks_failed": "マージの時点でチェックが失敗していたため",
    "auto.checks_missing": "マージの時点でチェックの結果がなかったため",
    "auto.checks_unknown": "どのチェックが必須かを GitHub が示さなかったため",
    "auto.diverged": "{environment} で動いているものが含まれていないため",
    "auto.gone": "{environment} で動いているコミットがブランチにないため",
    "auto.barred": "{environment} から切り戻したもの、または切り戻そうとしたものが含まれているため",
    "auto.refused": "満たしていない条件があるため({command:code} で確認できます)",
    "prompt.runs": "{environment} は空いています。今の本番は #{live}。",
    "prompt.runs.alone": "{environment} は空いています。今の本番は #{live}",
    "prompt.runs.unknown": "{environment} は空いています。",
    "prompt.ships": "{others:raw} も一緒に出ます",
    "prompt.ships.many": "{others:raw} も一緒に出ます",
    "prompt.other": "#{number} ({author:name})",
    "prompt.and": "、",
    "warns": "DB マイグレーションを含みます。切り戻しでは元に戻りません。",
    "prompt.changes": "・{link:raw}",
    "prompt.view": "差分を見る",
    "prompt.locked": "{who:raw} #{number} はマージ済みですが、{environment} はロック中です。",
    "prompt.under_way": "{holder:name} が #{pull} をリリース中。",
    "prompt.under_way.open": "{holder:name} が #{pull} をリリース中です。",
    "prompt.manual": "{holder:name} がロック中 ({reason:why})。",
    "prompt.manual.open": "{holder:name} がロック中です (期限なし、外すまで): {reason:why}",
    "unfit.branch_gone": "#{number} は待機中です。{environment} のリリース元のブランチ {branch:code} がありません。",
    "unfit.off_branch": "#{number} は待機中です。"
    "マージコミットが {environment} のリリース元のブランチ {branch:code} にありません。",
    "unfit.beside": "#{number} は待機中です。"
    "{environment} で稼働中の #{live} が含まれていません。両方を含むプルリクエストをマージしてください。",
    "call.unfit": "#{number} を {at:clock} に呼び出しました。"
    "{environment} にデプロイできないため、この順番は終わりました。",
    "release.unfit": "待機中: {environment} にデプロイできません",
    "prompt.freeze": "リリース停止期間です ({reason:title})。",
    "prompt.freeze.open": "リリース停止期間です ({reason:title})。",
    "prompt.rollback": "#{pull} の切り戻し後、{holder:name} がロックしています。",
    "prompt.rollback.in_vain": "#{pull} の切り戻しが完了しなかったため、{holder:name} がロックしています。",
    "prompt.cooldown": "{holder:name} が #{pull} をリリースしました。",
    "prompt.next": "次にデプロイできるのは {until:clock} 以降です。",
    "prompt.again": "やり直すには {command:code}",
    "prompt.lost": "{holder:name} がリリースした {pull:#} の結果が分かっていません。",
    "prompt.rank": "あなたは{rank:nth}番目です。順番が来たらメンションします。",
    "prompt.deploying": ":hourglass_flowing_sand: #{number} を {environment} にリリース中です"
    " ({name}、実行: {actor:name})。",
    "prompt.stopping": ":hourglass_flowing_sand: {name} ({pull:#}) を {by:name} が中止しています。"
    "実行が終わるまで {environment} はロックしたままです。",
    "prompt.live": ":white_check_mark: #{number} が {environment} に出ました ({name}、実行: {actor:name})。",
    "prompt.live.with": ":white_check_mark: #{number} は #{pull} と一緒に {environment} に出ました"
    " ({name}、実行: {actor:name})。",
    "prompt.failed": ":x: {name} は失敗しました。{reach:raw}。",
    "prompt.unsure": ":grey_question: {name} は終了しましたが、#{number} が {environment} に出たか分かりません。",
    "prompt.cancelled": ":x: {name} は中止されました。{reach:raw}。",
    "prompt.lost.own": ":grey_question: {name} の結果が分かりません。まず実行ログを確認してください。",
    "prompt.skipped": "#{number} は単独ではリリースしません({by:name} が見送り)。"
    "これより新しいものを次に {environment} へ出すとき、一緒に出ます。単独で出すには {command:code}",
    "prompt.skipped.label": "#{number} は単独ではリリースしません(ラベル {label:code})。"
    "これより新しいものを次に {environment} へ出すとき、一緒に出ます。単独で出すには {command:code}",
    "prompt.unlisted": "#{number} は {environment} に出ていません({name} は完了しませんでした)。"
    "待ちが多いため順番待ちから外れました。出すには {command:code}",
    "prompt.still": ":white_check_mark: #{number} は {environment} で稼働中です。",
    "prompt.was": "#{number} は {span:raw} に {environment} で稼働していました。",
    "prompt.replaced": "#{number} は {span:raw} に {environment} で稼働し、#{next} に置き換わりました。",
    "prompt.replaced.unknown": "#{number} は以前 {environment} で稼働していました。",
    "prompt.barred": ":rewind: #{number} は {span:raw} に {environment} で稼働し、#{next} に切り戻しました。",
    "prompt.barred.unknown": ":rewind: #{number} は {environment} から切り戻しました。",
    "prompt.barred.in_vain": ":rewind: #{number} を {environment} から切り戻そうとしましたが、完了していません。",
    "prompt.barred.again": "別のプルリクエストで直してください。ロックを外せる人なら再び出せます: {command:code}",
    "prompt.brings_back": "切り戻したもの({others:raw})を含むので、この行を入力できるのはロックを外せる人です。",
    "prompt.brings_back.in_vain": "切り戻そうとしたもの({others:raw})を含むので、"
    "この行を入力できるのはロックを外せる人です。",
    "prompt.back.with": "#{undone} と一緒に出た #{number} も対象です。",
    "prompt.left": "#{number} は {environment} に出ませんでした({environment} は {gone:clock} に "
    "`.github/ghapp.yml` からなくなりました)。",
    "prompt.left.last": "#{number} は {environment} の最後の本番でした({environment} は {gone:clock} に "
    "`.github/ghapp.yml` からなくなりました)。",
    "prompt.left.maybe": "{reach:raw}({name})。{environment} は {gone:clock} に `.github/ghapp.yml` から"
    "なくなりました。",
    "prompt.over": "#{number} についてやることはもうありません。",
    "prompt.view.run": "実行ログ",
    # it is somebody's turn
    "merged_live": "#{number}「{title:title}」は、すでに出たものに含まれています({there:raw})。やることはありません。",
    "merged_live.one": "{environment}: #{live}",
    "your_turn": "{who:raw} お待たせしました。{environment} が空きました。",
    "your_turn.type": "{command:code} {title:title}",
    "your_turn.next": "次は {next_waiter:name} (#{next}) です。",
    "reminder": "{who:raw} {environment} は空いたままで、あなたの番です。",
    "call.used": "#{number} の順番は {at:clock} に来て、{then:clock} に {actor:name} が {name} を始めました。",
    "call.passed": "#{number} の順番は {at:clock} に来て、次の人に譲りました。順番はそのままです。",
    "call.skipped": "#{number} の順番は {at:clock} に来て、見送りになりました。",
    "call.again": "#{number} の順番は {at:clock} に来て、{then:clock} にもう一度お知らせしました。",
    "call.over": "#{number} の順番は {at:clock} に来ましたが、{environment} が空かなくなったため終わりました。",
    "call.left": "#{number} の順番は {at:clock} に来ましたが、{environment} が {gone:clock} に `.github/ghapp.yml` から"
    "なくなったため終わりました。",
    "call.done": "#{number} の順番は {at:clock} に来ましたが、{environment} での順番待ちはもう必要ありません。",
    "nag": "{holder:person} {environment} を {since:clock} からロックしたままです({reason:why})。まだ必要ですか。"
    "{command:code} で外せます。",
    # the number's comment
    "number.accepted": "🚀 **#{number} を {environment} にデプロイします** ({name}、実行: {actor:person})",
    "number.running": "🚀 **#{number} を {environment} にデプロイ中です** ({name}、実行: {actor:person}){link:raw}",
    "number.succeeded": "✅ **#{number} が {environment} に出ました** ({name}、実行: {actor:person}){link:raw}",
    "number.failed": "❌ **{name} は失敗しました。{reach:raw}** (実行: {actor:person}){link:raw}",
    "number.unsure": "❔ **{name} は終了しましたが、#{number} が {environment} に出たか分かりません** "
    "(実行: {actor:person}){link:raw}",
    "number.cancelled": "❌ **{name} は中止されました。{reach:raw}** (実行: {actor:person}){link:raw}",
    "number.lost": "❔ **{name} の結果が分かりません** (実行: {actor:person}){link:raw}",
    "number.cancelling": "⏹ **#{number} の {environment} へのデプロイを中止しています** ({name}、実行: {actor:person})"
    "{link:raw}",
    "number.denied": "GitHub から実行を読めません。"
    "アカウントのオーナーが App に `actions` を許可し直す必要があります。",
    "number.was.succeeded": "✅ **{since:clock} に #{number} が {environment} に出ました** "
    "({name}、実行: {actor:person}){link:raw}",
    "number.was.failed": "❌ **{since:clock} に {name} は失敗しました**。{reach:raw} (実行: {actor:person}){link:raw}",
    "number.was.unsure": "❔ **{since:clock} に {name} は終了しました**。"
    "#{number} が {environment} に出たかは分かりません (実行: {actor:person}){link:raw}",
    "number.was.cancelled": "❌ **{since:clock} に {name} は中止されました**。{reach:raw} "
    "(実行: {actor:person}){link:raw}",
    "number.was.open": "⏹ **{name} は終わる前に、後から始まったものに引き継がれました** "
    "(#{number} → {environment}、実行: {actor:person}){link:raw}",
    "number.link": " · {link:raw}",
    "number.what": "{title:title} {sha:code}",
    "number.auto": "マージにより自動でリリースしています(`auto`)。止めるには {command:code}",
    "number.auto.over": "マージにより自動でリリースしました(`auto`)。",
    "number.carries": "一緒に出るもの: {others:raw}",
    "number.waits": "{since:clock} から GitHub の実行待ちです。まだランナーが割り当てられていません。",
    "number.reviewer": "{since:clock} から GitHub でレビュアーの承認を待っています。",
    "number.other": "#{number} ({author:person})",
    "number.brings_back": "切り戻しの後で再び出るもの: {others:raw}",
    "number.leaves": "#{number} は含まれなくなります({author:person}、{sha:code})。理由: {reason:why}",
    "number.until": "{environment} は少なくとも {until:clock} まで、ほかのデプロイを受け付けません。",
    "number.cooldown": "{environment} は {until:clock} までロック中です。問題なければ {command:code} ですぐ空きます。",
    "number.free": "{environment} は空いています。",
    "number.again": "{environment} は空いています。やり直すには {command:code}",
    "number.again.later": "その後でやり直すには {command:code}",
    "number.detail": "GitHub の応答: {detail:code}",
    "record": "{name} (実行: {actor:name}): {number:#} {title:title}",
    # bad news, said anew
    "failed": "{actor:person} **{name} は失敗しました。{reach:raw}。**",
    "unsure": "{actor:person} **{name} は終了しましたが、#{number} が {environment} に出たか分かりません。**",
    "read_late": "{actor:person} ✅ **#{number} は {environment} に出ています** ({name})。"
    "読めなかった実行のジョブを確認できました。",
    "cancelled": "{actor:person} **{name} は中止されました。{reach:raw}。**",
    "failed.next": "やり直すには {command:code}",
    "left": "{environment} は {gone:clock} に `.github/ghapp.yml` からなくなりました。",
    "failed.next.later": "その後でやり直すには {command:code}",
    "lost": "{actor:person} **{name} の結果が分かりません。** この番号のものと言い切れる実行が GitHub にありません。",
    "lost.denied": "{actor:person} **{name} の結果が分かりません。** GitHub から実行を読めません。"
    "アカウントのオーナーが App に `actions` を許可し直すと、自動で確認できます。",
    "lost.unseen": "{actor:person} **{name} の結果が分かりません。** 中止したあと、"
    "GitHub から実行の状態を確認できていません。",
    "lost.next": "{environment} は、解除するか実行の終了が確認されるまでロックしたままです。"
    "ワークフローの一覧を見て、動いているものがないことを確かめてから "
    "{command:code} と入力してください。その後でも、古い実行が動くことはあり得ます。",
    "waits": "{actor:person} ⚠️ **{name} が始まりませんでした**{link:raw}。"
    "{since:clock} からランナーが割り当てられていませんでした。"
    "{environment} は実行が終わるまでロックしたままです。ランナーが動いているか、空いているかを確認してください。",
    "waits_reviewer": "{actor:person} ⚠️ **{name} は承認待ちでした**{link:raw}。"
    "{since:clock} から GitHub でレビュアーの承認を待っていました。"
    "{environment} は実行が終わるまでロックしたままです。",
    "stray": "{actor:person} ⚠️ **古い番号 {name} の実行が動いていたため、中止を指示しました**{link:raw}。"
    "止まるまでに {environment} が変更された可能性があります。いま何が動いているか確認してください。",
    "twin": "{actor:person} ⚠️ **番号 {name} の2つめの実行が動いていたため、中止を指示しました**{link:raw}。"
    "止まるまでに {environment} が変更された可能性があります。いま何が動いているか確認してください。",
    "rerun": "{called:people} ⚠️ **{by:raw} が {name} を GitHub で再実行したため、中止を指示しました**{link:raw}。"
    "再実行はロックを取りません。止まるまでに {environment} が変更された可能性があります。"
    "いま何が動いているか確認してください。出し直すには {command:code}",
    "rerun_succeeded": "{called:people} ⚠️ **{by:raw} が GitHub で再実行した {name} が、"
    "ロックを通らずに完了しました**{link:raw}。{environment} で別のものが動いている可能性があります。"
    "確認してください。出し直すには {command:code}",
    "rerun_failed": "{called:people} ⚠️ **{by:raw} が GitHub で再実行した {name} が、"
    "ロックを通らずに動いて失敗しました**{link:raw}。{environment} が変更された可能性があります。"
    "いま何が動いているか確認してください。",
    "by_hand": "⚠️ **{by:raw} が {workflow:code} を手動で開始しました**{link:raw}。ghapp はこの実行を追跡せず、"
    "ロックの対象にもなりません。{environments:names} の表示は実際と異なる可能性があります。"
    "ロックを取って出すには {command:code}",
    "by_hand.held": "{holder:person} ⚠️ **{environment} のロック中に、{by:raw} が {workflow:code} "
    "を手動で開始しました**"
    "{link:raw}。ghapp はこの実行を追跡せず、止めることもしません。{environment} のためのものなら、"
    "{by:raw} に確認するか、GitHub で中止してください。",
    "queue_gave_up": "{people:people} ⚠️ **マージキューが時間切れになり、#{number} はキューから外れました。** "
    "{environments:names} がマージを止めていました(`ghapp/lock`)。",
    "queue_gave_up.now": "現在の {environment}: {stands:raw}",
    "queue_gave_up.wait": "`ghapp/lock` が緑になったら、もう一度キューに入れてください。",
    "queue_gave_up.free": "今は止まっていません。もう一度キューに入れてください。",
    "queue_gave_up.longer": "よく起きる場合は、管理者がマージキューのルールの「Status check timeout」を"
    "延ばせます(最大360分)。",
    # refusals: what, why, the next step
    "refused": "⏳ **デプロイは開始していません。** ",
    "locked.under_way": "{environment} は {holder:person} が #{pull} をリリース中で、"
    "{until:clock} 以降に空く予定です(あと約{until:wait})。",
    "locked.under_way.open": "{environment} は {holder:person} が #{pull} をリリース中で、予定より長くかかっています。",
    "locked.manual": "{environment} は {holder:person} がロック中 ({reason:why}) で、"
    "{until:clock} 以降に空く予定です(あと約{until:wait})。",
    "locked.manual.open": "{environment} は {holder:person} がロック中です (期限なし、外すまで): {reason:why}",
    "locked.freeze": "{environment} は {until:clock} までリリース停止期間です(あと約{until:wait}): {reason:title}",
    "locked.freeze.open": "{environment} はリリース停止期間で、終わりが決まっていません: {reason:title}",
    "locked.freeze.next": "期間はデフォルトブランチの `.github/ghapp.yml` の `freeze` で決まります。",
    "locked.rollback": "{environment} は #{pull} の切り戻し後、{holder:person} がロックしています。",
    "locked.rollback.in_vain": "{environment} は #{pull} の切り戻しが完了しなかったため、{holder:person} "
    "がロックしています。",
    "locked.cooldown": "{environment} は {holder:person} が #{pull} をリリースした直後で、"
    "{until:clock} 以降に空く予定です(あと約{until:wait})。",
    "locked.lost": "{environment} は {holder:person} がリリースした {pull:#} の結果が分かっていません。"
    "まず誰かが実行ログを確認する必要があります。",
    "locked.several": "{environment} には複数のロックがあります:",
    "locked.free": "{until:clock} 以降に空く予定です(あと約{until:wait})。",
    "locked.rank": "順番待ちの{rank:nth}番目に入れました。空いたらお知らせします。",
    "locked.rank.other": "#{number} は順番待ちの{rank:nth}番目です。空いたら {waiter:name} にお知らせします。",
    "locked.urgent.under_way": "急ぐときは {holder:person} に相談してください({command:code})",
    "locked.urgent.under_way.own": "急ぐときは {command:code}",
    "locked.urgent.cooldown": "急ぐときは {command:code}({others:people} に通知されます)",
    "locked.urgent.cooldown.many": "急ぐときは {command:code}({others:people} に通知されます)",
    "locked.urgent.cooldown.own": "急ぐときは {command:code}",
    "not_merged": "#{number} はまだマージされていません。{environment} に出せるのはマージ済みのものだけです。",
    "closed": "#{number} はマージされずにクローズされているため、出せません。",
    "draft": "#{number} はドラフトです。レビュー可能にしてから、もう一度入力してください。",
    "fork": "#{number} はフォークからのもので、誰が push したかをこちらで確認できません。"
    "マージすれば {environment} に出せます。",
    "pushed_after": "{sha:code} はコマンドと同時か、その後に #{number} へ push されました。"
    "意図したものと違うかもしれないので、何もしていません。内容を確認したら、もう一度入力してください。",
    "unreachable": "#{number} のマージコミット {sha:code} は、もう {branch:code} にありません。"
    "{environment} に出せるのは {branch:code} にあるものだけです。もう一度マージしてください。",
    "merge_unshown": "**デプロイは開始していません。** #{number} はマージされたと通知されましたが、"
    "GitHub ではまだオープンのままです。1分ほどおいて、もう一度入力してください。",
    "other_merge": "**デプロイは開始していません。** #{number} のマージコミットは {told:code} と通知されましたが、"
    "GitHub は今 {shown:code} を示しています。{shown:code} を確かめてください。"
    "こちらをチェックしてデプロイするには、{command:code} と入力してください。",
    "merge_gone": "#{number} のマージコミットはもうリポジトリにないため、デプロイできません。"
    "{environment} に出せるのは {branch:code} にあるものだけです。もう一度マージしてください。",
    "checks_failed": "**デプロイは開始していません。** #{number} のチェックが失敗しています: {failing:names}",
    "checks_running": "**デプロイは開始していません。** #{number} のチェックがまだ終わっていません: {running:names}。"
    "終わったら、もう一度入力してください。",
    "checks_missing": "**デプロイは開始していません。** #{number} のチェックの結果がありません: {missing:names}。"
    "実行するか、`.github/ghapp.yml` の `require.checks` を直してください。",
    "checks_missing.ours": "**デプロイは開始していません。** {ours:names} の結果を出すのはデプロイそのもの "
    "({workflow:code}) だけなので、デプロイの前にそろうことはありません。{branch:code} の必須チェックから外すか、"
    "`.github/ghapp.yml` の `require.checks` に必要なチェックだけを書いてください。",
    "checks_unknown": "**デプロイは開始していません。** {branch:code} のルールを GitHub が ghapp に見せないため、"
    "#{number} に必要なチェックがわかりません。`.github/ghapp.yml` の `require.checks` に名前を書いてください。",
    "checks.failed.next": "直すか再実行してから、もう一度入力してください。",
    "checks.ours": "{ours:names} の結果を出すのはデプロイそのもの ({workflow:code}) だけなので、"
    "デプロイの前にそろうことはありません。{branch:code} の必須チェックから外すか、"
    "`require.checks` に必要なチェックだけを書いてください。",
    "checks.running": "終わっていないもの: {running:names}",
    "checks.missing": "結果がないもの: {missing:names}",
    "approvals": "#{number} には、作成者と最後に push した人を除く、書き込み権限のある {need:raw} 人の承認が"
    "最新のコミットに必要です。今は {have:raw} 人です。",
    "approvals.unknown_pusher": "#{number} には、作成者を除く、書き込み権限のある {need:raw} 人の承認が"
    "最新のコミットに必要です。今は {have:raw} 人です。最後に push した人が分からないため、1人多く必要です。",
    "barred": "#{number} には {environment} から切り戻したものが含まれています: {back:raw}。"
    "通常のデプロイでは再び出せないので、何もしていません。"
    "ロックを外せる人({who:raw})は次のように入力できます: {command:code}",
    "barred.in_vain": "#{number} には {environment} から切り戻そうとしたものが含まれています: {back:raw}。"
    "通常のデプロイでは再び出せないので、何もしていません。"
    "ロックを外せる人({who:raw})は次のように入力できます: {command:code}",
    "barred.unsure": "{others:raw} は {branch:code} にないため、"
    "#{number} に含まれるかどうか確かではありません。先に #{number} の内容を確認してください。",
    "barred.one": "#{number} {title:title}",
    "other_branch": "#{number} は {base:code} にマージされています。"
    "{environment} に出せるのは {branch:code} のものです。",
    "branch_gone": "{environment} は {branch:code} から出す設定ですが、その名前のブランチがありません。"
    "`.github/ghapp.yml` の `branch` を直すか、ブランチを作り直してください。",
    "already_live": "{environment} にはもう #{number} が出ています({since:clock} から)。",
    "contained": "{environment} では #{live} が動いていて、これも含まれています。",
    "diverged": "#{number} と、{environment} で動いている #{live} は枝分かれしています。"
    "出すと #{live} が消えるため、何もしていません。両方を含むプルリクエストをマージしてください。"
    "#{live} を外してよければ、ロックを外せる人({who:raw})が次のように入力できます: {command:code}",
    "gone": "{environment} で動いている #{live}({live_sha:code})は {branch:code} にありません"
    "(履歴が書き換えられたか、マージされていません)。"
    "#{number} を出すと #{live} は含まれなくなるため、何もしていません。"
    "それでよければ、ロックを外せる人({who:raw})が次のように入力できます: {command:code}",
    "no_such_pull": "#{number} というプルリクエストはありません。",
    "stale": "{typed:code} は10分以上前のものです。何もしていません。必要ならもう一度入力してください。",
    "edited": "{typed:code} は書かれた後に変更されたので、何もしていません。必要なら新しいコメントで入力してください。",
    "config_invalid": "`{file:raw}` が使えません({sha}): {problem:raw} "
    "デフォルトブランチで直されるまで、新しいデプロイは始まりません。",
    "policy_unread": "オーナーのルール {file:code} を読めません。読めるようになるまで、新しいリリースは始まらず、"
    "Slack からの操作もできません。プルリクエストでの `/rollback` `/cancel` `/lock` `/unlock` は使えます。"
    "そのリポジトリがこの名前で存在し、App が入っていて、デフォルトブランチにファイルがあることを確認してください。",
    "unreadable": "{environment} の記録は新しい版の ghapp が書いたもので、ここではロック中として扱います: {why:code} "
    "サーバーを更新してください。",
    "environment_gone": "{environment} はデフォルトブランチの `.github/ghapp.yml` からなくなったので、"
    "新しいデプロイは始まりません。動いているものは最後まで見届けます。",
    "environment_waits": "{environment} は `.github/ghapp.yml` に加わりましたが、そこからなくなった {leaving:names} で"
    "まだ動いているものがあります。それが終わると使えるようになります。",
    "environment_left": "{environments:names} は {since:clock} にデフォルトブランチの `.github/ghapp.yml` から"
    "なくなったので、何もしていません。",
    "unknown_environment": "{typed:code} という環境はありません。あるのは {environments:names} です。",
    "which_environment": "どの環境ですか? `/{word} <環境>` の形で書いてください: {environments:names}",
    "not_allowed": "{environment} で `/{word}` を使う権限がありません。使えるのは {who:raw} です。",
    "not_allowed.named": "{environment} で `/{word}` を使う権限がありません。使えるのは {who:raw} です。"
    "チームのメンバーや名前を挙げられた人にも、このリポジトリへの書き込み権限が必要です。",
    "unknown_command": "{typed:code} というコマンドはありません。{usage:code} でしょうか?",
    "bad_environment": "{typed:code} は環境の名前ではありません。書き方: {usage:code}",
    "bad_pull": "{typed:code} は `#42` のようなプルリクエストの番号ではありません。書き方: {usage:code}",
    "anyway_reason": "{typed:code} には理由が必要なので、何もしていません。"
    "今動いているものを外してよい理由を続けて書いてください。書き方: {usage:code}",
    "in_quote": "{typed:code} は引用のすぐ下にあり、GitHub では引用の一部として表示されるため、何もしていません。"
    "実行する場合は、間に空行を入れて、もう一度入力してください。",
    "bad_span": "{typed:code} は時間ではありません。"
    "1m から 7d、`18:00` のような時刻、または `forever` と書いてください。書き方: {usage:code}",
    "locked_by_other": "{environment} はすでに {holder:name} がロックしています。",
    "now_locked": "🔒 {actor:name} が {environment} を {until:clock} までロックしました: {reason:why}。"
    "早めに外すには `/unlock {environment}`",
    "now_locked.open": "🔒 {actor:name} が {environment} をロックしました(期限なし): {reason:why}。"
    "外すには `/unlock {environment}`",
    "too_many": "{typed:code} の分が余っているので、何もしていません。書き方: {usage:code}",
    "too_long": "{typed:code} の行が長すぎます。書き方: {usage:code}",
    "frozen": "{environment} は {until:clock} までリリース停止期間です({reason:title})。コマンドでは解除できません。"
    "期間はデフォルトブランチの `.github/ghapp.yml` の `freeze` で決まります。",
    "frozen.open": "{environment} はリリース停止期間です({reason:title})。コマンドでは解除できません。"
    "期間はデフォルトブランチの `.github/ghapp.yml` の `freeze` で決まります。",
    "not_locked": "{environment} はロックされていません。",
    "run_under_way": "{environment} では {holder:name} による #{pull} のリリースがまだ動いています。"
    "動いている間はロックを外せません。"
    "実行が終われば自動で空きます{link:raw}。今すぐ止めるには {command:code}",
    "reason_needed": "{holder:name} による #{pull} の後のロックで、{until:clock} までです。"
    "外すには理由を書いてください({holder:name} に通知されます): {command:code}",
    "reason_needed.hold": "{environment} は {holder:name} がロックしています。"
    "外すには理由を書いてください({holder:name} に通知されます): {command:code}",
    "reason_needed.all": "すべて外すには理由を書いてください({holders:names} に通知されます): {command:code}",
    "reason_needed.stuck": "{holder:name} による {pull:#} への切り戻しは {after} の終わりを待っていますが、"
    "終わりを確認できません。先にワークフローの一覧を確認してください。待たずに進めるには理由を書いてください: "
    "{command:code}",
    "reason_needed.unended": "{name} ({pull:#}、{holder:name}) の終わりを確認できません。"
    "先にワークフローの一覧を確認してください。"
    "待たずに進めるには理由を書いてください: {command:code}",
    "reason_needed.lost": "{holder:name} がリリースした {pull:#} の結果が分かっていません。"
    "動いている実行がないことを確かめたら、その旨を書いてください: {command:code}",
    "wait_ends": "CodeDeploy の待機はすでに {by:name} が終了させています。"
    "CodeDeploy の処理が終わると {environment} が空きます。",
    "unlocked": "🔓 {free:raw}(解除: {actor:name}{why:raw})",
    "unlocked.why": "、理由: {reason:title}",
    "unlocked.free": "{environment} を空けました。",
    "unlocked.still": "ロックを外しましたが、{environment} はまだ空きませんでした。",
    "unlocked.also": "{also:people} さんのロックも外れました。",
    "unlocked.rest": "それも外すには {command:code}",
    "unlocked_other": "🔓 {free:raw}{holder:person} さん、{pull:#} の後のロックを "
    "{actor:name} が外しました: {reason:title}",
    "unlocked_holds": "🔓 {free:raw}{holders:people} さん、{environment} のロックを {actor:name} が外しました: "
    "{reason:title}",
    "unlocked_unended": "🔓 {free:raw}{holder:person} さん、{name} ({pull:#}) が終わるのを待つのを {actor:name} が"
    "打ち切りました: {reason:title}\n実行が続いていれば中止を指示します。",
    "unlocked_lost": "🔓 {free:raw}{holder:person} さん、{pull:#} の実行を探すのを {actor:name} が"
    "打ち切りました: {reason:title}\n実行が作られていた場合、まだ動く可能性があります。",
    "slow_down": "{actor:person} さん、1分間に10回を超えたので、これは実行していません。"
    "1分ほど待って、まだ必要なものだけ入力し直してください。それまでは返事をしません。",
    "answers_itself": "{actor:name} がこちらの返信にコマンドで返信し続けているため、これは実行していません。"
    "当面ここでは1分に1つだけ読み、ほかには返信しません。コメントのきっかけを見直してください。",
    "could_not_check": "{typed:code} を確認できませんでした: {why:code} 何もしていません。もう一度入力してください。",
    "broken": "ghapp 自体の不具合で、{typed:code} を実行できません。何もしていません。もう一度入力してください。"
    "また失敗する場合は、ghapp の管理者に {command:code} の確認を依頼してください。",
    # answers
    "status.live": "**{environment}** は #{live} {title:title} {sha:code} です({since:clock} から)。",
    "status.live.before": "**{environment}** で稼働中なのは {unreleased:code} です "
    "(ghapp からのリリースではありません)。",
    "status.live.unknown": "**{environment}**: ghapp からのリリースはまだありません。",
    "status.left": "#{number} を出すために #{left} を外しました({by:name}、理由: {reason:why})。",
    "status.free": "空いています。",
    "status.under_way": "🔒 {holder:name} が #{pull} をリリース中。{until:clock} 以降に空く予定(あと約{until:wait})。",
    "status.under_way.open": "🔒 {holder:name} が #{pull} をリリース中。",
    "status.manual": "🔒 {holder:name} がロック中 ({reason:why})。{until:clock} 以降に空く予定(あと約{until:wait})。",
    "status.manual.open": "🔒 {holder:name} がロック中 (期限なし、外すまで): {reason:why}",
    "status.freeze": "🧊 リリース停止期間。{until:clock} まで(あと約{until:wait}): {reason:title}",
    "status.freeze.open": "🧊 リリース停止期間: {reason:title}",
    "status.rollback": "🔒 #{pull} の切り戻し後、{holder:name} がロックしています。",
    "status.rollback.in_vain": "🔒 #{pull} の切り戻しが完了しなかったため、{holder:name} がロックしています。",
    "status.cooldown": "🔒 {holder:name} が #{pull} をリリース済み。{until:clock} 以降に空く予定(あと約{until:wait})。",
    "status.lost": "🔒 {holder:name} がリリースした {pull:#} の結果が分かりません。",
    "status.by_hand": "⚠️ {by:name} が {at:clock} にワークフローを手動で開始しました{link:raw}。"
    "今の本番は表示と異なる可能性があります。",
    "status.freeze.next": "次の凍結: {freeze_since:clock} から({freeze_reason:title})",
    "status.back": "`/rollback {environment}` で #{undone} を取り消し、#{target} {back_title:title} に戻ります。",
    "status.back.later": "{name} が終わるまで `/rollback {environment}` はできません。",
    "status.back.none": "切り戻せる先はまだありません。",
    "status.rules": "**#{pull} → {environment}**",
    "rule.yes": "- ✓ {label:raw}",
    "rule.no": "- ✗ {label:raw}: {why:raw}",
    "rule.no.above": "- ✗ {label:raw}: 上記の通り",
    "rule.unchecked": "- – {label:raw}: 出すコミットがまだないため、未確認",
    "rule.permission": "デプロイの権限",
    "rule.merged": "マージ済み",
    "rule.branch": "対象のブランチ",
    "rule.fork": "フォークではない",
    "rule.pushed": "コマンドより前の push",
    "rule.checks": "チェック",
    "rule.approvals": "承認",
    "rule.order": "今の本番より新しい",
    "rule.barred": "切り戻したものを含まない",
    "rule.free": "妨げるものがない",
    "status.waiting": "順番待ち: {others:raw}",
    "status.waiting.one": "#{number} {title:title} ({waiter:name})",
    "help.title": "**ここで使えるコマンド**(コメントの1行目に書きます):",
    "help.title.slack": "**ここで使えるコマンド:**",
    "help.deploy": "このプルリクエスト(または指定したもの)をリリースする",
    "help.lock": "しばらくほかの人のデプロイを止める(時間を書かなければ1時間)",
    "help.unlock": "自分のロックを外す。理由を書くとほかの人のものも外す",
    "help.status": "今の本番、ロックと空く時刻、順番待ち",
    "help.help": "この説明",
    "help.environments": "**環境**",
    "help.environment": "- {environment:code} ← {branch:code}。デプロイできる人: {deployers:raw}。"
    "ほかの人のロックを外せる人: {unlockers:raw}。",
    "help.role": "{role} 以上",
    "help.aliases": "別名: {aliases:names}。",
}
