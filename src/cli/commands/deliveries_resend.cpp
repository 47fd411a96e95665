#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "cli/attempt_reports.h"
#include "cli/commands/deliveries_options.h"
#include "cli/confirm.h"
#include "cli/delivery_notices.h"
#include "cli/delivery_result.h"
#include "cli/history_recorder.h"
#include "cli/rebuilt_delivery.h"
#include "cli/refused_deliveries.h"
#include "cli/senders.h"
#include "domain/booking_edit.h"
#include "domain/error.h"
#include "domain/event_identity.h"
#include "domain/raw_json.h"
#include "domain/url.h"
#include "report/history.h"
#include "report/phrases.h"
#include "system/descriptors.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

constexpr std::size_t kWithoutAsking = 10;  // deliveries

// Returns the deliveries to send again, the oldest first.
std::vector<DeliveryDetails> chosen_deliveries(const DeliveriesOptions& options, Context& context) {
  const LockWait wait = context.lock_wait();
  const HistoryReader history = open_reader(context, wait);
  std::vector<std::string> ids;
  for (const std::string& text : options.ids) ids.push_back(require_id(history, text, context));
  if (options.ids.empty()) {
    HistoryFilter filter = options.filter;
    filter.leaves_out_resent = true;
    for (const DeliveryRecord& one : history.find(filter, options.last ? 1 : 0)) {
      ids.push_back(one.id);
    }
    std::ranges::reverse(ids);
  }
  std::set<std::string> known;
  std::erase_if(ids, [&](const std::string& id) { return !known.insert(id).second; });
  return history.plans(ids);
}

// Returns the payload with --set. Adds to `notices` what was understood in another way.
Body edited(const DeliveryDetails& details, const DeliveriesOptions& options,
            std::set<std::string>& notices) {
  auto parsed = parse_raw_json(details.payload);
  RawJson* payload = std::get_if<RawJson>(&parsed);
  if (payload == nullptr || payload->kind != RawJson::Kind::object) {
    throw Error(ErrorCode::usage,
                "--set: the payload of delivery " + details.delivery.id + " is not a JSON object",
                "", "--set");
  }
  RawJson& data = (*payload)["data"];
  if (data.kind != RawJson::Kind::object) data.assign(RawJson::object());
  for (const std::string& assignment : options.set) {
    for (const std::string& notice : set_member(data, assignment)) notices.insert(notice);
  }
  return payload->dump();
}

// What is sent, and what the history keeps of it.
struct Resent {
  std::vector<Lane> lanes;  // one for each endpoint
  std::vector<TlsOptions> tls;
  HistoryBatch batch;
  NeededOptions needed;
};

Resent resend(const std::vector<DeliveryDetails>& chosen, const DeliveriesOptions& options,
              const Unkept& unkept, const Context& context) {
  Resent resent;
  resent.batch.at = context.clock.now();
  resent.batch.source = DeliverySource::resend;
  std::map<std::int64_t, std::size_t> events;  // by their id in the history
  std::map<std::string, std::size_t> lanes;    // by URL and options of TLS
  std::set<std::string> notices;
  std::vector<Error> refused;
  const auto index_of_event = [&](const DeliveryDetails& details) {
    if (const auto known = events.find(details.event_id); known != events.end()) {
      return known->second;
    }
    EventRecord sent{details.delivery.event, details.delivery.booking_id, details.payload};
    if (!options.set.empty()) {
      sent.payload = edited(details, options, notices);
      sent.booking_id = identity_in(sent.payload).booking_id;
    }
    resent.batch.events.push_back(std::move(sent));
    return events[details.event_id] = resent.batch.events.size() - 1;
  };
  for (const DeliveryDetails& original : chosen) {
    DeliveryDetails details;
    std::size_t event = 0;
    Delivery delivery;
    try {
      details = begun_anew(original, context.own_command());
      if (options.speed) details.plan.retry.speed = *options.speed;
      if (!options.to.empty()) send_elsewhere(details, options.to.front(), unkept);
      event = index_of_event(details);
      details.payload = resent.batch.events[event].payload;
      details.delivery.booking_id = resent.batch.events[event].booking_id;
      delivery = rebuild(details, unkept);
    } catch (const Error& error) {
      refused.push_back(error);
      continue;
    }
    const DeliveryRecord& record = details.delivery;
    resent.needed.add(details.plan);
    delivery.id = new_uuid();
    const TlsOptions& tls = details.plan.tls;
    const auto [lane, is_new_lane] =
        lanes.emplace(record.url + (tls.insecure ? " insecure " : " ") + tls.ca_file, lanes.size());
    if (is_new_lane) {
      resent.lanes.emplace_back();
      resent.tls.push_back(tls);
    }
    resent.batch.deliveries.push_back({delivery.id, event, lane->second, record.webhook_id,
                                       record.url, details.plan, original.delivery.id});
    resent.lanes[lane->second].push_back(std::move(delivery));
  }
  if (!refused.empty()) refuse_deliveries(refused, chosen.size(), context);
  for (const std::string& notice : notices) context.notice(notice);
  return resent;
}

