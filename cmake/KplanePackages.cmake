# Debian packages, one for each install component; `./dev package` makes them with the preset `package`.
include_guard()

set(kplane_soversion "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
set(kplane_library_package "libkplane${kplane_soversion}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR kplane)
set(CPACK_PACKAGE_CONTACT "kplane contributors <maintainers@kplane.invalid>" CACHE STRING "Name and address of the maintainer of the packages")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL library development)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The library of the first package is not installed where the packages are made.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS 
  "${PROJECT_BINARY_DIR}/src" "${PROJECT_BINARY_DIR}/src/rl" "${PROJECT_BINARY_DIR}/src/local_server")
# Runs ldconfig too. Within one minor version the interface may grow, so a program needs the version it was built with
# or a later one.
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME "${kplane_library_package}")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "${PROJECT_DESCRIPTION}")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libkplane-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${kplane_library_package} (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS nlohmann-json3-dev)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "${PROJECT_DESCRIPTION} (development files)")

if(KPLANE_BUILD_RL)
  set(kplane_rl_package "libkplane-rl${kplane_soversion}")
  list(APPEND CPACK_COMPONENTS_ALL rl)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", ${kplane_rl_package} (= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_RL_PACKAGE_NAME "${kplane_rl_package}")
  set(CPACK_DEBIAN_RL_PACKAGE_SECTION libs)
  set(CPACK_DEBIAN_RL_PACKAGE_DEPENDS "${kplane_library_package} (= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_RL_DESCRIPTION "What trainers need on top of the client library for kplane virtual control planes")
endif()

if(KPLANE_BUILD_TESTING_LIBRARY OR kplane_with_cli)
  list(APPEND CPACK_COMPONENTS_ALL tools)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", kplane-local (= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME kplane-local)
  set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION devel)
  set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "${kplane_library_package} (= ${PROJECT_VERSION})")
  if(kplane_with_cli)
    string(APPEND CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS ", ${kplane_rl_package} (= ${PROJECT_VERSION})")
  endif()
  set(CPACK_DEBIAN_TOOLS_DESCRIPTION "Command line for kplane virtual control planes, and a local server for tests")
endif()

include(CPack)
