#include "conformance/leaks_oracle.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "conformance/signature_events.h"
#include "domain/ascii.h"
#include "domain/signature.h"
#include "domain/status_text.h"

namespace slotflow::leaks {

namespace {

constexpr std::string_view kWrong = "signature.wrong";

// The parts of a response, by name: "status", "body" and the headers.
using Parts = std::map<std::string, std::string>;

// These depend on the rest of the response, on the time, or on the request's id.
constexpr std::array<std::string_view, 11> kIgnored{
    "date",        "etag",          "content-length", "content-md5", "digest",    "content-digest",
    "repr-digest", "last-modified", "expires",        "age",         "set-cookie"};

// Returns `text` without `part`: a handler may return what it got.
std::string without(std::string text, std::string_view part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at)) {
    text.erase(at, part.size());
  }
  return text;
}

// Returns `text` with each number replaced: headers have timings and counters in them.
std::string without_numbers(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_digit(c)) {
      out += c;
    } else if (out.empty() || out.back() != '#') {
      out += '#';
    }
  }
  return out;
}

// Returns whether `word` is the beginning or the end of v1, which a handler may also return.
bool is_part_of(const std::string& v1, std::string_view word) {
  constexpr std::size_t kLeast = 4;  // characters: fewer can occur by chance
  return word.size() >= kLeast && (v1.starts_with(word) || v1.ends_with(word));
}

// Returns true for bytes of words: letters of other scripts than ours are above ASCII.
bool is_of_word(char c) {
  constexpr unsigned char kLastOfAscii = 0x7f;
  return is_letter_or_digit(c) || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) > kLastOfAscii;
}

// Adds the words of a body, each under its number: an id next to a message must not hide it. What
// is between them is one part, in which "w" stands for each of them.
void add_words(Parts& parts, std::string_view body, const std::string& v1) {
  constexpr std::size_t kMost = 1'000;
  std::string between;
  for (std::size_t count = 0; !body.empty() && count < kMost;) {
    const auto end = std::ranges::find_if_not(body, is_of_word);
    const auto size = static_cast<std::size_t>(end - body.begin());
    const std::string_view word = body.substr(0, size);
    // A part of v1 still counts as a word: how much of it is returned can tell how much is right.
    if (size > 0) {
      parts["body, word " + std::to_string(++count)] = is_part_of(v1, word) ? "v1" : word;
      between += 'w';
    }
    if (size < body.size()) between += body[size];
    body.remove_prefix(std::min(size + 1, body.size()));
  }
  parts["body"] = std::move(between);
}

Parts parts_of(const Response& response, const std::string& v1) {
  Parts parts{{"status", status_text(response.status)}};
  add_words(parts, without(response.body, v1), v1);
  for (const Header& header : response.headers) {
    const std::string name = lower_case(header.name);
    if (std::ranges::find(kIgnored, name) != kIgnored.end()) continue;
    const std::string value = without(header.value, v1);
    parts["header " + name] += without_numbers(value) + "\n";
    // A number can tell, too: unlike a timing or a counter, it repeats.
    parts["header " + name + ", with numbers"] += value + "\n";
  }
  return parts;
}

// Returns the names of the parts that are the same within each pair, and differ between the pairs.
std::vector<std::string> differences(const std::array<Parts, 2>& a, const std::array<Parts, 2>& b) {
  Parts names = a[0];
  names.insert(b[0].begin(), b[0].end());
  const auto value = [](const Parts& parts, const std::string& name) {
    const auto found = parts.find(name);
    return found != parts.end() ? std::optional(found->second) : std::nullopt;
  };
  std::vector<std::string> found;
  for (const auto& [name, unused] : names) {
    const auto in_a = value(a[0], name);
    const auto in_b = value(b[0], name);
    if (in_a != in_b && in_a == value(a[1], name) && in_b == value(b[1], name)) {
      found.push_back(name);
    }
  }
  return found;
}

// Returns "401 Unauthorized and 403 Forbidden", "another body", "another header x-debug".
std::string describe_difference(const std::vector<std::string>& names, const Parts& a,
                                const Parts& b) {
  if (std::ranges::find(names, "status") != names.end()) {
    return a.at("status") + " and " + b.at("status");
  }
  const std::string& name = names.front();
  return "another " + name.substr(0, name.find(','));
}

