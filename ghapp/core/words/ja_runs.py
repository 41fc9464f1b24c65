"""Workflow runs in Japanese: how far one came, and those that nobody ordered."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # whether a release that did not succeed is out
    "reach.not": "#{number} は {environment} に出ていません",
    "reach.maybe": "#{number} は {environment} に出ている可能性があります",
    "reach.was.not": "#{number} は {environment} に出ませんでした",
    "reach.was.maybe": "#{number} は {environment} に出た可能性があります",
    "reach.broke": "{broke:code} で失敗しました。",
    "reach.skipped": "実行は成功しましたが、デプロイのジョブがスキップされたため、何もデプロイされていません。",
    "reach.unknown": "どのジョブが実行されたかを確認できませんでした。実行ログを確認してください。",
    "reach.back": "取り消すには {again:code}",
    "status.maybe": "⚠️ {name} は成功しませんでした。#{number} は {environment} に出ている可能性があります。",
}
