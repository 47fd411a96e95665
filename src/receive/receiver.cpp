#include "receive/receiver.h"

#include <algorithm>
#include <utility>

#include "domain/event_identity.h"
#include "domain/status_text.h"
#include "receive/side_responses.h"
#include "system/descriptors.h"

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

// A request without a signature has nothing to diagnose.
bool can_be_diagnosed(SignatureVerdict verdict) {
  return is_bad(verdict) && verdict != SignatureVerdict::missing;
}

// Each connection of a client needs another one to the handler, so half of the descriptors is the
// limit.
http::ServerOptions server_options(const ReceiverOptions& options) {
  http::ServerOptions server = options.server;
  if (options.forward) {
    server.watches_clients = true;
    raise_open_file_limit();
    const std::size_t room = std::max<std::size_t>(spare_connections() / 2, 1);
    server.few_descriptors = room < server.max_connections;
    if (server.few_descriptors) server.max_connections = room;
  }
  return server;
}

TallyOptions tally_options(const ReceiverOptions& options) {
  return {options.plan, options.script_per_booking, options.expect, options.count};
}

bool handler_accepts(const ReceivedRequest& received) {
  const Response* handler = received.forwarded ? received.forwarded->response() : nullptr;
  return handler != nullptr && is_success(handler->status);
}

// Returns whether the handler, or the receiver in its place, accepts the event: a duplicate is an
// event that is accepted twice.
bool is_accepted(const ReceivedRequest& received, const http::OutgoingResponse& response,
                 bool forwarded) {
  if (received.forwarded && received.forwarded->response() != nullptr) {
    return handler_accepts(received);
  }
  const bool lost = received.fault != nullptr && received.fault->loses_response;
  return !forwarded && is_success(response.status) && !lost;
}

http::OutgoingResponse failing_response(const ResponseDecision& decision) {
  http::OutgoingResponse response = http::text_response(decision.status, "simulated failure\n");
  if (decision.retry_after) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*decision.retry_after).count();
    response.headers.push_back({"Retry-After", std::to_string(seconds)});
  }
  return response;
}

}  // namespace

Receiver::Receiver(EventLoop& loop, ReceiverOptions options, SecretSource& secrets, Clock& clock,
                   Report report)
    : options_(std::move(options)),
      secrets_(secrets),
      clock_(clock),
      tally_(tally_options(options_)),
      report_(std::move(report)),
      server_(loop, server_options(options_),
              [this](http::IncomingRequest request) { return handle(std::move(request)); }) {
  own_url_ = without_scheme(url());
  if (options_.forward) forwarder_.emplace(loop, *options_.forward);
}

asio::awaitable<void> Receiver::stop() {
  if (forwarder_) forwarder_->stop();
  return server_.stop();
}

std::string Receiver::url() const {
  Url url;
  url.https = options_.server.tls != nullptr;
  url.host = options_.server.host;
  url.port = port();
  url.target = options_.path.value_or("/");
  return url.to_string();
}

void Receiver::judge(http::IncomingRequest& request, ReceivedRequest& received) {
  received.at = clock_.now();
  received.method = request.head.method;
  received.path = request.head.target;
  if (forwarder_) {  // the forwarder still needs them
    received.headers = request.head.headers;
    received.body = request.body;
  } else {
    received.headers = std::move(request.head.headers);
    received.body = std::move(request.body);
  }
  if (request.problem) {
    received.malformed = request.problem->reason;
    received.status = request.problem->status;
    received.signature.reason = "the request was rejected";
    return;
  }
  read_payload(received);
  if (received.method != "POST") {
    received.signature.reason = "only POST requests are verified";
    return;
  }
  const SteadyTime now = clock_.steady();
  const SecretSource::Secrets known = secrets_.current(now);
  received.signature = verify_request(received, own_url_, *known, options_.tolerance);
  if (received.signature.verdict == SignatureVerdict::valid) {
    received.webhook_id = known->webhook_id(received.signature.secret);
  } else if (can_be_diagnosed(received.signature.verdict)) {
    std::vector<std::string> secrets = secrets_to_diagnose(received, own_url_, *known);
    if (diagnoses_.allow(now, diagnosis_cost(received.body.size(), secrets.size()))) {
      received.diagnosis = std::make_shared<LateDiagnosis>(std::move(secrets));
    }
  }
}

// Notes that the handler rejects what is valid here.
void Receiver::compare_verdicts(ReceivedRequest& received) {
  const Response* handler = received.forwarded->response();
  if (handler == nullptr || (handler->status != 401 && handler->status != 403)) return;
  if (received.signature.verdict != SignatureVerdict::valid) return;
  if (!first_disagreement_) {
    first_disagreement_ = received.n;
    if (!received.webhook_id.empty()) {
      received.secret_command = options_.own_command("secret " + received.webhook_id);
    }
  }
  received.handler_disagrees_since = first_disagreement_;
}

// Returns the response to a request that is not part of the test.
std::optional<http::OutgoingResponse> Receiver::side_response(
    const http::IncomingRequest& request) const {
  if (request.problem) return std::nullopt;
  std::optional<http::OutgoingResponse> response;
  if (options_.health) response = health_response(request.head, *options_.health);
  if (!response && options_.cors) response = preflight_response(request.head);
  if (!response) return std::nullopt;
  response = with_own_headers(std::move(*response));
  if (options_.cors) allow_every_origin(*response);
  return response;
}

