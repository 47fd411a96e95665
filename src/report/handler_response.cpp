#include "report/handler_response.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "domain/base64.h"
#include "domain/failure_hint.h"
#include "domain/status_text.h"
#include "domain/text.h"
#include "domain/utf8.h"
#include "report/escape.h"
#include "report/json_parts.h"
#include "report/message_text.h"
#include "report/phrases.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxNameOrReason = 100;  // characters
constexpr std::size_t kMaxDetail = 500;        // characters
constexpr std::size_t kMaxLines = 40;          // of a body
constexpr MessageLayout kLayout{.prefix = "      ",
                                .note_prefix = "      ",
                                .max_headers = 30,
                                .max_name = kMaxNameOrReason,
                                .max_value = 200};

std::string no_response_text(const Failure& failure) {
  std::string text = "no response of the handler: ";
  text += failure.detail.empty() ? std::string(to_string(failure.kind))
                                 : safe_excerpt(failure.detail, kMaxDetail);
  if (failure.kind == FailureKind::connection_refused) {
    text += " (" + hint_for(failure, false, kSlotflowTimeout) + ")";
  }
  return text;
}

// Returns the first lines of a body without what is no text: tabs, CR before LF, and empty lines at
// its end.
std::string body_text(const Response& response, const Style& style) {
  std::string_view body = response.body;
  while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
  const std::vector<std::string_view> lines = split(body, '\n');
  std::string shown;
  for (std::string_view line : std::span(lines).first(std::min(lines.size(), kMaxLines))) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (const char c : line) shown.append(c == '\t' ? 4 : 1, c == '\t' ? ' ' : c);
    shown += '\n';
  }
  if (!shown.empty()) shown.pop_back();
  const std::string text = message_body(shown, kLayout, style);
  if (lines.size() <= kMaxLines) {
    return response.cut ? text + message_cut(response.body.size(), kLayout, style) : text;
  }
  std::string rest = counted(lines.size() - kMaxLines, "more line", "more lines");
  if (response.cut) {
    rest += " of the first " + std::to_string(response.body.size()) + " bytes of the body";
  }
  return text + message_note("… (" + rest + ")", kLayout, style);
}

}  // namespace

std::string disagreement_text(const ReceivedRequest& request, const Style& style) {
  if (!request.handler_disagrees_since || !request.forwarded) return "";
  const Response* response = request.forwarded->response();
  if (response == nullptr) return "";
  const std::string fact =
      "the signature is valid here, but the handler returned " + std::to_string(response->status);
  const std::uint64_t first = *request.handler_disagrees_since;
  if (first != request.n) {
    return indented(style.yellow(fact + ": see #" + std::to_string(first)), style);
  }
  std::string text = style.yellow(fact) + ": it may have another secret. Give it the one that ";
  if (request.secret_command.empty()) {
    text +=
        "listen was started with (--secret, --secret-file or SLOTFLOW_WEBHOOK_SECRET), and "
        "restart it.";
    text = indented(text, style);
  } else {
    text = indented(text + "this prints, and restart it:", style) +
           message_line(safe_line(request.secret_command), kLayout);
  }
  return text + indented(
                    "If it has this secret: check that it verifies the raw body, not a parsed one, "
                    "and that no login or CSRF protection comes first.",
                    style);
}

std::string disagreement_warning(const ReceivedRequest& request) {
  if (request.handler_disagrees_since != request.n || !request.forwarded) return "";
  const Response* response = request.forwarded->response();
  if (response == nullptr) return "";
  return "the signature of #" + std::to_string(request.n) +
         " is valid here, but the handler returned " + std::to_string(response->status) +
         ": it may have another secret; give it the one that " +
         (request.secret_command.empty() ? "listen was started with"
                                         : "this prints: " + request.secret_command);
}

std::string handler_response_text(const ReceivedRequest& request, const Style& style,
                                  bool verbose) {
  if (!request.forwarded) return "";
  const Response* response = request.forwarded->response();
  if (response == nullptr) {
    return indented(no_response_text(*request.forwarded->failure()), style);
  }
  const bool success = is_success(response->status);
  const bool too_large = request.handler_body_too_large;
  if (success && !verbose && !too_large) return "";
  std::string status = std::to_string(response->status);
  if (!response->reason.empty()) status += ' ' + safe_excerpt(response->reason, kMaxNameOrReason);
  std::string title = "response of the handler: ";
  title += success ? style.green(status) : style.red(status);
  if (too_large) title += style.red(std::string("; not passed on: ") + kHandlerBodyTooLarge);
  return indented(title, style) +
         wrapped(message_headers(response->headers, kLayout, style), style.columns,
                 kLayout.prefix.size()) +
         body_text(*response, style);
}

void append_forwarded(std::string& out, const ReceivedRequest& request) {
  if (!request.forwarded) {
    out += "null";
    return;
  }
  const Reply& reply = *request.forwarded;
  const Response* response = reply.response();
  const Failure* failure = reply.failure();
  Json json = Json::object();
  json["status"] = response != nullptr ? Json(response->status) : Json(nullptr);
  if (response != nullptr) {
    const bool text = is_utf8(response->body);
    add_headers(json, "headers", response->headers);
    json["body"] = text ? Json(response->body) : Json(nullptr);
    json["body_base64"] = text ? Json(nullptr) : Json(base64(response->body));
    json["body_cut"] = response->cut;
  } else {
    for (const char* name : {"headers", "body", "body_base64", "body_cut"}) json[name] = nullptr;
  }
  json["error"] = nullptr;
  json["detail"] = nullptr;
  if (failure != nullptr) {
    json["error"] = to_string(failure->kind);
    if (!failure->detail.empty()) json["detail"] = failure->detail;
  } else if (request.handler_body_too_large) {
    json["error"] = to_string(FailureKind::bad_response);
    json["detail"] = kHandlerBodyTooLarge;
  }
  json["duration_ms"] = milliseconds(reply.duration);
  out += safe_json(to_line(json));
}

}  // namespace slotflow
