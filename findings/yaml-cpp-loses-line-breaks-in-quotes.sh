#!/usr/bin/env bash
# A quoted scalar over several lines is folded: one line break becomes a space, n + 1 of them n line breaks (YAML 1.2,
# section 7.3). Where the closing quote stands on a line of its own behind blanks, yaml-cpp gives one line break too few;
# libyaml, which kubectl's and PyYAML's readers are made from, gives them all. A script or a certificate that is quoted
# in a manifest so changes on its way through yaml-cpp, without an error.
#
# Seen with yaml-cpp 0.7.0 (Debian's libyaml-cpp-dev 0.7.0+dfsg-8+b1) and PyYAML 6.0.2, by running this script. Needs
# Debian 12's apt, g++, Python 3 with venv, and their registries.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get download -q libyaml-cpp-dev=0.7.0+dfsg-8+b1 libyaml-cpp0.7=0.7.0+dfsg-8+b1 >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done
library=$(dirname "$(find root -name 'libyaml-cpp.so.0.7.0')")

printf "k: 'x\n\n\n    '\n" >quoted.yaml
cat >read.cpp <<'CPP'
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <iostream>
#include <string>

int main() {
  const std::string text = YAML::LoadFile("quoted.yaml")["k"].as<std::string>();
  std::cout << "yaml-cpp " << std::count(text.begin(), text.end(), '\n') << '\n';
}
CPP
g++ -std=c++17 -I root/usr/include read.cpp -L "$library" -l:libyaml-cpp.so.0.7.0 -Wl,-rpath,"$PWD/$library" -o read
python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check pyyaml==6.0.2
{ ./read; python/bin/python -c 'import yaml; print("PyYAML  ", yaml.safe_load(open("quoted.yaml"))["k"].count("\n"))'; } | tee seen

diff - seen <<'SEEN'
yaml-cpp 1
PyYAML   2
SEEN
echo "as found"
