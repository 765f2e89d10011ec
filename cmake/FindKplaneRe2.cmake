# Finds RE2 as kplane::re2: with its own CMake package, or as a header and a library (Debian: libre2-dev). Used by the
# build and by the installed package.
include(FindPackageHandleStandardArgs)

if(NOT TARGET kplane::re2 AND NOT TARGET re2::re2)
  find_package(re2 QUIET CONFIG)
endif()
find_path(KplaneRe2_INCLUDE_DIR re2/re2.h)
find_library(KplaneRe2_LIBRARY re2)
mark_as_advanced(KplaneRe2_INCLUDE_DIR KplaneRe2_LIBRARY)

if(TARGET kplane::re2 OR TARGET re2::re2)
  set(KplaneRe2_TARGET re2)
  find_package_handle_standard_args(KplaneRe2 REQUIRED_VARS KplaneRe2_TARGET)
else()
  find_package_handle_standard_args(KplaneRe2
    REQUIRED_VARS KplaneRe2_LIBRARY KplaneRe2_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "Install RE2 (Debian: libre2-dev).")
endif()

if(KplaneRe2_FOUND AND NOT TARGET kplane::re2)
  add_library(kplane::re2 INTERFACE IMPORTED GLOBAL)
  if(TARGET re2::re2)
    target_link_libraries(kplane::re2 INTERFACE re2::re2)
  else()
    target_include_directories(kplane::re2 SYSTEM INTERFACE "${KplaneRe2_INCLUDE_DIR}")
    target_link_libraries(kplane::re2 INTERFACE "${KplaneRe2_LIBRARY}")
  endif()
endif()
