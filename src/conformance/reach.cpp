#include "conformance/reach.h"

#include <algorithm>

#include "conformance/suite.h"
#include "domain/error.h"
#include "domain/failure_hint.h"
#include "net/port_wait.h"

namespace slotflow {

namespace {

constexpr Duration kPatience{10'000};  // time limit when only the protocol is of interest

// True if no connection was established.
bool is_unreachable(const Reply& reply) {
  const Failure* failure = reply.failure();
  if (failure == nullptr) return false;
  return failure->kind == FailureKind::connection_refused ||
         failure->kind == FailureKind::unreachable || failure->kind == FailureKind::dns ||
         failure->kind == FailureKind::tls ||
         (failure->kind == FailureKind::timeout && failure->stage < Stage::tls);
}

// Returns whether the port completes a TLS handshake (with any certificate) or, if not `https`,
// responds without TLS. Neither shows who is there, and without TLS others can read: so the request
// has nothing of a delivery in it, neither the headers nor the path.
bool speaks(bool https, const Subject& subject, const Interrupt& interrupt) {
  TlsOptions any;
  any.insecure = true;
  BlockingClient client(any, interrupt);
  Request request;
  request.url = subject.url;
  request.url.https = https;
  request.url.target = "/";
  request.method = "GET";
  request.timeout = std::max(subject.timeout, kPatience);
  const Reply reply = client.send(request);
  return https ? reply.certificate_until.has_value() : reply.response() != nullptr;
}

// A server that gets TLS where it expects plain HTTP, or the reverse, closes the connection or
// returns 400 (nginx does so without TLS on its TLS port).
bool looks_like_the_other(const Reply& reply) {
  return has_failed(reply, FailureKind::tls) || has_failed(reply, FailureKind::connection_reset) ||
         has_failed(reply, FailureKind::connection_closed) ||
         has_failed(reply, FailureKind::bad_response) || status_of(reply) == 400;
}

std::string hint_when_unreachable(const Failure& failure, const Subject& subject) {
  if (failure.cause != FailureCause::untrusted) {
    return hint_for(failure, subject.url.https, subject.timeout, subject.url.port);
  }
  const std::string trust = subject.tls.ca_file.empty()
                                ? "trust your own certificate with --cacert FILE"
                                : "add the issuer of its certificate to " + subject.tls.ca_file;
  return trust + ", or skip verification with --insecure; delivery.https still reports the problem";
}

[[noreturn]] void give_up(const Subject& subject, const std::string& reason,
                          const std::string& hint) {
  throw Error(ErrorCode::network_error,
              "cannot reach the handler at " + subject.url.to_string() + ": " + reason, hint);
}

}  // namespace

void await_handler(const Subject& subject, Clock& clock, const Interrupt& interrupt,
                   Duration patience) {
  EventLoop loop(interrupt);
  std::optional<Failure> failure;
  await_ports(loop, clock, {&subject.url, 1}, patience,
              [&](std::size_t, const PortState& state) { failure = state.failure; });
  if (!failure) return;
  const std::string limit = patience == Duration(0) ? "" : " within " + to_string(patience);
  throw Error(ErrorCode::network_error,
              "cannot reach the handler at " + subject.url.to_string() + limit + ": " +
                  no_connection_reason(*failure),
              hint_when_unreachable(*failure, subject));
}

Reply reach(const Subject& subject, BlockingClient& client, const Clock& clock,
            const Interrupt& interrupt, std::uint64_t seed, LeakWatch& leaks) {
  const Reply nothing{Failure{FailureKind::timeout, ""}, "", {}};
  Driver driver(subject, client, clock, Random::for_item(seed, all_checks().size()), nothing,
                interrupt, leaks);
  Request request = driver.request(driver.event().dump());
  Reply reply = driver.send(request);
  if (reply.delivered() || interrupt.triggered()) return reply;
  // The first one may have met a cold start or a short outage.
  request = driver.request(driver.event().dump());
  reply = driver.send(request);
  if (reply.delivered() || interrupt.triggered()) return reply;

  const bool https = subject.url.https;
  if (looks_like_the_other(reply) && !(https && speaks(true, subject, interrupt)) &&
      speaks(!https, subject, interrupt)) {
    Url other = subject.url;
    other.https = !https;
    give_up(subject, "the server speaks " + std::string(other.https ? "https" : "http") + " there",
            "give " + other.to_string() + " instead");
  }
  // A timeout of a millisecond can end before the connection is established.
  if (has_failed(reply, FailureKind::timeout) && is_unreachable(reply)) {
    request.timeout = std::max(request.timeout, kPatience);
    if (const Reply patient = driver.send(request); !is_unreachable(patient)) {
      reply.result = Failure{FailureKind::timeout, ""};
    }
  }
  if (is_unreachable(reply)) {
    const Failure& failure = *reply.failure();
    give_up(subject, no_connection_reason(failure), hint_when_unreachable(failure, subject));
  }
  return reply;
}

}  // namespace slotflow
