# Read by cpack for each generator: a Debian package without dependencies would install, and then not
# start.
if(CPACK_GENERATOR STREQUAL "DEB")
  foreach(tool IN ITEMS dpkg-shlibdeps readelf)
    find_program(${tool}_path ${tool})
    if(NOT ${tool}_path)
      message(FATAL_ERROR "cannot make a Debian package: ${tool} is missing, which finds its "
                          "dependencies (apt-get install dpkg-dev binutils)")
    endif()
  endforeach()
endif()
