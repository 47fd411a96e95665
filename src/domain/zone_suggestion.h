// Which time zone a person meant by a name that is not one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

// Returns one of `names`: the zone of a city or an abbreviation, or else the closest name. Empty if
// nothing is close.
std::string suggested_zone(std::string_view word, const std::vector<std::string>& names);

}  // namespace slotflow
