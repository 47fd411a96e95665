#include "store/history_writer.h"

#include <future>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/child.h"
#include "support/entries.h"
#include "support/histories.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

HistorySettings settings_of(const std::string& path, std::size_t keep = kHistoryKeep) {
  return {.path = path, .now = kHistoryTime, .keep = keep};
}

// The user has interrupted. `asked` is set at the first wait for a lock.
HistorySettings interrupted_settings(const std::string& path, std::promise<void>& asked) {
  HistorySettings settings = settings_of(path);
  settings.wait.pause = [&asked, first = true](Duration) mutable {
    if (std::exchange(first, false)) asked.set_value();
    return false;
  };
  return settings;
}

Attempt delivered(const std::string& id, int number = 1) {
  return recorded_attempt(id, number, reply_of(200), Outcome::delivered);
}

std::int64_t count_rows(const std::string& path, const std::string& table) {
  return second_connection(path).number("SELECT count(*) FROM " + table);
}

// Returns how many commits are in the write-ahead log (sqlite.org/fileformat.html, 4.2): frames
// that say how large the database is after them.
int commits_in(const std::string& wal) {
  constexpr std::size_t kHeader = 32, kFrameHeader = 24, kPage = 4096;
  int commits = 0;
  for (std::size_t at = kHeader; at + kFrameHeader < wal.size(); at += kFrameHeader + kPage) {
    if (wal.compare(at + 4, 4, std::string(4, '\0')) != 0) ++commits;
  }
  return commits;
}

// Waits until the writer has written this delivery's attempts.
void await_recorded(const HistoryWriter& writer, const std::string& id) {
  while (!writer.is_recorded(id)) std::this_thread::yield();
}

// Checks that nothing waits or throws, and returns why the history is not kept.
std::string failure_of_writing(const std::string& path) {
  HistoryWriter writer(settings_of(path));
  CHECK_FALSE(writer.add(batch_to("a", {"http://a/"})));
  CHECK_FALSE(writer.add(batch_to("b", {"http://a/"})));
  writer.record(delivered("a0"), AttemptTrigger::schedule);
  CHECK(writer.is_recorded("a0"));
  const std::string failure = writer.failure();
  writer.close();
  CHECK(writer.failure() == failure);
  return failure;
}

}  // namespace

TEST_CASE("history_writer: what was added can be read by others, and shows its owner") {
  const TempDir dir;
  const std::string path = dir.file("new/store.db");
  HistoryWriter writer(settings_of(path));
  CHECK(entries(dir.path()).empty());  // nothing before it is needed
  REQUIRE(writer.add(batch_to("a", {"http://a/", "http://b/"})));
  const Database other = second_connection(path);
  CHECK(other.number("SELECT count(*) FROM delivery WHERE state = 'pending'") == 2);
  CHECK(other.text("SELECT payload FROM event") == "{\"n\":1}");
  const std::string owner = other.text("SELECT owner FROM delivery");
  CHECK(HistoryLease::is_alive(path, owner));
  CHECK(entries(dir.file("new")).contains("store.db-owner-" + owner));
  REQUIRE(writer.add(batch_to("b", {"http://a/"})));
  CHECK(other.number("SELECT count(DISTINCT owner) FROM delivery") == 1);
  writer.close();
  CHECK_FALSE(HistoryLease::is_alive(path, owner));
  CHECK_FALSE(entries(dir.file("new")).contains("store.db-owner-" + owner));
  CHECK(other.number("SELECT count(*) FROM delivery WHERE state = 'pending'") == 3);
  CHECK(writer.failure().empty());
}

TEST_CASE("history_writer: close() writes every attempt, and leaves one file") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  {
    HistoryWriter writer(settings_of(path));
    REQUIRE(writer.add(batch_to("a", std::vector<std::string>(200, "http://a/"))));
    CHECK(writer.is_recorded("a0"));  // nothing is under way
    for (int i = 0; i < 200; ++i) {
      writer.record(recorded_attempt("a" + std::to_string(i), 1, reply_of(500), Outcome::retrying),
                    AttemptTrigger::schedule);
      writer.record(delivered("a" + std::to_string(i), 2), AttemptTrigger::resume);
    }
    writer.close();
    for (int i = 0; i < 200; ++i) CHECK(writer.is_recorded("a" + std::to_string(i)));
    writer.close();  // again
  }
  CHECK(count_rows(path, "attempt WHERE trigger = 'schedule'") == 200);
  CHECK(count_rows(path, "attempt WHERE trigger = 'resume'") == 200);
  CHECK(count_rows(path, "delivery WHERE state = 'delivered' AND attempts = 2") == 200);
  CHECK(entries(dir.path()) == std::set<std::string>{"store.db"});
}

