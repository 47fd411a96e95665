# The program, its manual pages, and its completions where each shell looks for them.
install(TARGETS slotflow-hooks RUNTIME)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

file(GLOB manual_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/man/*.[157].in)
foreach(template IN LISTS manual_pages)
  cmake_path(GET template STEM LAST_ONLY page)
  cmake_path(GET page EXTENSION LAST_ONLY section)
  string(SUBSTRING ${section} 1 -1 section)
  configure_file(${template} ${PROJECT_BINARY_DIR}/man/${page} @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/man/${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

install(FILES ${bash_completion_file} RENAME slotflow-hooks
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${fish_completion_file} DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
# Debian's zsh does not search /usr/share/zsh/site-functions: packages have a folder of their own.
# The prefix is not known before the installation, as `cmake --install` and `cpack` may change it.
install(CODE "set(zsh_file [[${PROJECT_SOURCE_DIR}/${zsh_completion_file}]])
set(zsh_folder [[${CMAKE_INSTALL_DATADIR}/zsh]])")
install(CODE [[
  set(functions site-functions)
  if(CMAKE_INSTALL_PREFIX MATCHES "(^|/)usr/?$" AND EXISTS /etc/debian_version)
    set(functions vendor-completions)
  endif()
  cmake_path(ABSOLUTE_PATH zsh_folder BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}")
  file(INSTALL "${zsh_file}" DESTINATION "${zsh_folder}/${functions}")
]])

# If the first to install is root, the list of installed files still belongs to who builds, who could
# not install or pack otherwise.
file(TOUCH ${PROJECT_BINARY_DIR}/install_manifest.txt)
