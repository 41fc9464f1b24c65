"""The check run of a release and its buttons, in Japanese."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # the buttons: at most 20 characters, and 40 for what they explain
    "button.deploy": "デプロイ",
    "button.deploy.what": "リリースします(/deploy と同じ)",
    "button.rollback": "切り戻す",
    "button.rollback.what": "前の版に戻します(/rollback と同じ)",
    "button.unlock": "問題なし、次の人へ",
    "button.unlock.what": "ロックを外して次の人に空けます(/unlock と同じ)",
    # before the merge: painted once a head
    "release.open.free": "マージ後は {environment} へ({now:clock} 時点: 空き{waiting:raw})",
    "release.open.locked": "マージ後は {environment} へ({now:clock} 時点: ロック中{waiting:raw})",
    "release.open.waiting": "、順番待ち {count:raw} 件",
    "release.open.next": "マージすると、マージした人にデプロイをお願いします: {command:code}",
    "release.open.deploy": "{environment} にはマージ前のこのコミットも出せます。**デプロイ** を押してください。",
    "release.open.then": "{now:clock} の時点の状況です。今の状況は `ghapp/lock` のステータスで分かります。",
    # from the merge on
    "release.awaiting": "{environment} に出せます",
    "release.waiting": "{environment} の順番待ち({rank:nth}番目)",
    "release.skipped": "見送り: これより新しいものと一緒に {environment} へ出ます",
    "release.unlisted": "{environment} に出ておらず、順番待ちからも外れました",
    "release.gone": "{environment} は設定からなくなりました",
    "release.gone.more": "{environment} はデフォルトブランチの `.github/ghapp.yml` からなくなったので、"
    "#{number} はそこには出ません。",
    "release.deploying": "{environment} にデプロイ中 ({name}、実行: {actor:name})",
    "release.cancelling": "{by:name} が中止しています ({name}、実行: {actor:name})",
    "release.live": "{environment} に出ています",
    "release.live.more": "#{number} は {environment} に出ています。",
    "release.carried": "#{pull} と一緒に {environment} に出ました",
    "release.failed": "{name} は失敗しました",
    "release.unsure": "{name} は終了しましたが、#{number} が {environment} に出たか分かりません",
    "release.cancelled": "{name} は中止されました",
    "release.lost": "{name} の結果が分かりません",
    "release.rolling_back": "切り戻し中 ({name}、実行: {actor:name})",
    "release.waits": "切り戻しは {after} の終わりを待っています ({name}、実行: {actor:name})",
    "release.rollback_failed": "{name} は完了しませんでした。{environment} の状態は確認が必要です",
    "release.rolled_back": "{environment} から切り戻しました",
    "release.rolled_back.more": "#{number} は {environment} から取り消されました。別のプルリクエストで直してください。"
    "このまま再び出せるのは、ロックを外せる人だけです。",
    "release.rolled_back.in_vain": "{environment} からの切り戻しは完了していません",
    "release.rolled_back.in_vain.more": "#{number} を {environment} から切り戻そうとしましたが、完了していません。"
    "別のプルリクエストで直してください。このまま再び出せるのは、ロックを外せる人だけです。",
    "release.replaced": "{environment} で稼働していました {span:raw}",
    # what a press is answered, since nobody can read it as they can a comment
    "pressed": "{actor:person} さんがチェックの **{label}** を押しました:",
    "button_over": "このボタンは {name} の時点のもので、{environment} は今 {current} です。何もしていません。"
    "今できることはチェックに、理由は `/status {environment}` にあります。",
    "button_gone": "このボタンは {environment} の #{pull} の今の状態に合わないので、何もしていません。"
    "今できることは最新のコミットのチェックに、理由は `/status {environment}` にあります。",
    # said on the pull request, once
    "gate_refused": "GitHub がこのプルリクエストのステータス `ghapp/lock` を受け付けません: {why:code}。"
    "古い状態が表示されている可能性があるので、表示を見てマージせず、`/status` で状況を確認してください。"
    "引き続き再試行します。",
}
