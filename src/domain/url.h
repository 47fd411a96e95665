// An http or https URL of an endpoint, parsed and in normal form.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slotflow {

struct Url {
  bool https = false;
  std::string host;  // lower case; an IPv6 address without its brackets
  int port = 80;
  std::string target = "/";  // path and query as given; never empty

  // Returns scheme://host[:port]target without the default port. Equal results mean the same
  // endpoint.
  std::string to_string() const;
  // Returns host[:port] as in the Host header (RFC 9110, section 7.2).
  std::string authority() const;
  bool is_ipv6() const { return host.find(':') != std::string::npos; }
  bool operator==(const Url&) const = default;
};

// Parses a URL: http or https, a host, no user information, no fragment, at most 2048 bytes, no
// control characters, spaces or bytes above 0x7e. "3000" and "localhost:3000/hook" mean
// http://localhost:3000/ and http://localhost:3000/hook. Throws Error{usage} whose message says
// what is wrong and starts with `option` ("--url: ...").
Url parse_url(std::string_view option, std::string_view text);

// Returns whether `host` is "localhost" or a name below it (RFC 6761, section 6.3), in lower case.
bool is_localhost(std::string_view host);
// Returns whether `host`, as in a Url, certainly is this machine: the above, or a loopback address.
bool is_loopback(std::string_view host);

// Returns why Slotflow does not deliver to `url` ("127.0.0.1 is a loopback address, ..."):
// loopback, private, link-local and other addresses that are not public (RFC 6890), "localhost" and
// names below it, a host of a single label, or plain http. Returns nullopt if it does. Looks up no
// names.
std::optional<std::string> undeliverable_reason(const Url& url);

}  // namespace slotflow
