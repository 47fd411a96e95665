#include "domain/history_stats.h"

namespace slotflow {

std::optional<std::chrono::microseconds> percentile(
    const std::vector<std::chrono::microseconds>& values, unsigned percent) {
  if (values.empty()) return std::nullopt;
  const std::size_t rank = (values.size() * percent + 99) / 100;
  return values[rank == 0 ? 0 : rank - 1];
}

}  // namespace slotflow
