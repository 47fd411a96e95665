// The HTTP statuses that a user expects, such as "401" or "4xx".
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slotflow {

class StatusSet {
 public:
  // Adds comma-separated items: a status from 200 to 599, or 2xx to 5xx for all of a class. Throws
  // Error{usage} that starts with `option`.
  void add(std::string_view option, std::string_view text);
  bool empty() const { return names_.empty(); }
  bool contains(int status) const;
  const std::vector<std::string>& names() const { return names_; }
  // Returns the statuses as ranges, each with its first and its last status.
  std::vector<std::pair<int, int>> ranges() const;
  // Returns the items as they were given: "401, 403 or 5xx".
  std::string to_string() const;

 private:
  std::bitset<600> statuses_;
  std::vector<std::string> names_;
};

}  // namespace slotflow
