#include "cli/secret_words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "conformance/secret_forms.h"
#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/json_string.h"
#include "domain/secret.h"
#include "domain/text.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

// Characters of what is replaced wherever it is: shorter texts occur by chance.
constexpr std::size_t kShortest = 4;
constexpr std::size_t kShortestPart = 8;  // of a part, or in another form

std::string replaced_slashes(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '/') out += '\\';  // as PHP does
    out += c;
  }
  return out;
}

void add_word(std::set<std::string>& words, std::string_view word) {
  if (word.size() < kShortest) return;
  words.emplace(word);
  if (word.size() < kShortestPart) return;
  for (std::string& form : secret_forms(word, kShortestPart).texts) words.insert(std::move(form));
  if (!is_utf8(word)) return;
  for (const bool ascii : {false, true}) {
    const std::string quoted = json_quoted(word, ascii);
    const std::string escaped = quoted.substr(1, quoted.size() - 2);
    words.insert(escaped);
    words.insert(replaced_slashes(escaped));
  }
}

void add_secret(std::set<std::string>& words, std::string_view secret) {
  add_word(words, secret);
  // The key alone is as useful.
  if (secret.starts_with(kSecretPrefix)) add_word(words, secret.substr(kSecretPrefix.size()));
}

void add_credential(std::set<std::string>& words, const std::string& value) {
  add_word(words, value);
  const std::string_view after_scheme = std::string_view(value).substr(value.find(' ') + 1);
  add_word(words, after_scheme);  // after "Bearer"
  if (lower_case(value).starts_with("basic ")) {
    const std::string decoded = base64_decoded(trimmed(after_scheme)).value_or("");
    add_word(words, decoded);
    add_word(words, std::string_view(decoded).substr(decoded.find(':') + 1));
  }
  for (const char separator : {';', ','}) {
    for (const std::string_view item : split(value, separator)) {
      const std::size_t sign = item.find('=');
      if (sign == std::string_view::npos) continue;
      const std::string_view part =
          trimmed(item.substr(sign + 1), [](char c) { return is_space(c) || c == '"'; });
      if (part.size() >= kShortestPart) add_word(words, part);
    }
  }
}

}  // namespace

bool is_credential(const Header& header) {
  constexpr std::array<std::string_view, 12> kWords{"pwd",     "auth", "cookie", "token",
                                                    "secret",  "key",  "pass",   "credential",
                                                    "session", "jwt",  "saml",   "assertion"};
  const std::string value = lower_case(header.value);
  for (const std::string_view beginning : {"bearer ", "basic ", "digest ", "eyj"}) {
    if (value.starts_with(beginning)) return true;
  }
  const std::string lower = lower_case(header.name);
  if (lower == "idempotency-key") return false;
  return std::ranges::any_of(
      kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

void SecretWords::add(const Delivery& delivery) {
  std::set<std::string> words;
  const auto& secret = delivery.signing.secret;
  if (secret && known_.insert(*secret).second) add_secret(words, *secret);
  for (const Header& header : delivery.request.headers) {
    if (is_credential(header) && known_.insert(header.value).second) {
      add_credential(words, header.value);
    }
  }
  add_all(words);
}

void SecretWords::add_all(const std::set<std::string>& words) {
  for (const std::string& text : words) {
    const auto [word, is_new] = words_.insert(text);
    if (is_new) by_beginning_[std::string_view(*word).substr(0, kShortest)].push_back(*word);
  }
}

std::size_t SecretWords::end_of_word(std::string_view text, std::size_t at, bool cut) const {
  const std::string_view rest = text.substr(at);
  const auto found = by_beginning_.find(rest.substr(0, kShortest));
  if (found == by_beginning_.end()) return 0;
  std::size_t size = 0;
  for (const std::string_view word : found->second) {
    const bool is_whole = rest.starts_with(word);
    if (is_whole || (cut && word.starts_with(rest))) {
      size = std::max(size, std::min(word.size(), rest.size()));
    }
  }
  return size == 0 ? 0 : at + size;
}

void SecretWords::hide(std::string& text, bool cut) const {
  if (words_.empty()) return;
  std::string hidden;
  std::size_t end = 0;  // of the words that overlap here
  for (std::size_t at = 0; at + kShortest <= text.size(); ++at) {
    const std::size_t word_end = end_of_word(text, at, cut);
    if (word_end <= end) continue;
    if (at >= end) hidden.append(text, end, at - end).append(kNotKept);
    end = word_end;
  }
  if (end > 0) text = std::move(hidden.append(text, end));
}

}  // namespace slotflow
