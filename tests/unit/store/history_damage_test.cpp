// What becomes of a damaged history, and of one that was left in the middle.
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "store/history_writer.h"
#include "support/child.h"
#include "support/entries.h"
#include "support/file_mode.h"
#include "support/histories.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// Adds two deliveries, and leaves them in the log, as a process that is killed while it adds more.
void leave_log(const std::string& path) {
  Child child([&](int out) {
    const LockWait wait;
    const auto database = opened_history(path, wait);
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
}

// Checks that the file is moved aside as it is, and that a new history works in its place.
void check_moved_aside(const std::string& path, const std::string& damaged) {
  CountedWait counted;
  {
    const auto database = opened_history(path, counted.wait);
    CHECK(counted.told == std::vector{path + " is damaged: it is now " + path + kAside +
                                      ", and a new history begins"});
    CHECK(slurp(path + kAside) == damaged);
    CHECK(mode_of(path) == 0600);
    CHECK(database->number("SELECT count(*) FROM delivery") == 0);
  }
  fill_history(path, 3);
  CHECK(count_in_history(path, counted.wait) == 3);
  CHECK(counted.told.size() == 1);
}

}  // namespace

TEST_CASE("history_damage: a damaged file is moved aside, and a new history begins") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_history(path, 50);
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

TEST_CASE("history_damage: damage that opening does not find is found by reading and by adding") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_history(path, 50);
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
  CHECK(count_in_history(path, wait) == 1);
}

TEST_CASE("history_damage: the files beside a damaged one go with it, and none is overwritten") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  leave_log(path);
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
    fill_history(path, 1);
  }
  for (const char* number : {"", "-2", "-3"}) {
    CHECK(slurp(path + kAside + number) == damaged);
    CHECK(slurp(path + kAside + number + "-wal") == wal);
  }
  CHECK(count_in_history(path, wait) == 1);
}

TEST_CASE("history_damage: a history whose writer was killed keeps what was committed") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  leave_log(path);
  CHECK(entries(dir.path()).contains("store.db-wal"));
  CountedWait counted;
  CHECK(count_in_history(path, counted.wait) == 2);
  CHECK(counted.told.empty());
}

TEST_CASE("history_damage: copies of the files at any moment of a creation and a checkpoint open") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  const LockWait wait;
  const auto database = opened_history(path, wait);
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
    CHECK(count_in_history(copy.file("store.db"), counted.wait) == 50);
    CHECK(counted.told.empty());
  }
}
