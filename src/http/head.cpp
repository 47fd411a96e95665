#include "http/head.h"

#include <algorithm>
#include <array>

#include "domain/ascii.h"
#include "http/target.h"
#include "http/text.h"

namespace slotflow::http {

namespace {

constexpr std::array<bool, 256> token_characters() {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char c = static_cast<char>(i);
    table[i] = is_letter_or_digit(c) ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  }
  return table;
}
constexpr std::array<bool, 256> kInToken = token_characters();

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && token_size(text) == text.size();
}

std::size_t token_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && kInToken[static_cast<unsigned char>(text[size])]) ++size;
  return size;
}

bool lists_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (same_without_case(next_element(list), token)) return true;
  }
  return false;
}

bool has_body(std::string_view method, int status) {
  if (method == "HEAD" || status < 200 || status == 204 || status == 304) return false;
  return method != "CONNECT" || status >= 300;
}

std::string origin_form(std::string_view target) {
  const std::size_t scheme = scheme_size(target);
  if (scheme == 0) return std::string(target);
  target.remove_prefix(scheme);
  target.remove_prefix(std::min(target.find_first_of("/?#"), target.size()));
  return target.starts_with('/') ? std::string(target) : "/" + std::string(target);
}

}  // namespace slotflow::http
