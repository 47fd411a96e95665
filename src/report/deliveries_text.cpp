#include <cstdio>
#include <set>
#include <vector>

#include "domain/ascii.h"
#include "domain/failure_hint.h"
#include "domain/status_text.h"
#include "domain/text.h"
#include "report/deliveries.h"
#include "report/escape.h"
#include "report/exchange_text.h"
#include "report/local_time.h"
#include "report/phrases.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxExcerpt = 200;  // characters of a response that are shown
constexpr std::size_t kMaxHeader = 2048;  // Locations are URLs; ours are no longer than that

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

// Slotflow's documentation: only 2xx is success, redirects are not followed, and the three
// attempts keep their schedule whatever the endpoint returns.
std::string response_notes(const Response& response, bool with_body, const Style& style) {
  std::string notes;
  const auto note = [&](const std::string& text) { notes += indented(text, style); };
  const auto location = find_header(response.headers, "Location");
  if (is_redirect(response.status) && location) {
    note("not followed: Location: " + safe_excerpt(*location, kMaxHeader));
  }
  if (response.status == 410) note("410 does not end the retries");
  if (response.status == 429) note("429 does not change when the retries are sent");
  if (const auto retry_after = find_header(response.headers, "Retry-After")) {
    note("Retry-After: " + safe_excerpt(*retry_after, kMaxHeader) +
         " (it does not change the retries)");
  }
  const std::string body = with_body ? body_excerpt(response.body) : "";
  if (!body.empty()) note(style.dim(body));
  return notes;
}

std::string failure_notes(const Failure& failure, const Attempt& attempt, const Style& style) {
  const std::string hint = hint_for(failure, attempt.url.starts_with("https:"), attempt.timeout);
  std::string text = safe_line(failure.detail);
  if (text.empty()) {
    text = hint;
  } else if (!hint.empty()) {
    text.append(" (").append(hint).append(")");
  }
  return text.empty() ? "" : indented(text, style);
}

// Returns whether the user wants the response to be as it is.
bool is_welcome(const Attempt& attempt) {
  if (!attempt.expected_status.empty()) return attempt.outcome == Outcome::expected;
  return attempt.invalid_on_purpose ? attempt.rejected_as_it_should() : attempt.reply.delivered();
}

std::string result_text(const Attempt& attempt, const Style& style) {
  const Response* response = attempt.reply.response();
  if (response == nullptr) return style.red(to_string(attempt.reply.failure()->kind));
  const std::string text = status_text(response->status);
  return is_welcome(attempt) ? style.green(text) : style.red(text);
}

// Returns what should have happened, at the end of a delivery that ended otherwise.
std::string expectation_notes(const Attempt& attempt, const Style& style) {
  const bool ended = attempt.outcome == Outcome::delivered || attempt.outcome == Outcome::failed;
  if (ended && !attempt.expected_status.empty()) {
    return indented(style.red("expected " + attempt.expected_status), style);
  }
  if (attempt.outcome != Outcome::delivered || !attempt.invalid_on_purpose) return "";
  return indented(style.red("accepted, although the request is invalid on purpose"), style);
}

std::string endpoint_text(const Attempt& attempt, const Style& style) {
  const std::string& address = attempt.reply.address;
  std::string url = safe_line(attempt.url);
  if (address.empty() || attempt.url.find("//" + address) != std::string::npos) return url;
  return url + ' ' + style.dim('(' + safe_line(address) + ')');
}

std::string outcome_text(const Attempt& attempt, const Style& style) {
  if (attempt.next_attempt_in) {
    return style.yellow("next in " + to_string(*attempt.next_attempt_in));
  }
  const bool unjudged = attempt.expected_status.empty() && attempt.rejected_as_it_should();
  const std::string_view outcome =
      unjudged ? "rejected, as it should be" : to_string(attempt.outcome);
  if (attempt.outcome == Outcome::retrying) return style.yellow(outcome);
  return is_welcome(attempt) ? style.green(outcome) : style.red(outcome);
}

// Returns ", retries after 1s and 12s (delays divided by 300)".
std::string schedule_text(const FireAnnouncement& announcement) {
  const auto& delays = announcement.retry_delays;
  if (delays.empty()) return ", no retries";
  std::vector<std::string> texts;
  for (const Duration delay : delays) texts.push_back(to_string(delay));
  std::string text = ", retries after " + joined(texts, ", ", " and ");
  if (announcement.speed == 1) return text;
  char factor[32];
  std::snprintf(factor, sizeof factor, "%g", announcement.speed);
  return text + " (delays divided by " + factor + ")";
}

}  // namespace

std::string text_of(const FireAnnouncement& announcement, const Style& style) {
  std::string text = style.bold(safe_line(announcement.event));
  if (announcement.payload) {
    const std::string booking = booking_phrase(*announcement.payload, false);
    if (!booking.empty()) text += "  " + booking;
    const Json* data = find_field(*announcement.payload, "data");
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
  const std::string label = attempt.label.empty() ? "" : safe_line(attempt.label) + "  ";
  const std::string whole =
      style.dim(local_time_of_day(attempt.at)) + "  " + label + "attempt " +
      std::to_string(attempt.number) + '/' + std::to_string(attempt.max_attempts) + "  " +
      result_text(attempt, style) + "  in " + elapsed_text(attempt.reply.duration) + "  " +
      endpoint_text(attempt, style) + "  " + outcome_text(attempt, style);
  const std::string line = wrapped(whole, style.columns, 4);
  std::string notes = expectation_notes(attempt, style);
  const Response* response = attempt.reply.response();
  if (response == nullptr) {
    notes += failure_notes(*attempt.reply.failure(), attempt, style);
  } else if (!attempt.reply.delivered() && attempt.outcome != Outcome::expected) {
    notes += response_notes(*response, !attempt.request, style);
  }
  return line + '\n' + notes + exchange_text(attempt, style);
}

std::string text_of(const DeliverySummary& summary, const Style& style) {
  const bool as_wanted = summary.failed == summary.rejected;
  const std::string failed =
      std::to_string(summary.failed) + " failed" +
      (summary.rejected == 0 ? ""
       : as_wanted           ? " (rejected, as it should be)"
                   : " (" + std::to_string(summary.rejected) + " rejected, as it should be)");
  const std::string expected =
      summary.expected > 0 ? std::to_string(summary.expected) + " expected, " : "";
  std::string text = counted(summary.deliveries, "delivery", "deliveries") + ": " + expected +
                     std::to_string(summary.delivered) + " delivered, " +
                     (as_wanted ? failed : style.red(failed)) + " in " +
                     counted(summary.attempts, "attempt", "attempts");
  if (summary.unfinished > 0) text += ", " + std::to_string(summary.unfinished) + " unfinished";
  return text + '\n';
}

}  // namespace slotflow
