#include "conformance/leak_watch.h"

#include <algorithm>
#include <utility>

#include "conformance/expected_signatures.h"
#include "conformance/leaked_source.h"
#include "domain/ascii.h"
#include "domain/status_text.h"

namespace slotflow {

namespace {

constexpr std::size_t kEnough = 8;  // characters of a secret: fewer can occur by chance
constexpr std::size_t kShort = 1024, kMostShort = 100;  // bytes of a text, and how many are kept

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// JSON can have in it a text that has escapes of its own.
std::string without_escapes(const std::string& text) {
  if (!contains(text, "\\")) return "";
  const std::string once = unescaped(text);
  return once + "\n" + unescaped(once);
}

bool contains_any(std::string_view text, const std::vector<std::string>& parts) {
  return std::ranges::any_of(parts,
                             [text](const std::string& part) { return contains(text, part); });
}

}  // namespace

LeakWatch::LeakWatch(std::optional<std::string> secret)
    : secret_(std::move(secret)), forms_(secret_forms(secret_.value_or(""), kEnough)) {}

void LeakWatch::look(const Request& request, const Reply& reply) {
  const Response* response = reply.response();
  if (response == nullptr) return;
  has_cut_ |= response->cut;
  std::string text = response->body + "\n" + response->reason;
  for (const Header& header : response->headers) text += "\n" + header.value;
  const Searched searched{text, lower_case(text), list_form(text), without_escapes(text)};
  for (const LeakKind kind : {LeakKind::secret, LeakKind::signature, LeakKind::source}) {
    std::optional<Leak>& leak = found_[static_cast<std::size_t>(kind)];
    if (leak) continue;
    const std::string what = find(kind, searched, request);
    if (!what.empty()) leak = Leak{status_text(response->status) + " with " + what, request};
  }
}

const Leak* LeakWatch::found(LeakKind kind) const {
  const std::optional<Leak>& leak = found_[static_cast<std::size_t>(kind)];
  return leak ? &*leak : nullptr;
}

std::string LeakWatch::find(LeakKind kind, const Searched& in, const Request& request) {
  switch (kind) {
    case LeakKind::secret:
      return has(in, forms_) ? "the secret in it" : "";
    case LeakKind::signature:
      return std::string(signature_in(in, request));
    case LeakKind::source:
      return reveals_source(in.text, request) ? "a stack trace, or a path of source code, in it"
                                              : "";
  }
  return "";
}

bool LeakWatch::has(const Searched& in, const SecretForms& forms) {
  return contains_any(in.text, forms.texts) || contains_any(in.list, forms.lists) ||
         contains_any(in.bytes, forms.texts);
}

// A signature that was in the request is not a leak. A text that an earlier response had is not
// searched again: it was written before this signature could be known.
std::string_view LeakWatch::signature_in(const Searched& in, const Request& request) {
  if (!secret_ || in.text.size() < kTellingPart || without_signature_.contains(in.text)) return "";
  const auto is_known = [&request](std::string_view digits) {
    return std::ranges::any_of(request.headers, [digits](const Header& header) {
      return contains(lower_case(header.value), digits);
    });
  };
  bool any_known = false;
  for (const std::string& right : expected_signatures(*secret_, request)) {
    if (is_known(right)) {
      any_known = true;
      continue;
    }
    if (contains(in.lower, right) || has(in, signature_forms(right))) {
      return "the expected signature";
    }
    for (const std::string& part :
         {right.substr(0, kTellingPart), right.substr(right.size() - kTellingPart)}) {
      if (!contains(in.lower, part)) continue;
      if (!is_known(part)) return "a part of the expected signature";
      any_known = true;
    }
  }
  if (!any_known && in.text.size() <= kShort && without_signature_.size() < kMostShort) {
    without_signature_.insert(in.text);
  }
  return "";
}

}  // namespace slotflow
