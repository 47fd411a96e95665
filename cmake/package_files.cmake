# Read by cpack once the files of a package are together. A Debian package has, by Debian's policy, a
# changelog, and compressed manual pages. Its bytes depend on SOURCE_DATE_EPOCH, not on the clock.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
set(share ${CPACK_TEMPORARY_DIRECTORY}/usr/share)
set(doc ${share}/doc/slotflow-hooks)

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${doc}/changelog "slotflow-hooks (${CPACK_PACKAGE_VERSION}) stable; urgency=medium

  * What changed in this version is in CHANGELOG.md.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
file(COPY_FILE ${CPACK_SLOTFLOW_HOOKS_SOURCES}/CHANGELOG.md ${doc}/CHANGELOG.md)
file(GLOB_RECURSE pages ${share}/man/*.[157])
execute_process(COMMAND gzip --best --no-name ${pages} ${doc}/changelog ${doc}/CHANGELOG.md
                COMMAND_ERROR_IS_FATAL ANY)

if(CPACK_SLOTFLOW_HOOKS_PORTABLE)
  file(WRITE ${share}/lintian/overrides/slotflow-hooks
       "# One package for every distribution since 2022: it brings the libraries it needs.
slotflow-hooks: embedded-library *
")
endif()

if(DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND find ${CPACK_TEMPORARY_DIRECTORY} -exec touch --no-dereference
                          --date=@$ENV{SOURCE_DATE_EPOCH} {} +
                  COMMAND_ERROR_IS_FATAL ANY)
endif()
