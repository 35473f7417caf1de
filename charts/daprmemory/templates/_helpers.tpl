{{/* Labels of every object. */}}
{{- define "daprmemory.labels" -}}
app.kubernetes.io/name: daprmemory
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{/* Labels by which pods are found. They never change. */}}
{{- define "daprmemory.selector" -}}
app.kubernetes.io/name: daprmemory
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* The image of a part. */}}
{{- define "daprmemory.image" -}}
{{ .root.Values.image.registry }}daprmemory/{{ .part }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* The app ids of the shards and the curator: those who may use the stores. */}}
{{- define "daprmemory.storeApps" -}}
{{- range $i := until (int .Values.shards.count) }}memory-{{ $i }},{{ end }}curator
{{- end }}

{{/* What the sidecar injector is told. */}}
{{- define "daprmemory.daprAnnotations" -}}
{{- $dapr := .root.Values.dapr -}}
dapr.io/enabled: "true"
dapr.io/app-id: {{ .appId | quote }}
dapr.io/app-port: "8080"
dapr.io/app-protocol: "http"
dapr.io/config: {{ .config | quote }}
dapr.io/api-token-secret: {{ $dapr.apiTokenSecret | quote }}
dapr.io/app-token-secret: {{ $dapr.appTokenSecret | quote }}
# Events come once the service answers, and stop when it no longer does.
dapr.io/enable-app-health-check: "true"
dapr.io/app-health-check-path: "/healthz"
dapr.io/max-body-size: {{ $dapr.maxBodySize | quote }}
# A stopping service goes on using its sidecar: to answer, to save, to publish. This ends as soon as the service does.
dapr.io/block-shutdown-duration: "35s"
dapr.io/graceful-shutdown-seconds: "10"
# Secrets of components are resolved by the operator; the pod needs no access to them.
dapr.io/disable-builtin-k8s-secret-store: "true"
dapr.io/log-level: {{ $dapr.logLevel | quote }}
dapr.io/log-as-json: "true"
dapr.io/sidecar-cpu-request: {{ $dapr.resources.cpuRequest | quote }}
{{- with $dapr.resources.cpuLimit }}
dapr.io/sidecar-cpu-limit: {{ . | quote }}
{{- end }}
dapr.io/sidecar-memory-request: {{ $dapr.resources.memoryRequest | quote }}
dapr.io/sidecar-memory-limit: {{ $dapr.resources.memoryLimit | quote }}
{{- end }}

{{/* The pod's side of safety. */}}
{{- define "daprmemory.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* The container's. */}}
{{- define "daprmemory.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Probes. Live says that the process serves, ready that it should be sent work. */}}
{{- define "daprmemory.probes" -}}
startupProbe:
  httpGet:
    path: /health/live
    port: {{ .port }}
    scheme: {{ .scheme | default "HTTP" }}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /health/live
    port: {{ .port }}
    scheme: {{ .scheme | default "HTTP" }}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /health/ready
    port: {{ .port }}
    scheme: {{ .scheme | default "HTTP" }}
  periodSeconds: 2
  timeoutSeconds: 1
  failureThreshold: 2
{{- end }}

{{/* The environment of every service beside a sidecar. */}}
{{- define "daprmemory.environment" -}}
{{- $root := .root -}}
{{- with $root.Values.identity }}
{{- if and (eq .mode "Required") (not .authority) (not .jwksConfigMap) (not .apps) }}
{{- fail "identity: no caller could show who it is. Set identity.authority (an OpenID provider's URL), or identity.jwksConfigMap and identity.issuer, or identity.apps; to let everyone in, set identity.mode=Insecure" }}
{{- end }}
{{- if and .authority .jwksConfigMap }}{{ fail "identity: authority and jwksConfigMap exclude each other" }}{{ end }}
{{- if and .jwksConfigMap (not .issuer) }}{{ fail "identity.jwksConfigMap needs identity.issuer, the iss of tokens" }}{{ end }}
{{- end -}}
- name: ASPNETCORE_HTTP_PORTS
  value: "8080"
# The root file system is read-only.
- name: DOTNET_EnableDiagnostics
  value: "0"
- name: DAPR_API_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ $root.Values.dapr.apiTokenSecret }}
      key: token
- name: APP_API_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ $root.Values.dapr.appTokenSecret }}
      key: token
