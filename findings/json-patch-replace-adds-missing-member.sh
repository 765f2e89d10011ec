#!/usr/bin/env bash
# RFC 6902 section 4.3 says of "replace" that the target location must exist. The JSON Patch library that kube-apiserver
# links (gopkg.in/evanphx/json-patch.v4) demands that of array elements only: "replace" of a member that an object does
# not have adds it and succeeds, while "remove" of the same member fails. A JSON Patch is therefore no way to ask "change
# this only where it is set"; that takes a "test" operation before it.
#
# Seen with gopkg.in/evanphx/json-patch.v4 v4.12.0 and Go 1.26, by running this script. Needs Go and its module proxy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >main.go <<'GO'
package main

import (
	"fmt"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
)

func show(name, document, operations string) {
	patch, err := jsonpatch.DecodePatch([]byte(operations))
	if err != nil {
		panic(err)
	}
	changed, err := patch.Apply([]byte(document))
	if err != nil {
		fmt.Println(name, "fails")
		return
	}
	fmt.Println(name, string(changed))
}

func main() {
	show("replace-member", `{"data":{}}`, `[{"op":"replace","path":"/data/mode","value":"fast"}]`)
	show("replace-element", `{"data":[]}`, `[{"op":"replace","path":"/data/0","value":"fast"}]`)
	show("remove-member", `{"data":{}}`, `[{"op":"remove","path":"/data/mode"}]`)
	show("tested-replace", `{"data":{}}`,
		`[{"op":"test","path":"/data/mode","value":"slow"},{"op":"replace","path":"/data/mode","value":"fast"}]`)
}
GO
go mod init finding >/dev/null 2>&1
go get gopkg.in/evanphx/json-patch.v4@v4.12.0 >/dev/null 2>&1
go run . | tee seen

diff - seen <<'SEEN'
replace-member {"data":{"mode":"fast"}}
replace-element fails
remove-member fails
tested-replace fails
SEEN
echo "as found"
