# Installs each component of the shared build tree BUILD below PREFIX: together they are what the Debian packages
# contain, and each has what the others leave out.
include("${CMAKE_CURRENT_LIST_DIR}/run.cmake")

# expect(<component> HAS <regex>... HAS_NOT <regex>...): holds the paths of the component's files against expressions.
function(expect component)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HAS;HAS_NOT")
  file(REMOVE_RECURSE "${PREFIX}/${component}")
  run("${CMAKE_COMMAND}" --install "${BUILD}" --component ${component} --prefix "${PREFIX}/${component}")
  file(GLOB_RECURSE files RELATIVE "${PREFIX}/${component}" "${PREFIX}/${component}/*")
  foreach(expression IN LISTS arg_HAS)
    if(NOT "${files}" MATCHES "(^|;)[^;]*${expression}(;|$)")
      message(FATAL_ERROR "The component ${component} has no ${expression}: ${files}")
    endif()
  endforeach()
  foreach(expression IN LISTS arg_HAS_NOT)
    if("${files}" MATCHES "(^|;)[^;]*${expression}(;|$)")
      message(FATAL_ERROR "The component ${component} has ${expression}: ${files}")
    endif()
  endforeach()
endfunction()

expect(library
  HAS "libkplane\\.so\\.[0-9.]+" "LICENSE"
  HAS_NOT "\\.hpp" "\\.cmake" "\\.pc" "libkplane\\.so" "libkplane_rl\\.so[0-9.]*" "libkplane_testing\\.so[0-9.]*")
expect(rl
  HAS "libkplane_rl\\.so\\.[0-9.]+"
  HAS_NOT "\\.hpp" "libkplane\\.so[0-9.]*" "libkplane_rl\\.so" "libkplane_testing\\.so[0-9.]*")
expect(development
  HAS "kplane/kplane\\.hpp" "kplane/testing/local_server\\.hpp" "kplane/rl/rl\\.hpp" "kplane-config\\.cmake"
    "kplane\\.pc" "kplane-rl\\.pc" "libkplane\\.so" "libkplane_rl\\.so" "libkplane_testing\\.so" "kplane\\.v1\\.yaml"
  HAS_NOT "\\.so\\.[0-9.]+" "kplane-local")
expect(tools
  HAS "bin/kplane-local" "libkplane_testing\\.so\\.[0-9.]+"
  HAS_NOT "\\.hpp" "libkplane\\.so[0-9.]*" "libkplane_testing\\.so")
