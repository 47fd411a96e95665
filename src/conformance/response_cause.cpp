#include "conformance/response_cause.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "conformance/response_text.h"
#include "domain/ascii.h"

namespace slotflow {

namespace {

constexpr std::string_view kAllowHost =
    "check the URL under a host name that the server allows, or add this one to its list "
    "(ALLOWED_HOSTS in Django, config.hosts in Rails): it rejects the name before the handler gets "
    "the event";
constexpr std::string_view kExemptFromCsrf =
    "exempt this path from CSRF protection (csrf_exempt in Django, skip_forgery_protection in "
    "Rails, validateCsrfTokens(except: ...) in Laravel): a webhook has no token, and its signature "
    "authenticates the sender";
constexpr std::string_view kRaiseLimit =
    "raise the limit on the size of a body to 1 MiB: that of the body parser or framework, and "
    "that of the proxy (client_max_body_size in nginx)";
constexpr std::string_view kAlsoHost =
    "Django shows this page for a BadRequest, and for a host that is not in ALLOWED_HOSTS";

// A reason stands at the beginning. A page for developers goes on with settings and source code.
constexpr std::size_t kReason = 1'000;

// All in lower case.
constexpr std::array<std::string_view, 9> kHostNotAllowed{
    "disallowedhost",      "invalid http_host header", "invalid host header",
    "blocked host",        "host not permitted",       "invalid hostname",
    "hostname is invalid", "untrusted host",           "misdirected request"};
constexpr std::array<std::string_view, 12> kNoToken{"csrf verification failed",
                                                    "csrf token",
                                                    "csrf validation",
                                                    "csrf check",
                                                    "csrf cookie",
                                                    "xsrf token",
                                                    "xsrf cookie",
                                                    "'_xsrf' argument",
                                                    "invalidauthenticitytoken",
                                                    "authenticity token",
                                                    "page expired",
                                                    "the change you wanted was rejected"};

bool is_error(const Reply& reply) {
  return reply.response() != nullptr && !reply.delivered();
}

std::string reason_of(const Response& response) {
  return lower_case(std::string_view(visible_text(response)).substr(0, kReason));
}

template <std::size_t N>
bool has_any(const std::string& text, const std::array<std::string_view, N>& parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

// Werkzeug: Host "example.com" is not trusted.
bool says_untrusted_host(std::string_view text) {
  const auto end = text.find("is not trusted");
  if (end == std::string_view::npos) return false;
  text = text.substr(0, end);
  const auto before = text.rfind(". ");
  if (before != std::string_view::npos) text.remove_prefix(before);
  return text.find("host ") != std::string_view::npos;
}

}  // namespace

std::string_view remedy_named_by(const Reply& reply) {
  if (!is_error(reply)) return "";
  const Response& response = *reply.response();
  if (response.status == 413) return kRaiseLimit;
  if (response.status < 400 || response.status >= 500) return "";
  const std::string text = reason_of(response);
  if (response.status == 419 || has_any(text, kNoToken)) return kExemptFromCsrf;
  const bool names_host = has_any(text, kHostNotAllowed) || says_untrusted_host(text);
  return response.status == 421 || names_host ? kAllowHost : "";
}

std::string_view other_cause_of(const Reply& reply) {
  if (status_of(reply) != 400) return "";
  return reason_of(*reply.response()).find("bad request (400)") != std::string::npos ? kAlsoHost
                                                                                     : "";
}

bool has_forbidden_body(const Reply& reply) {
  const Response* response = reply.response();
  if (response == nullptr || response->status != 204) return false;
  const auto length = find_header(response->headers, "Content-Length");
  return response->followed || (length && *length != "0") ||
         find_header(response->headers, "Transfer-Encoding");
}

}  // namespace slotflow
