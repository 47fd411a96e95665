# Embeds the inspector's page. A change of its files configures the project again.
#
# modules.txt lists the modules, those that others import first. The program joins them to one
# script, so that its Content-Security-Policy can name the hash of the only script that may run.
set(page ${PROJECT_SOURCE_DIR}/src/inspector/page)
file(STRINGS ${page}/modules.txt modules)
file(READ ${page}/index.html page_html)
file(READ ${page}/style.css page_style)
set(page_modules "")
foreach(module IN LISTS modules)
  file(READ ${page}/${module} code)
  string(REGEX REPLACE "(^|\n)import [^\n]*" "\\1" code "${code}")
  string(REGEX REPLACE "(^|\n)export " "\\1" code "${code}")
  string(APPEND page_modules "    R\"__page__(${code})__page__\",\n")
endforeach()
list(TRANSFORM modules PREPEND ${page}/ OUTPUT_VARIABLE page_files)
list(APPEND page_files ${page}/index.html ${page}/style.css ${page}/modules.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_files})
configure_file(src/inspector/page_files.h.in generated/inspector/page_files.h @ONLY)
