#include "cli/delivery_result.h"

#include <string>

namespace slotflow {

bool tell_unfinished(const DeliveryResult& result, const Context& context) {
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < result.unfinished.size() && i < kShown; ++i) {
    context.notice("interrupted before this delivery ended: " + result.unfinished[i]);
  }
  if (result.unfinished.size() > kShown) {
    context.notice("and " + std::to_string(result.unfinished.size() - kShown) + " more");
  }
  return result.summary.unfinished > 0;
}

}  // namespace slotflow
