#!/usr/bin/env bash
# A volume's `defaultMode` is a file mode, and people write modes in octal. The three common readers of manifests do not
# agree on any octal spelling: kubectl's library takes both 0644 and 0o644 for 420; the JavaScript client's loadYaml
# takes 0644 for the decimal number 644, which the API server then refuses as a mode; the Python client's PyYAML takes
# 0o644 for a string. Only the decimal 420 means the same to all of them.
#
# Seen with sigs.k8s.io/yaml v1.6.0 (Go 1.26), @kubernetes/client-node 1.3.0 (its js-yaml 4.1.0; node 20) and PyYAML
# 6.0.2, by running this script. Needs Go, node with npm, Python 3, and their package indexes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf 'plain: 0644\nmarked: 0o644\ndecimal: 420\n' >modes.yaml

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

func main() {
	text, err := os.ReadFile("modes.yaml")
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
const modes = loadYaml(readFileSync('modes.yaml', 'utf8'));
console.log(JSON.stringify({ decimal: modes.decimal, marked: modes.marked, plain: modes.plain }));
JS

python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check PyYAML==6.0.2

{
  printf 'Go '
  go run .
  printf 'JavaScript '
  node read.mjs
  printf 'Python '
  python/bin/python -c 'import json, yaml; print(json.dumps(yaml.safe_load(open("modes.yaml")), sort_keys=True, separators=(",", ":")))'
} | tee seen

diff - seen <<'EXPECTED' || { printf 'the behaviour has changed\n' >&2; exit 1; }
Go {"decimal":420,"marked":420,"plain":420}
JavaScript {"decimal":420,"marked":420,"plain":644}
Python {"decimal":420,"marked":"0o644","plain":420}
EXPECTED
