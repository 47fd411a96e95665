// What the responses to two kinds of rejected events differ in.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/driver.h"

namespace slotflow::leaks {

// The parts of a response, by name: "status", "body" and the headers.
using Parts = std::map<std::string, std::string>;
using Pair = std::array<Parts, 2>;  // of the responses to two requests of one kind

// Sends an event with this v1, which is wrong. Returns what the check reports if that does not get
// a rejection, as the check `see` says; else sets `parts`.
std::optional<Finding> ask(Driver& driver, const Request& request, const std::string& v1,
                           std::string_view see, Parts& parts);

// The parts that tell one kind from the other in each round so far. A clock, a counter or an id
// does not: it differs within a pair, or not in each round.
class Differences {
 public:
  // Keeps the parts that are the same within each pair of this round, and differ between the pairs.
  void narrow(const Pair& a, const Pair& b);

  // Removes the parts of which `predicate` returns true for the name.
  template <typename Predicate>
  void remove_if(Predicate predicate) {
    std::erase_if(names_, predicate);
  }

  bool empty() const { return names_.empty(); }

  // Returns "401 Unauthorized and 403 Forbidden", "another body", "another header x-debug". Must
  // not be called if there is none.
  std::string words() const;

 private:
  std::vector<std::string> names_;
  bool is_first_round_ = true;
  std::string statuses_;  // of the last round
};

}  // namespace slotflow::leaks
