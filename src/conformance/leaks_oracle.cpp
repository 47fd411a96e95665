#include "conformance/leaks_oracle.h"

#include <array>
#include <utility>

#include "conformance/rejections.h"
#include "conformance/signature_events.h"

namespace slotflow::leaks {

namespace {

constexpr std::string_view kWrong = "signature.wrong";

// Removes the parts that differ for signatures that are equally wrong: they tell what was sent,
// such as the beginning or a hash of v1, and not how much of it was right.
std::optional<Finding> remove_echoes(Driver& driver, Differences& differences) {
  const std::string body = driver.event().dump();
  const std::string header = driver.signature(body);
  const std::string right = signature::hex_of(header);
  for (const std::size_t place : {std::size_t{0}, right.size() - 1}) {
    Pair parts;
    for (const unsigned which : {0U, 1U}) {
      std::string v1 = right;
      v1[place] = signature::other_digit(v1[place], which + 1);
      const Request request = driver.request(body, signature::t_of(header) + ",v1=" + v1);
      if (auto finding = ask(driver, request, v1, kWrong, parts.at(which))) return finding;
    }
    differences.remove_if([&](const std::string& name) {
      const auto a = parts[0].find(name);
      const auto b = parts[1].find(name);
      return a == parts[0].end() || b == parts[1].end() || a->second != b->second;
    });
  }
  return std::nullopt;
}

}  // namespace

Finding oracle(Driver& driver) {
  // A good handler is asked four times: the first round settles it. Five rounds, so that a clock, a
  // counter or workers in turn do not look like a difference.
  constexpr int kRounds = 5;
  Differences differences;
  std::vector<Request> sent;
  for (int round = 0; round < kRounds; ++round) {
    const std::string body = driver.event().dump();
    const std::string header = driver.signature(body);
    const std::string right = signature::hex_of(header);
    std::array<std::string, 2> v1{right, right};
    v1[0].front() = signature::other_digit(right.front());
    v1[1].back() = signature::other_digit(right.back());
    std::array<std::vector<Parts>, 2> parts;
    sent.clear();
    // Another order in each round, and never in turn: requests may go to workers in turn.
    const std::size_t first = static_cast<std::size_t>(round) % 2;
    for (const std::size_t which : {first, 1 - first, 1 - first, first}) {
      const Request request = driver.request(body, signature::t_of(header) + ",v1=" + v1.at(which));
      if (sent.size() < 2) sent.push_back(request);
      if (auto finding =
              ask(driver, request, v1.at(which), kWrong, parts.at(which).emplace_back())) {
        return std::move(*finding);
      }
    }
    differences.narrow({parts[0].at(0), parts[0].at(1)}, {parts[1].at(0), parts[1].at(1)});
    if (differences.empty()) return passed();
    constexpr int kLast = kRounds - 1;
    constexpr int kControls = 3;  // two echoes of one digit can be alike by chance
    for (int i = 0; round == kLast && i < kControls; ++i) {
      if (auto finding = remove_echoes(driver, differences)) return std::move(*finding);
      if (differences.empty()) return passed();
    }
  }
  return failed(
      "the same response",
      differences.words() + " for a v1 with a wrong first digit, and one with a wrong last digit",
      Evidence(std::move(sent), Evidence::Manner::one_by_one));
}

}  // namespace slotflow::leaks
