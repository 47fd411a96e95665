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

std::string short_response(const ReceivedRequest& request) {
  std::string text = "->";
  if (request.given_up_after) {
    text += " given up after " + elapsed_text(*request.given_up_after);
  } else if (request.status) {
    text += ' ' + std::to_string(*request.status);
  } else if (request.fault == nullptr) {
    text += " dropped";
  }
  if (request.fault != nullptr) text.append(" ").append(request.fault->name);
  if (request.failed_on_purpose || request.fault != nullptr) text += " (simulated)";
  const Failure* failure = request.forwarded ? request.forwarded->failure() : nullptr;
  if (failure != nullptr) text.append(" (handler ").append(to_string(failure->kind)).append(")");
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

struct Fields {
  std::string time, line, event, booking, verdict, response;

  std::size_t width() const {
    std::size_t width = 0;
    for (const std::string* field : {&time, &line, &event, &booking, &verdict, &response}) {
      width += display_width(*field) + 2;
    }
    return width - 2;
  }
};

// Shortens what is least needed first, and keeps its beginning as long as possible.
void fit(Fields& fields, std::size_t columns) {
  struct Step {
    std::string Fields::* field;
    std::size_t least;
  };
  constexpr std::array<Step, 7> kSteps{{{&Fields::booking, 8},
                                        {&Fields::line, 12},
                                        {&Fields::event, 8},
                                        {&Fields::response, 6},
                                        {&Fields::booking, 1},
                                        {&Fields::line, 1},
                                        {&Fields::event, 1}}};
  for (const Step& step : kSteps) {
    const std::size_t width = fields.width();
    if (width <= columns) return;
    std::string& field = fields.*step.field;
    const std::size_t now = display_width(field);
    const std::size_t excess = std::min(width - columns, now);
    field = cut_to(field, std::max(now - excess, step.least));
  }
}

}  // namespace

std::string text_of(const CompactRequest& compact, const Style& style) {
  const ReceivedRequest& request = *compact.request;
  Fields fields;
  fields.time = local_time_of_day(request.at);
  fields.line = request.malformed ? "malformed: " + safe_line(*request.malformed)
                                  : safe_line(request.method + ' ' + request.path);
  fields.event = request.event ? safe_line(*request.event) : kNothing;
  fields.booking = request.booking_id ? safe_line(*request.booking_id) : kNothing;
  fields.verdict = to_string(request.signature.verdict);
  fields.response = short_response(request);
  if (compact.columns > 0) fit(fields, compact.columns);
  std::string text = style.dim(fields.time);
  text += kSeparator + (request.malformed ? style.red(fields.line) : fields.line);
  text += kSeparator + style.bold(fields.event);
  text += kSeparator + fields.booking;
  text += kSeparator + painted_verdict(request.signature.verdict, fields.verdict, style);
  text += kSeparator + painted_response(request, fields.response, style);
  return text + '\n';
}

std::string json_of(const CompactRequest& compact) {
  return json_of(*compact.request);
}

}  // namespace slotflow
