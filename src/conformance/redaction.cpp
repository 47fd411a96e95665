#include "conformance/redaction.h"

#include <algorithm>
#include <string_view>

#include "conformance/secret_forms.h"
#include "domain/ascii.h"
#include "domain/base64.h"

namespace slotflow {

namespace {

// Replaces what can be a digest in hex: an expected signature is as good as the secret, for its
// event.
std::string without_digests(std::string_view text) {
  constexpr std::size_t kDigits = 64;
  std::string out;
  while (!text.empty()) {
    const auto end = std::ranges::find_if_not(text, is_hex_digit);
    const auto size = static_cast<std::size_t>(end - text.begin());
    out += size >= kDigits ? "<a signature>" : text.substr(0, size);
    text.remove_prefix(size);
    if (!text.empty()) out += text.front();
    text.remove_prefix(std::min<std::size_t>(text.size(), 1));
  }
  return out;
}

}  // namespace

std::string without_secrets(std::string text, const Subject& subject) {
  constexpr std::size_t kLeast = 4;  // bytes: fewer can occur by chance
  const auto hide = [&text](std::string_view value, const std::string& name) {
    if (value.size() < kLeast) return;
    for (auto at = text.find(value); at != std::string::npos;
         at = text.find(value, at + name.size())) {
      text.replace(at, value.size(), name);
    }
  };
  if (subject.secret) {
    hide(*subject.secret, "<the secret>");
    hide(base64(*subject.secret), "<the secret>");
    for (const std::string& form : secret_forms(*subject.secret, kLeast)) {
      hide(form, "<the secret>");
    }
  }
  for (const Header& header : subject.headers) {
    const std::string name = "<the value of " + header.name + ">";
    hide(header.value, name);
    // In "Bearer abc" only the last word is secret.
    const std::string_view value = header.value;
    hide(value.substr(value.rfind(' ') + 1), name);
  }
  return subject.secret ? without_digests(text) : text;
}

}  // namespace slotflow
