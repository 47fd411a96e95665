// The forms in which a text can contain a secret, or a signature, that can be read from it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

// Characters of a form that do not occur by chance, as of a signature that was shortened for a
// message.
inline constexpr std::size_t kTellingPart = 16;

// What to search a text for.
struct SecretForms {
  std::vector<std::string> texts;  // that it can have in it, as it is
  std::vector<std::string> lists;  // that list_form() of it can have in it
};

// Returns the forms of `secret` without its prefix, which is as useful as the whole: as it is,
// URL-encoded, its bytes as characters of Latin-1, in hexadecimal digits of either case, in both
// alphabets of base64 at each of the three places where the encoding can begin, and its bytes as a
// list of numbers or of pairs of hexadecimal digits. There are none if it has fewer than `least`
// bytes: a short text can occur by chance.
SecretForms secret_forms(std::string_view secret, std::size_t least);

// Returns the forms of a signature, given in hexadecimal digits: those of the digest, and those of
// the digits themselves.
SecretForms signature_forms(std::string_view digits);

// Returns `text` in lower case with one comma for each run of what can stand between the items of a
// list: white space, commas, colons, and indices in quotes with their colon. Sets `places`, if
// given, to the place of each of its characters in `text`.
std::string list_form(std::string_view text, std::vector<std::size_t>* places = nullptr);

// Returns `text` with its escapes replaced by the bytes that they stand for, as far as a byte can
// be one: \x96, \u0096, \226, and \n, \\ and the like. Programs print bytes so: Python b'\x96C\t'.
std::string unescaped(std::string_view text);

// Returns `base64` in the alphabet for URLs (RFC 4648, section 5).
std::string in_url_alphabet(std::string base64);

// Returns the characters of base64 that `bytes` is certain to have if `before` other bytes (0, 1 or
// 2, after whole groups of three) come before it, whatever follows.
std::string base64_after(std::size_t before, std::string_view bytes);

}  // namespace slotflow
