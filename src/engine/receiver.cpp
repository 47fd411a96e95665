#include "engine/receiver.h"

#include <utility>

#include "domain/event_identity.h"

namespace slotflow {

namespace {

void read_payload(ReceivedRequest& received) {
  EventIdentity identity = identity_in(received.body);
  received.event = std::move(identity.event);
  received.booking_id = std::move(identity.booking_id);
}

std::string bytes_key(const ReceivedRequest& received) {
  return "bytes " + std::to_string(std::hash<std::string>{}(received.body));
}

// Receivers tell events apart by data.id with the event's name (Slotflow's documentation); what
// has none is told apart by its bytes.
std::string event_key(const ReceivedRequest& received) {
  if (!received.event || !received.booking_id) return bytes_key(received);
  return *received.event + " " + *received.booking_id;
}

bool is_bad(SignatureVerdict verdict) {
  return verdict != SignatureVerdict::valid && verdict != SignatureVerdict::unchecked;
}

bool is_success(int status) {
  return status >= 200 && status < 300;
}

HttpServerOptions server_options(const ReceiverOptions& options) {
  HttpServerOptions server = options.server;
  server.handler_waits = options.forward.has_value();
  return server;
}

HttpAnswer plain_answer(int status, std::string body) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "text/plain"}};
  answer.body = std::move(body);
  return answer;
}

HttpAnswer failing_answer(const AnswerDecision& decision) {
  HttpAnswer answer = plain_answer(decision.status, "failing on purpose\n");
  if (decision.retry_after) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*decision.retry_after).count();
    answer.headers.push_back({"Retry-After", std::to_string(seconds)});
  }
  return answer;
}

}  // namespace

Receiver::Receiver(ReceiverOptions options, SecretSource& secrets, Clock& clock,
                   ReportQueue::Report report)
    : options_(std::move(options)),
      secrets_(secrets),
      clock_(clock),
      reports_(std::move(report)),
      server_(server_options(options_), [this](HttpRequest& request) { return handle(request); }) {
  if (options_.forward) forwarder_.emplace(*options_.forward, stopping_);
  if (is_drawn(options_.plan)) summary_.seed = options_.plan.seed;
}

void Receiver::stop() {
  stopping_.trigger();
  server_.stop();
  reports_.close();
}

std::string Receiver::url() const {
  Url url;
  url.https = options_.server.tls != nullptr;
  url.host = options_.server.host;
  url.port = port();
  url.target = options_.path.value_or("/");
  return url.to_string();
}

void Receiver::judge(HttpRequest& request, ReceivedRequest& received) const {
  received.at = clock_.now();
  received.method = request.head.method;
  received.path = request.head.target;
  if (forwarder_) {  // which still needs them
    received.headers = request.head.headers;
    received.body = request.body;
  } else {
    received.headers = std::move(request.head.headers);
    received.body = std::move(request.body);
  }
  if (request.problem) {
    received.malformed = request.problem->reason;
    received.status = request.problem->status;
    return;
  }
  read_payload(received);
  if (received.method != "POST") return;
  received.signature =
      check_signature(find_header(received.headers, kSignatureHeader), received.body,
                      *secrets_.current(), received.at, options_.tolerance);
}

HttpAnswer Receiver::handle(HttpRequest& request) {
  ReceivedRequest received;
  judge(request, received);
  const bool bad_signature = is_bad(received.signature.verdict);

  std::unique_lock lock(mutex_);
  received.n = ++arrived_;
  if (received.malformed) {
    const int status = received.status.value_or(0);
    reports_.push(std::move(received));
    lock.unlock();
    note_answer(status, nullptr);
    answered(false, false, "", false);
    return {};
  }
  auto refused = refusal(received);
  const bool is_delivery = !refused && received.method == "POST";
  AnswerDecision decision;
  if (is_delivery) decision = decide_delivery(received);
  received.failed_on_purpose = decision.failing;
  received.fault = decision.fault;
  const bool hit = decision.failing || decision.fault != nullptr;
  const bool goes_on = forwarder_ && !refused && !(hit && options_.fail_before_forwarding);

  HttpAnswer answer;
  if (refused) {
    answer = std::move(*refused);
  } else if (goes_on) {
    lock.unlock();
    answer = forwarded_answer(request, received, decision);
    lock.lock();
  } else {
    answer = own_answer(decision);
  }
  answer.delay = received.delay = decision.delay;
  answer.fault = decision.fault;
  answer.fault_settings = options_.plan.fault_settings;
  const bool seen = decision.fault == nullptr || decision.fault->shows_status;
  if (seen) received.status = answer.status;

  // Empty for what is no event.
  const std::string key = received.method == "POST" ? event_key(received) : "";
  const bool lost = decision.fault != nullptr && decision.fault->loses_answer;
  const Response* handler = received.forwarded ? received.forwarded->response() : nullptr;
  const bool taken = handler != nullptr ? is_success(handler->status)
                                        : !goes_on && is_success(answer.status) && !lost;
  if (!key.empty()) note_event(received, key, taken);
  answer.finished = [this, key, bad_signature, status = answer.status, fault = decision.fault,
                     duplicate = received.duplicate_of_age.has_value()](bool arrived) {
    note_answer(arrived || (fault != nullptr && fault->shows_status) ? status : 0, fault);
    answered(is_success(status) && arrived, bad_signature, key, duplicate);
  };
  reports_.push(std::move(received));
  return answer;
}

