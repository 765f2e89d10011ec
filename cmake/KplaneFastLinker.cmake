# Links with the fastest linker that is installed and that the compiler can use. The default linker takes about a second
# for each of the test programs, all of which a change of the library links again.
include_guard()
include(CheckLinkerFlag)

foreach(linker IN ITEMS mold lld gold)
  check_linker_flag(CXX "-fuse-ld=${linker}" KPLANE_LINKS_WITH_${linker})
  if(KPLANE_LINKS_WITH_${linker})
    add_link_options("-fuse-ld=${linker}")
    break()
  endif()
endforeach()
