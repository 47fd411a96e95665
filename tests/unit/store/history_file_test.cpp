#include "store/history_file.h"

#include <array>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/history_rows.h"
#include "store/history_schema.h"
#include "support/child.h"
#include "support/entries.h"
#include "support/file_mode.h"
#include "support/histories.h"
#include "support/thrown.h"
#include "system/interrupt.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

using FileNames = std::set<std::string>;

std::string error_of_opening(const std::string& path) {
  const LockWait wait;
  return thrown([&] { opened_history(path, wait); });
}

// Changes the format, as another version of this program would.
void set_format(const std::string& path, int format) {
  second_connection(path).run("PRAGMA user_version = " + std::to_string(format));
}

}  // namespace

TEST_CASE("history_file: is beside the store") {
  CHECK(history_path("/a/store.json") == "/a/store.db");
  CHECK(history_path("store") == "store.db");
  CHECK(history_path("/a.json/s.JSON") == "/a.json/s.JSON.db");
  CHECK(history_path("/a/.json") == "/a/.db");
}

TEST_CASE("history_file: is made with its directories, for nobody else to read") {
  const TempDir dir;
  const std::string path = dir.file("one/two/store.db");
  const mode_t mask = ::umask(0);
  const LockWait wait;
  {
    const auto database = opened_history(path, wait);
    CHECK(mode_of(path) == 0600);
    CHECK(mode_of(path + "-wal") == 0600);
    CHECK(mode_of(path + "-shm") == 0600);
    CHECK(mode_of(dir.file("one")) == 0700);
    CHECK(mode_of(dir.file("one/two")) == 0700);
    CHECK(database->text("PRAGMA journal_mode") == "wal");
    CHECK(database->number("PRAGMA synchronous") == 2);
    CHECK(database->number("PRAGMA foreign_keys") == 1);
    CHECK(database->number("PRAGMA user_version") == kHistoryFormat);
    CHECK(database->number("PRAGMA application_id") == kHistoryApplication);
  }
  ::umask(mask);
  CHECK(entries(dir.file("one/two")) == FileNames{"store.db"});
}

TEST_CASE("history_file: only what exists is opened, when asked") {
  const TempDir dir;
  const LockWait wait;
  CHECK(open_existing_history(dir.file("no/store.db"), kHistoryTime, wait) == nullptr);
  CHECK(entries(dir.path()).empty());
  fill_history(dir.file("store.db"), 1);
  CHECK(open_existing_history(dir.file("store.db"), kHistoryTime, wait) != nullptr);
}

TEST_CASE("history_file: rows that refer to nothing are refused") {
  const TempDir dir;
  const LockWait wait;
  const auto database = opened_history(dir.file("store.db"), wait);
  CHECK_THROWS_WITH_AS(
      database->run("INSERT INTO attempt (delivery, number, trigger, at, duration_us, outcome, "
                    "sent) VALUES (7, 1, 'schedule', 0, 0, 'delivered', 0)"),
      "FOREIGN KEY constraint failed", SqliteError);
}

TEST_CASE("history_file: processes that begin at once all get it, and its tables are made once") {
  const TempDir dir;
  const std::string path = dir.file("new/store.db");
  const auto body = [&](int out) {
    const LockWait wait;
    const auto database = opened_history(path, wait);
    WriteTransaction transaction(*database);
    insert_batch(*database, batch_to(std::to_string(::getpid()) + "-", {"http://a/"}), "o");
    transaction.commit();
    write_text(out, "ok");
  };
  for (int round = 0; round < 5; ++round) {
    std::array<Child, 4> children{Child(body), Child(body), Child(body), Child(body)};
    for (Child& child : children) {
      CHECK(child.read_to_end() == "ok");
      CHECK(child.stop(0) == 0);
    }
    const LockWait wait;
    CHECK(count_in_history(path, wait) == 4 * (static_cast<std::size_t>(round) + 1));
  }
  CHECK(entries(dir.file("new")) == FileNames{"store.db"});
}

TEST_CASE("history_file: a later format is refused, and unchanged") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_history(path, 2);
  set_format(path, kHistoryFormat + 1);
  const std::string before = slurp(path);
  CHECK(error_of_opening(path) ==
        "STORE_ERROR: " + path +
            ": expected a history of format 3 or earlier, got format 4 | "
            "hint: use the version of slotflow-hooks that wrote it, or choose another store with "
            "--store");
  CHECK(slurp(path) == before);
  set_format(path, -1);
  CHECK(error_of_opening(path).starts_with("STORE_ERROR: " + path +
                                           ": expected a history of format 3 or earlier, got "
                                           "format -1 |"));
  CHECK(entries(dir.path()) == FileNames{"store.db"});
}

