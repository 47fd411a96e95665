#include "domain/zone_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace slotflow {
namespace {

constexpr std::size_t kHeaderSize = 44;
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kCountsAt = 20;
constexpr std::size_t kTypeSize = 6;  // offset, whether it is daylight saving time, abbreviation

// Returns the big-endian number at the start of `bytes`.
std::int64_t big_endian(std::string_view bytes, std::size_t size) {
  std::uint64_t value = static_cast<signed char>(bytes.front()) < 0 ? ~0ULL : 0;
  for (const char c : bytes.substr(0, size)) value = value << 8U | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(value);
}

struct Counts {
  std::size_t utc_indicators;
  std::size_t standard_indicators;
  std::size_t leap_seconds;
  std::size_t changes;
  std::size_t types;
  std::size_t name_bytes;

  // Returns the size of what follows the header.
  std::size_t size(std::size_t time_size) const {
    return changes * (time_size + 1) + types * kTypeSize + name_bytes +
           leap_seconds * (time_size + 4) + standard_indicators + utc_indicators;
  }
};

// Consumes a header.
std::optional<Counts> take_header(std::string_view& bytes) {
  if (bytes.size() < kHeaderSize || !bytes.starts_with(kZoneFileMagic)) return std::nullopt;
  const auto count = [&](std::size_t index) {
    const auto value = big_endian(bytes.substr(kCountsAt + 4 * index), 4);
    return static_cast<std::size_t>(static_cast<std::uint32_t>(value));
  };
  const Counts counts{count(0), count(1), count(2), count(3), count(4), count(5)};
  bytes.remove_prefix(kHeaderSize);
  return counts;
}

std::string_view take(std::string_view& bytes, std::size_t size) {
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

// Times far outside of the years that Timestamp is used for, as the first one often is.
Timestamp to_timestamp(std::int64_t since_1970) {
  constexpr std::int64_t kMost = 400'000'000'000;
  return Timestamp(std::chrono::seconds(std::clamp(since_1970, -kMost, kMost)));
}

}  // namespace

std::optional<Zone> parse_zone_file(std::string name, std::string_view bytes) {
  const bool has_second_part = bytes.size() > kVersionAt && bytes[kVersionAt] >= '2';
  const std::optional<Counts> old = take_header(bytes);
  if (!old || !has_second_part || bytes.size() < old->size(4)) return std::nullopt;
  bytes.remove_prefix(old->size(4));
  const std::optional<Counts> counts = take_header(bytes);
  if (!counts || counts->types == 0 || bytes.size() < counts->size(8)) return std::nullopt;

  std::string_view data = take(bytes, counts->size(8));
  const std::string_view times = take(data, counts->changes * 8);
  const std::string_view types_after = take(data, counts->changes);
  const std::string_view types = take(data, counts->types * kTypeSize);
  const auto offset = [&](std::size_t type) {
    return std::chrono::seconds(big_endian(types.substr(type * kTypeSize), 4));
  };
  std::vector<ZoneChange> changes;
  changes.reserve(counts->changes);
  for (std::size_t i = 0; i < counts->changes; ++i) {
    const auto type = static_cast<unsigned char>(types_after[i]);
    if (type >= counts->types) return std::nullopt;
    changes.push_back({to_timestamp(big_endian(times.substr(i * 8), 8)), offset(type)});
  }
  if (!std::ranges::is_sorted(changes, {}, &ZoneChange::at)) return std::nullopt;

  // The last line of the file; without one, clocks do as they did last.
  if (bytes.size() < 2 || !bytes.starts_with('\n') || !bytes.ends_with('\n')) return std::nullopt;
  const std::string_view footer = bytes.substr(1, bytes.size() - 2);
  const std::optional<YearlyChange> yearly = parse_yearly_change(footer);
  if (!footer.empty() && !yearly) return std::nullopt;
  return Zone(std::move(name), offset(0), std::move(changes), yearly);
}

}  // namespace slotflow
