// Spans of time, from a start until just before an end.
#pragma once

#include "domain/timestamp.h"

namespace slotflow {

struct TimeSpan {
  Timestamp start;
  Timestamp end;

  bool covers(const TimeSpan& other) const { return start <= other.start && other.end <= end; }
  bool overlaps(const TimeSpan& other) const { return start < other.end && other.start < end; }
  bool operator==(const TimeSpan&) const = default;
};

}  // namespace slotflow
