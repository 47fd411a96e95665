// Finds damage of a history.
#pragma once

#include "store/sqlite.h"

namespace slotflow {

// Throws SqliteError if the structure of the database is damaged, so that a row might not be found.
// Does nothing if the database is so large that this would take long.
void check_if_small(const Database& database);

// Returns whether the structure of the database and all its rows are as they were written. Throws
// SqliteError if that cannot be read.
bool is_intact(const Database& database);

}  // namespace slotflow
