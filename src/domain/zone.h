// A time zone: what its clocks show, and when.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/local_clock.h"
#include "domain/timestamp.h"
#include "domain/yearly_change.h"
#include "domain/zone_change.h"

namespace slotflow {

class Zone {
 public:
  // `changes` are in the order of time. `first` is the offset from UTC before all of them, and
  // `yearly` what follows after the last one; without it, nothing changes any more.
  Zone(std::string name, std::chrono::seconds first, std::vector<ZoneChange> changes,
       std::optional<YearlyChange> yearly)
      : name_(std::move(name)), first_(first), changes_(std::move(changes)), yearly_(yearly) {}

  const std::string& name() const { return name_; }

  LocalTime to_local(Timestamp t) const;
  // Returns the time at which clocks show `local`: the first one if they show it twice, nullopt if
  // they skip it.
  std::optional<Timestamp> to_utc(LocalTime local) const;
  // As to_utc(), but the time at which clocks go forward if they skip `local`.
  Timestamp to_utc_or_next(LocalTime local) const;

 private:
  struct Found {
    Timestamp at;
    bool is_shown;  // else clocks skip it, and `at` is when they do
  };

  std::chrono::seconds offset_at(Timestamp t) const;
  std::optional<ZoneChange> next_change(Timestamp after) const;
  Found find(LocalTime local) const;

  std::string name_;
  std::chrono::seconds first_;
  std::vector<ZoneChange> changes_;
  std::optional<YearlyChange> yearly_;
};

}  // namespace slotflow
