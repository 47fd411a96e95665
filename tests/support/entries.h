// Lists the names in a folder.
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace slotflow::test {

inline std::set<std::string> entries(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

}  // namespace slotflow::test
