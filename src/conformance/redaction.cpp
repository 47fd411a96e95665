#include "conformance/redaction.h"

#include <string_view>

#include "domain/base64.h"
#include "domain/hex.h"
#include "domain/secret.h"
#include "domain/signature.h"

namespace slotflow {

namespace {

std::string in_hex(std::string_view bytes) {
  std::string digits;
  for (const char byte : bytes) append_hex(digits, static_cast<unsigned char>(byte), 2);
  return digits;
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
    const std::string_view whole = *subject.secret;
    std::string_view bare = whole;
    if (bare.starts_with(kSecretPrefix)) bare.remove_prefix(kSecretPrefix.size());
    for (const std::string_view value : {whole, bare}) {
      hide(value, "<the secret>");
      hide(base64(value), "<the secret>");
      hide(in_hex(value), "<the secret>");
    }
  }
  for (const Header& header : subject.headers) {
    const std::string name = "<the value of " + header.name + ">";
    hide(header.value, name);
    // In "Bearer abc" only the last word is secret.
    const std::string_view value = header.value;
    hide(value.substr(value.rfind(' ') + 1), name);
  }
  return text;
}

}  // namespace slotflow
