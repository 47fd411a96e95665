#include "domain/json_fields.h"
#include "domain/json_string.h"
#include "domain/status_text.h"
#include "domain/utf8.h"
#include "report/escape.h"
#include "report/handler_response.h"
#include "report/json_pretty.h"
#include "report/local_time.h"
#include "report/phrases.h"
#include "report/requests.h"
#include "report/signatures.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kIndent = 4;
constexpr std::size_t kMaxWord = 100;   // characters of a name or a value
constexpr std::size_t kMaxPath = 2048;  // characters
constexpr std::size_t kMaxReason = 500;
constexpr std::size_t kMaxSignature = 300;  // characters; Slotflow's have 80
constexpr std::size_t kMaxMetadata = 20;    // fields
constexpr std::size_t kMaxBody = 1024;      // bytes of a body that is not JSON

// " (handler 200 in 3.1 ms)"
std::string handler_text(const std::optional<Reply>& handler) {
  if (!handler) return "";
  const Response* response = handler->response();
  return " (handler " +
         (response != nullptr ? std::to_string(response->status)
                              : std::string(to_string(handler->failure()->kind))) +
         " in " + elapsed_text(handler->duration) + ')';
}

// Returns seconds: people wait that long.
std::string patience_text(std::chrono::microseconds waited) {
  const std::int64_t tenths = (waited.count() + 50'000) / 100'000;
  if (tenths == 0) return elapsed_text(waited);
  return with_tenths(tenths) + " s";
}

std::string receiver_response_text(const ReceivedRequest& request, const Style& style) {
  if (request.given_up_after) {
    return style.red("-> given up by the client after " + patience_text(*request.given_up_after) +
                     handler_text(request.forwarded));
  }
  const bool on_purpose = request.failed_on_purpose || request.fault != nullptr;
  if (!request.status && !on_purpose) return style.red("-> dropped");
  std::string text = "->";
  if (request.status) text += ' ' + std::to_string(*request.status);
  if (request.fault != nullptr) text.append(" ").append(request.fault->name);
  if (on_purpose) text += " (simulated)";
  if (request.delay > Duration{0}) text += " after " + to_string(request.delay);
  text += handler_text(request.forwarded);
  if (on_purpose) return style.yellow(text);
  const bool accepted = is_success(*request.status);
  return accepted ? style.green(text) : style.red(text);
}

std::string verdict_text(const SignatureCheck& check, const Style& style) {
  std::string text = "signature ";
  text += to_string(check.verdict);
  if (check.verdict == SignatureVerdict::valid) return style.green(text);
  if (!check.reason.empty()) text += " (" + safe_excerpt(check.reason, kMaxReason) + ')';
  return check.verdict == SignatureVerdict::unchecked ? style.dim(text) : style.red(text);
}

// Returns the signature header as it was received, and what is wrong with it.
std::string bad_signature_text(const ReceivedRequest& request, const Style& style) {
  const SignatureVerdict verdict = request.signature.verdict;
  if (verdict == SignatureVerdict::valid || verdict == SignatureVerdict::unchecked) return "";
  const auto header = find_header(request.headers, kSignatureHeader);
  if (!header) return "";
  std::string text =
      indented(std::string(kSignatureHeader) + ": " + safe_excerpt(*header, kMaxSignature), style);
  const auto diagnosis = diagnosis_of(request);
  if (diagnosis) {
    const std::string line = std::string(kIndent, ' ') + diagnosis_line(*diagnosis);
    text += wrapped(line, style.columns, kIndent);
  }
  return text;
}

// Numbers as written. A string is quoted only if the end of the value would be unclear otherwise.
std::string value_text(std::string_view value) {
  if (!value.starts_with('"')) return safe_excerpt(without_space(value), kMaxWord);
  const std::string text = json_unescaped(value.substr(1, value.size() - 2));
  const bool is_clear = !text.empty() && text.find_first_of(" \t\n\"=") == std::string::npos;
  return safe_excerpt(is_clear ? text : to_line(Json(text)), kMaxWord);
}

std::string metadata_text(std::string_view body) {
  const std::string_view data = last_value(json_fields(body), "data");
  const std::string_view metadata = last_value(json_fields(data), "metadata");
  if (metadata.empty() || metadata == "null") return {};
  if (!metadata.starts_with('{')) return "metadata " + value_text(metadata);
  const std::vector<JsonField> fields = json_fields(metadata);
  if (fields.empty()) return {};
  std::string text = "metadata";
  std::size_t shown = 0;
  for (const auto& [name, value] : fields) {
    if (shown++ == kMaxMetadata) {
      return text + " … (" + std::to_string(fields.size() - kMaxMetadata) + " more)";
    }
    text += ' ' + safe_excerpt(name, kMaxWord) + '=' + value_text(value);
  }
  return text;
}

// Returns whole seconds, except below one second.
std::string duplicate_text(Duration age) {
  if (age <= Duration{0}) return "duplicate: first seen just now";
  if (age >= std::chrono::seconds(1)) age = std::chrono::floor<std::chrono::seconds>(age);
  return "duplicate: first seen " + to_string(age) + " ago";
}

std::string json_text(const std::string& body, const Json& payload, const Style& style) {
  std::string text;
  const std::string booking = booking_phrase(payload, true);
  if (!booking.empty()) text += indented(booking, style);
  const std::string metadata = metadata_text(body);
  if (!metadata.empty()) text += indented(metadata, style);
  return text + pretty_json(body, style, {.indent = kIndent});
}

std::string other_body_text(const std::string& body, const JsonProblem& problem,
                            const Style& style) {
  if (body.empty()) return indented(style.dim("(no body)"), style);
  const std::string_view shown = utf8_prefix(body, kMaxBody);
  std::string title = problem.too_deep ? "nested too deeply (" : "not JSON (";
  title +=
      safe_excerpt(to_string(problem), kMaxReason) + "), " + counted(body.size(), "byte", "bytes");
  if (shown.size() < body.size()) title += ", the first " + std::to_string(shown.size());
  // The bytes of the body are not wrapped.
  return indented(title + ':', style) + std::string(kIndent, ' ') + safe_line(shown) + '\n';
}

// Shows what could be read of the request line.
std::string rejected_text(const ReceivedRequest& request, const Style& style) {
  std::string text = safe_excerpt(request.method, kMaxWord);
  if (!request.path.empty()) text += ' ' + safe_excerpt(request.path, kMaxPath);
  if (!text.empty()) text += "  ";
  return text + style.red("rejected: " + safe_excerpt(*request.malformed, kMaxReason)) + "  " +
         receiver_response_text(request, style) + '\n';
}

}  // namespace

