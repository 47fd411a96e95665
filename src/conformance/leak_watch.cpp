#include "conformance/leak_watch.h"

#include <algorithm>
#include <utility>

#include "conformance/leaked_source.h"
#include "conformance/secret_forms.h"
#include "domain/ascii.h"
#include "domain/signature.h"
#include "domain/status_text.h"

namespace slotflow {

namespace {

constexpr std::size_t kEnough = 8;  // characters of a secret: fewer can occur by chance
// A header of one of the checks can have two t, and a stranger's as many as fit: each costs a HMAC.
constexpr std::size_t kMostTimestamps = 4;
// Digits of a signature that was shortened for a message: so many do not occur by chance.
constexpr std::size_t kPart = 16;

std::string from_hex(std::string_view digits) {
  const auto value = [](char c) { return is_digit(c) ? c - '0' : lower_case(c) - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    out += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  }
  return out;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Returns the numbers of the bytes, as JSON has them: 150,67,9.
std::string in_numbers(std::string_view bytes) {
  std::string list;
  for (const char byte : bytes) {
    if (!list.empty()) list += ',';
    list += std::to_string(static_cast<unsigned char>(byte));
  }
  return list;
}

std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  return text;
}

// Returns the values of each t in the signature headers; an empty one if there is none.
std::vector<std::string> timestamps(const Request& request) {
  std::vector<std::string> found;
  for (const Header& header : request.headers) {
    if (!same_without_case(header.name, kSignatureHeader)) continue;
    std::string_view rest = header.value;
    while (!rest.empty() && found.size() < kMostTimestamps) {
      const std::string_view pair = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      if (pair.starts_with("t=")) found.emplace_back(pair.substr(2));
    }
  }
  if (found.empty()) found.emplace_back();
  return found;
}

}  // namespace

LeakWatch::LeakWatch(std::optional<std::string> secret)
    : secret_(std::move(secret)), forms_(secret_forms(secret_.value_or(""), kEnough)) {}

void LeakWatch::look(const Request& request, const Reply& reply) {
  const Response* response = reply.response();
  if (response == nullptr) return;
  std::string text = response->body + "\n" + response->reason;
  for (const Header& header : response->headers) text += "\n" + header.value;
  const std::string lower = lower_case(text);
  for (const LeakKind kind : {LeakKind::secret, LeakKind::signature, LeakKind::source}) {
    std::optional<Leak>& leak = found_[static_cast<std::size_t>(kind)];
    if (leak) continue;
    const std::string what = find(kind, text, lower, request);
    if (!what.empty()) leak = Leak{status_text(response->status) + " with " + what, request};
  }
}

const Leak* LeakWatch::found(LeakKind kind) const {
  const std::optional<Leak>& leak = found_[static_cast<std::size_t>(kind)];
  return leak ? &*leak : nullptr;
}

std::string LeakWatch::find(LeakKind kind, const std::string& text, const std::string& lower,
                            const Request& request) const {
  switch (kind) {
    case LeakKind::secret:
      return has_secret(text) ? "the secret in it" : "";
    case LeakKind::signature:
      return std::string(signature_in(text, lower, request));
    case LeakKind::source:
      return reveals_source(text, request) ? "a stack trace, or a path of source code, in it" : "";
  }
  return "";
}

bool LeakWatch::has_secret(const std::string& text) const {
  return std::ranges::any_of(forms_,
                             [&text](const std::string& form) { return contains(text, form); });
}

// A signature that was in the request is not a leak.
std::string_view LeakWatch::signature_in(const std::string& text, const std::string& lower,
                                         const Request& request) const {
  constexpr std::string_view kWhole = "the expected signature";
  if (!secret_ || text.size() < kPart) return "";
  const std::string dense = without_blanks(text);
  for (const std::string& t : timestamps(request)) {
    const std::string right = signature_hex(*secret_, t, request.body);
    const auto is_known = [&request](std::string_view digits) {
      return std::ranges::any_of(request.headers, [digits](const Header& header) {
        return contains(lower_case(header.value), digits);
      });
    };
    if (is_known(right)) continue;
    const std::string digest = from_hex(right);
    const std::string encoded = base64_after(0, digest);
    if (contains(lower, right) || contains(text, encoded) ||
        contains(text, in_url_alphabet(encoded)) || contains(dense, in_numbers(digest)) ||
        contains(dense, in_numbers(right))) {
      return kWhole;
    }
    for (const std::string& part : {right.substr(0, kPart), right.substr(right.size() - kPart)}) {
      if (contains(lower, part) && !is_known(part)) return "a part of the expected signature";
    }
  }
  return "";
}

}  // namespace slotflow
