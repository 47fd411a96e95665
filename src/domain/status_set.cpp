#include "domain/status_set.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/expected.h"
#include "domain/number.h"
#include "domain/text.h"

namespace slotflow {

namespace {

struct StatusRange {
  int first = 0;
  int last = 0;
};

StatusRange range_of(std::string_view option, std::string_view name) {
  if (name.size() == 3 && name[0] >= '2' && name[0] <= '5' && name.ends_with("xx")) {
    const int first = 100 * (name[0] - '0');
    return {first, first + 99};
  }
  const auto status = to_number<int>(name);
  if (!status || *status < 200 || *status > 599) {
    throw_expected(option, "statuses from 200 to 599, or 2xx, 3xx, 4xx or 5xx", name);
  }
  return {*status, *status};
}

}  // namespace

void StatusSet::add(std::string_view option, std::string_view text) {
  for (const std::string_view item : split(text, ',')) {
    const std::string name = lower_case(trimmed(item));
    const StatusRange range = range_of(option, name);
    for (int status = range.first; status <= range.last; ++status) {
      statuses_.set(static_cast<std::size_t>(status));
    }
    if (std::ranges::find(names_, name) == names_.end()) names_.push_back(name);
  }
}

std::vector<std::pair<int, int>> StatusSet::ranges() const {
  std::vector<std::pair<int, int>> ranges;
  for (int status = 0; status < static_cast<int>(statuses_.size()); ++status) {
    if (!contains(status)) continue;
    if (ranges.empty() || ranges.back().second != status - 1) ranges.emplace_back(status, status);
    ranges.back().second = status;
  }
  return ranges;
}

bool StatusSet::contains(int status) const {
  return status >= 0 && static_cast<std::size_t>(status) < statuses_.size() &&
         statuses_.test(static_cast<std::size_t>(status));
}

std::string StatusSet::to_string() const {
  return joined(names_, ", ", " or ");
}

}  // namespace slotflow