asio::awaitable<http::OutgoingResponse> Receiver::handle(http::IncomingRequest request) {
  if (auto aside = side_response(request)) co_return std::move(*aside);
  http::OutgoingResponse response;
  response.dropped = tally_.is_full();
  if (response.dropped) co_return response;
  // Shared with the function that is called when the response has ended.
  const auto received = std::make_shared<ReceivedRequest>();
  judge(request, *received);
  received->n = tally_.arrived();
  if (received->malformed) co_return reject(received);

  Ending ending;
  ending.bad_signature = is_bad(received->signature.verdict);
  if (received->method == "POST") ending.event = event_key(*received);
  const SteadyTime now = clock_.steady();
  auto refused = refusal(*received);
  const bool is_delivery = !refused && received->method == "POST";
  ResponseDecision decision;
  if (is_delivery) decision = tally_.decide_delivery(*received, now);
  received->failed_on_purpose = decision.failing;
  received->fault = decision.fault;
  const bool hit = decision.failing || decision.fault != nullptr;
  const bool goes_on = forwarder_ && !refused && !(hit && options_.fail_before_forwarding);

  const bool waits = goes_on || decision.delay > Duration(0) || decision.fault != nullptr;
  if (waits && on_arrival) on_arrival(*received);
  if (refused) {
    response = with_own_headers(std::move(*refused));
  } else if (goes_on) {
    try {
      response = co_await forwarded_response(request, *received, decision);
    } catch (const std::exception&) {  // out of memory: the request is reported all the same
      response = http::text_response(500, "the request cannot be forwarded\n");
    }
  } else {
    response = own_response(decision);
  }
  if (options_.cors) allow_every_origin(response);
  response.delay = received->delay = decision.delay;
  response.fault = decision.fault;
  response.fault_settings = options_.plan.fault_settings;
  if (ending.event) {
    const bool accepts = is_accepted(*received, response, goes_on);
    received->duplicate_of_age = tally_.seen(*ending.event, accepts, now);
    ending.may_be_withdrawn = accepts && !handler_accepts(*received);
  }
  ending.fault = decision.fault;
  response.finished = [this, received, ending, status = response.status](const http::Ending& how) {
    ended(*received, ending, status, how);
  };
  co_return response;
}

// Reports an invalid request; the server sends the response.
http::OutgoingResponse Receiver::reject(std::shared_ptr<ReceivedRequest> received) {
  http::OutgoingResponse response;
  response.finished = [this, received = std::move(received)](const http::Ending& how) {
    Ending ending;
    if (how.arrived) ending.shown_status = received->status.value_or(0);
    report_(std::move(*received));
    count(ending);
  };
  return response;
}

void Receiver::ended(ReceivedRequest& received, Ending ending, int status,
                     const http::Ending& how) {
  const bool shown = ending.fault != nullptr ? ending.fault->shows_status : how.arrived;
  if (shown && !how.given_up_after) received.status = status;
  received.given_up_after = how.given_up_after;
  ending.accepted = is_success(status) && how.arrived;
  ending.withdrawn = ending.may_be_withdrawn && !how.arrived;
  if (ending.withdrawn) received.duplicate_of_age.reset();
  ending.duplicate = received.duplicate_of_age.has_value();
  ending.shown_status = received.status.value_or(0);
  report_(std::move(received));
  count(ending);
}

void Receiver::count(const Ending& ending) {
  tally_.ended(ending);
  if (tally_.is_enough()) finished_.trigger();
}

// Returns the response that does not depend on the plan, if there is one.
std::optional<http::OutgoingResponse> Receiver::refusal(const ReceivedRequest& received) const {
  const std::string target = http::origin_form(received.path);
  if (options_.path && target.substr(0, target.find('?')) != *options_.path) {
    return http::text_response(
        404, "not found; this receiver was started with --path " + *options_.path + "\n");
  }
  if (forwarder_ && forwarder_->has_seen(received.headers)) {
    // RFC 5842, section 7.2.
    return http::text_response(
        508, "this receiver has forwarded this request before: it is in a loop\n");
  }
  if (received.method != "POST") {
    if (forwarder_) return std::nullopt;
    http::OutgoingResponse response =
        http::text_response(405, "Slotflow sends its events with POST\n");
    response.headers.push_back({"Allow", "POST"});
    return response;
  }
  const SignatureVerdict verdict = received.signature.verdict;
  if (options_.require_signature && verdict != SignatureVerdict::valid) {
    // Does not reveal the expected value.
    return http::text_response(401, "signature " + std::string(to_string(verdict)) + "\n");
  }
  return std::nullopt;
}

http::OutgoingResponse Receiver::own_response(const ResponseDecision& decision) const {
  http::OutgoingResponse response;
  if (decision.failing) {
    response = failing_response(decision);
  } else {
    response.status = decision.status;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = options_.body;
  }
  return with_own_headers(std::move(response));
}

// The user's headers replace ours.
http::OutgoingResponse Receiver::with_own_headers(http::OutgoingResponse response) const {
  std::erase_if(response.headers, [&](const Header& header) {
    return find_header(options_.headers, header.name).has_value();
  });
  response.headers.insert(response.headers.end(), options_.headers.begin(), options_.headers.end());
  return response;
}

asio::awaitable<http::OutgoingResponse> Receiver::forwarded_response(
    http::IncomingRequest& request, ReceivedRequest& received, const ResponseDecision& decision) {
  std::optional<Reply> reply = co_await forwarder_->forward(request);
  bool is_handlers = false;
  if (reply) {
    received.forwarded = beginning_of(*reply);
    const Response* response = reply->response();
    received.handler_body_too_large = !decision.failing && response != nullptr && response->cut;
    is_handlers = response != nullptr && !response->cut;
    compare_verdicts(received);
  }
  if (decision.failing) co_return own_response(decision);
  http::OutgoingResponse response = passed_on(std::move(reply));
  if (!is_handlers) co_return with_own_headers(std::move(response));
  response.headers.insert(response.headers.end(), options_.headers.begin(), options_.headers.end());
  co_return response;
}

}  // namespace slotflow