// Sends an event with this signature, which is wrong. Returns what the check reports if that does
// not get a rejection, as the check `see` says; else sets `parts`.
std::optional<Finding> ask(Driver& driver, const Request& request, const std::string& v1,
                           std::string_view see, Parts& parts) {
  const Reply reply = driver.send(request);
  if (reply.delivered()) return signature::skipped_as_unverified(see);
  if (reply.response() == nullptr) {
    return skipped("a rejected event got no response: see signature.refusal-status");
  }
  parts = parts_of(*reply.response(), v1);
  return std::nullopt;
}

// Removes the suspects that differ for signatures that are equally wrong: they tell what was sent,
// such as the beginning or a hash of v1, and not how much of it was right.
std::optional<Finding> remove_echoes(Driver& driver, std::vector<std::string>& suspects) {
  const std::string body = driver.event().dump();
  const std::string header = driver.signature(body);
  const std::string right = signature::hex_of(header);
  for (const std::size_t place : {std::size_t{0}, right.size() - 1}) {
    std::array<Parts, 2> parts;
    for (const unsigned which : {0U, 1U}) {
      std::string v1 = right;
      v1[place] = signature::other_digit(v1[place], which + 1);
      const Request request = driver.request(body, signature::t_of(header) + ",v1=" + v1);
      if (auto finding = ask(driver, request, v1, kWrong, parts.at(which))) return finding;
    }
    std::erase_if(suspects, [&](const std::string& name) {
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
  std::vector<std::string> suspects;
  std::vector<Request> sent;
  std::string what;
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
    const std::vector<std::string> found =
        differences({parts[0].at(0), parts[0].at(1)}, {parts[1].at(0), parts[1].at(1)});
    if (round == 0) suspects = found;
    std::erase_if(suspects, [&](const std::string& name) {
      return std::ranges::find(found, name) == found.end();
    });
    if (suspects.empty()) return passed();
    constexpr int kLast = kRounds - 1;
    constexpr int kControls = 3;  // two echoes of one digit can be alike by chance
    for (int i = 0; round == kLast && i < kControls; ++i) {
      if (auto finding = remove_echoes(driver, suspects)) return std::move(*finding);
      if (suspects.empty()) return passed();
    }
    what = describe_difference(suspects, parts[0].at(0), parts[1].at(0));
  }
  return failed("the same response",
                what + " for a v1 with a wrong first digit, and one with a wrong last digit",
                Evidence(std::move(sent), Evidence::Manner::one_by_one));
}

Finding known_bookings(Driver& driver) {
  constexpr int kRounds = 3;
  std::vector<std::string> suspects;
  std::vector<Request> sent;
  std::string what;
  for (int round = 0; round < kRounds; ++round) {
    std::array<std::vector<Parts>, 2> parts;  // of known bookings, and of others
    for (const std::size_t which : {0U, 1U, 1U, 0U}) {
      const std::string body = driver.event().dump();
      sent.clear();
      if (which == 0) {
        sent.push_back(driver.request(body));
        if (!driver.send(sent.back()).delivered()) {
          return skipped("a valid event was not accepted: see delivery");
        }
      }
      const std::string header = signature::forged_signature(driver, body);
      sent.push_back(driver.request(body, header));
      const std::string v1 = signature::hex_of(header);
      const std::string_view see = which == 0 ? "signature.forged-copy" : kWrong;
      if (auto finding = ask(driver, sent.back(), v1, see, parts.at(which).emplace_back())) {
        return std::move(*finding);
      }
    }
    const std::vector<std::string> found =
        differences({parts[0].at(0), parts[0].at(1)}, {parts[1].at(0), parts[1].at(1)});
    if (round == 0) suspects = found;
    std::erase_if(suspects, [&](const std::string& name) {
      return std::ranges::find(found, name) == found.end();
    });
    if (suspects.empty()) return passed();
    what = describe_difference(suspects, parts[0].at(0), parts[1].at(0));
  }
  return failed("the same response",
                what + " for a forged event of a booking that it knows, and of another",
                Evidence(std::move(sent), Evidence::Manner::one_by_one));
}

}  // namespace slotflow::leaks
