// Runs SQL on a history, with the function that computes the checksums of its rows: in Python, a
// million deliveries would take an hour.
//
//     history_sql DATABASE < SQL
//
// history_bench.py compiles it.
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include <sqlite3.h>

#include "store/row_sum.h"

int main(int argc, char** argv) {
  const std::string sql(std::istreambuf_iterator<char>(std::cin), {});
  sqlite3* database = nullptr;
  if (argc != 2 || sqlite3_open(argv[1], &database) != SQLITE_OK ||
      slotflow::add_row_sum(database) != SQLITE_OK ||
      sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    std::fprintf(stderr, "history_sql: %s\n", sqlite3_errmsg(database));
    return 1;
  }
  return sqlite3_close(database) == SQLITE_OK ? 0 : 1;
}
