#!/usr/bin/env bash
# YAML's merge key (yaml.org/type/merge.html) adds only what the map does not say itself: a key of the map's own wins over
# the same key of what is merged, wherever "<<" stands. The YAML library of kubectl and client-go lets the later of the
# two win: a merge that comes last replaces what the map says. A manifest that sets "replicas" and then merges defaults
# therefore deploys the defaults, while other readers of the same file (PyYAML here) show the value that was set.
#
# Seen with sigs.k8s.io/yaml v1.6.0, Go 1.26, PyYAML 6.0.2 and Python 3, by running this script. Needs Go, Python 3 with
# venv, and their registries.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

printf 'defaults: &d {replicas: 1}\nfirst: {<<: *d, replicas: 3}\nlast: {replicas: 3, <<: *d}\n' >merge.yaml

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	text, err := os.ReadFile("merge.yaml")
	if err != nil {
		panic(err)
	}
	json, err := yaml.YAMLToJSON(text)
	if err != nil {
		panic(err)
	}
	fmt.Println("go    ", string(json))
}
GO
go mod init finding >/dev/null 2>&1
go get sigs.k8s.io/yaml@v1.6.0 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check pyyaml==6.0.2
cat >read.py <<'PY'
import json, yaml
print('python', json.dumps(yaml.safe_load(open('merge.yaml')), sort_keys=True, separators=(',', ':')))
PY
{ go run .; python/bin/python read.py; } | tee seen

diff - seen <<'SEEN'
go     {"defaults":{"replicas":1},"first":{"replicas":3},"last":{"replicas":1}}
python {"defaults":{"replicas":1},"first":{"replicas":3},"last":{"replicas":3}}
SEEN
echo "as found"
