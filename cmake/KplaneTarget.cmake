# What every target of this project is compiled with. Nothing of it reaches the users of an installed or embedded
# kplane.
include_guard()

set(kplane_gnu_like "$<COMPILE_LANG_AND_ID:CXX,GNU,Clang,AppleClang>")
set(kplane_gnu "$<COMPILE_LANG_AND_ID:CXX,GNU>")

function(kplane_target_warnings target)
  target_compile_options(${target} PRIVATE
    "$<${kplane_gnu_like}:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion;-Wold-style-cast;-Wcast-qual;-Wcast-align>"
    "$<${kplane_gnu_like}:-Wnon-virtual-dtor;-Woverloaded-virtual;-Wextra-semi;-Wundef;-Wformat=2;-Wunused;-Wvla>"
    "$<${kplane_gnu}:-Wduplicated-cond;-Wduplicated-branches;-Wlogical-op;-Wsuggest-override>"
    # GCC 12 sees overlapping copies inside std::string that are not there (GCC bug 105651).
    "$<$<AND:${kplane_gnu},$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>"
    # Later versions take every reference that comes from a call with a temporary argument for one to that argument.
    "$<$<AND:${kplane_gnu},$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-dangling-reference>"
    "$<$<CXX_COMPILER_ID:MSVC>:/W4>")
  if(CMAKE_UNITY_BUILD)
    # The sources of one batch see each other's names. Builds of each source by itself keep this warning.
    target_compile_options(${target} PRIVATE "$<${kplane_gnu_like}:-Wno-shadow>")
  endif()
  if(KPLANE_SANITIZE)
    # Instrumented code confuses GCC's data flow analysis; the ordinary builds keep this warning.
    target_compile_options(${target} PRIVATE "$<${kplane_gnu}:-Wno-maybe-uninitialized>")
  endif()
  if(KPLANE_WERROR)
    target_compile_options(${target} PRIVATE "$<${kplane_gnu_like}:-Werror>" "$<$<CXX_COMPILER_ID:MSVC>:/WX>")
  endif()
endfunction()

function(kplane_target_sanitizers target)
  set(flags -fsanitize=${KPLANE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(${target} PRIVATE ${flags})
  target_link_options(${target} PRIVATE ${flags})
endfunction()

# kplane_target_defaults(<target>): the language level, hidden visibility, and, where the options ask for them, warnings
# and sanitizers. Every target that has sources calls it.
function(kplane_target_defaults target)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    CXX_STANDARD_REQUIRED ON
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
  get_target_property(standard ${target} CXX_STANDARD)
  if(NOT standard)
    set_target_properties(${target} PROPERTIES CXX_STANDARD 17)
  endif()
  if(CMAKE_UNITY_BUILD)
    # GCC takes the sources of a batch for headers, and warns by default of types there that refer to local ones.
    target_compile_options(${target} PRIVATE "$<${kplane_gnu}:-Wno-subobject-linkage>")
  endif()
  if(KPLANE_WARNINGS)
    kplane_target_warnings(${target})
  endif()
  if(KPLANE_SANITIZE)
    kplane_target_sanitizers(${target})
  endif()
endfunction()

# kplane_hide_static_dependencies(<target>): keeps what a shared library took from static archives out of its symbols.
function(kplane_hide_static_dependencies target)
  if(UNIX AND NOT APPLE)
    target_link_options(${target} PRIVATE LINKER:--exclude-libs,ALL)
  endif()
endfunction()
