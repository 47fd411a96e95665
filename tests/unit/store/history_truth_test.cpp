// Whatever happens to the bytes of a history: what is read of it is what was written, or refused.
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "store/history_check.h"
#include "support/entries.h"
#include "support/history_questions.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// The history of make_history_of_everything(), and the true answers to all questions.
struct Written {
  Written() {
    make_history_of_everything(path);
    bytes = slurp(path);
    for (const HistoryQuestion question : kHistoryQuestions) {
      const auto answer = answer_of(question, path);
      REQUIRE(answer);
      answers.push_back(*answer);
      put(bytes);
    }
  }

  void put(const std::string& content) const {
    for (const std::string& name : entries(dir.path())) ::unlink(dir.file(name).c_str());
    spit(path, content);
  }

  // Asks everything about a damaged copy. Returns how many questions were refused.
  std::size_t refused(const std::string& damaged) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kHistoryQuestions.size(); ++i) {
      CAPTURE(i);
      put(damaged);
      const auto answer = answer_of(kHistoryQuestions[i], path);
      CHECK(answer.value_or(answers[i]) == answers[i]);
      count += answer ? 0 : 1;
      // Nothing is deleted: the bytes are here or aside.
      if (!answer) CHECK(slurp(path).size() + slurp(path + kAside).size() >= damaged.size());
    }
    return count;
  }

  std::string flipped(std::size_t place, unsigned mask) const {
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(static_cast<unsigned char>(damaged[place]) ^ mask);
    return damaged;
  }

  const TempDir dir;
  const std::string path = dir.file("store.db");
  std::string bytes;
  std::vector<std::string> answers;
};

// Finds a text that is in one row, and in no index.
std::size_t place_of(const std::string& bytes, const std::string& text) {
  const std::size_t place = bytes.find(text);
  REQUIRE(place != std::string::npos);
  return place;
}

}  // namespace

TEST_CASE(
    "history_truth: a bit that is flipped in a row of any table is damage, for who reads it") {
  const Written written;
  constexpr std::size_t kAll = kHistoryQuestions.size();
  struct Flip {
    const char* text;
    std::size_t refused;  // questions
  };
  for (const auto& [text, refused] :
       {Flip{R"("n":12345)", 3},    // a payload: show, look up and claim
        Flip{"a label", kAll},      // a plan
        Flip{"an answer", 1},       // the body of a response: show
        Flip{"a detail", 2},        // an attempt: show and statistics
        Flip{"POST / HTTP", 1}}) {  // the head of a request: show
    CAPTURE(text);
    const std::size_t place = place_of(written.bytes, text);
    CHECK(written.refused(written.flipped(place + 5, 1)) == refused);
  }
}

TEST_CASE("history_truth: flipped bytes anywhere are refused, or change nothing that is read") {
  const Written written;
  std::mt19937 random(7);
  std::size_t refused = 0;
  for (int round = 0; round < 60; ++round) {
    std::string damaged = written.bytes;
    for (std::size_t flips = 1 + random() % 3; flips > 0; --flips) {
      const std::size_t place = random() % (round % 3 == 0 ? 4096 : damaged.size());
      damaged = written.flipped(place, 1 << random() % 8);
    }
    CAPTURE(round);
    refused += written.refused(damaged);
  }
  CHECK(refused > 0);
}

TEST_CASE("history_truth: a file that was cut off is refused, unless nothing was at its end") {
  constexpr std::size_t kPage = 4096;
  const Written written;
  for (std::size_t size = kPage; size < written.bytes.size(); size += 2 * kPage - 1) {
    CAPTURE(size);
    const std::size_t refused = written.refused(written.bytes.substr(0, size));
    if (size + kPage <= written.bytes.size()) CHECK(refused == kHistoryQuestions.size());
  }
}

TEST_CASE("history_truth: a damaged row is not changed, which would give it a new checksum") {
  const Written written;
  written.put(written.flipped(place_of(written.bytes, "a label"), 1));
  const LockWait wait;
  const auto database = open_history(written.path, kHistoryTime, wait);
  const Attempt second = recorded_attempt("aaaa1", 2, reply_of(200), Outcome::delivered);
  CHECK_THROWS_WITH_AS(insert_attempt(*database, second, AttemptTrigger::resume),
                       "a row in it is damaged", SqliteError);
  CHECK_THROWS_WITH_AS(end_pending(*database, {"aaaa1"}), "a row in it is damaged", SqliteError);
  // The others are not to blame.
  const auto is_alive = [](const std::string& /*owner*/) { return false; };
  const ClaimedDeliveries claimed = claim_pending(*database, "me", is_alive);
  CHECK(claimed.deliveries.size() == 2);
  CHECK(claimed.damaged == 1);
  CHECK(database->number("SELECT count(*) FROM delivery WHERE owner = 'me'") == 2);
  CHECK_FALSE(is_intact(*database));
}
