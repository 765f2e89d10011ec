# The script behind kplane_embed: writes OUTPUT, a C++ source that holds the bytes of INPUT as SYMBOL.
cmake_minimum_required(VERSION 3.21)

if(NOT SYMBOL MATCHES "^(.+)::([^:]+)$")
  message(FATAL_ERROR "kplane_embed: SYMBOL must be qualified by its namespace, not '${SYMBOL}'.")
endif()
set(namespace "${CMAKE_MATCH_1}")
set(name "${CMAKE_MATCH_2}")

file(READ "${INPUT}" hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REPEAT "." 64 line)
string(REGEX REPLACE "(${line})" "\\1\n" bytes "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
get_filename_component(file "${INPUT}" NAME)

file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY NEWLINE_STYLE UNIX CONTENT "// Generated from @file@. Do not edit.
#include <cstddef>

namespace @namespace@ {

extern const unsigned char @name@[];
extern const std::size_t @name@Size;

const unsigned char @name@[] = {
@bytes@0x00};
const std::size_t @name@Size = @size@;

}  // namespace @namespace@
")
