# Configures the consumer with a VERSION or COMPONENTS that the installation in PREFIX does not offer: that must fail,
# and the message must contain EXPECT.
file(REMOVE_RECURSE "${BINARY}")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${BINARY}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}"
    -DKPLANE_FROM=find_package "-DKPLANE_VERSION=${VERSION}" "-DKPLANE_COMPONENTS=${COMPONENTS}"
    "-DCMAKE_PREFIX_PATH=${PREFIX}" -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "find_package succeeded:\n${output}")
endif()
# CMake wraps its messages where it likes.
string(REGEX REPLACE "[ \n]+" " " output "${output}")
string(FIND "${output}" "${EXPECT}" position)
if(position EQUAL -1)
  message(FATAL_ERROR "The message does not contain: ${EXPECT}\n${output}")
endif()
