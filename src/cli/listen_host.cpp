#include "cli/listen_host.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "domain/ascii.h"
#include "domain/error.h"
#include "domain/number.h"
#include "domain/quote.h"
#include "domain/url.h"

namespace slotflow {

namespace {

// "0" and "*" mean all addresses to other programs.
bool means_all_addresses(const std::string& host) {
  return host == "*" || host == "0";
}

// Returns what to give in place of a port, a URL or HOST:PORT.
std::string hint_for_host(const std::string& text, bool has_path) {
  if (means_all_addresses(text)) return "give --host 0.0.0.0 for all addresses";
  if (text.starts_with("*:")) return hint_for_host("0.0.0.0" + text.substr(1), has_path);
  if (is_digits(text)) {
    const auto port = to_number<std::uint16_t>(text);
    return port && *port > 0 ? "give --port " + text : "";
  }
  try {
    const Url url = parse_url("--host", text);
    std::string hint =
        "give --host " + (means_all_addresses(url.host) ? "0.0.0.0" : shell_argument(url.host));
    const std::string authority = text.substr(0, text.find('/', text.find("://") + 3));
    const bool has_port = authority.find_last_of(':') != std::string::npos &&
                          is_digits(authority.substr(authority.find_last_of(':') + 1));
    if (has_port) hint += " --port " + std::to_string(url.port);
    if (has_path && url.target != "/") {
      hint += " --path " + shell_argument(url.target.substr(0, url.target.find('?')));
    }
    return hint;
  } catch (const Error&) {
    return "";
  }
}

}  // namespace

std::string parse_listen_host(const std::string& option, const std::string& text, bool has_path) {
  const bool bracketed = text.size() > 2 && text.starts_with('[') && text.ends_with(']');
  const std::string host = bracketed ? text.substr(1, text.size() - 2) : text;
  const bool is_plain = std::ranges::none_of(host, [](char c) {
    return is_control(c) || std::string_view(" /?#@[]").find(c) != std::string_view::npos;
  });
  const bool is_host = is_plain && !is_digits(host) && !means_all_addresses(host) &&
                       std::ranges::count(host, ':') != 1;
  if (is_host) return host;
  throw Error(ErrorCode::usage, option + ": expected a name or an address, got " + in_quotes(text),
              hint_for_host(text, has_path), option);
}

}  // namespace slotflow
