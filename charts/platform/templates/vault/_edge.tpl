{{/* HAProxy between the front and Vault: docs/decisions/0030. It starts before Vault and ends after it. Argument: the root
context. */}}
{{- define "platform.vaultEdge" -}}
- name: edge
  image: {{ include "platform.image" (list . "edge") }}
  imagePullPolicy: {{ .Values.imagePullPolicy }}
  restartPolicy: Always
  command: [haproxy, -db, -f, /etc/dotmac/vault/edge.cfg]
  env:
    - name: POD_IP
      valueFrom: { fieldRef: { fieldPath: status.podIP } }
    - { name: EDGE_ADDRESS, value: "127.0.0.1:8203" }
    - { name: EDGE_STATUS, value: "$(POD_IP):8082" }
    - { name: EDGE_FRONT, value: "1" }
    - { name: TLS_CERTIFICATE, value: /etc/dotmac/tls/tls.crt }
    - { name: VAULT_ADDRESS, value: "127.0.0.1:8200" }
    - { name: VAULT_NAME, value: {{ include "platform.host" (list . "vault") }} }
    - { name: CA_CERTIFICATE, value: /etc/dotmac/ca/ca.crt }
  ports:
    - { name: edge-status, containerPort: 8082 }
  startupProbe:
    httpGet: { path: /healthz, port: edge-status }
    periodSeconds: 1
    failureThreshold: 60
  livenessProbe:
    httpGet: { path: /healthz, port: edge-status }
    periodSeconds: 30
    timeoutSeconds: 5
  resources:
    {{- toYaml .Values.edge.resources | nindent 4 }}
  securityContext:
    {{- include "platform.containerSecurity" . | nindent 4 }}
  volumeMounts:
    - { name: configuration, mountPath: /etc/dotmac/vault, readOnly: true }
    - { name: tls, mountPath: /etc/dotmac/tls, readOnly: true }
    - { name: ca, mountPath: /etc/dotmac/ca, readOnly: true }
{{- end }}
