#!/usr/bin/env bash
# build.sh DIR: builds a real kube-apiserver, etcd and kubectl from their Go modules into DIR, as `apiserver`, `etcd` and `kubectl`.
# Needs Go 1.25 or newer and the Go module proxy. Some ten minutes on two cores the first time; what is there is kept.
set -euo pipefail
kubernetes=34.2 etcd=3.6.4

fail() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}

check_go() {
  command -v go >/dev/null || fail "Go 1.25 or newer is needed to build the real API server; there is no 'go' in PATH"
  local version
  version=$(GOTOOLCHAIN=local go env GOVERSION)
  [[ "$version" =~ ^go1\.([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge 25 ] ||
    fail "Go 1.25 or newer is needed to build the real API server; this is $version"
}

# Kubernetes replaces its own modules by folders of its source tree; here they are the published ones of that release.
write_module() {
  printf 'module realplane\n\ngo 1.25.0\n\nrequire k8s.io/kubernetes v1.%s\nrequire go.etcd.io/etcd/server/v3 v%s\n\nreplace (\n' \
    "$kubernetes" "$etcd"
  local module
  for module in api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap \
    code-generator component-base component-helpers controller-manager cri-api cri-client csi-translation-lib \
    dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator kube-controller-manager kube-proxy \
    kube-scheduler kubectl kubelet metrics mount-utils pod-security-admission sample-apiserver sample-cli-plugin \
    sample-controller; do
    printf '\tk8s.io/%s => k8s.io/%s v0.%s\n' "$module" "$module" "$kubernetes"
  done
  printf ')\n'
}

# write_program NAME PACKAGE STATEMENT: a main() of one statement.
write_program() {
  mkdir -p "$1"
  printf 'package main\n\nimport (\n%s)\n\nfunc main() { %s }\n' "$2" "$3" >"$1/main.go"
}

write_sources() {
  write_module >go.mod
  write_program apiserver $'\t"os"\n\n\t"k8s.io/component-base/cli"\n\t"k8s.io/kubernetes/cmd/kube-apiserver/app"\n' \
    'os.Exit(cli.Run(app.NewAPIServerCommand()))'
  write_program kubectl $'\t"os"\n\n\t"k8s.io/component-base/cli"\n\t"k8s.io/kubectl/pkg/cmd"\n' \
    'os.Exit(cli.Run(cmd.NewDefaultKubectlCommand()))'
  write_program etcd $'\t"os"\n\n\t"go.etcd.io/etcd/server/v3/etcdmain"\n' 'etcdmain.Main(os.Args)'
}

# A program is moved to its place when it is whole.
build_program() {
  local program=$1 version=k8s.io/component-base/version
  [ -x "$out/$program" ] && return
  CGO_ENABLED=0 go build -o "built-$program" \
    -ldflags "-s -w -X $version.gitVersion=v1.$kubernetes -X $version.gitMajor=1 -X $version.gitMinor=${kubernetes%%.*}" "./$program"
  mv "built-$program" "$out/$program.part"
  mv "$out/$program.part" "$out/$program"
}

[ $# -eq 1 ] || fail "usage: build.sh DIR"
out=$(mkdir -p "$1" && cd "$1" && pwd)
[ -x "$out/etcd" ] && [ -x "$out/apiserver" ] && [ -x "$out/kubectl" ] && exit
check_go
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
write_sources
go mod tidy
for program in etcd apiserver kubectl; do build_program "$program"; done
