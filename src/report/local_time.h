// The time where the user is: in the zone of the environment variable TZ, else of the machine.
#pragma once

#include <string>

#include "domain/timestamp.h"

namespace slotflow {

// Thread-safe. UTC if the zone is unknown.
std::string local_time_of_day(Timestamp t);  // 14:05:00
std::string local_minute(Timestamp t);       // 2026-03-10 23:05 +09:00, or 2026-03-10 14:05 UTC
std::string local_iso8601(Timestamp t);      // 2026-03-10T23:05:00+09:00

}  // namespace slotflow
