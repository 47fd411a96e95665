#include "cli/refused_deliveries.h"

#include <algorithm>
#include <string>

#include "domain/text.h"

namespace slotflow {

namespace {

void add_new(std::vector<std::string>& texts, const std::string& text) {
  if (!text.empty() && std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
}

// Returns the first few texts that differ.
std::vector<std::string> first_of(const std::vector<std::string>& texts) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> shown;
  for (const std::string& text : texts) {
    if (shown.size() < kShown) add_new(shown, text);
  }
  return shown;
}

}  // namespace

void warn_of_refused(const std::vector<std::string>& texts, const Context& context) {
  const std::vector<std::string> shown = first_of(texts);
  for (const std::string& text : shown) context.warning(text);
  if (texts.size() > shown.size()) {
    context.warning("and " + std::to_string(texts.size() - shown.size()) + " more");
  }
}

void refuse_deliveries(const std::vector<Error>& errors, std::size_t all, const Context& context) {
  const Error& first = errors.front();
  std::vector<std::string> texts, hints;
  for (const Error& error : errors) {
    texts.emplace_back(error.what());
    add_new(hints, error.hint());
  }
  if (first_of(texts).size() == 1) throw Error(first);
  warn_of_refused(texts, context);
  throw Error(first.code(),
              std::to_string(errors.size()) + " of " + std::to_string(all) +
                  " deliveries cannot be sent again: nothing is sent",
              joined(hints, "; "), first.subjects());
}

}  // namespace slotflow
