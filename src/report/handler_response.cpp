#include "report/handler_response.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "domain/base64.h"
#include "domain/status_text.h"
#include "domain/text.h"
#include "domain/utf8.h"
#include "report/escape.h"
#include "report/json_parts.h"
#include "report/phrases.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxHeadersShown = 30;
constexpr std::size_t kMaxNameOrReason = 100;  // characters
constexpr std::size_t kMaxHeaderValue = 200;   // characters
constexpr std::size_t kMaxDetail = 500;        // characters
constexpr std::size_t kMaxLines = 40;          // of a body

// Returns a line of what is indented below another line.
std::string line_below(const std::string& text, const Style& style) {
  return text.empty() ? "\n" : indented(text, style, 6);
}

// The bytes of a body are not wrapped.
std::string body_line(const std::string& text) {
  return text.empty() ? "\n" : "      " + text + '\n';
}

std::string headers_text(const std::vector<Header>& headers, const Style& style) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& [name, value] : headers) {
    if (shown++ == kMaxHeadersShown) {
      return text + line_below(style.dim("… (" + std::to_string(headers.size() - kMaxHeadersShown) +
                                         " more headers)"),
                               style);
    }
    text += line_below(style.dim(safe_excerpt(name, kMaxNameOrReason) + ": " +
                                 safe_excerpt(value, kMaxHeaderValue)),
                       style);
  }
  return text;
}

std::string no_response_text(const Failure& failure) {
  std::string text = "no response of the handler: ";
  text += failure.detail.empty() ? std::string(to_string(failure.kind))
                                 : safe_excerpt(failure.detail, kMaxDetail);
  if (failure.kind == FailureKind::connection_refused) text += "; check that it is running";
  return text;
}

std::string without_tabs(std::string_view line) {
  std::string text;
  for (const char c : line) text.append(c == '\t' ? 4 : 1, c == '\t' ? ' ' : c);
  return text;
}

std::string body_text(const Response& response, const Style& style) {
  std::string_view body = response.body;
  while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
  if (body.empty()) return line_below(style.dim("(no body)"), style);
  std::string text = "\n";
  const std::vector<std::string_view> lines = split(body, '\n');
  for (std::string_view line : std::span(lines).first(std::min(lines.size(), kMaxLines))) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    text += body_line(safe_line(without_tabs(line)));
  }
  std::string rest;
  if (lines.size() > kMaxLines) {
    rest = counted(lines.size() - kMaxLines, "more line", "more lines");
  }
  if (response.cut) {
    rest += std::string(rest.empty() ? "" : " of ") + "the first " +
            std::to_string(response.body.size()) + " bytes of the body";
  }
  return rest.empty() ? text : text + line_below(style.dim("… (" + rest + ")"), style);
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
  if (request.webhook_id.empty()) {
    text +=
        "listen was started with (--secret, --secret-file or SLOTFLOW_WEBHOOK_SECRET), and "
        "restart it.";
    text = indented(text, style);
  } else {
    text = indented(text + "this prints, and restart it:", style) +
           line_below("slotflow-hooks secret " + safe_line(request.webhook_id), style);
  }
  return text + indented(
                    "If it has this secret: check that it verifies the raw body, not a parsed one, "
                    "and that no login or CSRF protection comes first.",
                    style);
}

std::string handler_response_text(const ReceivedRequest& request, const Style& style,
                                  bool verbose) {
  if (!request.forwarded) return "";
  const Response* response = request.forwarded->response();
  if (response == nullptr) {
    return indented(no_response_text(*request.forwarded->failure()), style);
  }
  const bool success = is_success(response->status);
  if (success && !verbose) return "";
  std::string status = std::to_string(response->status);
  if (!response->reason.empty()) status += ' ' + safe_excerpt(response->reason, kMaxNameOrReason);
  return indented("response of the handler: " + (success ? style.green(status) : style.red(status)),
                  style) +
         headers_text(response->headers, style) + body_text(*response, style);
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
  json["error"] = failure != nullptr ? Json(to_string(failure->kind)) : Json(nullptr);
  json["duration_ms"] = milliseconds(reply.duration);
  out += safe_json(to_line(json));
}

}  // namespace slotflow
