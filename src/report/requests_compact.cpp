#include <algorithm>
#include <array>

#include "domain/status_text.h"
#include "domain/utf8.h"
#include "report/display_width.h"
#include "report/escape.h"
#include "report/local_time.h"
#include "report/phrases.h"
#include "report/requests.h"

namespace slotflow {

namespace {

constexpr const char* kSeparator = "  ";
constexpr const char* kNothing = "-";

// Returns `text`, or its beginning and an ellipsis if it is wider.
std::string cut_to(const std::string& text, std::size_t columns) {
  if (display_width(text) <= columns) return text;
  if (columns == 0) return "";
  constexpr std::size_t kMaxBytes = 4;  // of a character
  std::size_t size = std::min(text.size(), columns * kMaxBytes);
  std::string_view kept = utf8_prefix(text, size);
  while (display_width(kept) > columns - 1) kept = utf8_prefix(text, --size);
  return std::string(kept) + "…";
}

// Returns the part of the response that is never cut.
std::string short_response(const ReceivedRequest& request) {
  if (request.given_up_after) return "-> given up";
  if (request.status) return "-> " + std::to_string(*request.status);
  if (request.fault != nullptr) return std::string("-> ").append(request.fault->name);
  return "-> dropped";
}

// Returns what the handler did, if the response does not show it.
std::string handler_word(const ReceivedRequest& request) {
  if (!request.forwarded) return "";
  if (request.handler_body_too_large) return std::string(to_string(FailureKind::bad_response));
  const Response* response = request.forwarded->response();
  if (response == nullptr) return std::string(to_string(request.forwarded->failure()->kind));
  const bool is_shown = !request.given_up_after && request.status == response->status;
  return is_shown ? "" : std::to_string(response->status);
}

// Returns the rest of the response.
std::string response_details(const ReceivedRequest& request) {
  std::string text;
  if (request.given_up_after) text += " after " + elapsed_text(*request.given_up_after);
  const bool fault_is_shown = !request.given_up_after && !request.status;
  if (request.fault != nullptr && !fault_is_shown) text.append(" ").append(request.fault->name);
  if (request.failed_on_purpose || request.fault != nullptr) text += " (simulated)";
  const std::string handler = handler_word(request);
  if (!handler.empty()) text += " (handler " + handler + ')';
  if (request.duplicate_of_age) text += " (duplicate)";
  return text;
}

std::string painted_response(const ReceivedRequest& request, const std::string& text,
                             const Style& style) {
  if (request.given_up_after) return style.red(text);
  if (request.failed_on_purpose || request.fault != nullptr) return style.yellow(text);
  const bool accepted = request.status && is_success(*request.status);
  return accepted ? style.green(text) : style.red(text);
}

std::string painted_verdict(SignatureVerdict verdict, const std::string& text, const Style& style) {
  if (verdict == SignatureVerdict::valid) return style.green(text);
  return verdict == SignatureVerdict::unchecked ? style.dim(text) : style.red(text);
}

// An empty field is left out.
struct Fields {
  std::string time, number, line, event, booking, verdict, response, details;

  std::size_t width() const {
    std::size_t width = 0;
    for (const std::string* field :
         {&time, &number, &line, &event, &booking, &verdict, &response}) {
      if (!field->empty()) width += display_width(*field) + 2;
    }
    return width - 2 + display_width(details);
  }
};

// Shortens what is least needed first, and keeps its beginning as long as possible; in the end,
// leaves it out.
void fit(Fields& fields, std::size_t columns) {
  struct Step {
    std::string Fields::* field;
    std::size_t least;
  };
  constexpr std::array<Step, 10> kSteps{{{&Fields::booking, 8},
                                         {&Fields::line, 12},
                                         {&Fields::event, 8},
                                         {&Fields::booking, 0},
                                         {&Fields::details, 0},
                                         {&Fields::event, 0},
                                         {&Fields::line, 4},
                                         {&Fields::time, 0},
                                         {&Fields::line, 0},
                                         {&Fields::verdict, 0}}};
  for (const auto& [name, least] : kSteps) {
    const std::size_t width = fields.width();
    if (width <= columns) return;
    std::string& field = fields.*name;
    const std::size_t now = display_width(field);
    const std::size_t excess = std::min(width - columns, now);
    // A rest of a few characters would say nothing.
    field = least == 0 ? "" : cut_to(field, std::max(now - excess, least));
  }
}

}  // namespace

std::string text_of(const CompactRequest& compact, const Style& style) {
  const ReceivedRequest& request = *compact.request;
  Fields fields;
  fields.time = local_time_of_day(request.at);
  fields.number = '#' + std::to_string(request.n);
  fields.line = safe_line(request.method);
  if (!request.path.empty()) fields.line += ' ' + safe_line(request.path);
  if (request.malformed) {
    fields.event = "rejected: " + safe_line(*request.malformed);
  } else {
    fields.event = request.event ? safe_line(*request.event) : kNothing;
    fields.booking = request.booking_id ? safe_line(*request.booking_id) : kNothing;
    fields.verdict = to_string(request.signature.verdict);
  }
  fields.response = short_response(request);
  fields.details = response_details(request);
  if (compact.columns > 0) fit(fields, compact.columns);
  std::string text;
  const auto add = [&](const std::string& field, const std::string& shown) {
    if (field.empty()) return;
    if (!text.empty()) text += kSeparator;
    text += shown;
  };
  add(fields.time, style.dim(fields.time));
  add(fields.number, fields.number);
  add(fields.line, fields.line);
  add(fields.event, request.malformed ? style.red(fields.event) : style.bold(fields.event));
  add(fields.booking, fields.booking);
  add(fields.verdict, painted_verdict(request.signature.verdict, fields.verdict, style));
  add(fields.response, painted_response(request, fields.response + fields.details, style));
  return text + '\n';
}

std::string json_of(const CompactRequest& compact) {
  return json_of(*compact.request);
}

}  // namespace slotflow