TEST_CASE("history_writer: is_recorded() is true when others can read the attempt") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  HistoryWriter writer(settings_of(path));
  REQUIRE(writer.add(batch_to("a", {"http://a/", "http://a/"})));
  const Database other = second_connection(path);
  {
    // The writer waits for this lock.
    const WriteTransaction held(other);
    writer.record(delivered("a0"), AttemptTrigger::schedule);
    CHECK_FALSE(writer.is_recorded("a0"));
    CHECK(writer.is_recorded("a1"));
  }
  await_recorded(writer, "a0");
  CHECK(other.number("SELECT count(*) FROM attempt") == 1);
}

TEST_CASE("history_writer: a fan-out is one commit, and attempts that come at once are few") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  HistoryWriter writer(settings_of(path));
  REQUIRE(writer.add(batch_to("a", {"http://a/"})));
  const int before = commits_in(slurp(path + "-wal"));
  REQUIRE(writer.add(batch_to("b", std::vector<std::string>(200, "http://a/"))));
  CHECK(commits_in(slurp(path + "-wal")) == before + 1);
  {
    const Database other = second_connection(path);
    const WriteTransaction held(other);
    for (int i = 0; i < 200; ++i) {
      writer.record(delivered("b" + std::to_string(i)), AttemptTrigger::schedule);
    }
  }
  for (int i = 0; i < 200; ++i) await_recorded(writer, "b" + std::to_string(i));
  // Of those that were there when it began to wait, and of all others.
  const int commits = commits_in(slurp(path + "-wal")) - before - 1;
  CHECK(commits >= 1);
  CHECK(commits <= 2);
  writer.close();
  CHECK(count_rows(path, "attempt") == 200);
}

TEST_CASE("history_writer: the newest deliveries are kept, while nothing waits for it") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  {
    HistoryWriter writer(settings_of(path, 3));
    REQUIRE(writer.add(batch_to("a", {"http://a/", "http://a/"})));
    REQUIRE(writer.add(batch_to("b", std::vector<std::string>(250, "http://a/"))));
    for (int i = 0; i < 250; ++i) {
      writer.record(delivered("b" + std::to_string(i)), AttemptTrigger::schedule);
    }
    for (int i = 0; i < 250; ++i) await_recorded(writer, "b" + std::to_string(i));
    const Database other = second_connection(path);
    CHECK(other.number("SELECT count(*) FROM delivery") >= 5);
    REQUIRE(writer.add(batch_to("c", {"http://a/"})));
    // a0 and a1 are pending.
    while (other.number("SELECT count(*) FROM delivery") > 5) std::this_thread::yield();
    CHECK(other.number("SELECT count(*) FROM event") == 3);
  }
  CHECK(count_rows(path, "delivery WHERE id IN ('a0', 'a1', 'b248', 'b249', 'c0')") == 5);
}

TEST_CASE("history_writer: 0 keeps all") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  {
    HistoryWriter writer(settings_of(path, 0));
    REQUIRE(writer.add(batch_to("a", {"http://a/"})));
    writer.record(delivered("a0"), AttemptTrigger::schedule);
    await_recorded(writer, "a0");
    REQUIRE(writer.add(batch_to("b", {"http://a/"})));
  }
  CHECK(count_rows(path, "delivery") == 2);
}

TEST_CASE("history_writer: a history that cannot be written stops nobody, and says why") {
  const TempDir dir;
  ::mkdir(dir.file("folder.db").c_str(), 0700);
  CHECK(failure_of_writing(dir.file("folder.db")) ==
        dir.file("folder.db") + ": expected a regular file, got a directory");
  ::mkfifo(dir.file("fifo.db").c_str(), 0600);
  CHECK(failure_of_writing(dir.file("fifo.db")) ==
        dir.file("fifo.db") + ": expected a regular file, got a FIFO");
  spit(dir.file("text.db"), std::string(5000, 'x'));
  CHECK(failure_of_writing(dir.file("text.db")) ==
        dir.file("text.db") + ": expected a history of slotflow-hooks, got another file");
  spit(dir.file("file"), "");
  CHECK(failure_of_writing(dir.file("file/store.db")) ==
        "cannot read " + dir.file("file/store.db") + ": Not a directory");
  CHECK(slurp(dir.file("text.db")) == std::string(5000, 'x'));
}

TEST_CASE("history_writer: a folder that may not be written stops nobody") {
  const TempDir dir;
  ::chmod(dir.path().c_str(), 0555);
  Child child([&](int out) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(1);
    write_text(out, failure_of_writing(dir.file("store.db")));
  });
  CHECK(child.read_to_end() == "cannot create " + dir.file("store.db") + ": Permission denied");
  CHECK(child.stop(0) == 0);
  ::chmod(dir.path().c_str(), 0755);
}

