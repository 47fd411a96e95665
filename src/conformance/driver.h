// Acts as Slotflow for a check: makes, signs and sends events, and returns the replies.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/check.h"
#include "conformance/leak_watch.h"
#include "conformance/trace.h"
#include "domain/event.h"
#include "domain/json.h"
#include "domain/random.h"
#include "net/clock.h"
#include "send/blocking_client.h"
#include "system/interrupt.h"

namespace slotflow {

// The handler under test, and how to reach it.
struct Subject {
  Url url;
  std::optional<std::string> secret;  // nullopt: events are not signed
  Duration timeout{10'000};           // for one whole delivery
  std::vector<Header> headers;        // added to each delivery
  TlsOptions tls;
  Duration recovery{3'000};   // time allowed for a restart, or until a rate limit ends
  Duration aftermath{1'000};  // time in which work after a response fails, if it does
};

// Not thread-safe. All arguments must outlive this object.
class Driver {
 public:
  // `random` makes the bookings, so that each check has its own, whichever checks run.
  // `baseline` is the reply to a valid event that was sent before the first check. `leaks` searches
  // every reply.
  Driver(const Subject& subject, BlockingClient& client, const Clock& clock, Random random,
         const Reply& baseline, const Interrupt& interrupt, LeakWatch& leaks);

  const Subject& subject() const { return subject_; }
  const Reply& baseline() const { return baseline_; }
  BlockingClient& client() { return client_; }
  const Clock& clock() const { return clock_; }
  const Interrupt& interrupt() const { return interrupt_; }
  const LeakWatch& leaks() const { return leaks_; }

  // Returns a payload with a new booking, on an ordinary day of the next two weeks.
  Json event(Event event = Event::booking_confirmed);

  // Returns the signature header's value for `body`, with t = now + `skew`; empty without a secret.
  std::string signature(std::string_view body, Duration skew = Duration(0)) const;
  std::int64_t now_seconds() const;

  // Builds a delivery of `body` with a valid signature, with `signature_header`, or (nullopt) with
  // no signature header.
  Request request(std::string body) const;
  Request request(std::string body, const std::optional<std::string>& signature_header) const;

  Reply send(const Request& request);
  Reply send(BlockingConnection& connection, const Request& request);
  std::vector<Reply> send_at_once(std::span<const Request> requests);
  // As above, but in 25 ms for fifty, as clients that do more than one thing do it: connections of
  // the same instant fill a short backlog at once, and those left out try again together, too.
  // Repeats connections that are refused while others are accepted, as long as a delivery may take:
  // a full backlog drains.
  std::vector<Reply> send_burst(std::span<const Request> requests);
  // Sends `request`, except for its last `less` bytes, and closes without reading the response.
  // Returns the failure if sending failed.
  std::optional<Failure> send_and_leave(const Request& request, std::size_t less = 0);
  // As BlockingConnection::send_part().
  std::optional<Failure> send_part(BlockingConnection& connection, const Request& request,
                                   std::size_t less);
  // Sends `request` in two parts, the second of `less` bytes, and another event between the two, as
  // BlockingClient::send_in_two(). Returns both replies. That to the other event says nothing of
  // the handler's health, and is only searched for leaks.
  std::pair<Reply, std::optional<Reply>> send_in_two(const Request& request, std::size_t less);
  // Searches a response to a request that a client of the check's own has sent.
  void look_for_leaks(const Request& request, const Reply& reply) { leaks_.look(request, reply); }

  // Waits. Returns false, earlier, if interrupted.
  bool pause(Duration d) const { return interrupt_.wait(d); }

  // Sends `request`, and passes on any 2xx status.
  Finding accepted(const Request& request);
  // Sends `request`, and passes on any status other than 2xx (signature.refusal-status checks which
  // one). A timeout fails: it does not prove a rejection.
  Finding refused(const Request& request);
  // Handles a finding that failed with a timeout. Sends `similar`, another request of the same
  // kind; if it also times out, trace().no_response_to is `sort` from then on.
  Finding without_response(Finding finding, Unwelcome sort, const Request& similar);
  Finding accepted(const Json& event) { return accepted(request(event.dump())); }

  // What was observed so far.
  const Trace& trace() const { return trace_; }

 private:
  void note(const Request& request, const Reply& reply);
  // Notes whether a request without a response failed, and returns that.
  std::optional<Failure> noted(const Request& request, std::optional<Failure> failure);
  // `failure` is null if there was a response, and `status` is 0 if there was none.
  void note_rejected(const Request& request, const Failure* failure, int status);

  const Subject& subject_;
  BlockingClient& client_;
  const Clock& clock_;
  Random random_;
  const Reply& baseline_;
  const Interrupt& interrupt_;
  LeakWatch& leaks_;
  Trace trace_;
  bool is_first_ = true;  // nothing was sent yet
};

Request with_content_type(Request request, std::string_view type);

// Describes a reply: "401 Unauthorized", "no complete response within 10s", "connection reset by
// peer".
std::string describe(const Reply& reply, Duration timeout);
// As above, with the first line of the response's body: 500 Internal Server Error ("KeyError").
std::string describe(const Reply& reply, const Subject& subject);
// Returns the first reply that is not a 2xx response, or null.
const Reply* first_rejected(std::span<const Reply> replies);
// Describes replies of which one or more are rejections: "48 of 50 were accepted; another got:
// 503".
std::string describe_some_rejected(std::span<const Reply> replies, const Subject& subject);
int status_of(const Reply& reply);  // 0: no response
bool has_failed(const Reply& reply, FailureKind kind);
// Returns the usual remedy if a valid event gets this status; empty if there is none.
std::string_view remedy_for_status(int status);
std::optional<std::string> header_of(const Reply& reply, std::string_view name);
// True for a status that handlers return for an invalid signature, but not for a login, nor if the
// response names another reason.
bool looks_like_a_signature_matter(const Reply& reply);

Finding passed(std::string observed = "");
Finding failed(std::string expected, std::string observed, Evidence evidence = {});
Finding failed(std::string expected, std::string observed, Request shown);
Finding with_remedy(Finding finding, std::string_view remedy);  // replaces the check's own
Finding skipped(std::string reason);

// Calls `run` for each case, until its finding is not "passed", and returns that finding. If it
// failed, " for " and `words` of the case follow what was observed.
template <typename Cases, typename Run, typename Words>
Finding first_failure(const Cases& cases, Run run, Words words) {
  for (const auto& one : cases) {
    Finding finding = run(one);
    if (finding.verdict == CheckVerdict::passed) continue;
    if (finding.verdict == CheckVerdict::failed)
      finding.observed.append(" for ").append(words(one));
    return finding;
  }
  return passed();
}

}  // namespace slotflow
