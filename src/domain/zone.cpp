#include "domain/zone.h"

#include <algorithm>

namespace slotflow {
namespace {

// More than any offset from UTC (RFC 9636, section 3.2).
constexpr std::chrono::hours kLargestOffset{26};

std::chrono::year year_of(Timestamp t) {
  return Date(std::chrono::floor<std::chrono::days>(t)).year();
}

}  // namespace

std::chrono::seconds Zone::offset_at(Timestamp t) const {
  const auto next = std::ranges::upper_bound(changes_, t, {}, &ZoneChange::at);
  if (next != changes_.end() || !yearly_) {
    return next == changes_.begin() ? first_ : std::prev(next)->offset;
  }
  if (!yearly_->daylight) return yearly_->standard;
  // Where clocks change at the end of the year, the change may be in another year by UTC.
  const std::chrono::year year = year_of(t);
  for (const std::chrono::year y :
       {year + std::chrono::years(1), year, year - std::chrono::years(1)}) {
    const std::array<ZoneChange, 2> changes = yearly_->in(y);
    if (changes[1].at <= t) return changes[1].offset;
    if (changes[0].at <= t) return changes[0].offset;
  }
  return yearly_->standard;
}

std::optional<ZoneChange> Zone::next_change(Timestamp after) const {
  const auto next = std::ranges::upper_bound(changes_, after, {}, &ZoneChange::at);
  if (next != changes_.end()) return *next;
  if (!yearly_ || !yearly_->daylight) return std::nullopt;
  const std::chrono::year year = year_of(after);
  for (const std::chrono::year y :
       {year - std::chrono::years(1), year, year + std::chrono::years(1)}) {
    for (const ZoneChange& change : yearly_->in(y)) {
      if (change.at > after) return change;
    }
  }
  return std::nullopt;
}

Zone::Found Zone::find(LocalTime local) const {
  // The first time between two changes before whose end the clocks show `local` or later.
  const Timestamp shown_by_utc(local.time_since_epoch());
  Timestamp begin = shown_by_utc - kLargestOffset;
  std::chrono::seconds offset = offset_at(begin);
  for (;;) {
    const Timestamp at = shown_by_utc - offset;
    const std::optional<ZoneChange> change = next_change(begin);
    if (!change || at < change->at) return {std::max(begin, at), at >= begin};
    begin = change->at;
    offset = change->offset;
  }
}

LocalTime Zone::to_local(Timestamp t) const {
  return LocalTime((t + offset_at(t)).time_since_epoch());
}

std::optional<Timestamp> Zone::to_utc(LocalTime local) const {
  const Found found = find(local);
  if (!found.is_shown) return std::nullopt;
  return found.at;
}

Timestamp Zone::to_utc_or_next(LocalTime local) const {
  return find(local).at;
}

}  // namespace slotflow
