// What a handler that rejects valid signatures may expect instead. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

struct SigningMistake {
  std::string words;   // "with the secret without its whsec_ prefix"
  std::string remedy;  // an imperative
  std::string header;  // the signature header that a handler with this mistake accepts
};

// Returns the usual mistakes in verifying, the most frequent first, each with a signature of `body`
// at `now` (Unix seconds).
std::vector<SigningMistake> signing_mistakes(const std::string& secret, std::int64_t now,
                                             std::string_view body);

}  // namespace slotflow
