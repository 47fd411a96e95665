// The forms in which a text can contain a secret that can be read from it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

// Returns the forms of `secret` without its prefix, which is as useful as the whole: as it is,
// URL-encoded, in hexadecimal digits of either case, and in both alphabets of base64 at each of the
// three places where the encoding can begin. Each stands once, the longest first. There are none if
// it has fewer than `least` bytes: a short text can occur by chance.
std::vector<std::string> secret_forms(std::string_view secret, std::size_t least);

// Returns `base64` in the alphabet for URLs (RFC 4648, section 5).
std::string in_url_alphabet(std::string base64);

// Returns the characters of base64 that `bytes` is certain to have if `before` other bytes (0, 1 or
// 2, after whole groups of three) come before it, whatever follows.
std::string base64_after(std::size_t before, std::string_view bytes);

}  // namespace slotflow
