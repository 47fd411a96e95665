#include "inspector/history_entries.h"

#include <filesystem>

#include <doctest/doctest.h>

#include "support/fake_clock.h"
#include "support/histories.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// A history that another connection writes.
struct WrittenHistory {
  void add(const std::string& prefix, const std::vector<std::string>& urls) {
    const auto database = opened_history(path, wait);
    WriteTransaction transaction(*database);
    insert_batch(*database, batch_to(prefix, urls), "owner");
    transaction.commit();
  }
  void attempt(const std::string& id, int number, Reply reply, Outcome outcome) {
    const auto database = opened_history(path, wait);
    WriteTransaction transaction(*database);
    insert_attempt(*database, recorded_attempt(id, number, std::move(reply), outcome),
                   AttemptTrigger::schedule);
    transaction.commit();
  }

  TempDir folder;
  std::string path = folder.file("store.db");
  LockWait wait;
  FakeClock clock;
};

std::string states_of(const std::vector<EntryRow>& rows) {
  std::string text;
  for (const EntryRow& row : rows) {
    text += (text.empty() ? "" : " ") + row.id + ":" + std::string(to_string(*row.state));
  }
  return text;
}

// Long enough for a new look at the history.
constexpr Duration kLook{400};

}  // namespace

TEST_CASE("history entries: a history that does not exist is empty, and is seen once it does") {
  WrittenHistory history;
  HistoryEntries entries(history.path, history.clock, history.wait);
  CHECK(entries.find({}, "", 10).rows.empty());
  CHECK(!entries.details("a0"));
  history.add("a", {"http://a/"});
  CHECK(states_of(entries.find({}, "", 10).rows) == "a0:pending");
  CHECK(entries.state().total == 1);
}

TEST_CASE("history entries: another history at the same path is noticed, whoever sees it first") {
  for (const bool is_asked_before : {false, true}) {
    CAPTURE(is_asked_before);
    WrittenHistory history;
    history.add("a", {"http://a/"});
    HistoryEntries entries(history.path, history.clock, history.wait);
    const std::uint64_t start = entries.position();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(history.path + end);
    history.add("b", {"http://b/"});
    if (is_asked_before) CHECK(!entries.details("a0"));
    CHECK(entries.changes(start, {}, kLook).lost);
    CHECK(states_of(entries.find({}, "", 10).rows) == "b0:pending");
  }
}

TEST_CASE("history entries: one that is damaged is moved aside, and viewers begin anew") {
  WrittenHistory history;
  history.add("a", {"http://a/"});
  HistoryEntries entries(history.path, history.clock, history.wait);
  const std::uint64_t start = entries.position();
  opened_history(history.path, history.wait)
      ->run("PRAGMA ignore_check_constraints = ON; UPDATE delivery SET state = 'x'");
  CHECK(thrown([&] { entries.details("a0"); }).starts_with("STORE_ERROR: cannot read "));
  CHECK(entries.changes(start, {}, kLook).lost);
  CHECK(entries.state().total == 0);
}

TEST_CASE("history entries: what others write is told, each change once") {
  WrittenHistory history;
  history.add("a", {"http://a/", "http://b/"});
  HistoryEntries entries(history.path, history.clock, history.wait);
  const std::uint64_t start = entries.position();
  CHECK(entries.changes(start, {}, Duration(0)).changed.empty());
  history.attempt("a0", 1, reply_of(500), Outcome::retrying);
  EntryChanges changes = entries.changes(start, {}, kLook);
  CHECK(states_of(changes.changed) == "a0:pending");
  CHECK(changes.changed[0].attempt == 1);
  CHECK(changes.changed[0].status == 500);
  history.attempt("a0", 2, reply_of(200), Outcome::delivered);
  history.add("b", {"http://c/"});
  changes = entries.changes(changes.position, {}, kLook);
  CHECK(states_of(changes.changed) == "a0:delivered b0:pending");
  CHECK(entries.changes(changes.position, {}, Duration(0)).changed.empty());
  CHECK(entries.changes(entries.position() + 1, {}, Duration(0)).lost);
  entries.end();
  CHECK(entries.changes(changes.position, {}, std::chrono::hours(1)).ended);
}

TEST_CASE("history entries: viewers begin anew after more new deliveries than are looked at") {
  WrittenHistory history;
  history.add("a", {"http://a/"});
  HistoryEntries entries(history.path, history.clock, history.wait);
  const std::uint64_t start = entries.position();
  history.add("b", std::vector<std::string>(1'100, "http://b/"));
  const EntryChanges changes = entries.changes(start, {}, kLook);
  CHECK(changes.lost);
  CHECK(changes.position == entries.position());
  CHECK(entries.find({}, "", 1).matching == 1'101);
}

TEST_CASE("history entries: details have the attempts, and what is about the same booking") {
  WrittenHistory history;
  history.add("a", {"http://a/", "http://b/"});
  history.attempt("a0", 1, reply_of(FailureKind::timeout), Outcome::retrying);
  history.attempt("a0", 2, reply_of(503, "busy"), Outcome::failed);
  HistoryEntries entries(history.path, history.clock, history.wait);
  const auto details = entries.details("a0");
  REQUIRE(details);
  CHECK(details->row.failed);
  CHECK(details->row.bytes == 7);
  CHECK(details->attempts.size() == 2);
  CHECK(details->line.starts_with(R"({"type":"delivery","id":"a0",)"));
  CHECK(states_of(details->related) == "a0:failed a1:pending");
  const auto content = entries.content("a0");
  REQUIRE(content);
  CHECK(content->body == "{\"n\":1}");
  CHECK(content->response->status == 503);
  CHECK(entries.lines("a0").find("\"busy\"") != std::string::npos);
}

TEST_CASE("history entries: a search reads payloads and responses") {
  WrittenHistory history;
  history.add("a", {"http://a/", "http://b/"});
  history.attempt("a1", 1, reply_of(503, "BUSY now"), Outcome::failed);
  HistoryEntries entries(history.path, history.clock, history.wait);
  const auto found = [&](std::string_view text) {
    return states_of(entries.find({text, kHistoryTime}, "", 10).rows);
  };
  CHECK(found("busy") == "a1:failed");
  CHECK(found("is:failed") == "a1:failed");
  CHECK(found("is:pending url:http://a") == "a0:pending");
  CHECK(found("\"n\\\"\"") == "");
  CHECK(found("n") == "a1:failed a0:pending");
  const EntryPage page = entries.find({}, "a1", 10);
  CHECK(states_of(page.rows) == "a0:pending");
  CHECK(page.matching == 2);
}

TEST_CASE("history entries: pins last as long as the object, and nothing is cleared") {
  WrittenHistory history;
  history.add("a", {"http://a/"});
  HistoryEntries entries(history.path, history.clock, history.wait);
  const std::uint64_t before = entries.position();
  CHECK(entries.pin("a0", true));
  CHECK(!entries.pin("none", true));
  CHECK(states_of(entries.find({"is:pinned", kHistoryTime}, "", 10).rows) == "a0:pending");
  CHECK(entries.changes(before, {}, Duration(0)).changed.at(0).pinned);
  CHECK(entries.pin("a0", false));
  CHECK(entries.find({"is:pinned", kHistoryTime}, "", 10).rows.empty());
  CHECK(thrown([&] { entries.clear(); }).starts_with("USAGE: the history is not cleared here"));
}
