{{/* Refuses values that suit the schema, and that cannot work together with the settings in files/. */}}
{{- define "platform.refuseContradictions" -}}
{{- $query := regexFind "(?m)^query_timeout = [0-9]+" (.Files.Get "files/pgbouncer.ini") | trimPrefix "query_timeout = " | atoi -}}
{{- $idle := include "platform.seconds" .Values.pgbouncer.front.idleTimeout | atoi -}}
{{- if le $idle $query -}}
{{- fail (printf "pgbouncer.front.idleTimeout is %s: write more than %ds, the query_timeout of PgBouncer: the front would close connections that wait for a query" .Values.pgbouncer.front.idleTimeout $query) -}}
{{- end -}}
{{- end }}

{{/* The seconds of a duration in Go's notation. */}}
{{- define "platform.seconds" -}}
{{- $seconds := 0 -}}
{{- range regexFindAll "[0-9]+[hms]" . -1 -}}
{{- $unit := trunc -1 . -}}
{{- $seconds = add $seconds (mul (trimSuffix $unit . | atoi) (get (dict "h" 3600 "m" 60 "s" 1) $unit)) -}}
{{- end -}}
{{- $seconds -}}
{{- end }}