# Not ready for two probes of the router and of Kubernetes before the port closes; then what is under way may end.
- name: Hosting__DrainDelay
  value: "00:00:05"
- name: Hosting__ShutdownTimeout
  value: "00:00:30"
{{- with $root.Values.monitoring.otlpEndpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with $root.Values.identity }}
- name: Identity__Mode
  value: {{ .mode }}
# NetworkPolicies decide who reaches the pages.
- name: Identity__OperatorPages
  value: Everyone
- name: Identity__Audience
  value: {{ .audience | quote }}
{{- with .authority }}
- name: Identity__Authority
  value: {{ . | quote }}
{{- end }}
{{- if .jwksConfigMap }}
- name: Identity__JwksFile
  value: /etc/daprmemory/identity/jwks.json
{{- end }}
{{- with .issuer }}
- name: Identity__Issuer
  value: {{ . | quote }}
{{- end }}
{{- range $app, $identity := .apps }}
- name: Identity__Apps__{{ $app }}__Namespace
  value: {{ $identity.namespace | quote }}
- name: Identity__Apps__{{ $app }}__Tenant
  value: {{ $identity.tenant | quote }}
{{- with $identity.agent }}
- name: Identity__Apps__{{ $app }}__Agent
  value: {{ . | quote }}
{{- end }}
{{- range $i, $scope := $identity.scopes }}
- name: Identity__Apps__{{ $app }}__Scopes__{{ $i }}
  value: {{ $scope | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $value := .config }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* The volumes of every service beside a sidecar, and where they are. */}}
{{- define "daprmemory.volumes" -}}
- name: tmp
  emptyDir: {}
{{- with .Values.identity.jwksConfigMap }}
- name: identity
  configMap:
    name: {{ . }}
{{- end }}
{{- end }}

{{- define "daprmemory.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .Values.identity.jwksConfigMap }}
- name: identity
  mountPath: /etc/daprmemory/identity
  readOnly: true
{{- end }}
{{- end }}

{{/* A Dapr component: what the values say, and what isolation hangs on. */}}
{{- define "daprmemory.component" -}}
apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: {{ .name }}
  labels:
    {{- include "daprmemory.labels" (dict "root" .root "component" .name) | nindent 4 }}
auth:
  # Kubernetes' own secrets, in this namespace.
  secretStore: kubernetes
spec:
  type: {{ .component.type }}
  version: {{ .component.version }}
  metadata:
    {{- range .component.metadata }}
    - {{ toYaml . | nindent 6 | trim }}
    {{- end }}
    {{- .fixed | nindent 4 }}
scopes:
  {{- .scopes | nindent 2 }}
{{- end }}

{{/* Whether commits are signed, and with which keys: of all who write to the logs. */}}
{{- define "daprmemory.auditEnvironment" -}}
- name: Audit__Signing
  value: {{ .Values.audit.signing | quote }}
{{- if eq .Values.audit.signing "Required" }}
- name: Audit__KeyFile
  value: /etc/daprmemory/audit/keys.pem
{{- end }}
{{- end }}

{{/* The keys that commits are signed with, as a mount. */}}
{{- define "daprmemory.auditMounts" -}}
{{- if eq .Values.audit.signing "Required" }}
- name: audit
  mountPath: /etc/daprmemory/audit
  readOnly: true
{{- end }}
{{- end }}

{{/* The keys that commits are signed with, as a volume. */}}
{{- define "daprmemory.auditVolumes" -}}
{{- if eq .Values.audit.signing "Required" }}
- name: audit
  secret:
    secretName: {{ .Values.audit.keySecret }}
{{- end }}
{{- end }}