// What is answered whatever the plan says, if anything.
std::optional<HttpAnswer> Receiver::refusal(const ReceivedRequest& received) const {
  const std::string& target = received.path;
  if (options_.path && target.substr(0, target.find('?')) != *options_.path) {
    return plain_answer(
        404, "not found; this receiver was started with --path " + *options_.path + "\n");
  }
  if (received.method != "POST") {
    if (forwarder_) return std::nullopt;
    HttpAnswer answer = plain_answer(405, "Slotflow sends its events with POST\n");
    answer.headers.push_back({"Allow", "POST"});
    return answer;
  }
  const SignatureVerdict verdict = received.signature.verdict;
  if (options_.require_signature && verdict != SignatureVerdict::valid) {
    // And not a word about what would have been right.
    return plain_answer(401, "signature " + std::string(to_string(verdict)) + "\n");
  }
  return std::nullopt;
}

// Caller holds mutex_.
AnswerDecision Receiver::decide_delivery(const ReceivedRequest& received) {
  Occasion occasion{++deliveries_};
  if (options_.script_per_booking) {
    occasion.step = ++script_steps_.at(received.booking_id.value_or(bytes_key(received)));
  }
  if (first_refusal_) {
    occasion.since_refusal = std::chrono::duration_cast<Duration>(received.at - *first_refusal_);
  }
  const AnswerDecision decision = decide(options_.plan, occasion);
  if (decision.retry_after && !first_refusal_) first_refusal_ = received.at;
  return decision;
}

HttpAnswer Receiver::own_answer(const AnswerDecision& decision) const {
  HttpAnswer answer;
  if (decision.failing) {
    answer = failing_answer(decision);
  } else {
    answer.status = decision.status;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.body = options_.body;
  }
  // What the user says takes the place of ours.
  std::erase_if(answer.headers, [&](const Header& header) {
    return find_header(options_.headers, header.name).has_value();
  });
  answer.headers.insert(answer.headers.end(), options_.headers.begin(), options_.headers.end());
  return answer;
}

// Caller does not hold mutex_.
HttpAnswer Receiver::forwarded_answer(HttpRequest& request, ReceivedRequest& received,
                                      const AnswerDecision& decision) {
  received.forwarded = forwarder_->forward(request);
  if (decision.failing) return own_answer(decision);
  HttpAnswer answer = passed_on(*received.forwarded);
  answer.headers.insert(answer.headers.end(), options_.headers.begin(), options_.headers.end());
  return answer;
}

// Caller holds mutex_. A retry of an event that was refused before is no duplicate: the handler
// has not taken it yet.
void Receiver::note_event(ReceivedRequest& received, const std::string& key, bool taken) {
  Seen& seen = seen_.at(key);
  if (!seen.first) seen.first = received.at;
  if (taken && seen.taken) {
    received.duplicate_of_age = std::chrono::duration_cast<Duration>(received.at - *seen.first);
  }
  seen.taken = seen.taken || taken;
}

// `status` is 0 when the client got to see none.
void Receiver::note_answer(int status, const Fault* fault) {
  const std::lock_guard lock(mutex_);
  if (status != 0) ++summary_.answers[status];
  if (fault != nullptr) ++summary_.faults[fault->name];
}

void Receiver::answered(bool accepted, bool bad_signature, const std::string& key, bool duplicate) {
  const std::lock_guard lock(mutex_);
  ++summary_.requests;
  ++(accepted ? summary_.accepted : summary_.failed);
  if (bad_signature) ++summary_.bad_signatures;
  if (duplicate) ++summary_.duplicates;
  if (accepted && !key.empty()) {
    Seen& seen = seen_.at(key);
    if (!seen.accepted) ++distinct_accepted_;
    seen.accepted = true;
  }
  const bool enough = (options_.expect && distinct_accepted_ >= *options_.expect) ||
                      (options_.count && summary_.requests >= *options_.count);
  if (enough) finished_.trigger();
}

bool Receiver::expectation_met() const {
  const std::lock_guard lock(mutex_);
  return !options_.expect || distinct_accepted_ >= *options_.expect;
}

std::uint64_t Receiver::distinct_accepted() const {
  const std::lock_guard lock(mutex_);
  return distinct_accepted_;
}

ReceiverSummary Receiver::summary() const {
  const std::lock_guard lock(mutex_);
  return summary_;
}

}  // namespace slotflow
