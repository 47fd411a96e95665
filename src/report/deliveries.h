// What fire shows: what is sent, how each attempt went, and the count.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/history.h"
#include "domain/json.h"
#include "report/style.h"

namespace slotflow {

inline constexpr std::size_t kMaxResponseShown = 4096;  // bytes of the body

// What fire is about to send, shown once before the first attempt.
struct FireAnnouncement {
  std::string event;
  std::optional<Json> payload;  // nullopt: the bytes are not JSON
  std::size_t deliveries = 0;
  std::vector<std::string> endpoints;
  std::vector<Duration> retry_delays;  // after they were divided by `speed`
  double speed = 1;
};

// A request that fire would send, as it would be on the wire.
struct RequestPreview {
  std::string url;
  std::string method;
  std::string target;
  std::vector<Header> headers;
  std::string body;
  std::optional<std::string> curl;  // the command to show in place of the request
};

std::string text_of(const FireAnnouncement& announcement, const Style& style);
std::string text_of(const RequestPreview& preview, const Style& style);
// One line, its fields separated by two spaces: time, attempt, result, duration, URL (with the
// address used, unless the URL contains it), outcome. Indented lines below it explain a failure.
// If the attempt has its request, this and the response follow, see report/exchange_text.h.
std::string text_of(const Attempt& attempt, const Style& style);
std::string text_of(const DeliverySummary& summary, const Style& style);

// Nothing: the attempts say all of it.
std::string json_of(const FireAnnouncement& announcement);
std::string json_of(const RequestPreview& preview);
std::string json_of(const Attempt& attempt);
std::string json_of(const AttemptRecord& record);  // with what only the history knows
std::string json_of(const DeliverySummary& summary);

}  // namespace slotflow
