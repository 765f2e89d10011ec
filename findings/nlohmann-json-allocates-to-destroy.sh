#!/usr/bin/env bash
# The destructor of a nlohmann::json that holds an array or an object allocates memory: it moves what is nested into a
# vector, so that depth does not become recursion. A destructor is noexcept: a program that catches std::bad_alloc and
# goes on must expect that the JSON which is destroyed on the way asks for memory again, and ends the program with
# std::terminate where it gets none.
#
# Seen with nlohmann-json 3.11.2 (Debian's nlohmann-json3-dev 3.11.2-2), by running this script. Needs Debian 12's apt
# and g++.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

apt-get download -q nlohmann-json3-dev=3.11.2-2 >/dev/null 2>&1
dpkg -x ./*.deb root
cat >destroy.cpp <<'CPP'
#include <cstdlib>
#include <iostream>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <string>

static std::size_t allocations = 0;

void* operator new(std::size_t size) {
  ++allocations;
  if (void* block = std::malloc(size)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

void show(const std::string& text) {
  auto value = std::make_unique<nlohmann::json>(nlohmann::json::parse(text));
  const std::size_t before = allocations;
  value.reset();
  const std::size_t made = allocations - before;
  std::cout << text << ' ' << made << '\n';
}

int main() {
  show(R"("text")");
  show(R"([1,2,3])");
  show(R"({"a":1})");
  show(R"({"a":{"b":{"c":1}}})");
  show(R"([[1],[2],[3]])");
}
CPP
g++ -std=c++17 -I root/usr/include destroy.cpp -o destroy
./destroy | tee seen

diff - seen <<'SEEN'
"text" 0
[1,2,3] 1
{"a":1} 1
{"a":{"b":{"c":1}}} 1
[[1],[2],[3]] 1
SEEN
echo "as found"
