{{- define "ghapp.selector" -}}
app.kubernetes.io/name: ghapp
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "ghapp.labels" -}}
{{ include "ghapp.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
