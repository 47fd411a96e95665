// The tables of the history. man/slotflow-hooks-history.5 documents them.
#pragma once

#include "store/sqlite.h"

namespace slotflow {

inline constexpr int kHistoryFormat = 3;                // PRAGMA user_version
inline constexpr int kHistoryApplication = 0x53666c48;  // PRAGMA application_id: "SflH"

// Brings the tables of an earlier format to kHistoryFormat, or makes them. Throws SqliteError.
void migrate_history(const Database& database);

}  // namespace slotflow
