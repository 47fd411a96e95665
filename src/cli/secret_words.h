// What must not be kept of a delivery.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "send/delivery.h"

namespace slotflow {

// Returns whether the value of the header could be a secret, by its name, as that of Authorization,
// or by its form, as a JSON Web Token.
bool is_credential(const Header& header);

inline constexpr std::string_view kNotKept = "(not kept)";  // what is in the place of a secret

// The texts from which the secrets of deliveries, and the credentials in their headers, can be
// read: as they are, in JSON, in base64 and other forms. Parts of credentials are secrets, too: a
// cookie, or the password of "Basic".
class SecretWords {
 public:
  SecretWords() = default;
  SecretWords(SecretWords&&) = default;
  SecretWords& operator=(SecretWords&&) = default;

  void add(const Delivery& delivery);

  // Replaces them in `text`; if the text was `cut`, also the beginning of one at its end. Takes as
  // long for many as for one.
  void hide(std::string& text, bool cut = false) const;

 private:
  // Returns where what `text` has at this place ends; 0 if that is none of the words.
  std::size_t end_of_word(std::string_view text, std::size_t at, bool cut) const;

  void add_all(const std::set<std::string>& words);

  std::set<std::string> known_;  // secrets and credentials that were added
  std::unordered_map<std::string_view, std::vector<std::string_view>> by_beginning_;
  std::set<std::string> words_;  // what the views are of
};

}  // namespace slotflow
