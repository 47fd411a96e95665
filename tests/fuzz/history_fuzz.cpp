// A history of which bytes were changed or cut off: nothing crashes, and what is read of it is what
// was written, or refused. The input: which question, then four bytes for each change: its place,
// and what is flipped there; or 0: the file ends there.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include <unistd.h>

#include "support/entries.h"
#include "support/history_questions.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

struct Truth {
  Truth() {
    make_history_of_everything(path);
    bytes = slurp(path);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      answers[i] = *answer_of(kHistoryQuestions[i], path);
      restore(bytes);
    }
    rows = rows_of(path);
  }

  void restore(const std::string& content) const {
    for (const std::string& name : entries(dir.path())) ::unlink(dir.file(name).c_str());
    spit(path, content);
  }

  // Each row alone, without a look at the structure of the database, as of a large one.
  static std::set<std::string> rows_of(const std::string& path) {
    std::set<std::string> rows;
    const LockWait wait;
    const auto database = open_history(path, kHistoryTime, wait);
    const auto is_alive = [](const std::string& /*owner*/) { return false; };
    for (const auto& delivery : claim_pending(*database, "x", is_alive).deliveries) {
      rows.insert(claimed_text(delivery));
    }
    return rows;
  }

  const TempDir dir;
  const std::string path = dir.file("store.db");
  std::string bytes;
  std::array<std::string, kHistoryQuestions.size()> answers;
  std::set<std::string> rows;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Truth truth;
  if (size == 0) return 0;
  constexpr std::size_t kChange = 4;  // bytes
  std::string damaged = truth.bytes;
  for (std::size_t at = 1; at + kChange <= size && !damaged.empty(); at += kChange) {
    const std::size_t place =
        (std::size_t{data[at]} << 16 | std::size_t{data[at + 1]} << 8 | data[at + 2]) %
        damaged.size();
    const std::uint8_t flipped = data[at + 3];
    // Nothing is wrong with an empty file: it becomes an empty history.
    if (flipped == 0) damaged.resize(std::max<std::size_t>(place, 1));
    if (flipped != 0) damaged[place] = static_cast<char>(damaged[place] ^ flipped);
  }
  truth.restore(damaged);
  const std::size_t question = data[0] % (kHistoryQuestions.size() + 1);
  if (question < kHistoryQuestions.size()) {
    const auto answer = answer_of(kHistoryQuestions[question], truth.path);
    if (answer && *answer != truth.answers[question]) __builtin_trap();
    return 0;
  }
  try {
    const auto rows = Truth::rows_of(truth.path);
    if (!std::ranges::includes(truth.rows, rows)) __builtin_trap();
  } catch (const Error&) {
  } catch (const SqliteError&) {
  }
  return 0;
}
