# Finds libzstd as kplane::zstd: through its own CMake package, or as a header and a library. Used by the build and by the
# installed package.
include(FindPackageHandleStandardArgs)

if(NOT TARGET kplane::zstd)
  find_package(zstd QUIET CONFIG)
endif()
set(KplaneZstd_TARGET "")
foreach(target IN ITEMS kplane::zstd zstd::libzstd zstd::libzstd_shared zstd::libzstd_static)
  if(TARGET ${target} AND NOT KplaneZstd_TARGET)
    set(KplaneZstd_TARGET ${target})
  endif()
endforeach()
find_path(KplaneZstd_INCLUDE_DIR zstd.h)
find_library(KplaneZstd_LIBRARY zstd)
mark_as_advanced(KplaneZstd_INCLUDE_DIR KplaneZstd_LIBRARY)

if(KplaneZstd_TARGET)
  find_package_handle_standard_args(KplaneZstd REQUIRED_VARS KplaneZstd_TARGET)
else()
  find_package_handle_standard_args(KplaneZstd
    REQUIRED_VARS KplaneZstd_LIBRARY KplaneZstd_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "Install libzstd (Debian: libzstd-dev), or configure with -DKPLANE_BUILD_RL=OFF.")
endif()

if(KplaneZstd_FOUND AND NOT TARGET kplane::zstd)
  add_library(kplane::zstd INTERFACE IMPORTED GLOBAL)
  if(KplaneZstd_TARGET)
    target_link_libraries(kplane::zstd INTERFACE ${KplaneZstd_TARGET})
  else()
    target_include_directories(kplane::zstd SYSTEM INTERFACE "${KplaneZstd_INCLUDE_DIR}")
    target_link_libraries(kplane::zstd INTERFACE "${KplaneZstd_LIBRARY}")
  endif()
endif()
