// Enumerations as words in failing assertions: doctest would print their numbers. Include it where
// enumerations are compared.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "domain/booking.h"
#include "domain/check_report.h"
#include "domain/delivery.h"
#include "domain/error.h"
#include "domain/event.h"
#include "domain/fault.h"
#include "domain/json_scanner.h"
#include "domain/signature.h"
#include "domain/signing.h"
#include "domain/webhook.h"
#include "http/reader.h"
#include "net/deadline.h"

namespace slotflow {

inline std::string_view to_string(ErrorCode code) {
  return kErrorCodes[static_cast<std::size_t>(code)].name;
}
inline std::string_view to_string(Event event) {
  return info(event).name;
}
inline std::string_view to_string(Plan plan) {
  return info(plan).name;
}
inline std::string_view to_string(Preset preset) {
  return kPresets[static_cast<std::size_t>(preset)].name;
}
inline std::string_view to_string(Tamper tamper) {
  return tamper == Tamper::none ? "none" : kTampers[static_cast<std::size_t>(tamper) - 1].name;
}
inline std::string_view to_string(WirePlan::End end) {
  constexpr std::array<std::string_view, 4> kWords{"keep", "close", "reset", "hold"};
  return kWords.at(static_cast<std::size_t>(end));
}
inline std::string_view to_string(JsonScanner::Token token) {
  constexpr std::array<std::string_view, 9> kWords{"object_begin", "object_end", "array_begin",
                                                   "array_end",    "key",        "string",
                                                   "other",        "end",        "bad"};
  return kWords.at(static_cast<std::size_t>(token));
}
inline std::string_view to_string(Deadline::Cause cause) {
  constexpr std::array<std::string_view, 3> kWords{"none", "timed_out", "interrupted"};
  return kWords.at(static_cast<std::size_t>(cause));
}

namespace http {

inline std::string_view to_string(Reader::State state) {
  constexpr std::array<std::string_view, 4> kWords{"head", "body", "complete", "failed"};
  return kWords.at(static_cast<std::size_t>(state));
}

}  // namespace http

namespace test {

template <typename T>
concept EnumWithWords = std::is_enum_v<T> && requires(T value) {
  { to_string(value) } -> std::convertible_to<std::string_view>;
};

template <EnumWithWords Enum>
std::string word(Enum value) {
  return std::string(to_string(value));
}
template <EnumWithWords Enum>
std::string word(const std::optional<Enum>& value) {
  return value ? word(*value) : "nullopt";
}
template <EnumWithWords Enum>
std::string word(const std::vector<Enum>& values) {
  std::string words;
  for (const Enum value : values) words += (words.empty() ? "" : ", ") + word(value);
  return "{" + words + "}";
}

}  // namespace test

// Found by argument-dependent lookup. Its head is that of doctest's own template for enumerations,
// which changed in 2.4.10, with one constraint more, which makes it win.
#if DOCTEST_VERSION < 20410
template <typename T, typename doctest::detail::types::enable_if<
                          doctest::detail::types::is_enum<T>::value, bool>::type = true>
#else
template <typename T,
          typename doctest::detail::types::enable_if<
              doctest::detail::should_stringify_as_underlying_type<T>::value, bool>::type = true>
#endif
  requires test::EnumWithWords<T>
doctest::String toString(const T& value) {
  return test::word(value).c_str();
}

namespace http {
using slotflow::toString;
}

}  // namespace slotflow

namespace doctest {

template <slotflow::test::EnumWithWords Enum>
struct StringMaker<std::optional<Enum>> {
  static String convert(const std::optional<Enum>& value) {
    return slotflow::test::word(value).c_str();
  }
};

template <slotflow::test::EnumWithWords Enum>
struct StringMaker<std::vector<Enum>> {
  static String convert(const std::vector<Enum>& values) {
    return slotflow::test::word(values).c_str();
  }
};

}  // namespace doctest
