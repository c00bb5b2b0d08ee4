{{- define "platform.policyMetadata" -}}
name: {{ index . 1 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "platform.labels" . | nindent 2 }}
{{- end }}

{{/* Pods of any tenant; with further arguments, only those of these components. */}}
{{- define "platform.tenants" -}}
namespaceSelector:
  matchExpressions: [{ key: dotmac.io/tenant, operator: Exists }]
podSelector:
  matchLabels:
    app.kubernetes.io/name: tenant-runtime
  {{- with rest . }}
  matchExpressions: [{ key: app.kubernetes.io/component, operator: In, values: {{ toJson . }} }]
  {{- end }}
{{- end }}

{{- define "platform.pods" -}}
podSelector:
  matchLabels:
    app.kubernetes.io/name: {{ . }}
{{- end }}

{{- define "platform.toDns" -}}
- to:
    - namespaceSelector:
        matchLabels: { kubernetes.io/metadata.name: kube-system }
      podSelector:
        matchLabels: { k8s-app: kube-dns }
  ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
{{- end }}

{{- define "platform.toApiServer" -}}
{{- if not .Values.network.apiServer }}
{{- fail "network.apiServer is empty: list where the API server listens, as [{cidr: 10.0.0.1/32, port: 6443}]; kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes shows it" }}
{{- end }}
{{- range .Values.network.apiServer }}
- to: [{ ipBlock: { cidr: {{ .cidr }} } }]
  ports: [{ port: {{ .port }} }]
{{- end }}
{{- end }}
