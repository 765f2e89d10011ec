# Finds libyaml as kplane::libyaml: with its own CMake package, or as a header and a library (Debian: libyaml-dev). Used
# by the build and by the installed package.
include(FindPackageHandleStandardArgs)

if(NOT TARGET kplane::libyaml AND NOT TARGET yaml)
  find_package(yaml QUIET CONFIG)
endif()
find_path(KplaneLibyaml_INCLUDE_DIR yaml.h)
find_library(KplaneLibyaml_LIBRARY yaml)
mark_as_advanced(KplaneLibyaml_INCLUDE_DIR KplaneLibyaml_LIBRARY)

if(TARGET kplane::libyaml OR TARGET yaml)
  set(KplaneLibyaml_TARGET yaml)
  find_package_handle_standard_args(KplaneLibyaml REQUIRED_VARS KplaneLibyaml_TARGET)
else()
  find_package_handle_standard_args(KplaneLibyaml
    REQUIRED_VARS KplaneLibyaml_LIBRARY KplaneLibyaml_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "Install libyaml (Debian: libyaml-dev).")
endif()

if(KplaneLibyaml_FOUND AND NOT TARGET kplane::libyaml)
  add_library(kplane::libyaml INTERFACE IMPORTED GLOBAL)
  if(TARGET yaml)
    target_link_libraries(kplane::libyaml INTERFACE yaml)
  else()
    target_include_directories(kplane::libyaml SYSTEM INTERFACE "${KplaneLibyaml_INCLUDE_DIR}")
    target_link_libraries(kplane::libyaml INTERFACE "${KplaneLibyaml_LIBRARY}")
  endif()
endif()
