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

TallyOptions tally_options(const ReceiverOptions& options) {
  return {options.plan, options.script_per_booking, options.expect, options.count};
}

HttpAnswer plain_answer(int status, std::string body) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "text/plain"}};
  answer.body = std::move(body);
  return answer;
}

// True when the handler, or the receiver that stands for it, takes the event: a duplicate is what
// is taken twice.
bool taken(const ReceivedRequest& received, const HttpAnswer& answer, bool forwarded) {
  const Response* handler = received.forwarded ? received.forwarded->response() : nullptr;
  if (handler != nullptr) return is_success(handler->status);
  const bool lost = received.fault != nullptr && received.fault->loses_answer;
  return !forwarded && is_success(answer.status) && !lost;
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

Receiver::Receiver(ReceiverOptions options, SecretSource& secrets, Clock& clock, Report report)
    : options_(std::move(options)),
      secrets_(secrets),
      clock_(clock),
      tally_(tally_options(options_)),
      report_(std::move(report)),
      server_(server_options(options_), [this](HttpRequest& request) { return handle(request); }) {
  if (options_.forward) forwarder_.emplace(*options_.forward, stopping_);
}

void Receiver::stop() {
  stopping_.trigger();
  server_.stop();
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
                      *secrets_.current(clock_.steady()), received.at, options_.tolerance);
}

HttpAnswer Receiver::handle(HttpRequest& request) {
  ReceivedRequest received;
  judge(request, received);
  const Clock::Steady now = clock_.steady();
  Ending ending;
  ending.bad_signature = is_bad(received.signature.verdict);
  if (received.method == "POST" && !received.malformed) ending.event = event_key(received);

  std::unique_lock lock(mutex_);
  received.n = tally_.arrived();
  if (received.malformed) {
    ending.shown_status = received.status.value_or(0);
    report_(std::move(received));
    lock.unlock();
    ended(ending);
    return {};
  }
  auto refused = refusal(received);
  const bool is_delivery = !refused && received.method == "POST";
  AnswerDecision decision;
  if (is_delivery) decision = tally_.decide_delivery(received, now);
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
  const bool shown = decision.fault == nullptr || decision.fault->shows_status;
  if (shown) received.status = answer.status;

  if (ending.event) {
    received.duplicate_of_age = tally_.seen(*ending.event, taken(received, answer, goes_on), now);
  }
  ending.duplicate = received.duplicate_of_age.has_value();
  ending.fault = decision.fault;
  answer.finished = [this, ending, status = answer.status](bool arrived) mutable {
    ending.accepted = is_success(status) && arrived;
    const bool seen = arrived || (ending.fault != nullptr && ending.fault->shows_status);
    ending.shown_status = seen ? status : 0;
    ended(ending);
  };
  report_(std::move(received));
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

void Receiver::ended(const Ending& ending) {
  const std::lock_guard lock(mutex_);
  tally_.ended(ending);
  if (tally_.is_enough()) finished_.trigger();
}

bool Receiver::expectation_met() const {
  const std::lock_guard lock(mutex_);
  return tally_.expectation_met();
}

std::uint64_t Receiver::distinct_accepted() const {
  const std::lock_guard lock(mutex_);
  return tally_.distinct_accepted();
}

ReceiverSummary Receiver::summary() const {
  const std::lock_guard lock(mutex_);
  return tally_.summary();
}

}  // namespace slotflow
