#!/usr/bin/env bash
# find_package(MPI) defines the imported target MPI::MPI_CXX also where it finds no MPI: without an include directory and without
# a library. `if(TARGET MPI::MPI_CXX)`, which tells of most packages whether they were found, is true then, and what is built for
# it fails at `#include <mpi.h>`. Ask MPI_CXX_FOUND.
#
# Seen with CMake 3.31.6 and 3.25.2 from PyPI, by running this script. Needs Python 3 with pip, a C++ compiler and make.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.21)
project(finding LANGUAGES CXX)
find_package(MPI QUIET COMPONENTS CXX)
set(has_target no)
if(TARGET MPI::MPI_CXX)
  set(has_target yes)
endif()
message(STATUS "found: ${MPI_CXX_FOUND}, target: ${has_target}")
CMAKE

# A machine that may have MPI is made to look like one without: no compiler wrappers, no guesses, no system directories.
mkdir tools
for tool in c++ make; do ln -s "$(command -v "$tool")" tools/; done
status=0
for version in 3.31.6 3.25.2; do
  python3 -m pip install --quiet --disable-pip-version-check --target "cmake-$version" "cmake==$version" 2>/dev/null
  cmake=$(find "$PWD/cmake-$version" -path '*/data/bin/cmake' -type f)
  seen=$(PKG_CONFIG_LIBDIR=/nonexistent "$cmake" -S . -B "build-$version" -G 'Unix Makefiles' -DCMAKE_MAKE_PROGRAM="$work/tools/make" -DCMAKE_CXX_COMPILER="$work/tools/c++" \
    -DMPI_SKIP_COMPILER_WRAPPER=ON -DMPI_SKIP_GUESSING=ON \
    -DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF -DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF | sed -n 's/^-- \(found: .*\)/\1/p')
  printf 'CMake %s: %s\n' "$version" "$seen"
  [ "$seen" = 'found: FALSE, target: yes' ] || status=1
done
exit "$status"
