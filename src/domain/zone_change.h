// A change of the offset between a zone's clocks and UTC.
#pragma once

#include <chrono>

#include "domain/timestamp.h"

namespace slotflow {

struct ZoneChange {
  Timestamp at;
  std::chrono::seconds offset;  // local time minus UTC, from then on
};

}  // namespace slotflow