// Asks before many deliveries. Returns false if the user does not want them.
bool is_wanted(std::size_t count, const DeliveriesOptions& options, Context& context) {
  if (count <= kWithoutAsking || options.yes) return true;
  if (!context.world.in_is_terminal) {
    throw Error(ErrorCode::usage,
                "deliveries resend requires --yes for more than " + std::to_string(kWithoutAsking) +
                    " deliveries, and these are " + std::to_string(count),
                "see them with --dry-run", "--yes");
  }
  return confirm("Send " + std::to_string(count) + " deliveries again?", context);
}

void show_only(const std::vector<DeliveryDetails>& chosen, const Resent& resent,
               const DeliveriesOptions& options, Context& context) {
  ResendPreview preview{{{}, context.clock.now()}, {}, !options.to.empty(), !options.set.empty()};
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    preview.listing.deliveries.push_back(chosen[i].delivery);
    preview.urls.push_back(resent.batch.deliveries[i].url);
  }
  context.output.show(preview);
  context.notice(counted(chosen.size(), "delivery", "deliveries") + " would be sent again" +
                 (options.to.empty() ? "" : " to " + options.to.front().to_string()) +
                 (options.set.empty() ? "" : ", with a changed payload"));
}

// Says what is not as the user could expect.
void announce_resent(const Resent& resent, const DeliveriesOptions& options, const Unkept& unkept,
                     const Context& context) {
  warn_of_unused(resent.needed, unkept, context);
  announce_environment_secret(resent.lanes, unkept, context);
  if (!options.to.empty()) {
    const auto some_are = [&](SignedBy by) {
      return std::ranges::any_of(resent.batch.deliveries, [&](const PlannedDelivery& delivery) {
        return delivery.plan.signed_by == by && delivery.plan.tamper != Tamper::missing;
      });
    };
    const Webhook* webhook = find_active(unkept.webhooks, options.to.front());
    if (webhook != nullptr && some_are(SignedBy::webhook)) announce_secret(*webhook, context);
    if (some_are(SignedBy::nobody)) {
      context.notice("the deliveries to --to are not signed: give --secret");
    }
  }
  announce_flaws(resent.lanes, context);
}

}  // namespace

int resend_deliveries(const DeliveriesOptions& options, Context& context) {
  if (options.ids.empty() && options.filter.empty() && !options.last) {
    throw Error(ErrorCode::usage, "deliveries resend requires an ID, a filter or --last",
                "for example " + context.own_command()("deliveries resend --failed --since 1h"));
  }
  const std::vector<DeliveryDetails> chosen = chosen_deliveries(options, context);
  if (chosen.empty()) {
    context.notice("no delivery matches that was not resent already");
    return exit_code::kNo;
  }
  const Unkept unkept{readable_webhooks(context), options.secret.read(context), options.headers,
                      options.secret.source()};
  Resent resent = resend(chosen, options, unkept, context);
  announce_resent(resent, options, unkept, context);
  if (options.dry_run) {
    show_only(chosen, resent, options, context);
    return exit_code::kYes;
  }
  if (!is_wanted(chosen.size(), options, context)) {
    context.notice("nothing was sent");
    return exit_code::kNo;
  }
  raise_open_file_limit();
  EventLoop loop(context.world.interrupt);
  const auto signals = context.catch_signals();
  AttemptReports reports(context.output, context.world);
  HistoryRecorder history(context, reports, options.verbose);
  history.hide_secrets_of(resent.lanes);
  Senders senders(loop, context.clock, history);
  for (std::size_t i = 0; i < resent.lanes.size(); ++i) {
    senders.submit(resent.tls[i], std::move(resent.lanes[i]));
  }
  history.begin(std::move(resent.batch));  // now nothing can refuse them any more
  return finish_deliveries(senders.drain(), reports, history, context);
}

}  // namespace slotflow
