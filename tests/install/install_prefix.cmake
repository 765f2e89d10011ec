# Installs the build tree BUILD below PREFIX, and moves the result to PREFIX/moved: nothing in it may know where it was.
include("${CMAKE_CURRENT_LIST_DIR}/run.cmake")

file(REMOVE_RECURSE "${PREFIX}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}/first")
file(RENAME "${PREFIX}/first" "${PREFIX}/moved")

file(GLOB_RECURSE texts "${PREFIX}/moved/*.cmake" "${PREFIX}/moved/*.pc")
foreach(text IN LISTS texts)
  file(READ "${text}" content)
  foreach(leak IN ITEMS "${PREFIX}" "${SOURCE}")
    string(FIND "${content}" "${leak}" position)
    if(NOT position EQUAL -1)
      message(FATAL_ERROR "${text} names ${leak}, so the installation cannot be moved.")
    endif()
  endforeach()
endforeach()

run("${PREFIX}/moved/bin/kplane-local" --help)
foreach(file IN ITEMS share/kplane/kplane.v1.yaml share/doc/kplane/LICENSE include/kplane/kplane.hpp)
  if(NOT EXISTS "${PREFIX}/moved/${file}")
    message(FATAL_ERROR "${file} is not installed.")
  endif()
endforeach()
