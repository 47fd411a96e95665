#include "store/sqlite.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "support/temp_dir.h"
#include "system/interrupt.h"

using namespace slotflow;
using test::spit;
using test::TempDir;

namespace {

struct Table {
  Table() { database.run("CREATE TABLE t (n INTEGER, s TEXT, b BLOB)"); }
  std::int64_t rows() const { return database.number("SELECT count(*) FROM t"); }

  const TempDir dir;
  const std::string path = [this] {
    spit(dir.file("a.db"), "");
    return dir.file("a.db");
  }();
  const Database database{path, {}};
};

// Returns the message and the kind of the error, or "nothing".
template <typename Call>
std::string sqlite_error(Call call) {
  try {
    call();
  } catch (const SqliteError& error) {
    return std::string(error.what()) + (error.is_busy() ? " (busy)" : "") +
           (error.is_corrupt() ? " (corrupt)" : "");
  }
  return "nothing";
}

}  // namespace

TEST_CASE("sqlite: a statement that is prepared again begins anew") {
  const Table table;
  table.database.run("INSERT INTO t (n) VALUES (1), (2)");
  const std::string insert = "INSERT INTO t (n, s) VALUES (?, ?)";
  table.database.prepare(insert).bind(1, 3).bind(2, "three").run();
  table.database.prepare(insert).bind(1, 4).run();  // not "three" again
  CHECK(table.database.number("SELECT count(*) FROM t WHERE s IS NULL") == 3);
  const std::string select = "SELECT n FROM t ORDER BY n";
  {
    Statement unfinished = table.database.prepare(select);
    CHECK(unfinished.step());
    CHECK(unfinished.step());
    Statement other = table.database.prepare(select);  // the same at the same time
    CHECK(other.step());
    CHECK(other.number(0) == 1);
    CHECK(unfinished.number(0) == 2);
  }
  Statement again = table.database.prepare(select);
  CHECK(again.step());
  CHECK(again.number(0) == 1);
  again.reset();
  // Nothing reads any more.
  Database(table.path, {}).run("DROP TABLE t");
  CHECK(sqlite_error([&] { table.database.prepare(select).step(); }).find("no such table") !=
        std::string::npos);
}

TEST_CASE("sqlite: values come back as they were bound, with every byte") {
  const Table table;
  const std::string bytes("a\0b\xff\r\n", 6);
  Statement insert = table.database.prepare("INSERT INTO t VALUES (?, ?, ?)");
  insert.bind(1, std::int64_t{1} << 62).bind(2, bytes).bind_bytes(3, bytes).run();
  insert.bind(1, std::optional<std::int64_t>()).bind(2, "").bind_bytes(3, "").run();
  insert.bind_null(1).bind(2, std::optional<std::string>()).bind_null(3).run();
  CHECK(table.database.last_row() == 3);
  Statement select = table.database.prepare("SELECT n, s, b FROM t ORDER BY rowid");
  REQUIRE(select.step());
  CHECK(select.number(0) == std::int64_t{1} << 62);
  CHECK(select.text(1) == bytes);
  CHECK(select.optional_text(2) == bytes);
  REQUIRE(select.step());
  CHECK(select.is_null(0));
  CHECK(select.optional_text(1) == "");  // empty is not NULL
  CHECK(select.optional_text(2) == "");
  REQUIRE(select.step());
  CHECK(select.optional_number(0) == std::nullopt);
  CHECK(select.optional_text(1) == std::nullopt);
  CHECK(select.text(2) == "");
  CHECK_FALSE(select.step());
  REQUIRE(select.step());  // it can be used again
  select.reset();
}

TEST_CASE(
    "sqlite: a transaction without commit() undoes everything, also when it is left by an "
    "exception") {
  const Table table;
  const auto fail_half_way = [&] {
    const WriteTransaction transaction(table.database);
    table.database.run("INSERT INTO t VALUES (1, 'a', x'00')");
    throw std::runtime_error("half-way");
  };
  CHECK_THROWS_WITH(fail_half_way(), "half-way");
  CHECK(table.rows() == 0);
  CHECK(sqlite_error([&] {
          WriteTransaction transaction(table.database);
          table.database.run("INSERT INTO t VALUES (1, 'a', x'00')");
          table.database.run("INSERT INTO missing VALUES (1)");
          transaction.commit();
        }) == "no such table: missing (corrupt)");
  CHECK(table.rows() == 0);
  WriteTransaction transaction(table.database);
  table.database.run("INSERT INTO t VALUES (1, 'a', x'00')");
  transaction.commit();
  CHECK(table.rows() == 1);
}

