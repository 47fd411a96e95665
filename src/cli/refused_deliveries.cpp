#include "cli/refused_deliveries.h"

#include <algorithm>
#include <string>

#include "domain/text.h"

namespace slotflow {

namespace {

void add_new(std::vector<std::string>& texts, const std::string& text) {
  if (!text.empty() && std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

}  // namespace

void refuse_deliveries(const std::vector<Error>& errors, std::size_t all, const Context& context) {
  constexpr std::size_t kShown = 5;
  const Error& first = errors.front();
  std::vector<std::string> shown, hints;
  for (const Error& error : errors) {
    if (shown.size() < kShown) add_new(shown, error.what());
    add_new(hints, error.hint());
  }
  if (shown.size() == 1) throw Error(first);
  for (const std::string& text : shown) context.warning(text);
  if (errors.size() > shown.size()) {
    context.warning("and " + std::to_string(errors.size() - shown.size()) + " more");
  }
  throw Error(first.code(),
              std::to_string(errors.size()) + " of " + std::to_string(all) +
                  " deliveries cannot be sent again: nothing is sent",
              joined(hints, "; "), first.subjects());
}

}  // namespace slotflow
