// The sources and libraries of this program.
#pragma once

#include <string_view>

#include "domain/json.h"

namespace slotflow {

// The version, the commit (null in a build that was not made from a repository), and the versions
// of the libraries, those of shared libraries as they are loaded.
Json build_info();

// Found by CMake. Compiled by itself, so that another commit does not compile anything else again.
struct BuildSettings {
  std::string_view commit;    // empty if unknown
  std::string_view chart_js;  // its version; empty without `load --report`
  std::string_view cpp_httplib;
};
extern const BuildSettings kBuildSettings;

}  // namespace slotflow