TEST_CASE("history_file: what is not a history is refused, and unchanged") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  const std::string hint = " | hint: choose another store with --store: its history is beside it";
  for (const std::string& text :
       {std::string("x"), std::string("my notes\n"), std::string(10'000, 'x'),
        std::string(10'000, '\0'), std::string("{\"version\": 1}\n")}) {
    spit(path, text);
    CHECK(error_of_opening(path) == "STORE_ERROR: " + path +
                                        ": expected a history of slotflow-hooks, got another file" +
                                        hint);
    CHECK(slurp(path) == text);
    CHECK(entries(dir.path()) == FileNames{"store.db"});
  }
  // A database of another program: of one page, of several, and with a number of its own.
  for (const std::string& sql :
       {std::string("CREATE TABLE t (a)"),
        std::string("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(20000))"),
        std::string("PRAGMA application_id = 7; CREATE TABLE t (a)"),
        std::string("PRAGMA user_version = 7; CREATE TABLE t (a)"),
        std::string("PRAGMA journal_mode = WAL; CREATE TABLE t (a)")}) {
    ::unlink(path.c_str());
    spit(path, "");
    second_connection(path).run(sql);
    const std::string before = slurp(path);
    const std::string error = error_of_opening(path);
    CHECK(error.starts_with("STORE_ERROR: " + path +
                            ": expected a history of slotflow-hooks, got another "));
    CHECK(error.ends_with(hint));
    CHECK(slurp(path) == before);
    CHECK(entries(dir.path()) == FileNames{"store.db"});
  }
}

TEST_CASE("history_file: what is no regular file is refused") {
  const TempDir dir;
  ::mkdir(dir.file("folder").c_str(), 0700);
  CHECK(error_of_opening(dir.file("folder")) ==
        "STORE_ERROR: " + dir.file("folder") +
            ": expected a regular file, got a directory | hint: "
            "choose another file with --store");
  ::mkfifo(dir.file("fifo").c_str(), 0600);
  CHECK(error_of_opening(dir.file("fifo")) == "STORE_ERROR: " + dir.file("fifo") +
                                                  ": expected a regular file, got a FIFO | hint: "
                                                  "choose another file with --store");
  spit(dir.file("file"), "");
  CHECK(error_of_opening(dir.file("file/store.db")).starts_with("STORE_ERROR: cannot read "));
}

TEST_CASE("history_file: what may not be read or written says so") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_history(path, 1);
  ::chmod(path.c_str(), 0);
  ::chmod(dir.path().c_str(), 0555);
  Child child([&](int out) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(1);
    write_text(out, error_of_opening(path) + "\n" + error_of_opening(dir.file("new.db")));
  });
  const std::string hint = " | hint: choose a file that you may read and write with --store";
  CHECK(child.read_to_end() == "STORE_ERROR: cannot read " + path + ": Permission denied" + hint +
                                   "\nSTORE_ERROR: cannot create " + dir.file("new.db") +
                                   ": Permission denied" + hint);
  CHECK(child.stop(0) == 0);
  ::chmod(dir.path().c_str(), 0755);
}

TEST_CASE(
    "history_file: waiting for another process is said after a second, and ends after thirty") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_history(path, 1);
  const Database other = second_connection(path);
  CountedWait counted;
  const auto database = opened_history(path, counted.wait);
  CHECK(counted.waited == Duration(0));
  const WriteTransaction held(other);
  CHECK_THROWS_WITH_AS(WriteTransaction{*database}, "database is locked", SqliteError);
  CHECK(counted.told == std::vector{"waiting for " + path + ", which another process has locked"});
  CHECK(counted.told_at == std::chrono::seconds(1));
  CHECK(counted.waited == std::chrono::seconds(30));
  CHECK_THROWS_AS(WriteTransaction{*database}, SqliteError);
  CHECK(counted.told.size() == 1);  // once
  CHECK(counted.waited == std::chrono::seconds(60));
}

TEST_CASE("history_file: one that stays locked is an error with a way out") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_history(path, 1);
  const Database other = second_connection(path);
  other.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM delivery");
  CountedWait counted;
  CHECK(thrown([&] { opened_history(path, counted.wait); }) ==
        "STORE_ERROR: cannot open " + path +
            ": database is locked | hint: find the process that "
            "uses it with 'fuser " +
            path + "', and end it");
  CHECK(counted.told.size() == 1);
  counted.interrupted = true;
  CHECK_THROWS_AS(opened_history(path, counted.wait), Interrupted);
}
