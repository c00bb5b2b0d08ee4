{{/* What stands before a shared server in its pod: docs/decisions/0019. Arguments: a list of the root context, the
port of both, the values of this front, and what the server needs to be told. */}}

{{- define "platform.frontConfig" -}}
{{- $settings := omit (index . 2) "resources" -}}
{{- $server := merge (dict "port" (index . 1)) (index . 3) -}}
{{ toYaml (merge (dict "port" (index . 1) "server" $server) $settings) }}
{{- end }}

{{/* Begins before the server and ends after it. It has the pod's own addresses, the server the loopback address of the
same port. Arguments: a list of the root context and the values of this front. */}}
{{- define "platform.front" -}}
{{- $root := index . 0 -}}
- name: front
  image: {{ $root.Values.front.image }}
  imagePullPolicy: {{ $root.Values.imagePullPolicy }}
  restartPolicy: Always
  env:
    - name: POD_IPS
      valueFrom: { fieldRef: { fieldPath: status.podIPs } }
    - { name: NODE_OPTIONS, value: {{ $root.Values.front.nodeOptions | quote }} }
  ports:
    - { name: front-metrics, containerPort: 8080 }
    - { name: front-health, containerPort: 8081 }
  startupProbe:
    httpGet: { path: /healthz, port: front-health }
    periodSeconds: 1
    failureThreshold: 60
  livenessProbe:
    httpGet: { path: /healthz, port: front-health }
    periodSeconds: 30
    timeoutSeconds: 5
  resources:
    {{- toYaml $root.Values.front.resources | nindent 4 }}
  securityContext:
    {{- include "platform.containerSecurity" . | nindent 4 }}
  volumeMounts:
    - { name: front, mountPath: /etc/dotmac-front, readOnly: true }
{{- end }}

{{- define "platform.frontVolume" -}}
- name: front
  configMap:
    name: {{ . }}
    items: [{ key: front.yaml, path: config.yaml }]
{{- end }}

{{- define "platform.fromPrometheus" -}}
- from:
    - {{- include "platform.pods" "prometheus" | nindent 6 }}
  ports: [{ port: 8080 }]
{{- end }}
