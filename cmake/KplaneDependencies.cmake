# Finds what the project is built from: the packages of the system, or of a package manager.
#
# Afterwards these targets exist: Threads::Threads, CURL::libcurl, OpenSSL::Crypto, simdjson::simdjson, nlohmann_json::nlohmann_json,
# kplane::libyaml, kplane::yaml_cpp, kplane::xxhash; for kplane::rl kplane::zstd; for the command line CLI11::CLI11; for LocalServer also OpenSSL::SSL, ZLIB::ZLIB, kplane::httplib, kplane::re2; for the tests GTest::gtest
# and GTest::gmock; for the benchmarks benchmark::benchmark_main.
include_guard()

# The name of yaml-cpp's target changed between 0.7 and 0.8; kplane::yaml_cpp stands for either.
include(KplaneYamlCpp)

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(OpenSSL 1.1.1 REQUIRED)

find_package(nlohmann_json 3.10 REQUIRED)
find_package(simdjson REQUIRED)
find_package(KplaneXxhash REQUIRED)
find_package(yaml-cpp REQUIRED)
kplane_define_yaml_cpp()
find_package(KplaneLibyaml REQUIRED)

if(KPLANE_BUILD_RL)
  find_package(KplaneZstd REQUIRED)
endif()

if(KPLANE_BUILD_TESTING_LIBRARY)
  find_package(ZLIB REQUIRED)
  find_package(KplaneHttplib REQUIRED)
  find_package(KplaneRe2 REQUIRED)
endif()

# The command line is left out where CLI11 is not there, unless it was asked for.
set(kplane_with_cli OFF)
if(KPLANE_BUILD_CLI STREQUAL "AUTO")
  if(PROJECT_IS_TOP_LEVEL AND KPLANE_BUILD_RL)
    find_package(CLI11 2.1 QUIET CONFIG)
    set(kplane_with_cli ${CLI11_FOUND})
    if(NOT CLI11_FOUND)
      message(STATUS "kplane: CLI11 is not found (Debian: libcli11-dev), so the command line `kplane` is not built")
    endif()
  endif()
elseif(KPLANE_BUILD_CLI)
  if(NOT KPLANE_BUILD_RL)
    message(FATAL_ERROR "kplane: the command line uses kplane::rl; it needs KPLANE_BUILD_RL=ON.")
  endif()
  find_package(CLI11 2.1 REQUIRED CONFIG)
  set(kplane_with_cli ON)
endif()

if(KPLANE_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()

if(KPLANE_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
