#include "conformance/driver.h"

#include <cstdio>
#include <thread>

#include "domain/booking.h"
#include "domain/signature.h"
#include "domain/status_text.h"
#include "domain/version.h"

namespace slotflow {

namespace {

int coming_year(Timestamp now) {
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  return static_cast<int>(today.year()) + 1;
}

}  // namespace

Driver::Driver(const Subject& subject, HttpTransport& transport, const Clock& clock, Random random,
               const Reply& baseline)
    : subject_(subject),
      transport_(transport),
      clock_(clock),
      random_(random),
      baseline_(baseline) {}

std::string Driver::day(int month, int day_of_month, std::string_view time) const {
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%s:00.000Z", coming_year(clock_.now()), month,
                day_of_month, std::string(time).c_str());
  return text;
}

Json Driver::event(Event event) {
  // In spring, far from the edges of the year that some checks are about.
  const Timestamp spring = *parse_iso8601(day(3, 10, "00:00"));
  Json booking = make_booking(event, spring, Preset::sales, random_);
  // ASCII, so that what a handler does with other letters is one check's to find.
  booking["attendee_name"] = "Alex Rivera";
  booking["attendee_email"] = "alex.rivera@example.com";
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
  request.headers = subject_.headers;
  const auto add_default = [&](std::string_view name, const std::string& value) {
    if (!find_header(request.headers, name)) request.headers.push_back({std::string(name), value});
  };
  add_default("Content-Type", "application/json");
  add_default("User-Agent", "slotflow-hooks/" + std::string(kVersion));
  if (signature_header) add_default(kSignatureHeader, *signature_header);
  return request;
}

std::vector<Reply> Driver::send_at_once(std::span<const Request> requests) {
  std::vector<Reply> replies(requests.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    threads.emplace_back([&, i] { replies[i] = transport_.send(requests[i]); });
  }
  for (std::thread& thread : threads) thread.join();
  return replies;
}

Finding Driver::accepted(const Request& request) {
  const Reply reply = send(request);
  if (reply.delivered()) return passed(told(reply, subject_.timeout));
  return failed("a 2xx status", told(reply, subject_.timeout), request);
}

Finding Driver::refused(const Request& request) {
  const Reply reply = send(request);
  const std::string what = told(reply, subject_.timeout);
  if (status_of(reply) >= 400) return passed(what);
  return failed("a 4xx status", what, request);
}

std::string told(const Reply& reply, Duration timeout) {
  if (const Response* response = reply.response()) return status_text(response->status);
  const Failure& failure = *reply.failure();
  if (failure.kind == FailureKind::timeout) return "no whole answer within " + to_string(timeout);
  const std::string kind(to_string(failure.kind));
  return failure.detail.empty() ? kind : kind + " (" + failure.detail + ")";
}

int status_of(const Reply& reply) {
  const Response* response = reply.response();
  return response != nullptr ? response->status : 0;
}

Finding passed(std::string observed) {
  return {CheckVerdict::passed, "", std::move(observed), std::nullopt};
}

Finding failed(std::string expected, std::string observed, std::optional<Request> evidence) {
  return {CheckVerdict::failed, std::move(expected), std::move(observed), std::move(evidence)};
}

Finding skipped(std::string reason) {
  return {CheckVerdict::skipped, "", std::move(reason), std::nullopt};
}

}  // namespace slotflow
