#!/usr/bin/env bash
# A strategic merge patch, Kubernetes' default for `kubectl patch` and `kubectl apply`, puts list elements that the patch
# adds in front of those that are there, and not behind them, where JSON Merge Patch's and JSON Patch's users expect what
# is appended. For containers that changes which one `kubectl logs` and `exec` take by default: the first. A reward that
# reads /spec/containers/0 sees another container after a patch that only added one. Elements that are there are merged
# in their place, and a list without a merge key is replaced.
#
# Seen with k8s.io/apimachinery v0.34.2, k8s.io/api v0.34.2 and Go 1.26, by running this script. Needs Go and its module
# proxy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'GO'
package main

import (
	"fmt"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

func show(name, document, patch string) {
	changed, err := strategicpatch.StrategicMergePatch([]byte(document), []byte(patch), core.PodSpec{})
	if err != nil {
		panic(err)
	}
	fmt.Println(name, string(changed))
}

func main() {
	const spec = `{"containers":[{"name":"web"},{"name":"proxy"}]}`
	show("added", spec, `{"containers":[{"name":"probe"}]}`)
	show("added-twice", spec, `{"containers":[{"name":"probe"},{"name":"meter"}]}`)
	show("merged", spec, `{"containers":[{"image":"proxy:2","name":"proxy"}]}`)
	show("no-key", `{"containers":[{"args":["a","b"],"name":"web"}]}`, `{"containers":[{"args":["c"],"name":"web"}]}`)
}
GO
go mod init finding >/dev/null 2>&1
go get k8s.io/apimachinery@v0.34.2 k8s.io/api@v0.34.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee seen

diff - seen <<'SEEN'
added {"containers":[{"name":"probe"},{"name":"web"},{"name":"proxy"}]}
added-twice {"containers":[{"name":"probe"},{"name":"meter"},{"name":"web"},{"name":"proxy"}]}
merged {"containers":[{"name":"web"},{"image":"proxy:2","name":"proxy"}]}
no-key {"containers":[{"args":["c"],"name":"web"}]}
SEEN
echo "as found"
