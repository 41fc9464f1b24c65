"""The sentences in Japanese about what the App was not granted."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "not_granted": "App に権限 {permission:code} がないため、何も行いませんでした。"
    "オーナーが {where:raw} で承認したら、もう一度お試しください。",
    "lacks": "⚠️ このリポジトリでは App に次の権限がありません。",
    "lacks.actions": "- {permission:code}: ワークフローを開始できないため、デプロイできません。",
    "lacks.checks": "- {permission:code}: ボタン付きのチェックを表示できず、必須チェックの結果も確認できません。",
    "lacks.deployments": "- {permission:code}: GitHub のデプロイのページに表示されません。"
    "コマンドによらない実行のデプロイ先は、ワークフローファイルからのみ判断します。",
    "lacks.issues": "- {permission:code}: プルリクエストのコマンドを受け取れないことがあります。",
    "lacks.merge_queues": "- {permission:code}: マージキューにゲートを表示できません。"
    "ゲートが必須の場合、キューは進みません。",
    "lacks.pull_requests": "- {permission:code}: プルリクエストで返答できません。",
    "lacks.statuses": "- {permission:code}: ゲートを表示できないため、ロック中でもマージできてしまいます。",
    "lacks.next": "ほかの機能は通常どおり使えます。オーナーが次のページで承認してください: {where:raw}",
}
