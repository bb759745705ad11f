{{- define "winnow.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "winnow.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "winnow.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "winnow.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "winnow.selector" -}}
app.kubernetes.io/name: {{ include "winnow.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "winnow.labels" -}}
{{ include "winnow.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The image of one role: (dict "root" $ "image" .Values.worker.image) */}}
{{- define "winnow.image" -}}
{{- $image := .root.Values.image -}}
{{- $repository := .image.repository | default $image.repository -}}
{{- if .image.digest -}}
{{ $repository }}@{{ .image.digest }}
{{- else if .image.tag -}}
{{ $repository }}:{{ .image.tag }}
{{- else if and $image.digest (not .image.repository) -}}
{{ $repository }}@{{ $image.digest }}
{{- else -}}
{{ $repository }}:{{ $image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "winnow.databaseHost" -}}
{{- if .Values.postgresql.enabled -}}
{{ include "winnow.fullname" . }}-postgresql
{{- else -}}
{{ required "database.host, or postgresql.enabled=true, says where PostgreSQL is" .Values.database.host }}
{{- end -}}
{{- end -}}

{{- define "winnow.databaseSecret" -}}
{{ .Values.database.existingSecret | default (printf "%s-database" (include "winnow.fullname" .)) }}
{{- end -}}

{{- define "winnow.databaseSecretKey" -}}
{{ if .Values.database.existingSecret }}{{ .Values.database.secretKey }}{{ else }}password{{ end }}
{{- end -}}

{{- define "winnow.authSecret" -}}
{{ .Values.auth.existingSecret | default (printf "%s-auth" (include "winnow.fullname" .)) }}
{{- end -}}

{{/* What every container of ours may do: nothing. */}}
{{- define "winnow.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
privileged: false
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Egress to the names of the cluster. */}}
{{- define "winnow.dnsEgress" -}}
- to:
    - namespaceSelector: {}
      podSelector:
        matchLabels:
          k8s-app: kube-dns
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
{{- end -}}

{{- define "winnow.databaseEgress" -}}
{{- if .Values.postgresql.enabled -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "winnow.selector" . | nindent 10 }}
          app.kubernetes.io/component: postgresql
  ports:
    - {protocol: TCP, port: 5432}
{{- else -}}
- ports:
    - {protocol: TCP, port: {{ .Values.database.port }}}
  {{- with .Values.database.cidrs }}
  to:
    {{- range . }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* The pod of one role: (dict "root" $ "role" "api" "values" .Values.api) */}}
{{- define "winnow.pod" -}}
{{- $root := .root -}}
{{- $values := .values -}}
{{- $gpu := and (eq .role "worker") $values.gpu.enabled -}}
metadata:
  labels:
    {{- include "winnow.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
    {{- with .workers }}
    winnow.io/workers: {{ . }}
    {{- end }}
    {{- with $root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    {{- if not $root.Values.database.existingSecret }}
    # A new password starts new pods. The generated one is not known when templates are rendered without a cluster.
    checksum/database: {{ printf "%s" $root.Values.database.password | sha256sum }}
    {{- end }}
    {{- with $root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    kubectl.kubernetes.io/default-container: {{ .role }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  securityContext:
    {{- toYaml $root.Values.podSecurityContext | nindent 4 }}
  terminationGracePeriodSeconds: {{ $root.Values.terminationGracePeriodSeconds }}
  containers:
    - name: {{ .role }}
      image: {{ include "winnow.image" (dict "root" $root "image" ($values.image | default dict)) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      securityContext:
        {{- include "winnow.containerSecurityContext" $root | nindent 8 }}
      env:
        - {name: WINNOW_ROLE, value: {{ .role }}}
        {{- with .lane }}
        - {name: WINNOW_ENGINE_LANE, value: {{ . }}}
        {{- end }}
        - name: SPRING_DATASOURCE_URL
          value: {{ printf "jdbc:postgresql://%s:%v/%s" (include "winnow.databaseHost" $root) (ternary 5432 $root.Values.database.port $root.Values.postgresql.enabled) $root.Values.database.name }}{{ with $root.Values.database.parameters }}?{{ . }}{{ end }}
        - {name: SPRING_DATASOURCE_USERNAME, value: {{ $root.Values.database.username | quote }}}
        # Each file under it is named as the property that it sets.
        - name: SPRING_CONFIG_IMPORT
          value: configtree:/run/secrets/database/{{ if not $root.Values.auth.allowAnonymous }},configtree:/run/secrets/auth/{{ end }}
        {{- if $root.Values.auth.allowAnonymous }}
        - {name: WINNOW_SECURITY_ALLOWANONYMOUS, value: "true"}
        {{- end }}
        {{- with $root.Values.auth.jwt.issuerUri }}
        - {name: SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI, value: {{ . | quote }}}
        - name: SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES
          value: {{ required "auth.jwt.audiences says for whom the issuer's tokens must be" (join "," $root.Values.auth.jwt.audiences) | quote }}
        {{- end }}
        - {name: LOGGING_STRUCTURED_FORMAT_CONSOLE, value: {{ $root.Values.logFormat | quote }}}
        {{- with $root.Values.tracing.endpoint }}
        - {name: MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT, value: {{ . | quote }}}
        {{- end }}
        {{- with $values.connections }}
        - {name: SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE, value: {{ . | quote }}}
        {{- end }}
        {{- with $values.javaOptions }}
        - {name: JDK_JAVA_OPTIONS, value: {{ . | quote }}}
        {{- end }}
        {{- range $name, $value := merge dict $values.settings $root.Values.settings }}
        - {name: {{ $name }}, value: {{ $value | quote }}}
        {{- end }}
      ports:
        - {name: http, containerPort: 8080, protocol: TCP}
      # A first start creates the schema: up to five minutes.
      startupProbe:
        httpGet: {path: /actuator/health/liveness, port: http}
        periodSeconds: 3
        timeoutSeconds: 3
        failureThreshold: 100
      livenessProbe:
        httpGet: {path: /actuator/health/liveness, port: http}
        periodSeconds: 15
        timeoutSeconds: 5
        failureThreshold: 4
      readinessProbe:
        httpGet: {path: /actuator/health/readiness, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 3
      resources:
        {{- if $gpu }}
        {{- $devices := dict $values.gpu.resource ($values.gpu.count | int) }}
        {{- toYaml (dict "requests" (merge (dict) $devices ($values.resources.requests | default dict)) "limits" (merge (dict) $devices ($values.resources.limits | default dict))) | nindent 8 }}
        {{- else }}
        {{- toYaml $values.resources | nindent 8 }}
        {{- end }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: home, mountPath: /var/lib/winnow}
        - {name: work, mountPath: /var/lib/winnow/work}
        - {name: database, mountPath: /run/secrets/database, readOnly: true}
        {{- if not $root.Values.auth.allowAnonymous }}
        - {name: auth, mountPath: /run/secrets/auth, readOnly: true}
        {{- end }}
        {{- range $root.Values.datasets }}
        - {name: dataset-{{ .name }}, mountPath: /data/{{ .name }}, readOnly: true}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: {{ $root.Values.tmp.sizeLimit }}
    - name: home
      emptyDir:
        sizeLimit: 256Mi
    - name: work
      persistentVolumeClaim:
        claimName: {{ $root.Values.workDir.existingClaim | default (printf "%s-work" (include "winnow.fullname" $root)) }}
    - name: database
      secret:
        secretName: {{ include "winnow.databaseSecret" $root }}
        defaultMode: 0440
        items:
          - {key: {{ include "winnow.databaseSecretKey" $root }}, path: spring.datasource.password}
    {{- if not $root.Values.auth.allowAnonymous }}
    - name: auth
      secret:
        secretName: {{ include "winnow.authSecret" $root }}
        defaultMode: 0440
    {{- end }}
    {{- range $root.Values.datasets }}
    - name: dataset-{{ .name }}
      {{- toYaml .volume | nindent 6 }}
    {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
