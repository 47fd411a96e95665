#include "http/target.h"

#include <algorithm>
#include <string>

#include <arpa/inet.h>

#include "domain/ascii.h"
#include "http/text.h"

namespace slotflow::http {

namespace {

// RFC 3986, section 3.2.2: unreserved, sub-delims and percent-encoded bytes. IPv4 addresses look
// like that, too.
bool is_name(std::string_view text) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) {
        return false;
      }
      i += 2;
    } else if (!is_letter_or_digit(c) && kMarks.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool is_ipv6(std::string_view text) {
  in6_addr address;
  // inet_pton() takes a string that ends in NUL.
  return text.find('\0') == std::string_view::npos &&
         ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

// Splits uri-host[:port]. The port keeps its colon; nullopt: a bracket is not closed.
struct Authority {
  std::string_view host;
  std::string_view port;
};
std::optional<Authority> split(std::string_view text) {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
  }
  end = std::min(end, text.size());
  return Authority{text.substr(0, end), text.substr(end)};
}

bool is_authority(const Authority& authority) {
  const auto& [host, port] = authority;
  const bool host_is_valid =
      host.starts_with('[') ? is_ipv6(host.substr(1, host.size() - 2)) : is_name(host);
  return host_is_valid &&
         (port.empty() || (port[0] == ':' && std::ranges::all_of(port.substr(1), is_digit)));
}

// Both parts are required (RFC 9112, section 3.2.3).
bool is_authority_form(std::string_view target) {
  const auto authority = split(target);
  return authority && is_authority(*authority) && !authority->host.empty() &&
         authority->port.size() > 1;
}

// An http URL without a host is invalid (RFC 9110, section 4.2.1). User information is, too, in a
// URL from outside (section 4.2.4).
bool is_absolute_form(std::string_view target) {
  target.remove_prefix(scheme_size(target));
  const auto authority = split(target.substr(0, target.find_first_of("/?#")));
  return authority && is_authority(*authority) && !authority->host.empty();
}

}  // namespace

std::size_t scheme_size(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (same_without_case(target.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

bool is_host(std::string_view text) {
  const auto authority = split(text);
  return authority && is_authority(*authority);
}

std::optional<Problem> check_target(std::string_view method, std::string_view target) {
  if (target.empty() || has_control(target) || std::ranges::any_of(target, is_blank)) {
    return Problem{400, "the target has spaces or control characters"};
  }
  if (method == "CONNECT") {
    if (is_authority_form(target)) return std::nullopt;
    return Problem{400, "the target of CONNECT is not HOST:PORT"};
  }
  if (target == "*") {
    if (method == "OPTIONS") return std::nullopt;
    return Problem{400, "the target * is for OPTIONS only"};
  }
  if (target.starts_with('/')) return std::nullopt;
  if (scheme_size(target) == 0) return Problem{400, "the target is neither a path nor a URL"};
  if (!is_absolute_form(target)) return Problem{400, "the host in the target is not valid"};
  return std::nullopt;
}

}  // namespace slotflow::http
