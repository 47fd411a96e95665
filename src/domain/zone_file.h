// The format of the files in /usr/share/zoneinfo: TZif (RFC 9636).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/zone.h"

namespace slotflow {

inline constexpr std::string_view kZoneFileMagic = "TZif";

// Returns the zone that the bytes of a file describe; nullopt if they are not such a file, or of
// its first version, which ends in 2037.
std::optional<Zone> parse_zone_file(std::string name, std::string_view bytes);

}  // namespace slotflow
