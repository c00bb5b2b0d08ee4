{{/* The front runs beside a shared server in its pod: docs/decisions/0019. Arguments: a list of the root context, its
port, the values of this front, and the settings of its server, whose port is the same unless they name another. */}}

{{- define "platform.frontConfig" -}}
{{- $server := merge (dict) (index . 3) (dict "port" (index . 1)) -}}
{{ toYaml (merge (dict "port" (index . 1) "server" $server) (index . 2)) }}
{{- end }}

{{/* Starts before the server and ends after it. It listens on the pod's addresses, and the server on the loopback address
with the same port. Argument: a list of the root context. */}}
{{- define "platform.front" -}}
{{- $root := index . 0 -}}
- name: front
  image: {{ include "platform.image" (list $root "front") }}
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

{{/* Arguments: a list of the ports that tell metrics. */}}
{{- define "platform.fromPrometheus" -}}
- from:
    - {{- include "platform.pods" "prometheus" | nindent 6 }}
  ports:
    {{- range . }}
    - { port: {{ . }} }
    {{- end }}
{{- end }}
