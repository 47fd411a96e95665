#include "engine/receiver.h"

#include <utility>

#include "domain/event_identity.h"
#include "domain/json.h"

namespace slotflow {

namespace {

void read_payload(ReceivedRequest& received) {
  const auto payload = try_parse_json(received.body);
  if (!payload) return;
  EventIdentity identity = identity_of(*payload);
  received.event = std::move(identity.event);
  received.booking_id = std::move(identity.booking_id);
}

// Receivers tell events apart by data.id with the event's name (Slotflow's documentation); what
// has none is told apart by its bytes.
std::string event_key(const ReceivedRequest& received) {
  if (!received.event || !received.booking_id) {
    return "bytes " + std::to_string(std::hash<std::string>{}(received.body));
  }
  return *received.event + " " + *received.booking_id;
}

bool is_bad(SignatureVerdict verdict) {
  return verdict != SignatureVerdict::valid && verdict != SignatureVerdict::unchecked;
}

bool is_success(int status) {
  return status >= 200 && status < 300;
}

}  // namespace

Receiver::Receiver(ReceiverOptions options, SecretSource& secrets, Clock& clock,
                   std::function<void(const ReceivedRequest&)> report)
    : options_(std::move(options)),
      secrets_(secrets),
      clock_(clock),
      report_(std::move(report)),
      server_(options_.server, [this](const HttpRequest& request) { return handle(request); }) {}

std::string Receiver::url() const {
  Url url;
  url.host = options_.server.host;
  url.port = port();
  url.target = options_.path.value_or("/");
  return url.to_string();
}

void Receiver::judge(const HttpRequest& request, ReceivedRequest& received) const {
  received.at = clock_.now();
  received.method = request.head.method;
  received.path = request.head.target;
  received.headers = request.head.headers;
  received.body = request.body;
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

bool Receiver::is_my_path(const std::string& target) const {
  return !options_.path || target.substr(0, target.find('?')) == *options_.path;
}

HttpAnswer Receiver::handle(const HttpRequest& request) {
  ReceivedRequest received;
  judge(request, received);
  const bool bad_signature = is_bad(received.signature.verdict);

  std::unique_lock lock(mutex_);
  received.n = ++arrived_;
  if (received.malformed) {
    report_(received);
    lock.unlock();
    answered(false, false, "", false);
    return {};
  }
  HttpAnswer answer = decide_answer(received);
  const std::string key = event_key(received);
  if (received.method == "POST") note_event(received, key, is_success(answer.status));
  report_(received);
  lock.unlock();

  answer.finished = [this, key, bad_signature, accepted = is_success(answer.status),
                     duplicate = received.duplicate_of_age.has_value()](bool written) {
    answered(accepted && written, bad_signature, key, duplicate);
  };
  return answer;
}

// Caller holds mutex_.
HttpAnswer Receiver::decide_answer(ReceivedRequest& received) {
  HttpAnswer answer;
  answer.headers = {{"Content-Type", "text/plain"}};
  if (!is_my_path(received.path)) {
    answer.status = 404;
    answer.body = "not found; this receiver was started with --path " + *options_.path + "\n";
  } else if (received.method != "POST") {
    answer.status = 405;
    answer.headers.push_back({"Allow", "POST"});
    answer.body = "Slotflow sends its events with POST\n";
  } else if (options_.require_signature && received.signature.verdict != SignatureVerdict::valid) {
    answer.status = 401;  // and not a word about what would have been right
    answer.body = "signature " + std::string(to_string(received.signature.verdict)) + "\n";
  } else {
    const AnswerDecision decision = decide(options_.plan, ++deliveries_);
    answer.status = decision.status;
    answer.delay = decision.delay;
    answer.body = decision.failing ? "failing on purpose\n" : options_.body;
    if (find_header(options_.headers, "Content-Type")) {
      answer.headers.clear();
    } else if (!decision.failing) {
      answer.headers = {{"Content-Type", "application/json"}};
    }
    for (const Header& header : options_.headers) answer.headers.push_back(header);
    received.failed_on_purpose = decision.failing;
  }
  received.status = answer.status;
  received.delay = answer.delay;
  return answer;
}

// Caller holds mutex_. A retry of an event that was refused before is no duplicate: the handler
// it stands for has not taken it yet.
void Receiver::note_event(ReceivedRequest& received, const std::string& key, bool success) {
  SeenEvents::Entry& entry = seen_.at(key, received.at);
  if (success && entry.answered_ok) {
    received.duplicate_of_age =
        std::chrono::duration_cast<Duration>(received.at - entry.first_seen);
  }
  entry.answered_ok = entry.answered_ok || success;
}

void Receiver::answered(bool accepted, bool bad_signature, const std::string& key, bool duplicate) {
  const std::lock_guard lock(mutex_);
  ++summary_.requests;
  ++(accepted ? summary_.accepted : summary_.failed);
  if (bad_signature) ++summary_.bad_signatures;
  if (duplicate) ++summary_.duplicates;
  if (accepted) {
    SeenEvents::Entry& entry = seen_.at(key, clock_.now());
    if (!entry.accepted) ++distinct_accepted_;
    entry.accepted = true;
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
