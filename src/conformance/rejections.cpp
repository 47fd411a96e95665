#include "conformance/rejections.h"

#include <algorithm>
#include <utility>

#include "conformance/signature_events.h"
#include "domain/ascii.h"
#include "domain/status_text.h"

namespace slotflow::leaks {

namespace {

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
std::vector<std::string> differing_parts(const Pair& a, const Pair& b) {
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

}  // namespace

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

void Differences::narrow(const Pair& a, const Pair& b) {
  std::vector<std::string> found = differing_parts(a, b);
  if (!std::exchange(is_first_round_, false)) {
    std::erase_if(found, [&](const std::string& name) {
      return std::ranges::find(names_, name) == names_.end();
    });
  }
  names_ = std::move(found);
  statuses_ = a[0].at("status") + " and " + b[0].at("status");
}

std::string Differences::words() const {
  if (std::ranges::find(names_, "status") != names_.end()) return statuses_;
  const std::string& name = names_.front();
  return "another " + name.substr(0, name.find(','));
}

}  // namespace slotflow::leaks
