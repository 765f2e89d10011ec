# Finds xxHash, of which the library compiles the header alone, and defines kplane::xxhash.
find_path(KPLANE_XXHASH_INCLUDE_DIR xxhash.h)
mark_as_advanced(KPLANE_XXHASH_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(KplaneXxhash REQUIRED_VARS KPLANE_XXHASH_INCLUDE_DIR)

if(KplaneXxhash_FOUND AND NOT TARGET kplane::xxhash)
  add_library(kplane::xxhash INTERFACE IMPORTED)
  set_target_properties(kplane::xxhash PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${KPLANE_XXHASH_INCLUDE_DIR}"
    INTERFACE_INCLUDE_DIRECTORIES "${KPLANE_XXHASH_INCLUDE_DIR}")
endif()
