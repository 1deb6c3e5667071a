{{/* The operator's objects are called NAME-operator; NAME is the release's, with the chart's where it does not say so itself. */}}
{{- define "kafka-api-bridge.operator" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- printf "%s-operator" (.Release.Name | trunc 54 | trimSuffix "-") -}}
{{- else -}}
{{- printf "%s-%s-operator" (.Release.Name | trunc 37 | trimSuffix "-") .Chart.Name -}}
{{- end -}}
{{- end -}}

{{- define "kafka-api-bridge.selector" -}}
app.kubernetes.io/name: kafka-api-bridge-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "kafka-api-bridge.labels" -}}
{{ include "kafka-api-bridge.selector" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: kafka-api-bridge
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* An image: list of its values and the chart's appVersion. */}}
{{- define "kafka-api-bridge.image" -}}
{{- $image := index . 0 -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default (index . 1) $image.tag) -}}
{{- end -}}
{{- end -}}
