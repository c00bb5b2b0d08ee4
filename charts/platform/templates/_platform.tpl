{{/* Arguments of all templates: a list of the root context and the name of a service. */}}

{{- define "platform.selectorLabels" -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{- define "platform.labels" -}}
{{ include "platform.selectorLabels" . }}
app.kubernetes.io/part-of: dotmac
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ (index . 0).Chart.Name }}-{{ (index . 0).Chart.Version }}
{{- end }}

{{- define "platform.metadata" -}}
name: {{ index . 1 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "platform.labels" . | nindent 2 }}
{{- end }}

{{- define "platform.host" -}}
{{ index . 1 }}.{{ (index . 0).Release.Namespace }}.svc.{{ (index . 0).Values.clusterDomain }}
{{- end }}

{{- define "platform.image" -}}
{{- $image := (index (index . 0).Values (index . 1)).image -}}
{{- if hasSuffix ":latest" $image }}
{{- fail (printf "%s.image is %s, whose content changes under the same name: name a version, or add the digest" (index . 1) $image) }}
{{- end -}}
{{ $image }}
{{- end }}

{{- define "platform.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "platform.metadata" . | nindent 2 }}
spec:
  selector:
    {{- include "platform.selectorLabels" . | nindent 4 }}
  ports:
    - { name: {{ index . 2 }}, port: {{ index . 3 }}, targetPort: {{ index . 2 }} }
{{- end }}

{{- define "platform.claim" -}}
{{- $root := index . 0 -}}
- metadata:
    name: data
  spec:
    accessModes: [ReadWriteOnce]
    {{- with $root.Values.storageClassName }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ index . 1 }}
{{- end }}

{{/* The common fields of every pod; the second argument is its user. */}}
{{- define "platform.podSpec" -}}
{{- $root := index . 0 -}}
enableServiceLinks: false
# One query at a time, repeated after a second, full names first: docs/decisions/0012.
dnsConfig:
  options:
    - { name: single-request }
    - { name: timeout, value: "1" }
    - { name: attempts, value: "4" }
    - { name: ndots, value: "2" }
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ index . 1 }}
  runAsGroup: {{ index . 1 }}
  fsGroup: {{ index . 1 }}
  # Changing the owner of every file of a large volume at each start would take minutes.
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "platform.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
