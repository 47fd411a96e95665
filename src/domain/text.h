// Takes texts apart and puts them together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ascii.h"

namespace slotflow {

// Returns `text` without the characters at its start that `left_out` accepts.
template <typename Predicate>
constexpr std::string_view trimmed_start(std::string_view text, Predicate left_out) {
  while (!text.empty() && left_out(text.front())) text.remove_prefix(1);
  return text;
}

// Returns `text` without the characters at both ends that `left_out` accepts.
template <typename Predicate>
constexpr std::string_view trimmed(std::string_view text, Predicate left_out) {
  text = trimmed_start(text, left_out);
  while (!text.empty() && left_out(text.back())) text.remove_suffix(1);
  return text;
}

// Returns `text` without white space at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  return trimmed(text, is_space);
}

// Returns the parts of `text` between the separators: always at least one; parts may be empty. They
// refer to the memory of `text`.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  parts.reserve(static_cast<std::size_t>(std::ranges::count(text, separator)) + 1);
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// Returns the texts with `separator` between them, and `last` before the last one: "a, b or c".
template <typename Texts>
std::string joined(const Texts& texts, std::string_view separator, std::string_view last) {
  std::string out;
  std::size_t left = std::size(texts);
  bool is_first = true;
  for (const auto& text : texts) {
    --left;
    if (!is_first) out += left == 0 ? last : separator;
    out += text;
    is_first = false;
  }
  return out;
}

template <typename Texts>
std::string joined(const Texts& texts, std::string_view separator) {
  return joined(texts, separator, separator);
}

}  // namespace slotflow
