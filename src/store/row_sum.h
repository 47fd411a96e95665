// The checksum of a row, as an SQL function.
#pragma once

struct sqlite3;

namespace slotflow {

// Makes `history_sum(VALUE, ...)` known to a connection: an INTEGER that depends on the types, the
// lengths and the bytes of all values, and on their order. Returns a result code of SQLite.
//
// SQLite notices damage to the structure of a file, but not to what is in a row. The tables of the
// history compute this sum whenever a row is written, and whoever reads a row compares it.
int add_row_sum(sqlite3* connection);

}  // namespace slotflow
