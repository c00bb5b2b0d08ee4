{{/* Refuses values that suit the schema, and that cannot work. The programs refuse some too, but only after the installation. */}}
{{- define "operator.refuseContradictions" -}}
{{- include "operator.refuseElection" . -}}
{{- include "operator.refuseImages" . -}}
{{- include "operator.refuseDrain" . -}}
{{- end }}

{{- define "operator.refuseElection" -}}
{{- $times := .Values.config.leaderElection -}}
{{- $lease := include "operator.seconds" $times.leaseDuration | atoi -}}
{{- $renew := include "operator.seconds" $times.renewDeadline | atoi -}}
{{- $retry := include "operator.seconds" $times.retryPeriod | atoi -}}
{{- if ge $renew $lease -}}
{{- fail (printf "config.leaderElection.renewDeadline: write a duration shorter than leaseDuration, %s: the holder must give up before others take over" $times.leaseDuration) -}}
{{- end -}}
{{- if gt (mul 2 $retry) (int64 $renew) -}}
{{- fail (printf "config.leaderElection.retryPeriod: write a duration that fits twice into renewDeadline, %s: one lost renewal must not cost the lead" $times.renewDeadline) -}}
{{- end -}}
{{- end }}

{{- define "operator.refuseImages" -}}
{{- $latest := "whose content changes under the same name" -}}
{{- if and (eq .Values.image.tag "latest") (not .Values.image.digest) -}}
{{- fail (printf "image.tag: name a version instead of latest, %s, or add the digest" $latest) -}}
{{- end -}}
{{- if hasSuffix ":latest" .Values.config.runtime.image -}}
{{- fail (printf "config.runtime.image: name a version instead of latest, %s, or add the digest" $latest) -}}
{{- end -}}
{{- end }}

{{- define "operator.refuseDrain" -}}
{{- $drain := add (include "operator.seconds" .Values.egress.config.lameDuck) (include "operator.seconds" .Values.egress.config.drain) -}}
{{- if le (int64 .Values.egress.terminationGracePeriodSeconds) $drain -}}
{{- fail (printf "egress.terminationGracePeriodSeconds: write more than %d, the seconds of egress.config.lameDuck and drain together, or shorten these: the kubelet would kill the proxy before its tunnels end" $drain) -}}
{{- end -}}
{{- end }}

{{/* The seconds of a duration in Go's notation. */}}
{{- define "operator.seconds" -}}
{{- $seconds := 0 -}}
{{- range regexFindAll "[0-9]+[hms]" . -1 -}}
{{- $unit := trunc -1 . -}}
{{- $seconds = add $seconds (mul (trimSuffix $unit . | atoi) (get (dict "h" 3600 "m" 60 "s" 1) $unit)) -}}
{{- end -}}
{{- $seconds -}}
{{- end }}
