#!/usr/bin/env bash
# Builds a real kube-apiserver 1.20.2 from Debian's own source package, for tests of the chart and the admission webhook.
# Argument: an empty folder to work in (about 5 GB). Takes 3 to 4 minutes on 2 cores. Result: FOLDER/bin/kube-apiserver.
# Needs Debian's etcd-server, golang-1.19-go, golang-github-modern-go-reflect2-dev and dpkg-dev, which run.sh installs.
set -eu
W=${1:?folder to work in}; rm -rf "${W:?}"; mkdir -p $W/apt/parts $W/apt/lists $W/src $W/bin; cd $W
sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > apt/parts/s.sources   # same mirror, source index only
APT="-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=$W/apt/parts -o Dir::State::lists=$W/apt/lists"
apt-get $APT update -qq
(cd src && apt-get $APT source -qq kubernetes)
export GOPATH=$W/go GOCACHE=$W/cache PATH=/usr/lib/go-1.19/bin:$PATH GOPROXY=off GO111MODULE=off CGO_ENABLED=0 GOFLAGS=
mkdir -p go/src/k8s.io; mv src/kubernetes-*/ go/src/k8s.io/kubernetes; cd go/src/k8s.io/kubernetes
rm -rf vendor/github.com/modern-go/reflect2; mkdir vendor/github.com/modern-go/reflect2; cp /usr/share/gocode/src/github.com/modern-go/reflect2/* vendor/github.com/modern-go/reflect2/
go build -o $W/bin/openapi-gen ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
dirs=$(grep -rlE '^// \+k8s:openapi-gen=' --include=*.go pkg staging/src/k8s.io | grep -vE '_test.go|/testdata/|sample-|/examples/|code-generator|zz_gen' | xargs -n1 dirname | sort -u | sed -E 's#^staging/src/#k8s.io/kubernetes/vendor/#; s#^pkg/#k8s.io/kubernetes/pkg/#' | paste -sd,)
$W/bin/openapi-gen -i $dirs -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi -h hack/boilerplate/boilerplate.generatego.txt -r /dev/null -o $GOPATH/src
L="-s -w"; for P in k8s.io/component-base/version k8s.io/kubernetes/vendor/k8s.io/component-base/version k8s.io/kubernetes/vendor/k8s.io/client-go/pkg/version; do L="$L -X $P.gitVersion=v1.20.2 -X $P.gitMajor=1 -X $P.gitMinor=20"; done
go build -p 2 -ldflags "$L" -o $W/bin/kube-apiserver ./cmd/kube-apiserver
ls -la $W/bin
