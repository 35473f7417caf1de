#!/usr/bin/env bash
# The chart and the admission webhook on a real API server: installs, upgrades from 3 to 4 shards, uninstalls; the webhook allows and denies
# real pods and components. There is no kubelet, so no pod starts; the webhook is registered by its URL.
# Builds kube-apiserver the first time (about 4 minutes on 2 cores, 5 GB of disk), into a cache folder. Needs root for Debian's packages.
# Where it can't be built, or not within DAPRMEMORY_APISERVER_SECONDS (600), it says so and skips everything.
# Ends with the line "N passed, N failed, N skipped".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/daprmemory
tools=${DAPRMEMORY_TOOLS:-$cache/tools}
work=$(mktemp -d)
processes=()
passed=0
failed=0

stop() {
  for id in "${processes[@]}"; do kill "$id" 2>/dev/null || true; done
  wait "${processes[@]}" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

"$root/tests/DaprMemory.Deployment.Tests/tools.sh" "$tools"
# What follows stands or falls with an API server, and a machine that can't build one is no fault of the chart.
skip() {
  echo "skipped: there is no API server: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}

install() {
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

command -v etcd >/dev/null || install etcd-server || skip "Debian's etcd-server can't be installed"
apiserver=$cache/kube-apiserver/kube-apiserver
if [ ! -x "$apiserver" ]; then
  install golang-1.19-go golang-github-modern-go-reflect2-dev dpkg-dev || skip "what builds one can't be installed"
  limit=${DAPRMEMORY_APISERVER_SECONDS:-600}
  echo "building kube-apiserver, once, in at most $limit s; log: $cache/kube-apiserver.log"
  mkdir -p "$cache/kube-apiserver"
  built=0
  timeout "$limit" "$here/build-kube-apiserver.sh" "$cache/kube-apiserver.build" >"$cache/kube-apiserver.log" 2>&1 || built=$?
  if [ "$built" -eq 0 ]; then
    mv "$cache/kube-apiserver.build/bin/kube-apiserver" "$apiserver"
  fi
  # What Go has downloaded is read-only.
  if [ -d "$cache/kube-apiserver.build" ]; then chmod -R u+w "$cache/kube-apiserver.build" && rm -rf "$cache/kube-apiserver.build"; fi
  if [ "$built" -eq 124 ]; then skip "it was not built within $limit s"; fi
  if [ "$built" -ne 0 ]; then
    tail -5 "$cache/kube-apiserver.log"
    skip "it can't be built"
  fi
fi

# Programs that can't pick a port of their own get one that is free now.
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Waits until a command succeeds; a minute is plenty even on a busy machine.
until_true() {
  for _ in $(seq 1 600); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  echo "waited in vain for: $*" >&2
  return 1
}

check() {
  local what=$1
  shift
  if "$@" >"$work/out" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $what" >&2
    sed 's/^/    /' "$work/out" >&2
  fi
}

# The command must fail, and say why.
denied() {
  local reason=$1
  shift
  if "$@" >"$work/denied" 2>&1; then
    cat "$work/denied"
    return 1
  fi
  grep -qF -- "$reason" "$work/denied" || { cat "$work/denied"; return 1; }
}

etcd_port=$(free_port)
peer_port=$(free_port)
etcd --data-dir "$work/etcd" --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
  --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-cluster "default=http://127.0.0.1:$peer_port" >"$work/etcd.log" 2>&1 &
processes+=($!)

openssl genrsa -out "$work/sa.key" 2048 2>/dev/null
echo 'admin-token,admin,admin,system:masters' >"$work/tokens.csv"
api_port=$(free_port)
"$apiserver" --etcd-servers="http://127.0.0.1:$etcd_port" --bind-address=127.0.0.1 --advertise-address=10.99.0.1 \
  --secure-port="$api_port" --insecure-port=0 --cert-dir="$work/api" --service-cluster-ip-range=10.96.0.0/16 \
  --service-account-issuer=https://kubernetes.default.svc --service-account-signing-key-file="$work/sa.key" --service-account-key-file="$work/sa.key" \
  --token-auth-file="$work/tokens.csv" --authorization-mode=RBAC --disable-admission-plugins=ServiceAccount >"$work/api.log" 2>&1 &
processes+=($!)
until_true curl -sfk -H "Authorization: Bearer admin-token" "https://127.0.0.1:$api_port/readyz"

export KUBECONFIG=$work/kubeconfig
kubectl=$tools/helm3/kubectl
"$kubectl" config set-cluster local --server="https://127.0.0.1:$api_port" --certificate-authority="$work/api/apiserver.crt" >/dev/null
"$kubectl" config set-credentials admin --token=admin-token >/dev/null
"$kubectl" config set-context local --cluster=local --user=admin >/dev/null
"$kubectl" config use-context local >/dev/null
"$kubectl" apply --validate=false -f "$here/dapr-crds.yaml" >/dev/null
until_true "$kubectl" get components.dapr.io -A

# As an administrator before 1.21 has to: newer API servers put the name label on by themselves.
for namespace in memory:none acme:acme; do
  "$kubectl" create namespace "${namespace%%:*}" >/dev/null
  "$kubectl" label namespace "${namespace%%:*}" "kubernetes.io/metadata.name=${namespace%%:*}" >/dev/null
done
"$kubectl" label namespace acme daprmemory.io/tenant=acme >/dev/null

chart=$root/charts/daprmemory
values=$chart/ci/oidc-values.yaml

# The webhook, with the identity that the chart gives it.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "/CN=admission" -addext "subjectAltName=IP:127.0.0.1" \
  -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
admission_port=$(free_port)

for version in 3 4; do
  export HELM_CACHE_HOME=$work/helm$version/cache HELM_CONFIG_HOME=$work/helm$version/config HELM_DATA_HOME=$work/helm$version/data
  helm=$tools/helm$version/helm

  # All of the chart, its own webhook too. Nobody answers for it here, so nothing of ours may be changed any more; but uninstalling must work.
  check "helm $version installs all of the chart" "$helm" install daprmemory "$chart" -n memory -f "$values"
  check "helm $version: the webhook is registered" "$kubectl" get validatingwebhookconfiguration daprmemory-memory
  check "helm $version: without the webhook nothing gets in" denied "failed calling webhook" "$kubectl" -n memory annotate component strong note=1
  check "helm $version uninstalls all of the chart" "$helm" uninstall daprmemory -n memory
  check "helm $version leaves nothing behind" bash -c \
    "test -z \"\$('$kubectl' get all,components,configurations,resiliencies,networkpolicies,configmaps,ingresses,pdb,hpa -n memory -l app.kubernetes.io/name=daprmemory -o name; \
      '$kubectl' get validatingwebhookconfigurations,clusterroles,clusterrolebindings -l app.kubernetes.io/name=daprmemory -o name)\""
done

# From here on with the real webhook.
helm=$tools/helm3/helm
"$helm" template daprmemory "$chart" -n memory -f "$values" --show-only templates/admission.yaml >"$work/admission.yaml"
python3 - "$work" "$admission_port" <<'PY'
import base64, re, sys
work, port = sys.argv[1:]
documents = open(f"{work}/admission.yaml").read().split("\n---\n")
account = [d for d in documents if re.search(r"^kind: (ServiceAccount|ClusterRole|ClusterRoleBinding)$", d, re.M)]
webhook = next(d for d in documents if "kind: ValidatingWebhookConfiguration" in d and "post-install" in d)
authority = base64.b64encode(open(f"{work}/tls.crt", "rb").read()).decode()
webhook = re.sub(r"      service:\n(?:        .*\n)+      caBundle: .*\n", f"      url: https://127.0.0.1:{port}/validate\n      caBundle: {authority}\n", webhook)
assert webhook.count("url:") == 4
open(f"{work}/account.yaml", "w").write("\n---\n".join(account))
open(f"{work}/webhook.yaml", "w").write(webhook)
PY
"$kubectl" -n memory apply -f "$work/account.yaml" >/dev/null
"$kubectl" create --raw /api/v1/namespaces/memory/serviceaccounts/memory-admission/token -f - \
  <<<'{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"audiences":["https://kubernetes.default.svc"]}}' \
  | sed 's/.*"token":"\([^"]*\)".*/\1/' >"$work/token"

dotnet build "$root/src/DaprMemory.Admission" -c Release -v q >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
ASPNETCORE_URLS=https://127.0.0.1:$admission_port Admission__Namespace=memory Tls__CertificatePath=$work/tls.crt Tls__KeyPath=$work/tls.key \
  Admission__ApiServer=https://127.0.0.1:$api_port Admission__TokenPath=$work/token Admission__AuthorityPath=$work/api/apiserver.crt \
  Admission__StoreSecrets__0=daprmemory-strong Admission__StoreHosts__0=redis.data.svc \
  dotnet "$root/src/DaprMemory.Admission/bin/Release/net10.0/DaprMemory.Admission.dll" >"$work/admission.log" 2>&1 &
processes+=($!)
until_true curl -sf --cacert "$work/tls.crt" "https://127.0.0.1:$admission_port/health/ready"
"$kubectl" apply -f "$work/webhook.yaml" >/dev/null

pod() {
  local namespace=$1
  shift
  "$kubectl" -n "$namespace" run "pod-$RANDOM$RANDOM" --image=agent "$@"
}
component() {
  local namespace=$1 name=$2 settings=$3 scopes=$4
  printf '{"apiVersion":"dapr.io/v1alpha1","kind":"Component","metadata":{"name":"%s","namespace":"%s"},"spec":{"type":"state.redis","version":"v1","metadata":%s},"scopes":%s}' \
    "$name" "$namespace" "$settings" "$scopes" | "$kubectl" apply -f -
}

until_true denied "is not of tenant 'acme'" pod acme --annotations=dapr.io/app-id=globex-planner
check "a tenant's pod with its prefix" pod acme --annotations=dapr.io/app-id=acme-planner
check "a tenant's pod without Dapr" pod acme
check "a tenant's pod with another's prefix" denied "is not of tenant 'acme'" pod acme --annotations=dapr.io/app-id=globex-planner
check "a tenant's pod without an app id" denied "dapr.io/app-id is missing" pod acme --annotations=dapr.io/enabled=true
check "a stranger in the memory's namespace" denied "is no app of the memory" pod memory --annotations=dapr.io/app-id=acme-planner
check "a shard without mTLS" denied "brings mTLS" pod memory --annotations=dapr.io/app-id=memory-0
check "a shard with it" pod memory --annotations=dapr.io/app-id=memory-0 --annotations=dapr.io/config=daprmemory
check "a pod that no rule is about, elsewhere" pod default --annotations=dapr.io/app-id=anything
check "a tenant's own component" component acme cache '[{"name":"redisHost","value":"redis.acme.svc:6379"}]' '[]'
check "a tenant's component at the stores' host" denied "agents use the router" component acme cache '[{"name":"redisHost","value":"redis.data.svc:6379"}]' '[]'
check "a namespace that changes its tenant" denied "does not change" "$kubectl" label --overwrite namespace acme daprmemory.io/tenant=globex
check "a namespace that loses its tenant" denied "does not change" "$kubectl" label namespace acme daprmemory.io/tenant-

# Without its account the webhook can't ask whose a namespace is.
"$kubectl" -n memory delete -f "$work/account.yaml" >/dev/null 2>&1
# Its own objects are judged without asking whose the namespace is.
check "the chart goes in through the webhook" "$helm" install daprmemory "$chart" -n memory -f "$values" --set admission.enabled=false
check "no answer, no pod" denied "failed calling webhook" pod acme --annotations=dapr.io/app-id=acme-planner
for i in 0 1 2; do "$kubectl" -n memory get deployment "memory-$i" -o jsonpath='{.metadata.generation} {.spec}' >"$work/before-$i"; done
check "from 3 to 4 shards" "$helm" upgrade daprmemory "$chart" -n memory -f "$values" --set admission.enabled=false --set shards.count=4
check "the fourth shard is there" "$kubectl" -n memory get deployment memory-3
for i in 0 1 2; do
  "$kubectl" -n memory get deployment "memory-$i" -o jsonpath='{.metadata.generation} {.spec}' >"$work/after-$i"
  check "memory-$i is as it was" cmp "$work/before-$i" "$work/after-$i"
done
check "the stores are the fourth shard's too" bash -c "'$kubectl' -n memory get component strong -o jsonpath='{.scopes}' | grep -q memory-3"
check "the stores' scopes stay" denied "must not be among its scopes" "$kubectl" -n memory patch component strong --type=merge -p '{"scopes":["memory-0","acme-planner"]}'
check "the stores' keys stay" denied "must have keyPrefix" "$kubectl" -n memory patch component hot --type=merge -p '{"spec":{"metadata":[{"name":"keyPrefix","value":"appid"}]}}'
check "mTLS stays" denied "mtls.enabled" "$kubectl" -n memory patch configuration daprmemory --type=merge -p '{"spec":{"mtls":{"enabled":false}}}'
check "uninstalled" "$helm" uninstall daprmemory -n memory
check "nothing is left" bash -c "test -z \"\$('$kubectl' get deployments,components,configurations,resiliencies -n memory -l app.kubernetes.io/name=daprmemory -o name)\""

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
