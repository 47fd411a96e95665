#include "inspector/safety.h"

#include <algorithm>

#include <openssl/crypto.h>

#include "domain/ascii.h"
#include "domain/json.h"
#include "domain/quote.h"
#include "domain/url.h"
#include "web/target.h"

namespace slotflow {

namespace {

// Only names can be made to lead elsewhere.
bool is_address(std::string_view host) {
  const bool is_ipv4 = std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
  return !host.empty() && (is_ipv4 || host.find(':') != std::string_view::npos);
}

bool is_own_host(std::string_view host, const std::string& listening) {
  const std::string lower = lower_case(host);
  if (is_loopback(lower) || lower == listening) return true;
  return !is_loopback(listening) && is_address(lower);
}

std::vector<std::string_view> values(const WebRequest& request, std::string_view name) {
  std::vector<std::string_view> found;
  for (const Header& header : request.headers) {
    if (same_without_case(header.name, name)) found.emplace_back(header.value);
  }
  return found;
}

}  // namespace

std::optional<WebResponse> refusal(const WebRequest& request, const InspectorSafety& safety) {
  const auto hosts = values(request, "Host");
  if (hosts.size() != 1) {
    return error_reply(400, std::string("Host: expected one such header, got ") +
                                (hosts.empty() ? "none" : std::to_string(hosts.size())));
  }
  const std::string_view host = hosts.front();
  if (!is_own_host(host_in(host), safety.host)) {
    return error_reply(
        403, "Host: expected the address of this inspector, got " + in_quotes(std::string(host)));
  }
  const std::string own = "http://" + std::string(host);
  for (const std::string_view origin : values(request, "Origin")) {
    if (origin != own) {
      return error_reply(403,
                         "Origin: expected " + own + ", got " + in_quotes(std::string(origin)));
    }
  }
  for (const std::string_view site : values(request, "Sec-Fetch-Site")) {
    // A link may lead to the page, but no other site may load anything of it.
    const bool follows_link = request.header("Sec-Fetch-Mode") == "navigate" &&
                              request.header("Sec-Fetch-Dest") == "document" &&
                              request.method == "GET";
    if (site != "same-origin" && site != "none" && !follows_link) {
      return error_reply(403, "this inspector answers its own page only");
    }
  }
  return std::nullopt;
}

bool has_token(const WebRequest& request, const InspectorSafety& safety) {
  const std::string_view given = request.header("X-Inspector-Token");
  return given.size() == safety.token.size() &&
         ::CRYPTO_memcmp(given.data(), safety.token.data(), given.size()) == 0;
}

std::vector<Header> safe_headers(const std::string& script_hash, const std::string& style_hash) {
  std::string policy = "default-src 'none'";
  if (!script_hash.empty()) {
    policy += "; script-src '" + script_hash + "'; style-src '" + style_hash +
              "'; connect-src 'self'; img-src data:";
  }
  policy += "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  return {{"Content-Security-Policy", policy},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cache-Control", "no-store"}};
}

WebResponse error_reply(int status, std::string_view message) {
  return {status, to_line(Json{{"error", message}})};
}

}  // namespace slotflow
