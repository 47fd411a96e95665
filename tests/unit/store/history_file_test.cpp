#include "store/history_file.h"

#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/history_reader.h"
#include "store/history_rows.h"
#include "store/history_schema.h"
#include "store/history_writer.h"
#include "support/child.h"
#include "support/entries.h"
#include "support/histories.h"
#include "support/thrown.h"
#include "system/interrupt.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

using FileNames = std::set<std::string>;

constexpr char kAside[] = ".corrupt-20260310T140500.000Z";

std::unique_ptr<Database> opened(const std::string& path, const LockWait& wait) {
  return open_history(path, kHistoryTime, wait);
}

std::string error_of_opening(const std::string& path) {
  const LockWait wait;
  return thrown([&] { opened(path, wait); });
}

void fill(const std::string& path, int deliveries) {
  const LockWait wait;
  const auto database = opened(path, wait);
  HistoryBatch batch =
      batch_to("id", std::vector<std::string>(static_cast<std::size_t>(deliveries), "http://a/"));
  batch.events[0].payload = std::string(2000, 'p');
  WriteTransaction transaction(*database);
  insert_batch(*database, batch, "owner");
  transaction.commit();
}

std::size_t count_in(const std::string& path, const LockWait& wait) {
  return HistoryReader(path, kHistoryTime, wait).count({});
}

mode_t history_mode(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

// Changes the format, as another version of this program would.
void set_format(const std::string& path, int format) {
  second_connection(path).run("PRAGMA user_version = " + std::to_string(format));
}

// Checks that the file is moved aside as it is, and that a new history works in its place.
void check_moved_aside(const std::string& path, const std::string& damaged) {
  CountedWait counted;
  {
    const auto database = opened(path, counted.wait);
    CHECK(counted.told == std::vector{path + " is damaged: it is now " + path + kAside +
                                      ", and a new history begins"});
    CHECK(slurp(path + kAside) == damaged);
    CHECK(history_mode(path) == 0600);
    CHECK(database->number("SELECT count(*) FROM delivery") == 0);
  }
  fill(path, 3);
  CHECK(count_in(path, counted.wait) == 3);
  CHECK(counted.told.size() == 1);
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
    const auto database = opened(path, wait);
    CHECK(history_mode(path) == 0600);
    CHECK(history_mode(path + "-wal") == 0600);
    CHECK(history_mode(path + "-shm") == 0600);
    CHECK(history_mode(dir.file("one")) == 0700);
    CHECK(history_mode(dir.file("one/two")) == 0700);
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
  fill(dir.file("store.db"), 1);
  CHECK(open_existing_history(dir.file("store.db"), kHistoryTime, wait) != nullptr);
}

TEST_CASE("history_file: rows that refer to nothing are refused") {
  const TempDir dir;
  const LockWait wait;
  const auto database = opened(dir.file("store.db"), wait);
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
    const auto database = opened(path, wait);
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
    CHECK(count_in(path, wait) == 4 * (static_cast<std::size_t>(round) + 1));
  }
  CHECK(entries(dir.file("new")) == FileNames{"store.db"});
}

TEST_CASE("history_file: a later format is refused, and unchanged") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill(path, 2);
  set_format(path, kHistoryFormat + 1);
  const std::string before = slurp(path);
  CHECK(error_of_opening(path) ==
        "STORE_ERROR: " + path +
            ": expected a history of format 2 or earlier, got format 3 | "
            "hint: use the version of slotflow-hooks that wrote it, or choose another store with "
            "--store");
  CHECK(slurp(path) == before);
  set_format(path, -1);
  CHECK(error_of_opening(path).starts_with("STORE_ERROR: " + path +
                                           ": expected a history of format 2 or earlier, got "
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
  fill(path, 1);
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

TEST_CASE("history_file: a damaged file is moved aside, and a new history begins") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill(path, 50);
  const std::string whole = slurp(path);
  const auto overwritten = [&](std::size_t at, std::size_t size) {
    std::string bytes = whole;
    bytes.replace(at, size, std::string(size, '\xff'));
    return bytes;
  };
  for (const std::string& damaged :
       {overwritten(0, 16), overwritten(16, 2), overwritten(44, 4), overwritten(100, 3000),
        overwritten(0, 68), whole.substr(0, 5000), whole.substr(0, whole.size() / 2),
        whole.substr(0, 600), whole.substr(0, 100), whole.substr(0, 50)}) {
    CAPTURE(damaged.size());
    for (const std::string& name : entries(dir.path())) ::unlink(dir.file(name).c_str());
    spit(path, damaged);
    check_moved_aside(path, damaged);
  }
}

TEST_CASE("history_file: damage that opening does not find is found by reading and by adding") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill(path, 50);
  std::string damaged = slurp(path);
  const std::int64_t page =
      second_connection(path).number("SELECT rootpage FROM sqlite_schema WHERE name = 'delivery'");
  damaged.replace(static_cast<std::size_t>(page - 1) * 4096, 4096, std::string(4096, '\xff'));
  const std::vector said{path + " is damaged: it is now " + path + kAside +
                         ", and a new history begins"};
  const auto damage_again = [&] {
    for (const std::string& name : entries(dir.path())) ::unlink(dir.file(name).c_str());
    spit(path, damaged);
  };
  {
    damage_again();
    CountedWait counted;
    const HistoryReader reader(path, kHistoryTime, counted.wait);
    CHECK(counted.told.empty());
    CHECK_THROWS_AS(reader.find({}, 0), Error);
    CHECK(counted.told == said);
    CHECK(reader.count({}) == 0);
  }
  CHECK(slurp(path + kAside) == damaged);
  {
    damage_again();
    CountedWait counted;
    HistoryWriter writer({.path = path, .now = kHistoryTime, .wait = counted.wait});
    CHECK(writer.add(batch_to("new", {"http://a/"})));
    writer.record(recorded_attempt("new0", 1, reply_of(200), Outcome::delivered),
                  AttemptTrigger::schedule);
    writer.close();
    CHECK(writer.failure().empty());
    CHECK(counted.told == said);
  }
  CHECK(slurp(path + kAside) == damaged);
  const LockWait wait;
  CHECK(count_in(path, wait) == 1);
}