TEST_CASE("history_writer: what fails later fails once, and ends all waits") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  HistoryWriter writer(settings_of(path));
  REQUIRE(writer.add(batch_to("a", {"http://a/"})));
  second_connection(path).run("DROP TABLE exchange");
  writer.record(delivered("a0"), AttemptTrigger::schedule);
  await_recorded(writer, "a0");
  CHECK(writer.failure() == "cannot write " + path + ": no such table: exchange; " + path +
                                " is damaged: it is now " + path + kAside +
                                ", and a new history begins");
  CHECK_FALSE(writer.add(batch_to("b", {"http://a/"})));
  writer.record(delivered("a0"), AttemptTrigger::schedule);
  CHECK(writer.is_recorded("a0"));
  writer.close();
  CHECK(count_rows(path + kAside, "attempt") == 0);  // the transaction was undone
}

TEST_CASE("history_writer: a lock that stays is waited for as the settings say") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  HistoryWriter(settings_of(path)).add(batch_to("a", {"http://a/"}));
  const Database other = second_connection(path);
  const WriteTransaction held(other);
  CountedWait counted;
  HistorySettings settings = settings_of(path);
  settings.wait = counted.wait;
  {
    HistoryWriter writer(settings);
    CHECK_FALSE(writer.add(batch_to("b", {"http://a/"})));
    CHECK(writer.failure() == "cannot write " + path + ": database is locked");
  }
  CHECK(counted.told == std::vector{"waiting for " + path + ", which another process has locked"});
  CHECK(counted.waited == std::chrono::seconds(30));
  counted.interrupted = true;
  HistoryWriter writer(settings);
  CHECK_FALSE(writer.add(batch_to("b", {"http://a/"})));
  CHECK(writer.failure() == "interrupted");
  CHECK(counted.waited < std::chrono::seconds(31));
}

TEST_CASE("history_writer: attempts wait for a lock, and the deliveries stay this process's") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  CountedWait counted;
  HistoryWriter writer({.path = path, .now = kHistoryTime, .wait = counted.wait});
  REQUIRE(writer.add(batch_to("a", {"http://a/"})));
  const Database other = second_connection(path);
  const std::string owner = other.text("SELECT owner FROM delivery");
  {
    const WriteTransaction held(other);
    writer.record(delivered("a0"), AttemptTrigger::schedule);
    await_recorded(writer, "a0");  // a retry would not wait for it
    CHECK(writer.failure().empty());
    CHECK(HistoryLease::is_alive(path, owner));
  }
  writer.close();
  CHECK(writer.failure().empty());
  CHECK(count_rows(path, "attempt") == 1);
  CHECK_FALSE(HistoryLease::is_alive(path, owner));
}

TEST_CASE("history_writer: what is lost in the end leaves its deliveries to this process so long") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  HistoryWriter writer(settings_of(path));
  REQUIRE(writer.add(batch_to("a", {"http://a/"})));
  const Database other = second_connection(path);
  const std::string owner = other.text("SELECT owner FROM delivery");
  other.run("DROP TABLE exchange");
  writer.record(delivered("a0"), AttemptTrigger::schedule);
  await_recorded(writer, "a0");
  while (writer.failure().empty()) std::this_thread::yield();
  CHECK(HistoryLease::is_alive(path, owner));
  writer.close();
  CHECK_FALSE(HistoryLease::is_alive(path, owner));
}

TEST_CASE("history_writer: deliveries that were made are written whole, after an interrupt, too") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  std::promise<void> asked;
  HistoryWriter writer(interrupted_settings(path, asked));
  REQUIRE(writer.add({.at = kHistoryTime, .events = {}, .deliveries = {}}));
  std::future<bool> added;
  {
    const Database other = second_connection(path);
    const WriteTransaction held(other);
    added = std::async(std::launch::async, [&] {
      return writer.add_made(
          batch_to("a", {"http://a/", "http://b/"}),
          {delivered("a0"), recorded_attempt("a1", 1, reply_of(500), Outcome::failed)});
    });
    asked.get_future().wait();
  }
  REQUIRE(added.get());
  const Database other = second_connection(path);
  CHECK(other.number("SELECT count(*) FROM delivery WHERE state = 'delivered'") == 1);
  CHECK(other.number("SELECT count(*) FROM delivery WHERE state = 'failed'") == 1);
  CHECK(other.number("SELECT count(*) FROM delivery WHERE owner IS NOT NULL") == 0);
}

TEST_CASE("history_writer: attempts that were made are written after an interrupt, too") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  std::promise<void> asked;
  HistoryWriter writer(interrupted_settings(path, asked));
  REQUIRE(writer.add(batch_to("a", {"http://a/"})));
  {
    const Database other = second_connection(path);
    const WriteTransaction held(other);
    writer.record(delivered("a0"), AttemptTrigger::schedule);
    asked.get_future().wait();
  }
  writer.close();
  CHECK(writer.failure().empty());
  CHECK(count_rows(path, "attempt") == 1);
}
