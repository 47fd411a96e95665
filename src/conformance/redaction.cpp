#include "conformance/redaction.h"

#include <string_view>

#include "conformance/secret_forms.h"
#include "domain/base64.h"

namespace slotflow {

std::string without_secrets(std::string text, const Subject& subject) {
  constexpr std::size_t kLeast = 4;  // bytes: fewer can occur by chance
  const auto hide = [&text](std::string_view value, const std::string& name) {
    if (value.size() < kLeast) return;
    for (auto at = text.find(value); at != std::string::npos;
         at = text.find(value, at + name.size())) {
      text.replace(at, value.size(), name);
    }
  };
  if (subject.secret) {
    hide(*subject.secret, "<the secret>");
    hide(base64(*subject.secret), "<the secret>");
    for (const std::string& form : secret_forms(*subject.secret, kLeast)) {
      hide(form, "<the secret>");
    }
  }
  for (const Header& header : subject.headers) {
    const std::string name = "<the value of " + header.name + ">";
    hide(header.value, name);
    // In "Bearer abc" only the last word is secret.
    const std::string_view value = header.value;
    hide(value.substr(value.rfind(' ') + 1), name);
  }
  return text;
}

}  // namespace slotflow
