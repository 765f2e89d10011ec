# Configures and builds the consumer project in BINARY and runs its programs. FROM says how it gets kplane: find_package
# (from PREFIX, with the packages in ABSENT made impossible to find), add_subdirectory or fetch_content (from SOURCE, as
# SHARED says).
include("${CMAKE_CURRENT_LIST_DIR}/run.cmake")

set(arguments "-DKPLANE_FROM=${FROM}")
if(FROM STREQUAL "find_package")
  file(REMOVE_RECURSE "${BINARY}")
  list(APPEND arguments "-DCMAKE_PREFIX_PATH=${PREFIX}" -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)
  string(REPLACE "," ";" absent "${ABSENT}")
  foreach(package IN LISTS absent)
    list(APPEND arguments "-DCMAKE_DISABLE_FIND_PACKAGE_${package}=ON")
  endforeach()
else()
  list(APPEND arguments "-DKPLANE_CHECKOUT=${SOURCE}" "-DBUILD_SHARED_LIBS=${SHARED}"
    -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0)  # as one source: some do it, and it takes least time
endif()

run("${CMAKE_COMMAND}" -S "${CONSUMER}" -B "${BINARY}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}"
  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG= -DCMAKE_CXX_COMPILER_LAUNCHER= ${arguments})
run("${CMAKE_COMMAND}" --build "${BINARY}" --parallel 2)
run("${BINARY}/consumer17")
run("${BINARY}/consumer20")
