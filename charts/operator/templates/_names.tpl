{{- define "operator.name" -}}dotmac-operator{{- end }}

{{- define "operator.user" -}}
system:serviceaccount:{{ .Release.Namespace }}:{{ include "operator.name" . }}
{{- end }}

{{- define "operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "operator.labels" -}}
{{ include "operator.selectorLabels" . }}
app.kubernetes.io/part-of: dotmac
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* The configuration without fields of other modes and kinds, because the operator refuses unknown fields. */}}
{{- define "operator.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $_ := set $config.leaderElection "namespace" .Release.Namespace -}}
{{- $_ := set $config.leaderElection "name" (include "operator.name" .) -}}
{{- $_ := unset $config.certificates (eq $config.certificates.mode "local" | ternary "issuerRef" "caSecret") -}}
{{- $_ := unset $config.route (eq $config.route.kind "Ingress" | ternary "gatewayRef" "className") -}}
{{- toYaml $config -}}
{{- end }}
