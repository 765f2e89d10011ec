#!/usr/bin/env bash
# kubectl's YAML library reads the first document of a text and says nothing about what follows it: a second map in flow
# style, text behind the end marker "...", a document behind "---" are dropped without an error, even by the strict
# variant that refuses unknown fields and duplicate keys. kubectl itself splits at lines of "---" first, so what it loses
# is what such a line does not announce: two objects in flow style, one a line, become one.
#
# Seen with sigs.k8s.io/yaml v1.6.0 and Go 1.26, by running this script. Needs Go and its module proxy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'GO'
package main

import (
	"fmt"

	"sigs.k8s.io/yaml"
)

func show(name, text string) {
	read := map[string]any{}
	err := yaml.UnmarshalStrict([]byte(text), &read)
	fmt.Println(name, read, err)
}

func main() {
	show("flow   ", "{a: 1}\n{b: 2}\n")
	show("ended  ", "a: 1\n...\nb: 2\n")
	show("divided", "a: 1\n---\nb: 2\n")
}
GO
go mod init finding >/dev/null 2>&1
go get sigs.k8s.io/yaml@v1.6.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
go run . | tee seen

diff - seen <<'SEEN'
flow    map[a:1] <nil>
ended   map[a:1] <nil>
divided map[a:1] <nil>
SEEN
echo "as found"
