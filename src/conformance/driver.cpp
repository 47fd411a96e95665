#include "conformance/driver.h"

#include <algorithm>
#include <cstdio>

#include "conformance/response_cause.h"
#include "conformance/response_text.h"
#include "domain/booking.h"
#include "domain/signature.h"
#include "domain/status_text.h"
#include "send/slotflow_request.h"

namespace slotflow {

namespace {

constexpr std::string_view kTakesAll =
    "verify the signature before anything else, and return 401 if it does not match. The handler "
    "accepts other forged events too: it does not verify, or it returns 2xx for events that it "
    "rejects";
constexpr std::string_view kRespond =
    "return 4xx at once when you reject a request. Without a response the sender cannot tell that "
    "it was rejected, and each request holds a connection open";
constexpr Duration kBetweenAttempts{250};  // to connect
constexpr std::chrono::microseconds kApartInBurst{500};
constexpr std::string_view kRespondToCopies =
    "return 200 at once for an event that was already processed: without a response, the sender "
    "retries";

// Some checks are about the last day of a year and about leap days.
bool is_on_unusual_day(const Json& booking) {
  const std::string date = booking["starts_at"].get<std::string>().substr(0, 10);
  return date.ends_with("-12-31") || date.ends_with("-02-29");
}

}  // namespace

Driver::Driver(const Subject& subject, BlockingClient& client, const Clock& clock, Random random,
               const Reply& baseline, const Interrupt& interrupt, LeakWatch& leaks)
    : subject_(subject),
      client_(client),
      clock_(clock),
      random_(random),
      baseline_(baseline),
      interrupt_(interrupt),
      leaks_(leaks) {}

Json Driver::event(Event event) {
  Json booking = make_booking(event, clock_.now(), Preset::sales, random_);
  while (is_on_unusual_day(booking)) {
    booking = make_booking(event, clock_.now(), Preset::sales, random_);
  }
  // ASCII, so that only the checks about other characters depend on them.
  booking["attendee_name"] = "Alex Rivera";
  // Of this booking alone, so that only idempotency.similar-bookings sends what others have.
  const std::string number = std::to_string(10'000'000 + random_.below(90'000'000));
  booking["attendee_email"] = "alex.rivera." + number + "@example.com";
  booking["metadata"]["lead_id"] = "lead_" + number;
  booking["metadata"]["conversation_id"] = "conv_" + number;
  return make_payload(event, clock_.now(), std::move(booking));
}

std::int64_t Driver::now_seconds() const {
  return unix_seconds(clock_.now());
}

std::string Driver::signature(std::string_view body, Duration skew) const {
  if (!subject_.secret) return "";
  return sign(*subject_.secret, unix_seconds(clock_.now() + skew), body);
}

Request Driver::request(std::string body) const {
  const std::string header = signature(body);
  return request(std::move(body), header.empty() ? std::nullopt : std::optional(header));
}

Request Driver::request(std::string body,
                        const std::optional<std::string>& signature_header) const {
  Request request;
  request.url = subject_.url;
  request.timeout = subject_.timeout;
  request.body = std::move(body);
  request.headers = slotflow_headers(subject_.headers, signature_header);
  return request;
}

Reply Driver::send(const Request& request) {
  Reply reply = client_.send(request);
  note(request, reply);
  return reply;
}

Reply Driver::send(BlockingConnection& connection, const Request& request) {
  Reply reply = connection.send(request);
  note(request, reply);
  return reply;
}

void Driver::note(const Request& request, const Reply& reply) {
  leaks_.look(request, reply);
  const int status = status_of(reply);
  ++trace_.sent;
  if (!reply.delivered()) {
    ++trace_.rejected;
    note_rejected(request, reply.failure(), status);
  }
  is_first_ = false;
  trace_.last_timed_out = has_failed(reply, FailureKind::timeout);
  trace_.saw_429 |= status == 429;
  trace_.saw_503 |= status == 503;
  trace_.saw_rejection |= is_client_error(status) && status != 429;
}

std::vector<Reply> Driver::send_at_once(std::span<const Request> requests) {
  const std::vector<Reply> replies = client_.send_at_once(requests);
  for (std::size_t i = 0; i < requests.size(); ++i) note(requests[i], replies[i]);
  return replies;
}

std::vector<Reply> Driver::send_burst(std::span<const Request> requests) {
  const auto begin = clock_.steady();
  const auto refused = [](const Reply& reply) {
    return has_failed(reply, FailureKind::connection_refused);
  };
  std::vector<Reply> replies = client_.send_at_once(requests, kApartInBurst);
  auto last_progress = begin;
  for (auto left = std::ranges::count_if(replies, refused); left > 0;) {
    const auto now = clock_.steady();
    const bool nobody_listens =
        static_cast<std::size_t>(left) == replies.size() || now - last_progress > subject_.recovery;
    if (nobody_listens || now - begin >= subject_.timeout || !pause(kBetweenAttempts)) break;
    std::vector<Request> again;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (refused(replies[i])) again.push_back(requests[i]);
    }
    const auto waited = std::chrono::duration_cast<std::chrono::microseconds>(now - begin);
    const auto later = client_.send_at_once(again);
    auto next = later.begin();
    for (Reply& reply : replies) {
      if (!refused(reply)) continue;
      reply = *next++;
      reply.duration += waited;
      reply.connecting += waited;
    }
    const auto still_left = std::ranges::count_if(replies, refused);
    if (still_left < left) last_progress = clock_.steady();
    left = still_left;
  }
  for (std::size_t i = 0; i < requests.size(); ++i) note(requests[i], replies[i]);
  return replies;
}

