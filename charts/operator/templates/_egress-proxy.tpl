{{- define "egress.name" -}}egress-proxy{{- end }}

{{- define "egress.selectorLabels" -}}
app.kubernetes.io/name: {{ include "egress.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "egress.labels" -}}
{{ include "egress.selectorLabels" . }}
app.kubernetes.io/part-of: dotmac
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* The port is the one in the runtimes' configuration. */}}
{{- define "egress.config" -}}
{{- set (deepCopy .Values.egress.config) "port" .Values.config.platform.egress.port | toYaml -}}
{{- end }}
