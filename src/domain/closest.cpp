#include "domain/closest.h"

#include <algorithm>
#include <numeric>

#include "domain/ascii.h"
#include "domain/expected.h"
#include "domain/suggestion.h"
#include "domain/text.h"

namespace slotflow {
namespace {

// Damerau-Levenshtein distance in its restricted form: no part is edited twice.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

// Up to a third of the letters may differ. A prefix of three letters or more is close enough, too.
bool near_enough(std::string_view word, std::string_view choice, std::size_t distance) {
  if (word.size() >= 3 && choice.starts_with(word)) return true;
  const std::size_t allowed = std::max<std::size_t>(1, std::max(word.size(), choice.size()) / 3);
  return distance <= allowed && distance < word.size();
}

}  // namespace

std::string closest_match(std::string_view word, const std::vector<std::string>& choices) {
  constexpr std::size_t kLongestWord = 64;
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::string typed = lower_case(word);
  std::string best;
  std::size_t best_distance = 0;
  for (const std::string& choice : choices) {
    const std::string candidate = lower_case(choice);
    const std::size_t distance = edit_distance(typed, candidate);
    if (!near_enough(typed, candidate, distance)) continue;
    if (best.empty() || distance < best_distance) {
      best = choice;
      best_distance = distance;
    }
  }
  return best;
}

void throw_unknown_choice(std::string_view what, std::string_view word,
                          const std::vector<std::string>& choices) {
  throw_expected(what, joined(choices, ", ", " or "), word,
                 did_you_mean(closest_match(word, choices)));
}

}  // namespace slotflow
