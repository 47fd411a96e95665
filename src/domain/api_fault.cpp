#include "domain/api_fault.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "domain/ascii.h"
#include "domain/choices.h"
#include "domain/closest.h"
#include "domain/expected.h"
#include "domain/number.h"
#include "domain/suggestion.h"
#include "domain/text.h"

namespace slotflow {

namespace {

constexpr std::uint64_t kMaxTimes = 1'000'000'000;
constexpr int kLowestStatus = 400;
constexpr int kHighestStatus = 599;

struct NamedFault {
  std::string_view name;
  ApiFault::Kind kind;
  bool commits;
};

constexpr std::array<NamedFault, 4> kNamedFaults{{
    {"timeout", ApiFault::Kind::timeout, false},
    {"reset", ApiFault::Kind::reset, false},
    {"commit-then-500", ApiFault::Kind::status, true},
    {"commit-then-reset", ApiFault::Kind::reset, true},
}};

void read_what(std::string_view option, std::string_view text, ApiFault& fault) {
  if (const NamedFault* named = row_named(kNamedFaults, text)) {
    fault.kind = named->kind;
    fault.commits = named->commits;
    return;
  }
  const auto status = to_number<int>(text);
  if (status && *status >= kLowestStatus && *status <= kHighestStatus) {
    fault.status = *status;
    return;
  }
  if (is_digits(text)) throw_expected(option, "a status from 400 to 599", text);
  std::vector<std::string> choices = names_of(kNamedFaults);
  choices.insert(choices.begin(), "a status from 400 to 599");
  throw_unknown_choice(option, text, choices);
}

// Reads "*N" and "@P", each at most once.
void read_limits(std::string_view option, std::string_view text, ApiFault& fault) {
  bool has_probability = false;
  while (!text.empty()) {
    const char kind = text.front();
    text.remove_prefix(1);
    const std::string_view value = text.substr(0, text.find_first_of("*@"));
    text.remove_prefix(value.size());
    if (kind == '*') {
      const auto times = to_number<std::uint64_t>(value);
      if (fault.times || !times || *times < 1 || *times > kMaxTimes) {
        throw_expected(option, "*N once, from 1 to 1000000000", "*" + std::string(value));
      }
      fault.times = times;
    } else {
      const auto probability = to_probability(value);
      if (has_probability || !probability) {
        throw_expected(option, "@P once, from 0 to 1", "@" + std::string(value));
      }
      fault.probability = *probability;
      has_probability = true;
    }
  }
}

std::string shortest(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

}  // namespace

std::string ApiFault::what() const {
  for (const NamedFault& named : kNamedFaults) {
    if (named.kind == kind && named.commits == commits) return std::string(named.name);
  }
  return std::to_string(status);
}

std::string to_string(const ApiFault& fault) {
  std::string text = fault.route + " " + fault.what();
  if (fault.times) text += "*" + std::to_string(*fault.times);
  if (fault.probability < 1) text += "@" + shortest(fault.probability);
  return text;
}

ApiFault parse_api_fault(std::string_view option, std::string_view text,
                         const std::vector<std::string>& routes) {
  const std::string_view spec = trimmed(text);
  const std::size_t space = spec.find_last_of(' ');
  if (space == std::string_view::npos) {
    throw_expected(option, "ROUTE WHAT such as 'POST /v1/webhooks 500*2'", text);
  }
  ApiFault fault;
  fault.route = trimmed(spec.substr(0, space));
  if (fault.route != "*" && std::ranges::find(routes, fault.route) == routes.end()) {
    const std::string meant = closest_match(fault.route, routes);
    throw_expected(
        option, "a call of the API such as '" + routes.front() + "', or *", fault.route,
        meant.empty() ? "'man slotflow-hooks-serve' lists the calls" : did_you_mean(meant));
  }
  const std::string_view what = spec.substr(space + 1);
  const std::size_t limits = std::min(what.find_first_of("*@"), what.size());
  read_what(option, what.substr(0, limits), fault);
  read_limits(option, what.substr(limits), fault);
  return fault;
}

}  // namespace slotflow
