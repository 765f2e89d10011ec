#!/usr/bin/env bash
# In a ConfigMap or an annotation every value is a string, and a date, a time of day or a port mapping looks like one
# without quotes. To kubectl's library all of them are strings, byte for byte. The Python and JavaScript clients read
# the same manifest into something else and send that: PyYAML takes 12:30:45 for a number of base 60, both take dates for
# points in time, and write those in spellings of their own; JavaScript moves them to UTC. The two strings that the
# server then stores differ from each other and from the manifest.
#
# Seen with sigs.k8s.io/yaml v1.6.0 (Go 1.26), @kubernetes/client-node 1.3.0 (its js-yaml 4.1.0; node 20), and the Python
# packages kubernetes 31.0.0 and PyYAML 6.0.2, by running this script. Needs Go, node with npm, Python 3, and their
# package indexes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf 'day: 2001-12-14\nmoment: 2001-12-14t21:59:43.10-05:00\ntime: 12:30:45\n' >values.yaml

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	text, err := os.ReadFile("values.yaml")
	if err != nil {
		panic(err)
	}
	json, err := yaml.YAMLToJSON(text)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(json))
}
GO
printf 'module finding\n\ngo 1.25\n\nrequire sigs.k8s.io/yaml v1.6.0\n' >go.mod
go mod tidy >/dev/null 2>&1

cat >package.json <<'JSON'
{"private": true, "dependencies": {"@kubernetes/client-node": "1.3.0"}, "overrides": {"js-yaml": "4.1.0"}}
JSON
npm install --silent --no-audit --no-fund >/dev/null
cat >read.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { loadYaml } from '@kubernetes/client-node';
console.log(JSON.stringify(loadYaml(readFileSync('values.yaml', 'utf8'))));
JS

python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check kubernetes==31.0.0 PyYAML==6.0.2
cat >read.py <<'PY'
import json
import yaml
from kubernetes.client import ApiClient

with open("values.yaml", encoding="utf-8") as file:
    values = yaml.safe_load(file)
print(json.dumps(ApiClient().sanitize_for_serialization(values), separators=(",", ":")))
PY

{
  printf 'Go '
  go run .
  printf 'JavaScript '
  node read.mjs
  printf 'Python '
  python/bin/python read.py
} | tee seen

diff - seen <<'EXPECTED' || { printf 'the behaviour has changed\n' >&2; exit 1; }
Go {"day":"2001-12-14","moment":"2001-12-14t21:59:43.10-05:00","time":"12:30:45"}
JavaScript {"day":"2001-12-14T00:00:00.000Z","moment":"2001-12-15T02:59:43.100Z","time":"12:30:45"}
Python {"day":"2001-12-14","moment":"2001-12-14T21:59:43.100000-05:00","time":45045}
EXPECTED
