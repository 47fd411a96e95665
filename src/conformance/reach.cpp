#include "conformance/reach.h"

#include <algorithm>

#include "conformance/suite.h"
#include "domain/error.h"

namespace slotflow {

namespace {

constexpr Duration kPatience{10'000};  // with a port that is only looked at

// No connection came about: nothing of the handler has been seen.
bool is_unreachable(const Reply& reply) {
  const Failure* failure = reply.failure();
  if (failure == nullptr) return false;
  return failure->kind == FailureKind::connection_refused ||
         failure->kind == FailureKind::unreachable || failure->kind == FailureKind::dns ||
         failure->kind == FailureKind::tls ||
         (failure->kind == FailureKind::timeout && failure->stage < Stage::tls);
}

// Whether the port takes a TLS handshake, whatever its certificate; or, if not `https`, answers
// without TLS.
bool speaks(bool https, Request request, const Interrupt& interrupt) {
  TlsOptions any;
  any.insecure = true;
  BlockingClient client(any, interrupt);
  request.url.https = https;
  request.timeout = std::max(request.timeout, kPatience);
  const Reply reply = client.send(request);
  return https ? reply.certificate_until.has_value() : reply.response() != nullptr;
}

// Servers answer a client that speaks TLS to them, or does not, by closing, or with a plain 400:
// some (nginx) on a port where they speak TLS to those that do.
bool looks_like_the_other(const Reply& reply) {
  return has_failed(reply, FailureKind::tls) || has_failed(reply, FailureKind::connection_reset) ||
         has_failed(reply, FailureKind::connection_closed) ||
         has_failed(reply, FailureKind::bad_response) || status_of(reply) == 400;
}

std::string hint_for(const Failure& failure, const Subject& subject) {
  if (failure.kind == FailureKind::dns) return "is the name spelled right, and known here?";
  if (failure.kind != FailureKind::tls) return "is it running, and is that its port?";
  if (subject.tls.insecure) return "the two have no version of TLS, or no cipher, in common";
  const std::string go_on = "--insecure goes on without, and delivery.https tells what is wrong";
  if (subject.tls.ca_file.empty()) {
    return "--cacert FILE trusts a certificate of your own; " + go_on;
  }
  return "its certificate does not fit " + subject.tls.ca_file + "; " + go_on;
}

[[noreturn]] void give_up(const Subject& subject, const std::string& got, const std::string& hint) {
  throw Error(ErrorCode::network_error,
              "expected a handler at " + subject.url.to_string() + ", got " + got, hint);
}

}  // namespace

Reply reach(const Subject& subject, BlockingClient& client, const Clock& clock,
            const Interrupt& interrupt, std::uint64_t seed) {
  const Reply nothing{Failure{FailureKind::timeout, ""}, "", {}};
  Driver driver(subject, client, clock, Random::for_item(seed, all_checks().size()), nothing,
                interrupt);
  Request request = driver.request(driver.event().dump());
  Reply reply = driver.send(request);
  if (reply.delivered() || interrupt.triggered()) return reply;
  // A cold start, or one bad moment, is not what a handler is like.
  request = driver.request(driver.event().dump());
  reply = driver.send(request);
  if (reply.delivered() || interrupt.triggered()) return reply;

  const bool https = subject.url.https;
  if (looks_like_the_other(reply) && !(https && speaks(true, request, interrupt)) &&
      speaks(!https, request, interrupt)) {
    Url other = subject.url;
    other.https = !https;
    give_up(subject, "one that speaks " + std::string(other.https ? "https" : "http") + " there",
            "slotflow-hooks check " + other.to_string());
  }
  // A timeout of a millisecond may be over before there is a connection.
  if (has_failed(reply, FailureKind::timeout) && is_unreachable(reply)) {
    request.timeout = std::max(request.timeout, kPatience);
    if (const Reply patient = driver.send(request); !is_unreachable(patient)) {
      reply.result = Failure{FailureKind::timeout, ""};
    }
  }
  if (is_unreachable(reply)) {
    give_up(subject, told(reply, subject.timeout), hint_for(*reply.failure(), subject));
  }
  return reply;
}

}  // namespace slotflow