std::optional<Failure> Driver::send_and_leave(const Request& request, std::size_t less) {
  return noted(request, client_.send_and_leave(request, less));
}

std::optional<Failure> Driver::send_part(BlockingConnection& connection, const Request& request,
                                         std::size_t less) {
  return noted(request, connection.send_part(request, less));
}

std::pair<Reply, std::optional<Reply>> Driver::send_in_two(const Request& request,
                                                           std::size_t less) {
  const Request between = this->request(event().dump());
  Request patient = request;
  patient.timeout += between.timeout;  // the handler may process that first
  auto replies = client_.send_in_two(patient, less, between);
  if (replies.second) leaks_.look(between, *replies.second);
  note(request, replies.first);
  return replies;
}

std::optional<Failure> Driver::noted(const Request& request, std::optional<Failure> failure) {
  if (failure) note_rejected(request, &*failure, 0);
  is_first_ = false;
  return failure;
}

void Driver::note_rejected(const Request& request, const Failure* failure, int status) {
  if (failure != nullptr && failure->kind == FailureKind::connection_refused) {
    // An earlier request has ended the handler.
    trace_.refused_connection = true;
    trace_.refused_first |= is_first_;
    return;
  }
  trace_.last_rejected = request;
  trace_.last_rejected_status = status;
}

Finding Driver::accepted(const Request& request) {
  const Reply reply = send(request);
  if (reply.delivered()) return passed(describe(reply, subject_.timeout));
  return with_remedy(failed("a 2xx status", describe(reply, subject_), request),
                     remedy_named_by(reply));
}

Finding Driver::refused(const Request& request) {
  const Reply reply = send(request);
  const bool silent = has_failed(reply, FailureKind::timeout);
  if (!reply.delivered() && !silent) return passed(describe(reply, subject_.timeout));
  Finding finding = failed("a 4xx status", describe(reply, subject_), request);
  // Only this request, or also one that is forged in another way?
  const bool has_signature = find_header(request.headers, kSignatureHeader).has_value();
  const Request other = this->request(
      event().dump(), has_signature ? std::nullopt : std::optional<std::string>("t=1,v1=00"));
  if (silent) return without_response(std::move(finding), Unwelcome::forged, other);
  if (!send(other).delivered()) return finding;
  return with_remedy(std::move(finding), kTakesAll);
}