std::string text_of(const Listening& listening, const Style& style) {
  const std::string inspector =
      listening.ui ? "Inspector at " + style.bold(safe_line(*listening.ui)) + '\n' : "";
  return "Listening on " + style.bold(safe_line(listening.url)) + '\n' + inspector +
         style.dim("(Ctrl-C to stop)") + '\n';
}

namespace {

std::string payload_text(const std::string& body, const Style& style) {
  const auto parsed = parse_json(body);
  if (const auto* payload = std::get_if<Json>(&parsed)) return json_text(body, *payload, style);
  return other_body_text(body, std::get<JsonProblem>(parsed), style);
}

std::string request_text(const ReceivedRequest& request, const Style& style, bool verbose) {
  std::string text =
      style.dim(local_time_of_day(request.at)) + "  #" + std::to_string(request.n) + "  ";
  if (request.malformed) {
    return wrapped(text + rejected_text(request, style), style.columns, kIndent);
  }
  text += safe_excerpt(request.method, kMaxWord) + ' ' + safe_excerpt(request.path, kMaxPath);
  if (request.event) text += "  " + style.bold(safe_excerpt(*request.event, kMaxWord));
  text +=
      "  " + verdict_text(request.signature, style) + "  " + receiver_response_text(request, style);
  text = wrapped(text, style.columns, kIndent) + '\n';
  if (request.duplicate_of_age) {
    text += indented(style.yellow(duplicate_text(*request.duplicate_of_age)), style);
  }
  text += bad_signature_text(request, style) + disagreement_text(request, style);
  return text + payload_text(request.body, style) + handler_response_text(request, style, verbose);
}

// Returns "responded 200 x5, 500 x1; faults reset x2; seed 7", or nothing if all responses were
// alike.
std::string decisions_text(const ReceiverSummary& summary) {
  if (summary.faults.empty() && summary.statuses.size() < 2) return "";
  std::string text;
  for (const auto& [status, count] : summary.statuses) {
    text += (text.empty() ? "responded " : ", ") + std::to_string(status) + " x" +
            std::to_string(count);
  }
  bool first = true;
  for (const auto& [fault, count] : summary.faults) {
    text += first ? (text.empty() ? "faults " : "; faults ") : ", ";
    text.append(fault).append(" x").append(std::to_string(count));
    first = false;
  }
  if (summary.seed) text += "; seed " + std::to_string(*summary.seed);
  return text + '\n';
}

// Returns "ended by --for; accepted 2 of 3 expected events", or the part of it that says something.
std::string end_text(const ReceiverSummary& summary, const Style& style) {
  std::string text = summary.ended == ReceiverEnd::time ? "ended by --for" : "";
  if (summary.expect) {
    const std::string expectation = expectation_text(summary);
    if (!text.empty()) text += "; ";
    text += summary.distinct >= *summary.expect ? expectation : style.red(expectation);
  }
  return text.empty() ? "" : wrapped(text, style.columns, kIndent) + '\n';
}

}  // namespace

std::string expectation_text(const ReceiverSummary& summary) {
  return "accepted " + std::to_string(summary.distinct) + " of " +
         counted(*summary.expect, "expected event", "expected events");
}

std::string text_of(const ReceivedRequest& request, const Style& style) {
  return request_text(request, style, false);
}

std::string text_of(const VerboseRequest& request, const Style& style) {
  return request_text(*request.request, style, true);
}

std::string text_of(const ReceiverSummary& summary, const Style& style) {
  const std::string bad = counted(summary.bad_signatures, "bad signature", "bad signatures");
  const std::string totals = counted(summary.requests, "request", "requests") + ": " +
                             std::to_string(summary.accepted) + " accepted, " +
                             std::to_string(summary.failed) + " failed; " +
                             counted(summary.duplicates, "duplicate", "duplicates") + ", " +
                             (summary.bad_signatures > 0 ? style.red(bad) : bad) + '\n';
  return wrapped(totals, style.columns, kIndent) +
         wrapped(decisions_text(summary), style.columns, kIndent) + end_text(summary, style);
}

}  // namespace slotflow
