# What `--version --json` says of this build.
#
# The commit: as given, or the checked-out one. It is read again when the next commit is made.
set(SLOTFLOW_HOOKS_COMMIT "" CACHE STRING "Commit of these sources, if they are not in a repository")
set(commit "${SLOTFLOW_HOOKS_COMMIT}")
find_program(GIT_EXECUTABLE git)
if(NOT commit AND GIT_EXECUTABLE AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  foreach(question IN ITEMS "HEAD" "--git-path;logs/HEAD")
    execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse ${question}
                    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                    OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(question STREQUAL "HEAD")
      set(commit "${answer}")
    endif()
  endforeach()
  cmake_path(ABSOLUTE_PATH answer BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(EXISTS ${answer})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${answer})
  endif()
endif()

configure_file(src/cli/build_settings.cpp.in generated/cli/build_settings.cpp @ONLY)
set(build_settings ${PROJECT_BINARY_DIR}/generated/cli/build_settings.cpp)
set_source_files_properties(${build_settings} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_sources(hooks PRIVATE ${build_settings})
