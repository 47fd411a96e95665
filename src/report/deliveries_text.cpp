#include <array>
#include <cstdio>
#include <set>

#include "domain/ascii.h"
#include "domain/status_text.h"
#include "report/deliveries.h"
#include "report/escape.h"
#include "report/local_time.h"
#include "report/phrases.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxExcerpt = 200;  // characters of a response that are shown
constexpr std::size_t kMaxHeader = 2048;  // Locations are URLs; ours are no longer than that

// In the order of FailureKind: what to check first. Empty if the failure is clear without a hint.
constexpr std::array<std::string_view, kFailureNames.size()> kHints{
    "Slotflow's limit is 10s in total: respond first, then do the work",
    "check that the server is running; from inside a container, the host is host.docker.internal",
    "this machine has no route to it: check the address and the network",
    "the server reset the connection; the handler may have crashed",
    "the server closed the connection before the response was complete; the handler may have "
    "crashed",
    "check the spelling of the host",
    "trust your own certificate with --cacert FILE, or any certificate with --insecure",
    "check that this is an HTTP/1.1 server, and whether the URL needs http or https",
    "",
};

// Returns one line: HTML pages and stack traces would fill the screen.
std::string body_excerpt(std::string_view body) {
  std::string folded;
  for (const char c : body) {
    if (!is_space(c)) {
      folded += c;
    } else if (!folded.empty() && folded.back() != ' ') {
      folded += ' ';
    }
  }
  if (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return safe_excerpt(folded, kMaxExcerpt);
}

// Returns a line below the one of its attempt.
std::string noted(const std::string& text, const Style& style) {
  return wrapped("    " + text, style.columns, 4) + '\n';
}

// Slotflow's documentation: only 2xx is success, redirects are not followed, and the three
// attempts keep their schedule whatever the endpoint returns.
std::string response_notes(const Response& response, const Style& style) {
  std::string notes;
  const auto note = [&](const std::string& text) { notes += noted(text, style); };
  const auto location = find_header(response.headers, "Location");
  if (response.status >= 300 && response.status < 400 && location) {
    note("not followed: Location: " + safe_excerpt(*location, kMaxHeader));
  }
  if (response.status == 410) note("Slotflow retries after 410 as after any other failure");
  if (response.status == 429) note("Slotflow does not slow down after 429");
  if (const auto retry_after = find_header(response.headers, "Retry-After")) {
    note("Retry-After: " + safe_excerpt(*retry_after, kMaxHeader) + " (Slotflow ignores it)");
  }
  const std::string body = body_excerpt(response.body);
  if (!body.empty()) note(style.dim(body));
  return notes;
}

std::string failure_notes(const Failure& failure, const Style& style) {
  const std::string_view hint = kHints[static_cast<std::size_t>(failure.kind)];
  std::string text = safe_line(failure.detail);
  if (text.empty()) {
    text = hint;
  } else if (!hint.empty()) {
    text.append(" (").append(hint).append(")");
  }
  return text.empty() ? "" : noted(text, style);
}

std::string result_text(const Reply& reply, const Style& style) {
  const Response* response = reply.response();
  if (response == nullptr) return style.red(to_string(reply.failure()->kind));
  const std::string text = status_text(response->status);
  return reply.delivered() ? style.green(text) : style.red(text);
}

std::string endpoint_text(const Attempt& attempt, const Style& style) {
  const std::string& address = attempt.reply.address;
  std::string url = safe_line(attempt.url);
  if (address.empty() || attempt.url.find("//" + address) != std::string::npos) return url;
  return url + ' ' + style.dim('(' + safe_line(address) + ')');
}

std::string outcome_text(const Attempt& attempt, const Style& style) {
  if (attempt.outcome == Outcome::delivered) return style.green("delivered");
  if (attempt.outcome == Outcome::failed) return style.red("failed");
  if (!attempt.next_attempt_in) return style.yellow("retrying");
  return style.yellow("next in " + to_string(*attempt.next_attempt_in));
}

// Returns ", retries after 1s and 12s (delays divided by 300)".
std::string schedule_text(const FireAnnouncement& announcement) {
  const auto& delays = announcement.retry_delays;
  if (delays.empty()) return ", no retries";
  std::string text = ", retries after ";
  for (std::size_t i = 0; i < delays.size(); ++i) {
    if (i > 0) text += i + 1 == delays.size() ? " and " : ", ";
    text += to_string(delays[i]);
  }
  if (announcement.speed == 1) return text;
  char factor[32];
  std::snprintf(factor, sizeof factor, "%g", announcement.speed);
  return text + " (delays divided by " + factor + ")";
}

}  // namespace

std::string text_of(const FireAnnouncement& announcement, const Style& style) {
  std::string text = style.bold(safe_line(announcement.event));
  if (announcement.payload) {
    const std::string booking = booking_text(*announcement.payload, false);
    if (!booking.empty()) text += "  " + booking;
    const Json* data = find_member(*announcement.payload, "data");
    const std::string* id = data != nullptr ? find_string(*data, "id") : nullptr;
    if (id != nullptr) text += "  booking " + safe_excerpt(*id, kMaxExcerpt);
  }
  const std::set<std::string> endpoints(announcement.endpoints.begin(),
                                        announcement.endpoints.end());
  text += "\n-> " + counted(announcement.deliveries, "delivery", "deliveries") + " to " +
          (endpoints.size() == 1 ? safe_line(*endpoints.begin())
                                 : counted(endpoints.size(), "endpoint", "endpoints"));
  return wrapped(text + schedule_text(announcement), style.columns, 4) + '\n';
}

std::string text_of(const RequestPreview& preview, const Style& style) {
  if (preview.curl) return safe_text(*preview.curl) + '\n';
  std::string text = style.dim("# to " + safe_line(preview.url)) + '\n';
  text += preview.method + ' ' + safe_line(preview.target) + " HTTP/1.1\n";
  for (const auto& [name, value] : preview.headers) {
    text += safe_line(name) + ": " + safe_line(value) + '\n';
  }
  return text + '\n' + safe_text(preview.body) + '\n';
}

std::string text_of(const Attempt& attempt, const Style& style) {
  const std::string whole =
      style.dim(local_time_of_day(attempt.at)) + "  attempt " + std::to_string(attempt.number) +
      '/' + std::to_string(attempt.max_attempts) + "  " + result_text(attempt.reply, style) +
      "  in " + elapsed_text(attempt.reply.duration) + "  " + endpoint_text(attempt, style) + "  " +
      outcome_text(attempt, style);
  const std::string line = wrapped(whole, style.columns, 4);
  const Response* response = attempt.reply.response();
  if (response == nullptr) return line + '\n' + failure_notes(*attempt.reply.failure(), style);
  return line + '\n' + (attempt.reply.delivered() ? "" : response_notes(*response, style));
}

std::string text_of(const DeliverySummary& summary, const Style& style) {
  const std::string failed = std::to_string(summary.failed) + " failed";
  std::string text = counted(summary.deliveries, "delivery", "deliveries") + ": " +
                     std::to_string(summary.delivered) + " delivered, " +
                     (summary.failed > 0 ? style.red(failed) : failed) + " in " +
                     counted(summary.attempts, "attempt", "attempts");
  if (summary.unfinished > 0) text += ", " + std::to_string(summary.unfinished) + " unfinished";
  return text + '\n';
}

}  // namespace slotflow
