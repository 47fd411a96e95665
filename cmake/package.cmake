# `cpack` in a build folder makes a Debian package and an archive of what is installed.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME slotflow-hooks)
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGE_CONTACT "slotflow-hooks developers <dev@slotflow-hooks.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/cmake/package_check.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/package_files.cmake)
set(CPACK_SLOTFLOW_HOOKS_SOURCES ${PROJECT_SOURCE_DIR})
set(CPACK_SLOTFLOW_HOOKS_PORTABLE ${SLOTFLOW_HOOKS_PORTABLE})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS tzdata)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "It sends signed Slotflow events with Slotflow's timeouts and retries, receives
and verifies such events, and checks whether a handler is ready for production.")
include(CPack)
