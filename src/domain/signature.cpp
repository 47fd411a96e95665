#include "domain/signature.h"

#include <algorithm>
#include <cstdlib>

#include <openssl/crypto.h>

#include "domain/ascii.h"
#include "domain/hmac.h"
#include "domain/number.h"
#include "domain/text.h"

namespace slotflow {
namespace {

constexpr std::size_t kUsualHeader = 96;  // bytes

// Compares in constant time: the duration does not reveal where two signatures differ.
bool same_secretly(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Adds one "name=value" to `header`. Returns what is wrong with it, or an empty string.
std::string_view read_pair(std::string_view pair, SignatureHeader& header) {
  const std::size_t equals = pair.find('=');
  const bool one_equals =
      equals != std::string_view::npos && pair.find('=', equals + 1) == std::string_view::npos;
  if (!one_equals) return "the header has a part that is not name=value";
  const std::string_view name = pair.substr(0, equals);
  const std::string_view value = pair.substr(equals + 1);
  if (name == "v1") header.v1.emplace_back(value);
  if (name != "t") return {};
  if (!header.t.empty()) return "the header has more than one timestamp (t)";
  constexpr std::size_t kMaxDigits = 18;
  if (!is_digits(value) || value.size() > kMaxDigits)
    return "its timestamp (t) is not Unix seconds";
  header.t = value;
  header.seconds = *to_number<std::int64_t>(header.t);
  return {};
}

bool is_hex(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, is_hex_digit);
}

// Returns the index of the first secret that matches.
std::optional<std::size_t> matching_secret(const SignatureHeader& header, std::string_view body,
                                           std::span<const std::string> secrets) {
  for (std::size_t i = 0; i < secrets.size(); ++i) {
    const std::string expected = signature_hex(secrets[i], header.t, body);
    bool matches = false;
    for (const std::string& given : header.v1) {
      if (same_secretly(expected, given)) matches = true;
    }
    if (matches) return i;
  }
  return std::nullopt;
}

}  // namespace

std::string signature_hex(std::string_view secret, std::string_view t, std::string_view body) {
  return hmac_sha256_hex(secret, {t, ".", body});
}

std::string sign(std::string_view secret, std::int64_t t, std::string_view body) {
  const std::string seconds = std::to_string(t);
  std::string header;
  header.reserve(kUsualHeader);
  header.append("t=").append(seconds).append(",v1=");
  append_hmac_sha256_hex(header, secret, {seconds, ".", body});
  return header;
}

std::optional<std::string_view> without_header_name(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  if (!same_without_case(trimmed(text.substr(0, colon)), kSignatureHeader)) return std::nullopt;
  return trimmed_start(text.substr(colon + 1), is_blank);
}

std::optional<SignatureHeader> parse_signature_header(std::string_view value, std::string& reason) {
  SignatureHeader header;
  if (trimmed(value).empty()) {
    reason = "the header is empty";
    return std::nullopt;
  }
  for (const std::string_view pair : split(value, ',')) {
    const bool space = pair.starts_with(' ') || pair.ends_with(' ');
    const bool control = std::ranges::any_of(pair, is_control);
    reason = space     ? "the header has a space beside a part"
             : control ? "the header has a control character"
                       : read_pair(pair, header);
    if (!reason.empty()) return std::nullopt;
  }
  if (header.t.empty()) reason = "the header has no timestamp (t)";
  if (header.v1.empty())
    reason = header.t.empty() ? "the header has neither a timestamp (t) nor a v1 signature"
                              : "the header has no v1 signature";
  if (reason.empty() && std::ranges::none_of(header.v1, is_hex))
    reason = "the v1 signature is not hex";
  if (!reason.empty()) return std::nullopt;
  return header;
}

SignatureCheck check_signature(std::optional<std::string_view> header, std::string_view body,
                               std::span<const std::string> secrets, Timestamp now,
                               Duration tolerance) {
  if (secrets.empty())
    return {SignatureVerdict::unchecked, "there is no secret to verify the signature with"};
  if (!header) {
    return {SignatureVerdict::missing,
            "the request has no " + std::string(kSignatureHeader) + " header"};
  }
  std::string reason;
  const std::optional<SignatureHeader> parsed = parse_signature_header(*header, reason);
  if (!parsed) {
    return {SignatureVerdict::malformed, "expected t=<unix seconds>,v1=<hex>, but " + reason};
  }
  const std::optional<std::size_t> matching = matching_secret(*parsed, body, secrets);
  if (!matching) {
    return {SignatureVerdict::invalid,
            secrets.size() == 1 ? "v1 does not match the body, t and secret"
                                : "v1 does not match the body, t and any of the secrets"};
  }
  // In whole seconds, as published receivers do: t has no fraction.
  const std::int64_t age = unix_seconds(now) - unix_seconds(from_unix_seconds(parsed->seconds));
  const Duration apart = std::chrono::seconds(std::abs(age));
  if (apart > tolerance) {
    return {SignatureVerdict::stale,
            "the timestamp (t) is " + in_words(apart) +
                (age > 0 ? " in the past" : " in the future") + ", more than the tolerance of " +
                to_string(tolerance),
            *matching};
  }
  return {SignatureVerdict::valid, "", *matching};
}

}  // namespace slotflow
