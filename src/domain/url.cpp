#include "domain/url.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "domain/ascii.h"
#include "domain/error.h"
#include "domain/quote.h"

namespace slotflow {
namespace {

constexpr std::size_t kMaxLength = 2048;
constexpr std::string_view kExample =
    "a URL such as http://localhost:3000/hook or https://example.com/hook";
constexpr std::string_view kExampleIpv6 = "an IPv6 address in brackets such as [::1]";

int default_port(bool https) {
  return https ? 443 : 80;
}

bool is_in_host(char c) {
  return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
}

// Parses `text`, which errors quote.
struct UrlParser {
  std::string_view option;
  std::string_view text;

  Url parse() const;

 private:
  [[noreturn]] void refuse(std::string_view expected, const std::string& hint = {}) const {
    refuse_showing(expected, in_quotes(text), hint);
  }
  [[noreturn]] void refuse_showing(std::string_view expected, const std::string& got,
                                   const std::string& hint = {}) const {
    throw Error(ErrorCode::usage,
                std::string(option) + ": expected " + std::string(expected) + ", got " + got, hint,
                std::string(option));
  }

  void check_length(std::size_t length) const;
  void check_characters() const;
  void check_user_info() const;
  bool is_https() const;
  void set_host_and_port(Url& url, std::string_view authority) const;
  std::string ipv6(std::string_view literal) const;
  std::string host_name(std::string_view name) const;
  int port(std::string_view digits, int if_empty) const;
};

void UrlParser::check_length(std::size_t length) const {
  if (length > kMaxLength) {
    refuse_showing("a URL of at most 2048 bytes", std::to_string(length) + " bytes");
  }
}

void UrlParser::check_characters() const {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f;
  });
  if (!plain) {
    refuse("a URL without spaces, control characters and characters outside ASCII",
           "percent-encode them in a path or query; write a host name in its xn-- form");
  }
}

// Returns where the authority begins: after "://", unless that is in the path or query.
std::size_t authority_begin(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || text.find_first_of("/?#") < end) return 0;
  return end + 3;
}

void UrlParser::check_user_info() const {
  const std::size_t begin = authority_begin(text);
  const std::size_t end = text.find_first_of("/?#\\", begin);
  const std::size_t at = text.substr(begin, end - begin).rfind('@');
  if (at == std::string_view::npos) return;
  // The text before the @ may contain a password.
  refuse_showing("a URL without user name and password",
                 in_quotes("..." + std::string(text.substr(begin + at))));
}

// Without a scheme the URL is http: people type localhost:3000.
bool UrlParser::is_https() const {
  const std::size_t begin = authority_begin(text);
  if (begin > 0) {
    const std::string scheme = lower_case(text.substr(0, begin - 3));
    if (scheme != "http" && scheme != "https") refuse("an http or https URL");
    return scheme == "https";
  }
  const std::string start = lower_case(text.substr(0, 6));
  if (start.starts_with("http:") || start.starts_with("https:")) refuse(kExample);
  return false;
}

int UrlParser::port(std::string_view digits, int if_empty) const {
  if (digits.empty()) return if_empty;
  int value = 0;
  for (const char c : digits) value = std::min(value * 10 + (c - '0'), 65'536);
  if (value < 1 || value > 65'535) refuse("a port from 1 to 65535");
  return value;
}

// Different spellings of an address are the same endpoint.
std::string UrlParser::ipv6(std::string_view literal) const {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  if (::inet_pton(AF_INET6, std::string(literal).c_str(), &address) != 1) {
    refuse(kExampleIpv6);
  }
  return ::inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
}

std::string UrlParser::host_name(std::string_view name) const {
  if (name.empty()) refuse("a host, as in http://localhost:3000/hook");
  const bool characters_fit = std::ranges::all_of(name, is_in_host);
  const bool empty_label = name.starts_with('.') || name.find("..") != std::string_view::npos;
  if (!characters_fit || empty_label) {
    refuse("a host name of letters, digits, '-', '_' and single dots");
  }
  // Most often a misspelled option. No name may begin so (RFC 952).
  if (name.starts_with('-')) refuse("a host name that begins with a letter or a digit");
  // A name whose last label is a number is an IPv4 address (URL Standard, section 3.5). Others are
  // rejected: resolvers would look them up as names.
  const std::string_view labels = name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
  const std::string_view last = labels.substr(labels.rfind('.') + 1);
  in_addr address{};
  if (std::ranges::all_of(last, is_digit) &&
      ::inet_aton(std::string(labels).c_str(), &address) == 0) {
    refuse("an IPv4 address such as 127.0.0.1");
  }
  return lower_case(name);
}

void UrlParser::set_host_and_port(Url& url, std::string_view authority) const {
  std::string_view host = authority;
  std::string_view after_host;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) refuse(kExampleIpv6);
    host = authority.substr(1, end - 1);
    after_host = authority.substr(end + 1);
    url.host = ipv6(host);
    if (!after_host.empty() && after_host.front() != ':') refuse(kExample);
  } else {
    host = authority.substr(0, authority.find(':'));
    after_host = authority.substr(host.size());
    if (std::count(authority.begin(), authority.end(), ':') > 1) {
      refuse(kExampleIpv6);
    }
    url.host = host_name(host);
  }
  if (!after_host.empty()) after_host.remove_prefix(1);
  if (!std::ranges::all_of(after_host, is_digit)) {
    refuse(authority_begin(text) > 0 ? "a port from 1 to 65535" : kExample);
  }
  url.port = port(after_host, default_port(url.https));
}

Url UrlParser::parse() const {
  check_length(text.size());
  if (text.empty()) refuse(kExample);
  check_user_info();
  check_characters();
  if (text.find('#') != std::string_view::npos) refuse("a URL without a fragment (#...)");

  Url url;
  if (is_digits(text)) {
    url.host = "localhost";
    url.port = port(text, 0);
    return url;
  }
  url.https = is_https();
  const std::size_t begin = authority_begin(text);
  const std::string_view authority = text.substr(begin, text.find_first_of("/?", begin) - begin);
  if (begin == 0 && is_digits(authority)) {
    refuse(kExample, "for a port of this machine write localhost:" + std::string(text));
  }
  set_host_and_port(url, authority);
  const std::string_view target = text.substr(begin + authority.size());
  url.target = (target.starts_with('/') ? "" : "/") + std::string(target);
  check_length(url.to_string().size());
  return url;
}

}  // namespace

std::string Url::to_string() const {
  return (https ? "https://" : "http://") + authority() + target;
}

std::string Url::authority() const {
  std::string out = is_ipv6() ? "[" + host + "]" : host;
  if (port != default_port(https)) out += ":" + std::to_string(port);
  return out;
}

Url parse_url(std::string_view option, std::string_view text) {
  return UrlParser{option, text}.parse();
}

}  // namespace slotflow
