// Whether Slotflow can reach a URL: undeliverable_reason().
#include <array>
#include <cstdint>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "domain/url.h"

namespace slotflow {
namespace {

struct Ipv4Block {
  std::uint32_t network;
  unsigned prefix;
  std::string_view name;
};

constexpr std::uint32_t ipv4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

// IANA's registry of special-purpose IPv4 addresses (RFC 6890), and multicast (RFC 5771).
constexpr std::array<Ipv4Block, 14> kIpv4Blocks{{
    {ipv4(0, 0, 0, 0), 8, "an address of this machine only"},
    {ipv4(10, 0, 0, 0), 8, "a private address"},
    {ipv4(100, 64, 0, 0), 10, "a shared address behind a provider's NAT"},
    {ipv4(127, 0, 0, 0), 8, "a loopback address"},
    {ipv4(169, 254, 0, 0), 16, "a link-local address"},
    {ipv4(172, 16, 0, 0), 12, "a private address"},
    {ipv4(192, 0, 0, 0), 24, "a reserved address"},
    {ipv4(192, 0, 2, 0), 24, "an address for documentation"},
    {ipv4(192, 168, 0, 0), 16, "a private address"},
    {ipv4(198, 18, 0, 0), 15, "an address for benchmarks"},
    {ipv4(198, 51, 100, 0), 24, "an address for documentation"},
    {ipv4(203, 0, 113, 0), 24, "an address for documentation"},
    {ipv4(224, 0, 0, 0), 4, "a multicast address"},
    {ipv4(240, 0, 0, 0), 4, "a reserved address"},
}};

std::optional<std::string_view> special_ipv4(std::uint32_t address) {
  for (const Ipv4Block& block : kIpv4Blocks) {
    if ((address ^ block.network) >> (32U - block.prefix) == 0) return block.name;
  }
  return std::nullopt;
}

struct Ipv6Block {
  std::array<std::uint8_t, 12> network;
  unsigned prefix;
  std::string_view name;
};

// The special-purpose and multicast addresses of IPv6 (RFC 6890, RFC 4291).
constexpr std::array<Ipv6Block, 7> kIpv6Blocks{{
    {{0xfe, 0x80}, 10, "a link-local address"},
    {{0xfc}, 7, "a private address"},
    {{0xfe, 0xc0}, 10, "a private address"},
    {{0xff}, 8, "a multicast address"},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "an address for documentation"},
    {{0x3f, 0xff}, 20, "an address for documentation"},
    {{0x20, 0x01}, 23, "a reserved address"},
}};

bool inside(const in6_addr& address, const std::array<std::uint8_t, 12>& network, unsigned prefix) {
  for (unsigned bit = 0; bit < prefix; ++bit) {
    const unsigned difference = address.s6_addr[bit / 8] ^ network[bit / 8];
    if ((difference & (0x80U >> bit % 8)) != 0) return false;
  }
  return true;
}

std::uint32_t ipv4_at(const in6_addr& address, std::size_t offset) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, &address.s6_addr[offset], sizeof bytes);
  return ntohl(bytes);
}

std::optional<std::string_view> special_ipv6(const in6_addr& address) {
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::array<std::uint8_t, 12> kNat64{0, 0x64, 0xff, 0x9b};
  constexpr std::array<std::uint8_t, 12> k6to4{0x20, 0x02};
  constexpr std::array<std::uint8_t, 12> kGlobalUnicast{0x20};
  if (IN6_IS_ADDR_LOOPBACK(&address)) return "a loopback address";
  if (IN6_IS_ADDR_UNSPECIFIED(&address)) return "an address of this machine only";
  // RFC 4291, RFC 6052 and RFC 3056: these contain an IPv4 address.
  if (inside(address, kMapped, 96) || inside(address, kNat64, 96)) {
    return special_ipv4(ipv4_at(address, 12));
  }
  if (inside(address, k6to4, 16)) return special_ipv4(ipv4_at(address, 2));
  for (const Ipv6Block& block : kIpv6Blocks) {
    if (inside(address, block.network, block.prefix)) return block.name;
  }
  if (!inside(address, kGlobalUnicast, 3)) return "a reserved address";
  return std::nullopt;
}

std::optional<std::string> special_name(const std::string& host) {
  if (is_localhost(host)) return "this machine";
  if (host.find('.') == std::string::npos) return "a name without a domain";
  // RFC 6761, sections 6.2 and 6.4, RFC 6762, section 3, RFC 8375, and ICANN's reservation of 2024.
  constexpr std::array<std::string_view, 5> kNowhere{".test", ".invalid", ".local", ".home.arpa",
                                                     ".internal"};
  for (const std::string_view domain : kNowhere) {
    if (host.ends_with(domain)) return "a name under " + std::string(domain);
  }
  return std::nullopt;
}

std::optional<std::string> special_host(const Url& url) {
  std::string host = url.host;
  if (host.ends_with('.')) host.pop_back();
  in6_addr v6{};
  in_addr v4{};
  std::optional<std::string_view> kind;
  if (url.is_ipv6()) {
    if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) kind = special_ipv6(v6);
  } else if (::inet_aton(host.c_str(), &v4) != 0) {
    // inet_aton because resolvers read 127.1 and 0x7f000001 as it does.
    kind = special_ipv4(ntohl(v4.s_addr));
  } else {
    return special_name(host);
  }
  return kind ? std::optional<std::string>(*kind) : std::nullopt;
}

}  // namespace

bool is_localhost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host == "localhost" || host.ends_with(".localhost");
}

bool is_loopback(std::string_view host) {
  const std::string text(host);
  in_addr v4{};
  in6_addr v6{};
  if (::inet_aton(text.c_str(), &v4) != 0) return ntohl(v4.s_addr) >> 24U == 127;
  if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return is_localhost(host);
}

std::optional<std::string> undeliverable_reason(const Url& url) {
  // Slotflow's documentation: the URL must be reachable from the internet, and HTTPS in
  // production.
  if (const std::optional<std::string> kind = special_host(url)) {
    return url.host + " is " + *kind + ", which is not reachable from the internet";
  }
  if (!url.https) return "the URL uses plain http, but Slotflow requires https";
  return std::nullopt;
}

}  // namespace slotflow
