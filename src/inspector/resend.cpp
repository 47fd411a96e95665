#include "inspector/resend.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/error.h"
#include "domain/failure_hint.h"
#include "domain/json.h"
#include "domain/signature.h"
#include "domain/utf8.h"
#include "report/json_parts.h"
#include "send/blocking_client.h"
#include "send/slotflow_request.h"

namespace slotflow {

namespace {

// Headers that belong to a connection or to the bytes of a body (RFC 9110, section 7.6.1), and that
// are made anew for the new request.
constexpr std::array<std::string_view, 10> kMadeAnew{
    "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive",
    "TE",   "Trailer",        "Upgrade",           "Expect",     "Via"};

std::vector<Header> kept_headers(const std::vector<Header>& headers, bool keeps_signature) {
  std::vector<Header> kept;
  for (const Header& header : headers) {
    const auto is_this = [&](std::string_view name) {
      return same_without_case(header.name, name);
    };
    if (std::ranges::any_of(kMadeAnew, is_this)) continue;
    if (!keeps_signature && is_this(kSignatureHeader)) continue;
    kept.push_back(header);
  }
  return kept;
}

}  // namespace

namespace {

void require_valid_http(const EntryContent& content) {
  if (content.is_valid_http) return;
  throw Error(ErrorCode::validation_error,
              "this request was not valid HTTP, so it cannot be sent again");
}

}  // namespace

void throw_unknown_secret() {
  throw Error(ErrorCode::not_found,
              "no secret is known to sign with: register a webhook with this URL, or give "
              "--secret; it can be sent without a signature (tamper: missing)");
}

Request same_request(const EntryContent& content) {
  require_valid_http(content);
  Request request;
  request.url = parse_url("url", content.url);
  request.method = content.row.method;
  request.headers = kept_headers(content.headers, true);
  request.body = content.body;
  return request;
}

Request resent_request(const EntryContent& content, const ResendWish& wish,
                       const SecretFor& secret_for, Timestamp now) {
  require_valid_http(content);
  Request request;
  request.url = parse_url("url", wish.url.value_or(content.url));
  request.method = content.row.method;
  SigningPlan plan;
  plan.tamper = wish.tamper;
  if (wish.tamper != Tamper::missing) {
    plan.secret = secret_for(content.row.webhook_id, request.url);
    if (!plan.secret) throw_unknown_secret();
  }
  SignedMessage message =
      sign_message(plan, wish.payload ? Body(*wish.payload) : content.body, now);
  request.body = std::move(message.body);
  request.headers =
      slotflow_headers(kept_headers(content.headers, false), std::move(message.signature));
  return request;
}

ResentEntry resend_once(const EntryContent& content, const ResendWish& wish,
                        const SecretFor& secret_for, Timestamp now, const Interrupt& interrupt) {
  ResentEntry resent;
  resent.request = resent_request(content, wish, secret_for, now);
  // A certificate that this program made is trusted at its own URL only.
  const Url own = parse_url("url", content.url);
  const bool is_own = resent.request.url.host == own.host && resent.request.url.port == own.port;
  BlockingClient client(is_own ? content.tls : TlsOptions{}, interrupt);
  resent.reply = client.send(resent.request);
  return resent;
}

std::string resend_json(const ResentEntry& resent) {
  const auto& [request, reply, entry, notice] = resent;
  Json json = Json::object();
  json["url"] = request.url.to_string();
  const Response* response = reply.response();
  const Failure* failure = reply.failure();
  json["status"] = response != nullptr ? Json(response->status) : Json(nullptr);
  json["error"] = failure != nullptr ? Json(to_string(failure->kind)) : Json(nullptr);
  std::string message;
  if (failure != nullptr) {
    message = failure->kind == FailureKind::interrupted
                  ? "the command ended before the response came"
                  : failure->detail;
    const std::string hint = hint_for(*failure, request.url.https, request.timeout);
    if (!hint.empty()) message += (message.empty() ? "" : ": ") + hint;
  }
  json["message"] = or_null_if_empty(message);
  json["duration_ms"] = milliseconds(reply.duration);
  if (response != nullptr) {
    add_headers(json, "headers", response->headers);
    const bool is_text = is_utf8(response->body);
    json["body"] = is_text ? Json(response->body) : Json(nullptr);
    json["body_base64"] = is_text ? Json(nullptr) : Json(base64(response->body));
    json["body_cut"] = response->cut;
  } else {
    for (const char* name : {"headers", "body", "body_base64", "body_cut"}) json[name] = nullptr;
  }
  json["signed"] = find_header(request.headers, kSignatureHeader).has_value();
  json["invalid_json"] = !try_parse_json(request.body).has_value();
  json["entry"] = or_null(entry);
  json["notice"] = or_null_if_empty(notice);
  return to_line(json);
}

}  // namespace slotflow
