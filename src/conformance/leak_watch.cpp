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
  std::string text = response->body;
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
      return has_signature(text, lower, request) ? "the expected signature" : "";
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
bool LeakWatch::has_signature(const std::string& text, const std::string& lower,
                              const Request& request) const {
  constexpr std::size_t kShortest = 43;  // characters: of the digest in base64, unpadded
  if (!secret_ || text.size() < kShortest) return false;
  for (const std::string& t : timestamps(request)) {
    const std::string right = signature_hex(*secret_, t, request.body);
    const bool known = std::ranges::any_of(request.headers, [&](const Header& header) {
      return contains(lower_case(header.value), right);
    });
    if (known) continue;
    const std::string encoded = base64_after(0, from_hex(right));
    if (contains(lower, right) || contains(text, encoded) ||
        contains(text, in_url_alphabet(encoded))) {
      return true;
    }
  }
  return false;
}

}  // namespace slotflow
