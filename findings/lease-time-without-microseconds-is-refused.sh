#!/usr/bin/env bash
# Where Kubernetes' official Python client and its API types meet: a Lease whose renewTime falls on a whole second cannot
# be written. The API's MicroTime is parsed with a layout of exactly six digits of fraction. The client writes times with
# datetime.isoformat(), which leaves the fraction out where it is zero: one write in a million fails by chance, and every
# write of a program that rounds its times does. RFC 3339, and the API's ordinary Time, take any number of digits.
#
# Seen with kubernetes 31.0.0 (PyPI), k8s.io/apimachinery v0.34.2 and Go 1.26, by running this script. Needs Python 3.9+,
# pip, Go and their registries.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check kubernetes==31.0.0
cat >write.py <<'PY'
import datetime, json
from kubernetes import client

for micros in (123456, 123000, 0):
    when = datetime.datetime(2026, 1, 2, 3, 4, 5, micros, tzinfo=datetime.timezone.utc)
    spec = client.V1LeaseSpec(renew_time=when)
    print(json.dumps(client.ApiClient().sanitize_for_serialization(spec)["renewTime"]))
PY
cat >main.go <<'GO'
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func verdict(err error) string {
	if err != nil {
		return "refused"
	}
	return "taken"
}

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var micro meta.MicroTime
		var plain meta.Time
		text := lines.Bytes()
		fmt.Printf("%s MicroTime: %s, Time: %s\n", text, verdict(json.Unmarshal(text, &micro)), verdict(json.Unmarshal(text, &plain)))
	}
}
GO
go mod init finding >/dev/null 2>&1
go get k8s.io/apimachinery@v0.34.2 >/dev/null 2>&1
go mod tidy >/dev/null 2>&1
{ python/bin/python write.py; echo '"2026-01-02T03:04:05.123Z"'; } | go run . | tee seen

diff - seen <<'SEEN'
"2026-01-02T03:04:05.123456+00:00" MicroTime: taken, Time: taken
"2026-01-02T03:04:05.123000+00:00" MicroTime: taken, Time: taken
"2026-01-02T03:04:05+00:00" MicroTime: refused, Time: taken
"2026-01-02T03:04:05.123Z" MicroTime: refused, Time: taken
SEEN
echo "as found"