TEST_CASE("sqlite: a read transaction sees one state") {
  const Table table;
  table.database.run("PRAGMA journal_mode = WAL");
  const Database other(table.path, {});
  {
    const ReadTransaction transaction(table.database);
    CHECK(table.rows() == 0);
    other.run("INSERT INTO t VALUES (1, 'a', x'00')");
    CHECK(table.rows() == 0);
  }
  CHECK(table.rows() == 1);
}

TEST_CASE("sqlite: waits while another connection has the lock, until the wait gives up") {
  const Table table;
  std::vector<int> calls;
  const Database waiting(table.path, [&](int before) {
    calls.push_back(before);
    return before < 3;
  });
  const auto write = [&] { WriteTransaction(waiting).commit(); };
  {
    const WriteTransaction held(table.database);
    CHECK(sqlite_error(write) == "database is locked (busy)");
    CHECK(calls == std::vector{0, 1, 2, 3});
    CHECK(sqlite_error(write) == "database is locked (busy)");  // it waits again
    CHECK(calls.size() == 8);
  }
  calls.clear();
  CHECK(sqlite_error(write) == "nothing");
  CHECK(calls.empty());
}

TEST_CASE("sqlite: goes on when the lock is released during the wait") {
  const Table table;
  std::optional<WriteTransaction> held(std::in_place, table.database);
  const Database waiting(table.path, [&](int before) {
    if (before == 2) held.reset();
    return true;
  });
  waiting.run("INSERT INTO t VALUES (1, 'a', x'00')");
  CHECK(table.rows() == 1);
}

TEST_CASE("sqlite: what the wait throws comes out of the statement, and the next one works") {
  const Table table;
  const Database waiting(table.path, [](int) -> bool { throw Interrupted(); });
  {
    const WriteTransaction held(table.database);
    CHECK_THROWS_AS(WriteTransaction{waiting}, Interrupted);
    Statement insert = waiting.prepare("INSERT INTO t VALUES (1, 'a', x'00')");
    CHECK_THROWS_AS(insert.run(), Interrupted);
  }
  CHECK(sqlite_error([&] { waiting.run("nonsense"); }) ==
        "near \"nonsense\": syntax error (corrupt)");
  waiting.run("INSERT INTO t VALUES (1, 'a', x'00')");
  CHECK(table.rows() == 1);
}

TEST_CASE("sqlite: errors say what it was") {
  const TempDir dir;
  CHECK(sqlite_error([&] { Database(dir.file("none"), {}); }) == "unable to open database file");
  spit(dir.file("text"), std::string(5000, 'x'));
  CHECK(sqlite_error([&] { Database(dir.file("text"), {}).number("PRAGMA user_version"); }) ==
        "file is not a database (corrupt)");
  const Table table;
  const Database reader(table.path, {});
  reader.run("PRAGMA query_only = ON");
  CHECK(sqlite_error([&] { reader.run("DELETE FROM t"); }) ==
        "attempt to write a readonly database");
  CHECK(SqliteError(SQLITE_CORRUPT_VTAB, "").is_corrupt());  // extended codes
  CHECK(SqliteError(SQLITE_BUSY_SNAPSHOT, "").is_busy());
  CHECK_FALSE(SqliteError(SQLITE_IOERR_READ, "").is_corrupt());
}

TEST_CASE("sqlite: what is in the file runs no code") {
  const Table table;
  table.database.run("CREATE TRIGGER bomb AFTER INSERT ON t BEGIN DELETE FROM t; END");
  table.database.run("INSERT INTO t VALUES (1, 'a', x'00')");
  CHECK(table.rows() == 1);
  CHECK(sqlite_error([&] {
          table.database.run("PRAGMA writable_schema = ON");
          table.database.run("UPDATE sqlite_schema SET sql = 'nonsense'");
        }) == "table sqlite_master may not be modified (corrupt)");
}

TEST_CASE("sqlite: the first bytes of the file, without a lock and without ending one") {
  const Table table;
  table.database.run("PRAGMA user_version = 7");
  const WriteTransaction held(table.database);
  {
    const Database other(table.path, {});
    CHECK(other.first_bytes(16) == std::string("SQLite format 3\0", 16));
    CHECK(other.first_bytes(64).at(63) == 7);
    CHECK(other.file_size() == static_cast<std::int64_t>(other.first_bytes(1'000'000).size()));
  }
  const Database other(table.path, {});
  CHECK(sqlite_error([&] { WriteTransaction{other}; }) == "database is locked (busy)");
  const TempDir dir;
  spit(dir.file("empty"), "");
  CHECK(Database(dir.file("empty"), {}).first_bytes(100).empty());
}
