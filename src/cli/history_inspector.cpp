#include "cli/history_inspector.h"

#include <memory>
#include <mutex>
#include <utility>

#include "cli/secrets.h"
#include "domain/error.h"
#include "domain/event_identity.h"
#include "net/event_loop.h"
#include "send/client.h"
#include "send/scheduler.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

// Keeps the reply of the only attempt.
struct OnlyAttempt : DeliveryObserver {
  void attempted(const Attempt& attempt) override { reply = attempt.reply; }
  std::optional<Reply> reply;
};

// Returns the delivery that the history has, as it is to be sent now.
DeliveryDetails wanted_details(DeliveryDetails details, const ResendWish& wish,
                               const Unkept& unkept, const OwnCommand& own_command) {
  details = begun_anew(std::move(details), own_command);
  details.plan.retry.delays.clear();
  details.plan.skew = Duration{0};  // it is signed now
  details.plan.tamper = Tamper::none;
  const Url before = parse_url("url", details.delivery.url);
  const Url url = wish.url ? parse_url("url", *wish.url) : before;
  if (url != before) {
    send_elsewhere(details, url, unkept);
    const bool is_unsigned = details.plan.signed_by == SignedBy::nobody;
    if (is_unsigned && wish.tamper != Tamper::missing) throw_unknown_secret();
    // How a certificate is verified was decided for the place before.
    if (url.host != before.host || url.port != before.port) details.plan.tls = TlsOptions{};
  }
  details.plan.tamper = wish.tamper;
  if (wish.tamper == Tamper::missing) details.plan.signed_by = SignedBy::nobody;
  if (wish.payload) {
    details.payload = *wish.payload;
    const EventIdentity identity = identity_in(*wish.payload);
    details.delivery.event = identity.event.value_or(details.delivery.event);
    details.delivery.booking_id = identity.booking_id;
  }
  return details;
}

}  // namespace

HistoryInspector::HistoryInspector(InspectorOptions options, InspectedHistory history,
                                   Context& context, Clock& clock)
    : history_(std::move(history)),
      context_(context),
      clock_(clock),
      entries_(history_.recorder.path, clock, wait()),
      inspector_(std::move(options), entries_, actions(), clock) {
  history_.recorder.warns_elsewhere = true;
}

// Another process may write: what reads waits for it until the end of this one.
LockWait HistoryInspector::wait() const {
  LockWait wait;
  wait.pause = [&context = context_](Duration d) { return context.world.interrupt.wait(d); };
  return wait;
}

InspectorActions HistoryInspector::actions() {
  const SecretFor secret_for = [this](const std::string& webhook_id,
                                      const Url& url) -> std::optional<std::string> {
    const Unkept unkept = history_.unkept();
    for (const Webhook& webhook : unkept.webhooks) {
      if (webhook.id == webhook_id) return webhook.signing_secret;
    }
    if (const Webhook* webhook = find_active(unkept.webhooks, url)) return webhook->signing_secret;
    return unkept.secret;
  };
  const ResendEntry resend_entry = [this](const EntryContent& content, const ResendWish& wish,
                                          Timestamp, const Interrupt& interrupt) {
    return resend(content, wish, interrupt);
  };
  return {secret_for, resend_entry};
}

ResentEntry HistoryInspector::resend(const EntryContent& content, const ResendWish& wish,
                                     const Interrupt& interrupt) const {
  const LockWait lock_wait = wait();
  const HistoryReader reader(history_.recorder.path, clock_.now(), lock_wait);
  auto found = reader.details(content.row.id);
  if (!found) throw Error(ErrorCode::not_found, "the delivery was just removed");
  const Unkept unkept = history_.unkept();
  const DeliveryDetails details =
      wanted_details(std::move(*found), wish, unkept, context_.own_command());
  Delivery delivery = rebuild(details, unkept);
  delivery.id = new_uuid();

  HistoryBatch batch;
  batch.at = clock_.now();
  batch.source = DeliverySource::resend;
  batch.events.push_back({details.delivery.event, details.delivery.booking_id, details.payload});
  batch.deliveries.push_back({delivery.id, 0, 0, details.delivery.webhook_id, details.delivery.url,
                              details.plan, content.row.id});
  ResentEntry resent;
  resent.request = signed_request(delivery, clock_.signing_time());
  const std::string id = delivery.id;
  OnlyAttempt only;
  std::mutex mutex;
  RecorderOptions recording = history_.recorder;
  recording.warn = [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    resent.notice = text;
    if (history_.recorder.warn) history_.recorder.warn(text);
  };
  HistoryRecorder recorder(context_, only, false, recording);
  EventLoop loop(interrupt);
  Client client(loop, details.plan.tls);
  SchedulerOptions options;
  options.keeps_requests = true;
  Scheduler scheduler(loop, client, clock_, options, recorder);
  recorder.hide_secrets_of({{delivery}});
  recorder.begin(std::move(batch));
  scheduler.submit({std::move(delivery)});
  scheduler.drain();
  recorder.finish();
  if (!only.reply) throw Error(ErrorCode::io_error, "the inspector ended before the response came");
  if (recorder.is_kept()) resent.entry = id;
  resent.reply = recorder.without_secrets(std::move(*only.reply));
  return resent;
}

}  // namespace slotflow
