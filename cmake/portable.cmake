# A program for Linux distributions of many years, not for the one that builds it: it brings all its
# libraries but the C library. packaging/portable has what it needs besides.
option(SLOTFLOW_HOOKS_PORTABLE "Link every library but the C library statically" OFF)

if(SLOTFLOW_HOOKS_PORTABLE)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  # What is never called is left out.
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-static-libgcc -static-libstdc++ -Wl,--gc-sections)
  # With -O2, g++ 12 warns of the memory of Asio's coroutines, wrongly.
  add_compile_options(-Wno-mismatched-new-delete)
  # The same bytes wherever it is built.
  add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
endif()

# Called when there is a program.
function(make_portable program)
  if(SLOTFLOW_HOOKS_PORTABLE)
    target_sources(${program} PRIVATE packaging/portable/arc4random.cpp)
  endif()
endfunction()

if(SLOTFLOW_HOOKS_PORTABLE)
  set(notices ${PROJECT_BINARY_DIR}/third-party-notices)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/packaging/notices OUTPUT_FILE ${notices}
                  COMMAND_ERROR_IS_FATAL ANY)
  install(FILES ${notices} DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()
