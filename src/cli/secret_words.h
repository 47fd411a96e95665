// What must not be kept of a delivery.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "send/delivery.h"

namespace slotflow {

// Returns whether the value of a header of this name could be a secret, as that of Authorization.
bool is_credential(const std::string& name);

// Returns the texts from which the secrets of these deliveries, and the credentials in their
// headers, can be read, the longest first: as they are, in JSON, in base64 and other forms. Parts
// of credentials are secrets, too: a cookie, or the password of "Basic".
std::vector<std::string> secret_words(const std::vector<Lane>& lanes);

// Replaces these words wherever they are in `text`; if the text was `cut`, also the beginning of a
// word at its end.
void hide_words(std::string& text, const std::vector<std::string>& words, bool cut = false);

inline constexpr std::string_view kNotKept = "(not kept)";  // what is in their place

}  // namespace slotflow
