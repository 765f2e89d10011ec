# Builds and runs a small program with what pkg-config says about the installation in PREFIX.
include("${CMAKE_CURRENT_LIST_DIR}/run.cmake")

find_program(pkg_config NAMES pkg-config pkgconf)
if(NOT pkg_config)
  message("pkg-config is not installed; nothing to test.")
  return()
endif()
file(GLOB_RECURSE pc "${PREFIX}/*/kplane.pc")
get_filename_component(pc_dir "${pc}" DIRECTORY)
get_filename_component(lib_dir "${pc_dir}" DIRECTORY)
set(ENV{PKG_CONFIG_PATH} "${pc_dir}")
execute_process(COMMAND "${pkg_config}" --cflags --libs kplane-rl
  OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(flags UNIX_COMMAND "${flags}")

file(MAKE_DIRECTORY "${BINARY}")
file(WRITE "${BINARY}/main.cpp" "#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
int main() {
  const bool named = kplane::Client(\"https://127.0.0.1:6443\").plane(\"a\").cluster() == \"a\";
  return named && kplane::rl::version() == kplane::version() ? 0 : 1;
}
")
run("${CXX}" -std=c++17 "${BINARY}/main.cpp" -o "${BINARY}/program" ${flags} -pthread "-Wl,-rpath,${lib_dir}")
run("${BINARY}/program")