TEST_CASE("history_file: the files beside a damaged one go with it, and none is overwritten") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  Child child([&](int out) {
    const LockWait wait;
    const auto database = opened(path, wait);
    WriteTransaction transaction(*database);
    insert_batch(*database, batch_to("id", {"http://a/"}), "o");
    transaction.commit();
    write_text(out, "x");
    for (;;) ::pause();
  });
  REQUIRE(child.read_byte());
  child.stop(SIGKILL);
  const std::string main = slurp(path);
  // The log is whole, but a table that it has is not: the first page of its frames.
  std::string wal = slurp(path + "-wal");
  wal.replace(32, 2, "\xff\xff");
  const std::string damaged = main.substr(0, 100) + std::string(main.size() - 100, '\xff');
  const LockWait wait;
  for (int round = 0; round < 3; ++round) {
    for (const char* suffix : {"-wal", "-shm"}) ::unlink((path + suffix).c_str());
    spit(path, damaged);
    spit(path + "-wal", wal);
    fill(path, 1);
  }
  for (const char* number : {"", "-2", "-3"}) {
    CHECK(slurp(path + kAside + number) == damaged);
    CHECK(slurp(path + kAside + number + "-wal") == wal);
  }
  CHECK(count_in(path, wait) == 1);
}

TEST_CASE("history_file: a history whose writer was killed keeps what was committed") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  Child child([&](int out) {
    const LockWait wait;
    const auto database = opened(path, wait);
    WriteTransaction transaction(*database);
    insert_batch(*database, batch_to("id", {"http://a/", "http://b/"}), "o");
    transaction.commit();
    const WriteTransaction unfinished(*database);
    insert_batch(*database, batch_to("no", {"http://a/"}), "o");
    write_text(out, "x");
    for (;;) ::pause();
  });
  REQUIRE(child.read_byte());
  child.stop(SIGKILL);
  CHECK(entries(dir.path()).contains("store.db-wal"));
  CountedWait counted;
  CHECK(count_in(path, counted.wait) == 2);
  CHECK(counted.told.empty());
}

TEST_CASE("history_file: copies of the files at any moment of a creation and a checkpoint open") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  const LockWait wait;
  const auto database = opened(path, wait);
  WriteTransaction transaction(*database);
  insert_batch(*database, batch_to("id", std::vector<std::string>(50, "http://a/")), "o");
  transaction.commit();
  const std::string wal = slurp(path + "-wal");
  const std::string before = slurp(path);
  database->run("PRAGMA wal_checkpoint");
  const std::string after = slurp(path);
  REQUIRE(after.size() > before.size());
  // The disk has the later pages, but not the first ones: a checkpoint may end like that.
  const std::string torn = before + after.substr(before.size());
  CHECK(before.size() == 4096);
  for (const std::string& main : {before, after, torn}) {
    const TempDir copy;
    spit(copy.file("store.db"), main);
    spit(copy.file("store.db-wal"), wal);
    CountedWait counted;
    CHECK(count_in(copy.file("store.db"), counted.wait) == 50);
    CHECK(counted.told.empty());
  }
}

TEST_CASE(
    "history_file: bytes that are flipped crash nothing, and what is read is true or an error") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill(path, 40);
  const std::string whole = slurp(path);
  std::mt19937 random(7);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (int round = 0; round < 150; ++round) {
    CAPTURE(round);
    std::string damaged = whole;
    for (std::size_t flips = 1 + below(20); flips > 0; --flips) {
      damaged[below(round % 3 == 0 ? 4096 : damaged.size())] ^= static_cast<char>(1 + below(255));
    }
    if (round % 5 == 0) damaged.resize(below(damaged.size()));
    for (const std::string& name : entries(dir.path())) ::unlink(dir.file(name).c_str());
    spit(path, damaged);
    const CountedWait counted;
    try {
      const HistoryReader reader(path, kHistoryTime, counted.wait);
      for (const DeliveryRecord& delivery : reader.find({}, 0)) reader.details(delivery.id);
    } catch (const Error& error) {
      CHECK(error.info().name == "STORE_ERROR");
    }
    // Nothing is deleted: the bytes are here or aside.
    CHECK(slurp(path).size() + slurp(path + kAside).size() >= damaged.size());
  }
}

TEST_CASE(
    "history_file: waiting for another process is said after a second, and ends after thirty") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill(path, 1);
  const Database other = second_connection(path);
  CountedWait counted;
  const auto database = opened(path, counted.wait);
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
  fill(path, 1);
  const Database other = second_connection(path);
  other.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM delivery");
  CountedWait counted;
  CHECK(thrown([&] { opened(path, counted.wait); }) ==
        "STORE_ERROR: cannot open " + path +
            ": database is locked | hint: find the process that "
            "uses it with 'fuser " +
            path + "', and end it");
  CHECK(counted.told.size() == 1);
  counted.interrupted = true;
  CHECK_THROWS_AS(opened(path, counted.wait), Interrupted);
}
