#include "conformance/redaction.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include "conformance/expected_signatures.h"
#include "conformance/secret_forms.h"
#include "domain/ascii.h"
#include "domain/base64.h"

namespace slotflow {

namespace {

constexpr std::size_t kLeast = 4;        // bytes: fewer can occur by chance
constexpr std::size_t kLeastOfWord = 8;  // ... of the value of a header, which can be a usual word

// Calls `hide` with the begin and the end of each part of `form` in `text`: kTellingPart characters
// of it or, if that is shorter, the whole; at the end of `text`, also its beginning. Parts may
// overlap.
template <typename Hide>
void for_each_part(std::string_view text, std::string_view form, Hide hide) {
  const std::size_t size = std::min(kTellingPart, form.size());
  if (size == 0) return;
  std::unordered_set<std::string_view> parts;
  for (std::size_t i = 0; i + size <= form.size(); ++i) parts.insert(form.substr(i, size));
  for (std::size_t i = 0; i + size <= text.size(); ++i) {
    if (parts.contains(text.substr(i, size))) hide(i, i + size);
  }
  for (std::size_t i = kLeast; i < size; ++i) {
    if (text.ends_with(form.substr(0, i))) hide(text.size() - i, text.size());
  }
}

// Remembers which characters of a text are to be hidden, so that no name that stands for them is
// taken for one of them.
class Redaction {
 public:
  explicit Redaction(std::string_view text)
      : text_(text), list_(list_form(text, &places_)), names_(text.size()) {}

  // Hides each occurrence of `value`.
  void hide(std::string_view value, const std::string& name, std::size_t least = kLeast) {
    if (value.size() < least) return;
    begin(name);
    for (auto at = text_.find(value); at != std::string_view::npos;
         at = text_.find(value, at + value.size())) {
      mark(at, at + value.size());
    }
  }

  void hide(const SecretForms& forms, const std::string& name) {
    begin(name);
    for (const std::string& form : forms.texts) {
      for_each_part(text_, form, [&](std::size_t from, std::size_t to) { mark(from, to); });
    }
    for (const std::string& form : forms.lists) {
      for_each_part(list_, form, [&](std::size_t from, std::size_t to) {
        mark(places_[from], places_[to - 1] + 1);
      });
    }
  }

  // Hides what can be a digest in hex: an expected signature is as good as the secret, for its
  // event. What is shorter and has no letter is a number, such as a time in nanoseconds.
  void hide_digests(const std::string& name) {
    constexpr std::size_t kWhole = 64;
    begin(name);
    for (std::size_t from = 0; from < text_.size();) {
      std::size_t to = from;
      while (to < text_.size() && is_hex_digit(text_[to])) ++to;
      const std::string_view run = text_.substr(from, to - from);
      const bool is_one =
          std::ranges::any_of(run, is_letter) ? run.size() >= kTellingPart : run.size() >= kWhole;
      if (is_one) mark(from, to);
      from = to + 1;
    }
  }

  // Returns the text with names for what is hidden.
  std::string text() const {
    std::string out;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (names_[i] == 0) {
        out += text_[i];
      } else if (i == 0 || names_[i] != names_[i - 1]) {
        out += known_[names_[i] - 1];
      }
    }
    return out;
  }

 private:
  void begin(const std::string& name) {
    if (known_.empty() || known_.back() != name) known_.push_back(name);
  }

  void mark(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      if (names_[i] == 0) names_[i] = known_.size();
    }
  }

  std::string_view text_;
  std::vector<std::size_t> places_;  // in text_, of the characters of list_
  std::string list_;
  std::vector<std::size_t> names_;  // of each character, in known_, from 1; 0: it is shown
  std::vector<std::string> known_;
};

}  // namespace

std::string without_secrets(std::string_view text, const Subject& subject,
                            std::span<const Request> requests) {
  Redaction redaction(text);
  if (subject.secret) {
    const std::string name = "<the secret>";
    redaction.hide(*subject.secret, name);
    redaction.hide(base64(*subject.secret), name);
    redaction.hide(secret_forms(*subject.secret, kLeast), name);
  }
  for (const Header& header : subject.headers) {
    const std::string name = "<the value of " + header.name + ">";
    // In "Bearer abc" only the last word is secret. A word alone, such as "https", is not if it is
    // short, and hiding it would garble texts that have it anyway.
    const std::string_view value = header.value;
    const auto blank = value.rfind(' ');
    redaction.hide(value, name, kLeastOfWord);
    if (blank != std::string_view::npos) redaction.hide(value.substr(blank + 1), name);
  }
  if (!subject.secret) return redaction.text();
  const std::string name = "<a signature>";
  for (const Request& request : requests) {
    for (const std::string& right : expected_signatures(*subject.secret, request)) {
      redaction.hide(signature_forms(right), name);
    }
  }
  redaction.hide_digests(name);
  return redaction.text();
}

}  // namespace slotflow
