# Asks the compiler which files each public header brings in, and fails when one of them is a dependency's that users
# need not have, or a stream's, which take long to compile. kplane/json.hpp is the bridge to nlohmann::json, so what that
# one needs is allowed there.
cmake_minimum_required(VERSION 3.21)

set(private_files
  "/curl/" "simdjson" "/yaml-cpp/" "/yaml\\.h$" "/nlohmann/json\\.hpp$" "httplib\\.h$" "/zstd\\.h$" "/openssl/" "/(iostream|istream|ostream|sstream|streambuf)$")

set(directories "")
foreach(directory IN LISTS INCLUDE NLOHMANN)
  list(APPEND directories "-I${directory}")
endforeach()

foreach(header IN LISTS HEADERS)
  file(WRITE "${WORK}/includes.cpp" "#include <${header}>\n")
  execute_process(COMMAND "${CXX}" -std=c++17 -M ${directories} "${WORK}/includes.cpp"
    OUTPUT_VARIABLE rule COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "[ \\\\\n]+" ";" files "${rule}")
  list(LENGTH files count)
  if(count LESS 3)
    message(FATAL_ERROR "The compiler named no files for ${header}:\n${rule}")
  endif()
  foreach(private IN LISTS private_files)
    if(header STREQUAL "kplane/json.hpp" AND private MATCHES "nlohmann|stream")
      continue()
    endif()
    set(found ${files})
    list(FILTER found INCLUDE REGEX "${private}")
    if(found)
      message(SEND_ERROR "${header} includes ${found}")
    endif()
  endforeach()
endforeach()