Finding Driver::without_response(Finding finding, Unwelcome sort, const Request& similar) {
  if (has_failed(send(similar), FailureKind::timeout)) trace_.no_response_to = sort;
  return with_remedy(std::move(finding),
                     sort == Unwelcome::duplicate ? kRespondToCopies : kRespond);
}

Request with_content_type(Request request, std::string_view type) {
  for (Header& header : request.headers) {
    if (header.name == "Content-Type") header.value = type;
  }
  return request;
}

std::string describe(const Reply& reply, Duration timeout) {
  if (const Response* response = reply.response()) return status_text(response->status);
  const Failure& failure = *reply.failure();
  const std::string detail = failure.detail.empty() ? "" : " (" + failure.detail + ")";
  if (failure.kind == FailureKind::timeout) {
    return "no complete response within " + to_string(timeout) + detail;
  }
  // The details of these would repeat the kind.
  if (failure.kind == FailureKind::connection_refused) return "connection refused";
  if (failure.kind == FailureKind::connection_reset) return "connection reset by peer";
  if (failure.kind == FailureKind::connection_closed && failure.stage == Stage::request) {
    return "connection closed without a response";
  }
  std::string kind(to_string(failure.kind));
  std::ranges::replace(kind, '_', ' ');
  return kind + detail;
}

std::string describe(const Reply& reply, const Subject& subject) {
  std::string text = describe(reply, subject.timeout);
  if (has_forbidden_body(reply)) text += ", with a body";
  const Response* response = reply.response();
  const std::string line = response != nullptr ? first_line_of(*response, subject) : "";
  return line.empty() ? text : text + " (\"" + line + "\")";
}

const Reply* first_rejected(std::span<const Reply> replies) {
  const auto found = std::ranges::find_if_not(replies, &Reply::delivered);
  return found != replies.end() ? &*found : nullptr;
}

std::string describe_some_rejected(std::span<const Reply> replies, const Subject& subject) {
  const auto accepted = std::ranges::count_if(replies, &Reply::delivered);
  return std::to_string(accepted) + " of " + std::to_string(replies.size()) +
         " were accepted; another got: " + describe(*first_rejected(replies), subject);
}

int status_of(const Reply& reply) {
  const Response* response = reply.response();
  return response != nullptr ? response->status : 0;
}

bool has_failed(const Reply& reply, FailureKind kind) {
  const Failure* failure = reply.failure();
  return failure != nullptr && failure->kind == kind;
}

std::string_view remedy_for_status(int status) {
  switch (status) {
    case 404:
      return "check the path: the server has no handler there";
    case 405:
      return "allow POST requests to this path";
    case 409:
      return "return 200 for an event that was already processed, and do not reject one because a "
             "newer event of another booking has come: retries change the order. If you repeated "
             "a --seed, all events are duplicates: omit --seed to get new bookings";
    case 429:
      return "exempt Slotflow's deliveries from the rate limit, or run check without it: bookings "
             "come in bursts, and Slotflow repeats a rejected delivery only after 5 minutes";
    default:
      return "";
  }
}

std::optional<std::string> header_of(const Reply& reply, std::string_view name) {
  const Response* response = reply.response();
  const auto value = response ? find_header(response->headers, name) : std::nullopt;
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

bool looks_like_a_signature_matter(const Reply& reply) {
  const int status = status_of(reply);
  return (status == 400 || status == 401 || status == 403) &&
         !header_of(reply, "WWW-Authenticate") && remedy_named_by(reply).empty();
}

Finding passed(std::string observed) {
  return {CheckVerdict::passed, "", std::move(observed)};
}

Finding failed(std::string expected, std::string observed, Evidence evidence) {
  return {CheckVerdict::failed, std::move(expected), std::move(observed), std::move(evidence)};
}

Finding failed(std::string expected, std::string observed, Request shown) {
  return failed(std::move(expected), std::move(observed), Evidence(std::move(shown)));
}

Finding skipped(std::string reason) {
  return {CheckVerdict::skipped, "", std::move(reason)};
}

Finding with_remedy(Finding finding, std::string_view remedy) {
  finding.remedy = remedy;
  finding.also.clear();
  return finding;
}

}  // namespace slotflow
