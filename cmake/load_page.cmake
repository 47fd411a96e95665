# Embeds the page of `load --report`, with the library that draws its charts: Debian's package
# libjs-chart.js, or the file that SLOTFLOW_HOOKS_CHART_JS names. Without it, the program is built
# without --report.
find_file(SLOTFLOW_HOOKS_CHART_JS chart.min.js PATHS /usr/share/javascript/chart.js
          DOC "Chart.js 3 or 4, as one minified file")
set(chart_pieces "")
if(SLOTFLOW_HOOKS_CHART_JS)
  file(READ ${SLOTFLOW_HOOKS_CHART_JS} chart_js)
  string(LENGTH "${chart_js}" chart_size)
  # Compilers need not accept a longer literal than 64 KiB. Cut where no character has two bytes.
  set(begin 0)
  while(begin LESS chart_size)
    string(SUBSTRING "${chart_js}" ${begin} 60000 piece)
    if(piece MATCHES "^(.*[;{}])[^;{}]*$")
      set(piece "${CMAKE_MATCH_1}")
    endif()
    string(LENGTH "${piece}" length)
    math(EXPR begin "${begin} + ${length}")
    string(APPEND chart_pieces "    R\"__page__(${piece})__page__\",\n")
  endwhile()
else()
  message(STATUS "load --report is left out: chart.min.js was not found (libjs-chart.js)")
endif()
set(load_page ${PROJECT_SOURCE_DIR}/src/report/page)
foreach(part IN ITEMS html css js)
  file(READ ${load_page}/load.${part} load_${part})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${load_page}/load.${part})
endforeach()
configure_file(src/report/load_page.h.in generated/report/load_page.h @ONLY)
