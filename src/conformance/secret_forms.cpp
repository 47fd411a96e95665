#include "conformance/secret_forms.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/hex.h"
#include "domain/secret.h"

namespace slotflow {

namespace {

std::string in_hex(std::string_view bytes) {
  std::string digits;
  for (const char byte : bytes) append_hex(digits, static_cast<unsigned char>(byte), 2);
  return digits;
}

std::string in_upper_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return upper_case(c); });
  return text;
}

// RFC 3986, section 2.1.
std::string percent_encoded(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (is_letter_or_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%' + in_upper_case(in_hex({&c, 1}));
    }
  }
  return out;
}

}  // namespace

std::string in_url_alphabet(std::string base64) {
  std::ranges::replace(base64, '+', '-');
  std::ranges::replace(base64, '/', '_');
  return base64;
}

std::string base64_after(std::size_t before, std::string_view bytes) {
  const std::string text = base64(std::string(before, '\0') + std::string(bytes));
  const std::size_t begin = before == 0 ? 0 : before + 1;
  return text.substr(begin, (before + bytes.size()) * 8 / 6 - begin);
}

std::vector<std::string> secret_forms(std::string_view secret, std::size_t least) {
  if (secret.starts_with(kSecretPrefix) && secret.size() >= kSecretPrefix.size() + least) {
    secret.remove_prefix(kSecretPrefix.size());
  }
  if (secret.size() < least) return {};
  const std::string hex = in_hex(secret);
  std::vector<std::string> forms{std::string(secret), percent_encoded(secret), hex,
                                 in_upper_case(hex), base64(secret)};
  for (const std::size_t before : {0U, 1U, 2U}) {
    forms.push_back(base64_after(before, secret));
    forms.push_back(in_url_alphabet(forms.back()));
  }
  std::ranges::sort(forms, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  return forms;
}

}  // namespace slotflow
