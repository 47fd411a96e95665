#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/attempt_reports.h"
#include "cli/commands/deliveries_options.h"
#include "cli/delivery_notices.h"
#include "cli/delivery_result.h"
#include "cli/history_recorder.h"
#include "cli/rebuilt_delivery.h"
#include "cli/refused_deliveries.h"
#include "cli/senders.h"
#include "domain/duration.h"
#include "domain/error.h"
#include "report/phrases.h"
#include "store/history_file.h"
#include "store/registry_file.h"
#include "system/descriptors.h"

namespace slotflow {

namespace {

// The lanes of claimed deliveries, each with how it verifies certificates.
struct Resumed {
  std::vector<Lane> lanes;
  std::vector<TlsOptions> tls;
  std::size_t refused = 0;              // deliveries that cannot be made
  std::vector<std::string> impossible;  // of them, those that never can
};

Resumed rebuild_all(const ClaimedDeliveries& claimed, const DeliveriesOptions& options,
                    const Unkept& unkept, const Context& context) {
  Resumed resumed;
  std::map<std::int64_t, std::size_t> places;  // of lanes
  std::vector<std::string> reasons;
  for (const auto& [details, lane] : claimed.deliveries) {
    try {
      Delivery delivery = rebuild(details, unkept);
      if (options.speed) change_speed(delivery, *options.speed);
      const auto [place, is_new] = places.emplace(lane, resumed.lanes.size());
      if (is_new) {
        resumed.lanes.emplace_back();
        resumed.tls.push_back(details.plan.tls);
      }
      resumed.lanes[place->second].push_back(std::move(delivery));
    } catch (const Error& error) {
      ++resumed.refused;
      if (error.code() == ErrorCode::not_found) resumed.impossible.push_back(details.delivery.id);
      reasons.push_back(std::string(error.what()) +
                        (error.hint().empty() ? "" : ": " + error.hint()));
    }
  }
  warn_of_refused(reasons, context);
  return resumed;
}

void announce_resumed(const Resumed& resumed, const Context& context) {
  const Timestamp now = context.clock.now();
  std::size_t count = 0;
  std::optional<Timestamp> next;
  for (const Lane& lane : resumed.lanes) {
    count += lane.size();
    for (const Delivery& delivery : lane) {
      const Timestamp due = delivery.due.value_or(now);
      if (!next || due < *next) next = due;
    }
  }
  std::string text = "resuming " + counted(count, "delivery", "deliveries");
  const auto wait = std::chrono::floor<std::chrono::seconds>(next.value_or(now) - now);
  if (wait.count() > 0) text += "; the next attempt is due in " + to_string(Duration(wait));
  context.notice(text);
}

}  // namespace

int resume_deliveries(const DeliveriesOptions& options, Context& context) {
  if (!history_exists(history_path(context.located_store()))) {
    context.notice("no delivery is pending");
    return exit_code::kYes;
  }
  // A store that cannot be read is not one without webhooks.
  const Unkept unkept{context.registry().read().webhooks, options.secret.read(context),
                      options.headers, options.secret.source()};
  raise_open_file_limit();
  EventLoop loop(context.world.interrupt);
  const auto signals = context.catch_signals();
  AttemptReports reports(context.output, context.world);
  HistoryRecorder history(context, reports, options.verbose);
  const ClaimedDeliveries claimed = history.claim();
  if (claimed.being_made > 0) {
    context.notice(counted(claimed.being_made, "delivery is", "deliveries are") +
                   " being made by another process");
  }
  if (claimed.damaged > 0) {
    context.warning(counted(claimed.damaged, "delivery is", "deliveries are") +
                    " damaged in the history, and cannot be resumed");
  }
  if (claimed.deliveries.empty()) {
    context.notice(claimed.being_made > 0 ? "no other delivery is pending"
                                          : "no delivery is pending");
    return claimed.damaged > 0 ? exit_code::kNo : exit_code::kYes;
  }
  NeededOptions needed;
  for (const auto& [details, lane] : claimed.deliveries) needed.add(details.plan);
  warn_of_unused(needed, unkept, context);
  Resumed resumed = rebuild_all(claimed, options, unkept, context);
  // A store that was moved away may come back.
  if (store_file_exists(context.registry().path())) history.abandon(resumed.impossible);
  if (resumed.lanes.empty()) {
    history.finish();
    return exit_code::kNo;
  }
  history.hide_secrets_of(resumed.lanes);
  announce_environment_secret(resumed.lanes, unkept, context);
  announce_resumed(resumed, context);
  announce_flaws(resumed.lanes, context);
  Senders senders(loop, context.clock, history);
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < resumed.lanes.size(); ++i) {
    const std::size_t size = resumed.lanes[i].size();
    try {
      senders.submit(resumed.tls[i], std::move(resumed.lanes[i]));
    } catch (const Error& error) {  // of --cacert
      resumed.refused += size;
      reasons.emplace_back(error.what());
    }
  }
  warn_of_refused(reasons, context);
  const int code = finish_deliveries(senders.drain(), reports, history, context);
  const bool all_were_made = resumed.refused == 0 && claimed.damaged == 0;
  return code == exit_code::kYes && !all_were_made ? exit_code::kNo : code;
}

}  // namespace slotflow
