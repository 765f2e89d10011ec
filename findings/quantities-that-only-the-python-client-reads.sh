#!/usr/bin/env bash
# kubernetes.utils.parse_quantity() of the Python client is what scripts use to add up requests and limits. It hands the
# digits to decimal.Decimal, and so takes texts that no API server stores: 1_000, NaN, blanks around the number, and the
# suffix K, which the server knows only as k. Where it does take what the server takes, it is more exact than the server:
# that rounds up to a whole 1e-9, so the two disagree on 1.0000000001. A reward that parses quantities this way accepts
# answers that would be refused.
#
# Seen with the Python package kubernetes 31.0.0 and k8s.io/apimachinery v0.34.2 (Go 1.26), by running this script. Needs
# Go, Python 3, and their package indexes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf '%s\n' '1k' '1K' '1_000' 'NaN' ' 1 ' '1e3' '1.0000000001' >quantities

cat >main.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/api/resource"
)

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		quantity, err := resource.ParseQuantity(lines.Text())
		if err != nil {
			fmt.Printf("[%s] refused\n", lines.Text())
			continue
		}
		fmt.Printf("[%s] %s\n", lines.Text(), quantity.AsDec())
	}
}
GO
printf 'module finding\n\ngo 1.25\n\nrequire k8s.io/apimachinery v0.34.2\n' >go.mod
go mod tidy >/dev/null 2>&1

python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check kubernetes==31.0.0
cat >read.py <<'PY'
import sys
from kubernetes.utils.quantity import parse_quantity

for line in sys.stdin.read().splitlines():
    try:
        print(f"[{line}] {parse_quantity(line):f}")
    except ValueError:
        print(f"[{line}] refused")
PY

{
  printf 'Go\n'
  go run . <quantities
  printf 'Python\n'
  python/bin/python read.py <quantities
} | tee seen

diff - seen <<'EXPECTED' || { printf 'the behaviour has changed\n' >&2; exit 1; }
Go
[1k] 1000
[1K] refused
[1_000] refused
[NaN] refused
[ 1 ] refused
[1e3] 1000
[1.0000000001] 1.000000001
Python
[1k] 1000
[1K] 1000
[1_000] 1000
[NaN] NaN
[ 1 ] 1
[1e3] 1000
[1.0000000001] 1.0000000001
EXPECTED
