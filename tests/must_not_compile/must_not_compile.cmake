# Compiles SOURCE with KPLANE_MUST_NOT_COMPILE, which must fail with a text that matches EXPECT.
execute_process(
  COMMAND "${CXX}" -std=c++17 "-I${INCLUDE}" -fsyntax-only -DKPLANE_MUST_NOT_COMPILE "${SOURCE}"
  RESULT_VARIABLE result
  ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiled with KPLANE_MUST_NOT_COMPILE.")
endif()
if(NOT output MATCHES "${EXPECT}")
  message(FATAL_ERROR "${SOURCE} was refused, but not because of '${EXPECT}':\n${output}")
endif()
