#include "domain/zone_suggestion.h"

#include <algorithm>
#include <array>

#include "domain/ascii.h"
#include "domain/closest.h"

namespace slotflow {
namespace {

struct Alias {
  std::string_view name;
  std::string_view zone;
};
// San Francisco is in Slotflow's own guide. Abbreviations would be close to others of their length.
constexpr std::array<Alias, 8> kAliases{{
    {"san_francisco", "America/Los_Angeles"},
    {"pst", "America/Los_Angeles"},
    {"pdt", "America/Los_Angeles"},
    {"mdt", "America/Denver"},
    {"cst", "America/Chicago"},
    {"cdt", "America/Chicago"},
    {"edt", "America/New_York"},
    {"bst", "Europe/London"},
}};

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

}  // namespace

std::string suggested_zone(std::string_view word, const std::vector<std::string>& names) {
  std::string city = lower_case(last_part(word));
  std::ranges::replace(city, ' ', '_');
  for (const Alias& alias : kAliases) {
    if (alias.name == city && std::ranges::count(names, alias.zone) > 0) {
      return std::string(alias.zone);
    }
  }
  for (const std::string& name : names) {
    if (!city.empty() && lower_case(last_part(name)) == city) return name;
  }
  return closest_match(word, names);
}

}  // namespace slotflow
