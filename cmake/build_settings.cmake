# What `--version --json` says of this build.
#
# The checked-out commit; empty without a repository. It is read again when the next commit is made.
set(commit "")
find_program(GIT_EXECUTABLE git)
function(ask_git answer)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE output OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(${answer} "${output}" PARENT_SCOPE)
endfunction()
if(GIT_EXECUTABLE AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  ask_git(commit HEAD)
  ask_git(commits --git-path logs/HEAD)
  cmake_path(ABSOLUTE_PATH commits BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(commit AND EXISTS ${commits})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${commits})
  endif()
endif()

configure_file(src/cli/build_settings.cpp.in generated/cli/build_settings.cpp @ONLY)
set(build_settings ${PROJECT_BINARY_DIR}/generated/cli/build_settings.cpp)
set_source_files_properties(${build_settings} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_sources(hooks PRIVATE ${build_settings})
