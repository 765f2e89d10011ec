#!/usr/bin/env bash
# nlohmann::json keeps whole numbers as int64_t or uint64_t, and compares one of each as if both were int64_t: -1 equals
# 18446744073709551615, and 0 is greater than it. So a test whether an object has changed, a set of values, and the
# library's own diff() and patch() with "test" take the two for the same, although both are printed as they were read.
#
# Seen with nlohmann-json 3.11.2 (Debian's nlohmann-json3-dev 3.11.2-2), by running this script. Needs Debian 12's apt
# and g++.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get download -q nlohmann-json3-dev=3.11.2-2 >/dev/null 2>&1
dpkg -x ./*.deb root
cat >compare.cpp <<'CPP'
#include <iostream>
#include <nlohmann/json.hpp>

int main() {
  using nlohmann::json;
  const json before = json::parse(R"({"n": -1})");
  const json after = json::parse(R"({"n": 18446744073709551615})");
  std::cout << std::boolalpha;
  std::cout << before << ' ' << after << '\n';
  std::cout << "equal: " << (before == after) << '\n';
  std::cout << "diff: " << json::diff(before, after) << '\n';
  std::cout << "0 > max: " << (json(0) > after["n"]) << '\n';
}
CPP
g++ -std=c++17 -I root/usr/include compare.cpp -o compare
./compare | tee seen

diff - seen <<'SEEN'
{"n":-1} {"n":18446744073709551615}
equal: true
diff: []
0 > max: true
SEEN
echo "as found"
