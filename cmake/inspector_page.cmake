# Embeds the inspector's page. A change of its files configures the project again.
#
# The modules, those that others import first. The program joins them to one script, so that its
# Content-Security-Policy can name the hash of the only script that may run.
set(modules text)

set(page ${PROJECT_SOURCE_DIR}/src/inspector/page)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page}/index.html ${page}/style.css)
file(READ ${page}/index.html page_html)
file(READ ${page}/style.css page_style)
set(page_modules "")
foreach(module IN LISTS modules)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page}/${module}.js)
  file(READ ${page}/${module}.js code)
  string(REGEX REPLACE "(^|\n)import [^\n]*" "\\1" code "${code}")
  string(REGEX REPLACE "(^|\n)export " "\\1" code "${code}")
  string(APPEND page_modules "    R\"__page__(${code})__page__\",\n")
endforeach()
configure_file(src/inspector/page_files.h.in generated/inspector/page_files.h @ONLY)
