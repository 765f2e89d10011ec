# Install rules: libraries, headers, the CMake package, kplane.pc, the OpenAPI document, the licence. All of it may be
# moved. Four components: `library` is what a program needs to run, `rl` the library kplane::rl, `development` what
# programs are built with, and `tools` the programs kplane and kplane-local with the library that is LocalServer.
include_guard()
include(CMakePackageConfigHelpers)

set(kplane_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/kplane")
set(kplane_package_build_dir "${PROJECT_BINARY_DIR}/package")

# Before 1.0 a new minor version may break its users, so it is part of the name that the loader looks for.
function(kplane_library_names target export_name)
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${export_name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    INSTALL_RPATH "$ORIGIN")
endfunction()

kplane_library_names(kplane kplane)
install(TARGETS kplane EXPORT kplaneTargets
  RUNTIME COMPONENT library
  LIBRARY COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE COMPONENT development)
install(EXPORT kplaneTargets NAMESPACE kplane:: DESTINATION "${kplane_package_dir}" COMPONENT development)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/kplane" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development
  PATTERN testing EXCLUDE PATTERN rl EXCLUDE)

# The components have export files of their own, so that nobody needs libzstd, zlib or cpp-httplib who did not ask for
# what uses them.
if(KPLANE_BUILD_RL)
  kplane_library_names(kplane_rl rl)
  install(TARGETS kplane_rl EXPORT kplane-rlTargets
    RUNTIME COMPONENT rl
    LIBRARY COMPONENT rl NAMELINK_COMPONENT development
    ARCHIVE COMPONENT development)
  install(EXPORT kplane-rlTargets NAMESPACE kplane:: DESTINATION "${kplane_package_dir}" COMPONENT development)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/kplane/rl" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/kplane"
    COMPONENT development)
endif()

if(KPLANE_BUILD_TESTING_LIBRARY)
  file(RELATIVE_PATH kplane_bin_to_lib "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
  kplane_library_names(kplane_testing testing)
  set_target_properties(kplane-local PROPERTIES INSTALL_RPATH "$ORIGIN/${kplane_bin_to_lib}")
  install(TARGETS kplane_testing EXPORT kplane-testingTargets
    RUNTIME COMPONENT tools
    LIBRARY COMPONENT tools NAMELINK_COMPONENT development
    ARCHIVE COMPONENT development)
  install(EXPORT kplane-testingTargets NAMESPACE kplane:: DESTINATION "${kplane_package_dir}" COMPONENT development)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/kplane/testing" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/kplane"
    COMPONENT development)
  install(TARGETS kplane-local COMPONENT tools)
endif()

if(kplane_with_cli)
  file(RELATIVE_PATH kplane_bin_to_lib "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
  set_target_properties(kplane_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${kplane_bin_to_lib}")
  install(TARGETS kplane_cli COMPONENT tools)
endif()

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/kplane-config.cmake.in"
  "${kplane_package_build_dir}/kplane-config.cmake"
  INSTALL_DESTINATION "${kplane_package_dir}"
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(
  "${kplane_package_build_dir}/kplane-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${kplane_package_build_dir}/kplane-config.cmake"
  "${kplane_package_build_dir}/kplane-config-version.cmake"
  DESTINATION "${kplane_package_dir}" COMPONENT development)
if(NOT BUILD_SHARED_LIBS)
  install(FILES cmake/KplaneYamlCpp.cmake cmake/FindKplaneLibyaml.cmake cmake/FindKplaneZstd.cmake
    cmake/FindKplaneHttplib.cmake cmake/FindKplaneRe2.cmake
    DESTINATION "${kplane_package_dir}" COMPONENT development)
endif()

# A static library leaves its dependencies to whoever links the program; a shared one has them already.
set(kplane_pc_requires "")
if(NOT BUILD_SHARED_LIBS)
  set(kplane_pc_requires "libcurl libcrypto simdjson yaml-0.1 yaml-cpp")
endif()
file(RELATIVE_PATH kplane_pc_prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" kplane_pc_prefix "${kplane_pc_prefix}")
configure_file(cmake/kplane.pc.in "${kplane_package_build_dir}/kplane.pc" @ONLY)
install(FILES "${kplane_package_build_dir}/kplane.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
  COMPONENT development)
if(KPLANE_BUILD_RL)
  set(kplane_rl_pc_requires "kplane = ${PROJECT_VERSION}")
  if(NOT BUILD_SHARED_LIBS)
    string(APPEND kplane_rl_pc_requires " libzstd")
  endif()
  configure_file(cmake/kplane-rl.pc.in "${kplane_package_build_dir}/kplane-rl.pc" @ONLY)
  install(FILES "${kplane_package_build_dir}/kplane-rl.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT development)
endif()

install(FILES openapi/kplane.v1.yaml DESTINATION "${CMAKE_INSTALL_DATADIR}/kplane" COMPONENT development)
include(KplaneSbom)
install(FILES LICENSE "${kplane_sbom}" DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT library)

if(PROJECT_IS_TOP_LEVEL)
  include(KplanePackages)
endif()
