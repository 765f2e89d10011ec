# Finds what the project is built from: the packages of the system, or of a package manager.
#
# Afterwards these targets exist: Threads::Threads, CURL::libcurl, OpenSSL::Crypto, simdjson::simdjson, nlohmann_json::nlohmann_json,
# kplane::libyaml, kplane::yaml_cpp, kplane::xxhash; for kplane::rl kplane::zstd; for LocalServer also OpenSSL::SSL, ZLIB::ZLIB, kplane::httplib, kplane::re2; for the tests GTest::gtest
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

if(KPLANE_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()

if(KPLANE_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()
