#include "store/history_check.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/history_columns.h"

namespace slotflow {

namespace {

constexpr std::int64_t kSmall = 16 << 20;  // bytes, which are checked in about 0.1 seconds

// Unlike quick_check, this finds rows that an index does not have, too.
bool has_sound_structure(const Database& database) {
  return database.text("PRAGMA integrity_check(1)") == "ok";
}

}  // namespace

void check_if_small(const Database& database) {
  const std::int64_t size =
      database.number("PRAGMA page_count") * database.number("PRAGMA page_size");
  if (size <= kSmall && !has_sound_structure(database)) {
    throw_damaged("database disk image is malformed");
  }
}

bool is_intact(const Database& database) {
  struct Rows {
    std::string_view table, are_intact;
  };
  constexpr std::array<Rows, 4> kTables{{{"event", kEventIsIntact},
                                         {"delivery", kDeliveryIsIntact},
                                         {"attempt", kAttemptIsIntact},
                                         {"exchange", kExchangeIsIntact}}};
  if (!has_sound_structure(database)) return false;
  return std::ranges::all_of(kTables, [&](const Rows& rows) {
    return database.number("SELECT count(*) FROM " + std::string(rows.table) + " WHERE (" +
                           std::string(rows.are_intact) + ") IS NOT TRUE") == 0;
  });
}

}  // namespace slotflow
