#include "cli/delivery_result.h"

#include <string>

#include "cli/delivery_notices.h"

namespace slotflow {

bool tell_unfinished(const DeliveryResult& result, bool has_them, const Context& context) {
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < result.unfinished.size() && i < kShown; ++i) {
    context.notice("interrupted before this delivery ended: " + result.unfinished[i]);
  }
  if (result.unfinished.size() > kShown) {
    context.notice("and " + std::to_string(result.unfinished.size() - kShown) + " more");
  }
  if (result.summary.unfinished == 0) return false;
  if (has_them) {
    context.notice("make the attempts that are left with " +
                   context.own_command()("deliveries resume"));
  }
  return true;
}

int finish_deliveries(const DeliveryResult& result, AttemptReports& reports,
                      HistoryRecorder& history, Context& context) {
  reports.finish();
  history.finish();
  if (reports.reader_left() && result.summary.unfinished > 0) return exit_code::kReaderLeft;
  context.output.show(result.summary);
  if (reports.accepted_flaws()) warn_of_accepted_flaws(context);
  if (tell_unfinished(result, history.is_kept(), context)) return exit_code::kInterrupted;
  return result.summary.failed == 0 ? exit_code::kYes : exit_code::kNo;
}

}  // namespace slotflow
