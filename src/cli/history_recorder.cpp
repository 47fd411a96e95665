#include "cli/history_recorder.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "domain/ascii.h"
#include "domain/error.h"

namespace slotflow {

namespace {

// Replaces the values of these headers in a header section.
void hide_headers(std::string& head, const std::set<std::string>& names) {
  std::string hidden;
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string line = head.substr(at, end - at);
    const std::size_t colon = line.find(':');
    const bool hides =
        colon != std::string::npos && names.contains(lower_case(line.substr(0, colon)));
    hidden += hides ? line.substr(0, colon + 2).append(kNotKept) : line;
    hidden += head.substr(end, 2);
    at = end + 2;
  }
  head = std::move(hidden);
}

}  // namespace

HistoryRecorder::HistoryRecorder(Context& context, DeliveryObserver& next, bool wants_requests,
                                 RecorderOptions options)
    : context_(context),
      next_(next),
      wants_requests_(wants_requests),
      options_(std::move(options)) {}

HistorySettings HistoryRecorder::settings() {
  LockWait wait = context_.lock_wait();
  wait.limit = std::chrono::seconds(5);  // the deliveries wait for it
  wait.warn = [this](const std::string& text) { warn_from_writer(text); };
  HistorySettings settings{
      options_.path.empty() ? history_path(context_.located_store()) : options_.path,
      context_.clock.now(), context_.options.history_keep, std::move(wait), options_.lasting};
  if (options_.warn) {
    settings.on_failure = [this](const std::string& reason) {
      if (has_begun_) options_.warn("the history of deliveries is not kept: " + reason);
    };
  }
  return settings;
}

// While begin() or claim() waits, the writer's thread may write to standard error; later it would
// do so beside this one.
void HistoryRecorder::warn_from_writer(const std::string& text) {
  if (!has_begun_ && !options_.warns_elsewhere) return context_.warning(text);
  if (options_.warn) return options_.warn(text);
  const std::lock_guard lock(mutex_);
  warnings_.push_back(text);
}

void HistoryRecorder::begin(HistoryBatch batch) {
  if (options_.path.empty() && !context_.has_store()) {
    return context_.notice("the history of deliveries is not kept: HOME is not set");
  }
  for (PlannedDelivery& delivery : batch.deliveries) withhold_secrets(delivery.plan);
  try {
    auto writer = std::make_unique<HistoryWriter>(settings());
    if (writer->add(batch)) {
      writer_ = std::move(writer);
    } else {
      warn(writer->failure());
    }
  } catch (const Error& error) {
    warn(error.what());
  } catch (const std::system_error& error) {
    warn(std::string("cannot start a thread: ") + error.what());
  }
  has_begun_ = true;
}

bool HistoryRecorder::keep(HistoryBatch batch, std::vector<Attempt> attempts) {
  if (writer_ == nullptr) return false;
  for (PlannedDelivery& delivery : batch.deliveries) withhold_secrets(delivery.plan);
  for (Attempt& attempt : attempts) attempt = without_secrets(std::move(attempt));
  return writer_->add_made(batch, attempts);
}

ClaimedDeliveries HistoryRecorder::claim(std::optional<DeliverySource> source) {
  ClaimedDeliveries claimed;
  auto writer = std::make_unique<HistoryWriter>(settings());
  if (!writer->claim(claimed, source)) {
    if (context_.world.interrupt.triggered()) throw Interrupted();
    throw Error(ErrorCode::store_error, writer->failure(), writer->hint());
  }
  writer_ = std::move(writer);
  has_begun_ = true;
  for (const auto& [details, lane] : claimed.deliveries) claimed_.insert(details.delivery.id);
  return claimed;
}

void HistoryRecorder::hide_secrets_of(const std::vector<Lane>& lanes) {
  for (const Lane& lane : lanes) {
    for (const Delivery& delivery : lane) hide_secrets_of(delivery);
  }
}

void HistoryRecorder::hide_secrets_of(const Delivery& delivery) {
  for (const Header& header : delivery.request.headers) {
    if (is_credential(header)) withheld_.insert(lower_case(header.name));
  }
  secrets_.add(delivery);
}

void HistoryRecorder::planned(const Delivery& delivery) {
  if (writer_ != nullptr) hide_secrets_of(delivery);
  next_.planned(delivery);
}

void HistoryRecorder::abandon(const std::vector<std::string>& ids) {
  if (!ids.empty() && writer_ != nullptr) writer_->abandon(ids);
}

void HistoryRecorder::warn(const std::string& reason) const {
  if (!has_begun_ && context_.world.interrupt.triggered()) return;  // nothing is sent, either
  const std::string text = "the history of deliveries is not kept: " + reason;
  if (options_.warns_elsewhere) return options_.warn(text);
  context_.warning(text);
}

void HistoryRecorder::attempted(const Attempt& attempt) {
  if (writer_ != nullptr) {
    const bool is_claimed = claimed_.contains(attempt.delivery_id);
    writer_->record(without_secrets(attempt),
                    is_claimed ? AttemptTrigger::resume : AttemptTrigger::schedule);
    if (is_claimed && attempt.outcome != Outcome::retrying) claimed_.erase(attempt.delivery_id);
  }
  if (wants_requests_ || !attempt.request) return next_.attempted(attempt);
  Attempt shown = attempt;
  shown.request.reset();
  next_.attempted(shown);
}

void HistoryRecorder::withhold_secrets(DeliveryPlan& plan) const {
  const auto has_secret = [this](const Header& header) {
    std::string value = header.value;
    secrets_.hide(value);
    return value != header.value;
  };
  for (const Header& header : plan.headers) {
    if (has_secret(header)) plan.withheld.push_back(header.name);
  }
  std::erase_if(plan.headers, has_secret);
}

Attempt HistoryRecorder::without_secrets(Attempt attempt) const {
  if (attempt.request) {
    const std::size_t head_sent = attempt.request->head.size();
    attempt.request->body.clear();  // it is the event's
    hide_headers(attempt.request->head, withheld_);
    secrets_.hide(attempt.request->head);
    // As many bytes of what follows the head were sent as before.
    std::size_t& sent = attempt.reply.sent;
    const std::size_t head_kept = attempt.request->head.size();
    sent = sent >= head_sent ? sent - head_sent + head_kept : std::min(sent, head_kept - 1);
  }
  attempt.reply = without_secrets(std::move(attempt.reply));
  return attempt;
}

Reply HistoryRecorder::without_secrets(Reply reply) const {
  if (Failure* failure = std::get_if<Failure>(&reply.result)) secrets_.hide(failure->detail);
  if (Response* response = std::get_if<Response>(&reply.result)) {
    secrets_.hide(response->body, response->cut);
    secrets_.hide(response->reason);
    for (Header& header : response->headers) {
      secrets_.hide(header.name);
      secrets_.hide(header.value);
    }
  }
  return reply;
}

void HistoryRecorder::finish() {
  if (writer_ == nullptr) return;
  writer_->close();
  for (const std::string& text : warnings_) context_.warning(text);
  const std::string failure = writer_->failure();
  if (!failure.empty() && !options_.warn) warn(failure);
}

}  // namespace slotflow
