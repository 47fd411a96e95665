#pragma once

#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "cli/context.h"

namespace slotflow::test {

// A world with this environment and nothing else.
struct Surroundings {
  std::map<std::string, std::string> variables;
  std::istringstream in;
  std::ostringstream out, err;
  Interrupt interrupt;
  World world{in, out, err, interrupt,
              [this](const std::string& name) -> std::optional<std::string> {
                const auto found = variables.find(name);
                return found == variables.end() ? std::nullopt : std::optional(found->second);
              }};
};

}  // namespace slotflow::test
