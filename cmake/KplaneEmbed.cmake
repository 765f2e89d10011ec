# kplane_embed: puts a file into a library as an array of bytes, with nothing but CMake itself.
#
#   kplane_embed(<target> FILE <file> SYMBOL <a::b::kName>)
#
# defines `const unsigned char kName[]` and `const std::size_t kNameSize` in the namespace a::b. The array has one zero
# byte more than kNameSize says. A change of the file rebuilds it.
include_guard()

set(kplane_embed_script "${CMAKE_CURRENT_LIST_DIR}/EmbedFile.cmake")

function(kplane_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILE;SYMBOL" "")
  string(REPLACE "::" "_" stem "${arg_SYMBOL}")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded/${stem}.cpp")
  get_filename_component(file "${arg_FILE}" ABSOLUTE)
  file(RELATIVE_PATH shown "${PROJECT_SOURCE_DIR}" "${file}")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}"
      "-DINPUT=${file}" "-DOUTPUT=${output}" "-DSYMBOL=${arg_SYMBOL}" -P "${kplane_embed_script}"
    DEPENDS "${file}" "${kplane_embed_script}"
    COMMENT "Embedding ${shown}"
    VERBATIM)
  # By itself: a batch that contains it could not be read by tools before the first build.
  set_source_files_properties("${output}" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_sources(${target} PRIVATE "${output}")
endfunction()
