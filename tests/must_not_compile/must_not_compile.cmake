# Compiles SOURCE as it stands, which must work, and with KPLANE_MUST_NOT_COMPILE, which must fail with a text that
# matches EXPECT.
set(compile "${CXX}" -std=c++17 "-I${INCLUDE}" -fsyntax-only "${SOURCE}")

execute_process(COMMAND ${compile} RESULT_VARIABLE result ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${SOURCE} must compile without KPLANE_MUST_NOT_COMPILE:\n${output}")
endif()

execute_process(COMMAND ${compile} -DKPLANE_MUST_NOT_COMPILE RESULT_VARIABLE result ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiled with KPLANE_MUST_NOT_COMPILE.")
endif()
if(NOT output MATCHES "${EXPECT}")
  message(FATAL_ERROR "${SOURCE} was refused, but not because of '${EXPECT}':\n${output}")
endif()
