// Plays Slotflow for a check: makes events, signs them, sends them, and says what came back.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/check.h"
#include "domain/event.h"
#include "domain/json.h"
#include "domain/random.h"
#include "net/clock.h"
#include "send/blocking_client.h"
#include "system/interrupt.h"

namespace slotflow {

// What is checked, and how it is reached.
struct Subject {
  Url url;
  std::optional<std::string> secret;  // none: events are not signed
  Duration timeout{10'000};           // for each delivery, in all
  std::vector<Header> headers;        // added to each
  TlsOptions tls;
  Duration recovery{3'000};  // for a restart, or until a rate limit lets events pass again
};

// Not thread-safe. All arguments must outlive it.
class Driver {
 public:
  // `random` makes the bookings, so that each check has its own, whatever else is run.
  // `baseline` is what a plain valid event was answered before any check.
  Driver(const Subject& subject, BlockingClient& client, const Clock& clock, Random random,
         const Reply& baseline, const Interrupt& interrupt);

  const Subject& subject() const { return subject_; }
  const Reply& baseline() const { return baseline_; }
  BlockingClient& client() { return client_; }
  const Interrupt& interrupt() const { return interrupt_; }

  // A payload with a booking of its own, on an ordinary day.
  Json event(Event event = Event::booking_confirmed);
  // Midnight UTC of an ordinary day of the coming year, for bookings at times of their own.
  std::string day(int month, int day_of_month, std::string_view time) const;
  std::string leap_day(std::string_view time) const;  // 29 February, of the next year that has one

  // The header's value for `body`, as of now and `skew` from it; empty without a secret.
  std::string signature(std::string_view body, Duration skew = Duration(0)) const;
  std::int64_t now_seconds() const;

  // A delivery of `body`, signed; or with this header, or with none when that is nothing.
  Request request(std::string body) const;
  Request request(std::string body, const std::optional<std::string>& signature_header) const;

  Reply send(const Request& request);
  std::vector<Reply> send_at_once(std::span<const Request> requests);

  bool pause(Duration d) const { return interrupt_.wait(d); }  // false, and shorter, if interrupted

  // Sends one, and holds the answer against the rule.
  Finding accepted(const Request& request);  // 2xx
  // Not 2xx; how is for signature.refusal-status. Silence may be anything, and is no refusal.
  Finding refused(const Request& request);
  // For one that failed as no answer came. `similar` is something else of that sort: where that
  // gets none either, the sort is what silent_about() returns from then on.
  Finding without_answer(Finding finding, Unwelcome sort, const Request& similar);
  Finding accepted(const Json& event) { return accepted(request(event.dump())); }

  // Of what was sent so far: the last request that was not answered 2xx; whether there was nobody
  // to answer one, or one from the first on; whether one was answered 429, too many requests, or
  // 503, which means that too, or else trouble; and what gets no answer at all.
  const std::optional<Request>& last_refused() const { return last_refused_; }
  bool found_nobody() const { return found_nobody_; }
  bool found_nobody_at_first() const { return found_nobody_at_first_; }
  bool timed_out() const { return timed_out_; }  // the last one
  bool was_limited() const { return was_limited_; }
  bool was_unavailable() const { return was_unavailable_; }
  std::optional<Unwelcome> silent_about() const { return silent_about_; }

 private:
  void note(const Request& request, const Reply& reply);

  const Subject& subject_;
  BlockingClient& client_;
  const Clock& clock_;
  Random random_;
  const Reply& baseline_;
  const Interrupt& interrupt_;
  std::optional<Request> last_refused_;
  bool is_first_ = true;
  bool found_nobody_ = false;
  bool found_nobody_at_first_ = false;
  bool timed_out_ = false;
  bool was_limited_ = false;
  bool was_unavailable_ = false;
  std::optional<Unwelcome> silent_about_;
};

Request with_content_type(Request request, std::string_view type);

// "401 Unauthorized", "no answer within 10s", "connection_reset".
std::string told(const Reply& reply, Duration timeout);
int status_of(const Reply& reply);  // 0: there was none
bool has_failed(const Reply& reply, FailureKind kind);
// What usually helps when a plain valid event is answered so; empty where nothing can be said.
std::string_view remedy_for_status(int status);
std::optional<std::string> header_of(const Reply& reply, std::string_view name);
// A refusal that handlers give to a signature they do not take, as opposed to a login.
bool looks_like_a_signature_matter(const Reply& reply);

Finding passed(std::string observed = "");
Finding failed(std::string expected, std::string observed, Evidence evidence = {});
Finding failed(std::string expected, std::string observed, Request shown);
Finding with_remedy(Finding finding, std::string_view remedy);  // in place of the check's own
Finding skipped(std::string reason);

}  // namespace slotflow
