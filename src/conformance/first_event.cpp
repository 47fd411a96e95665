#include "conformance/first_event.h"

#include <algorithm>
#include <string>

#include "domain/ascii.h"
#include "domain/status_text.h"

namespace slotflow::delivery {

namespace {

constexpr std::string_view kLimitOfEarlierRun =
    "exempt Slotflow's deliveries from the rate limit, or run check without it, or wait until the "
    "limit of an earlier run has passed: bookings come in bursts, and Slotflow repeats a rejected "
    "delivery only after 5 minutes";
constexpr std::string_view kBehindProxy =
    "the handler expects a proxy that ends TLS: run check with --header 'X-Forwarded-Proto: "
    "https', or at the proxy's URL";

// Returns whether `location` is `url`, which is http, with https, perhaps at another port.
bool is_same_over_tls(std::string_view location, const Url& url) {
  constexpr std::string_view kScheme = "https://";
  if (url.https || !same_without_case(location.substr(0, kScheme.size()), kScheme)) return false;
  const std::string_view rest = location.substr(kScheme.size());
  const auto end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string authority = lower_case(rest.substr(0, end));
  const std::string host = url.is_ipv6() ? "[" + url.host + "]" : url.host;
  if (authority != host && !authority.starts_with(host + ":")) return false;
  return rest.substr(end) == url.target;
}

}  // namespace

std::string_view remedy_for_first(const Reply& reply, const Url& url) {
  const Response* response = reply.response();
  if (response == nullptr) return "";
  if (response->status == 429) return kLimitOfEarlierRun;
  const auto location = find_header(response->headers, "Location");
  return is_redirect(response->status) && location && is_same_over_tls(*location, url)
             ? kBehindProxy
             : "";
}

}  // namespace slotflow::delivery
