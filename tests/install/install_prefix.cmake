# Installs the build tree BUILD below PREFIX, and moves the result to PREFIX/moved: nothing in it may know where it was.
# CLI says whether the command line is part of it.
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
if(CLI)
  run("${PREFIX}/moved/bin/kplane" --version)
  foreach(file IN ITEMS man/man1/kplane.1 bash-completion/completions/kplane zsh/vendor-completions/_kplane
      fish/vendor_completions.d/kplane.fish)
    if(NOT EXISTS "${PREFIX}/moved/share/${file}")
      message(FATAL_ERROR "share/${file} is not installed.")
    endif()
  endforeach()
endif()
foreach(file IN ITEMS share/kplane/kplane.v1.yaml share/doc/kplane/LICENSE share/doc/kplane/kplane.spdx.json include/kplane/kplane.hpp)
  if(NOT EXISTS "${PREFIX}/moved/${file}")
    message(FATAL_ERROR "${file} is not installed.")
  endif()
endforeach()
