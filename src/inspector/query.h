// The search of the inspector: words that all must occur, and conditions such as status:5xx.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/status_set.h"
#include "domain/timestamp.h"
#include "inspector/entry.h"

namespace slotflow {

// Conditions: event:, booking:, status: (a status, 5xx or none), signature:, url:, since: (an age
// such as 10m, or a time), id:, and is: (duplicate, failed, pinned, pending or delivered). Any
// other word, or "several words" in quotes, must occur somewhere in the entry, whatever the case
// of its ASCII letters.
// A "!" before any of them means that it must not hold.
class EntryQuery {
 public:
  EntryQuery() = default;  // every entry matches
  // Ages count from `now`. Throws Error{usage} that begins with the condition that is wrong.
  EntryQuery(std::string_view text, Timestamp now);

  bool empty() const { return conditions_.empty() && words_.empty(); }
  // `texts` returns all texts of the entry, and is only called if words have to be found in them.
  bool matches(const EntryRow& row,
               const std::function<std::vector<std::string_view>()>& texts) const;

 private:
  struct Condition {
    std::function<bool(const EntryRow&)> holds;
    bool negated = false;
  };
  struct Word {
    std::string text;  // in lower case
    bool negated = false;
  };

  void add(std::string_view text, bool negated, Timestamp now);
  // Adds `name`:`value`; returns false if there is no such condition.
  bool add_condition(std::string_view name, const std::string& value, bool negated, Timestamp now);

  std::vector<Condition> conditions_;
  std::vector<Word> words_;
};

}  // namespace slotflow
