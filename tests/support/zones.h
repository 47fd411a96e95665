// Time zones for tests, which do not depend on what this machine knows.
#pragma once

#include <string>

#include "domain/yearly_change.h"
#include "domain/zone.h"

namespace slotflow::test {

// A zone that changes by the rule of POSIX in every year.
inline Zone zone_by_rule(const std::string& rule) {
  const std::optional<YearlyChange> yearly = parse_yearly_change(rule);
  return Zone("Test/Zone", yearly.value().standard, {}, yearly);
}

inline Zone new_york() {
  return zone_by_rule("EST5EDT,M3.2.0,M11.1.0");
}

}  // namespace slotflow::test
