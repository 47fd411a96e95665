#include <exception>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "cli/attempt_reports.h"
#include "cli/commands/deliveries_options.h"
#include "cli/delivery_result.h"
#include "cli/history_recorder.h"
#include "cli/rebuilt_delivery.h"
#include "domain/error.h"
#include "report/phrases.h"
#include "send/client.h"
#include "send/scheduler.h"
#include "store/history_file.h"
#include "system/descriptors.h"

namespace slotflow {

namespace {

// A client has one way to verify certificates, so that deliveries with another have another client.
class Senders {
 public:
  Senders(EventLoop& loop, Clock& clock, DeliveryObserver& observer)
      : loop_(loop), clock_(clock), observer_(observer) {}

  void submit(const TlsOptions& tls, Lane lane) {
    auto& sender = senders_[{tls.insecure, tls.ca_file}];
    if (sender == nullptr) sender = std::make_unique<One>(loop_, tls, clock_, observer_);
    sender->scheduler.submit(std::move(lane));
  }
  // Runs all of them until their deliveries are settled or abandoned.
  DeliveryResult drain() {
    DeliveryResult sum;
    std::exception_ptr error;
    for (auto& [tls, sender] : senders_) {
      try {
        add(sum, sender->scheduler.drain());
      } catch (...) {  // the others have to end, too
        error = std::current_exception();
      }
    }
    if (error) std::rethrow_exception(error);
    return sum;
  }

 private:
  struct One {
    One(EventLoop& loop, const TlsOptions& tls, Clock& clock, DeliveryObserver& observer)
        : client(loop, tls),
          scheduler(loop, client, clock, {{}, spare_connections(), true}, observer) {}
    Client client;
    Scheduler scheduler;
  };

  static void add(DeliveryResult& sum, DeliveryResult result) {
    const DeliverySummary& summary = result.summary;
    sum.summary.deliveries += summary.deliveries;
    sum.summary.delivered += summary.delivered;
    sum.summary.failed += summary.failed;
    sum.summary.unfinished += summary.unfinished;
    sum.summary.attempts += summary.attempts;
    sum.summary.expected += summary.expected;
    sum.summary.rejected += summary.rejected;
    for (std::string& url : result.unfinished) sum.unfinished.push_back(std::move(url));
  }

  EventLoop& loop_;
  Clock& clock_;
  DeliveryObserver& observer_;
  std::map<std::pair<bool, std::string>, std::unique_ptr<One>> senders_;
};

// Applies --speed: the time of the next attempt moves, too.
void change_speed(Delivery& delivery, double speed) {
  DeliveryTerms terms = *delivery.terms;
  const auto before = terms.retry.delay_after(delivery.attempts_made);
  terms.retry.speed = speed;
  const auto after = terms.retry.delay_after(delivery.attempts_made);
  if (delivery.due && before && after) *delivery.due += *after - *before;
  delivery.terms = std::make_shared<const DeliveryTerms>(std::move(terms));
}

// The lanes of claimed deliveries, each with how it verifies certificates.
struct Resumed {
  std::vector<Lane> lanes;
  std::vector<TlsOptions> tls;
  std::size_t refused = 0;  // deliveries that cannot be made
};

Resumed rebuild_all(const ClaimedDeliveries& claimed, const DeliveriesOptions& options,
                    const Unkept& unkept, const Context& context) {
  Resumed resumed;
  std::map<std::int64_t, std::size_t> places;  // of lanes
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
      context.warning(std::string(error.what()) +
                      (error.hint().empty() ? "" : ": " + error.hint()));
    }
  }
  return resumed;
}

}  // namespace

int resume_deliveries(const DeliveriesOptions& options, Context& context) {
  if (!history_exists(history_path(context.located_store()))) {
    context.notice("no delivery is pending");
    return exit_code::kYes;
  }
  const Unkept unkept{readable_webhooks(context), options.secret.read(context), options.headers};
  raise_open_file_limit();
  EventLoop loop(context.world.interrupt);
  const auto signals = context.catch_signals();
  AttemptReports reports(context.output, context.world);
  HistoryRecorder history(context, reports, options.verbose, AttemptTrigger::resume);
  const ClaimedDeliveries claimed = history.claim();
  if (claimed.being_made > 0) {
    context.notice(counted(claimed.being_made, "delivery is", "deliveries are") +
                   " being made by another process");
  }
  if (claimed.deliveries.empty()) {
    context.notice(claimed.being_made > 0 ? "no other delivery is pending"
                                          : "no delivery is pending");
    return exit_code::kYes;
  }
  Resumed resumed = rebuild_all(claimed, options, unkept, context);
  history.hide_secrets_of(resumed.lanes);
  Senders senders(loop, context.clock, history);
  for (std::size_t i = 0; i < resumed.lanes.size(); ++i) {
    senders.submit(resumed.tls[i], std::move(resumed.lanes[i]));
  }
  const DeliveryResult result = senders.drain();
  reports.finish();
  history.finish();
  if (reports.reader_left() && result.summary.unfinished > 0) return exit_code::kReaderLeft;
  context.output.show(result.summary);
  if (tell_unfinished(result, context)) return exit_code::kInterrupted;
  return result.summary.failed == 0 && resumed.refused == 0 ? exit_code::kYes : exit_code::kNo;
}

}  // namespace slotflow
