#include "conformance/expected_signatures.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/signature.h"

namespace slotflow {

namespace {

// A header of one of the checks can have two t, and a stranger's as many as fit: each costs a HMAC.
constexpr std::size_t kMostTimestamps = 4;

// Returns the values of each t in the signature headers; an empty one if there is none.
std::vector<std::string> timestamps(const Request& request) {
  std::vector<std::string> found;
  for (const Header& header : request.headers) {
    if (!same_without_case(header.name, kSignatureHeader)) continue;
    std::string_view rest = header.value;
    while (!rest.empty() && found.size() < kMostTimestamps) {
      const std::string_view pair = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      if (pair.starts_with("t=")) found.emplace_back(pair.substr(2));
    }
  }
  if (found.empty()) found.emplace_back();
  return found;
}

}  // namespace

std::vector<std::string> expected_signatures(std::string_view secret, const Request& request) {
  std::vector<std::string> found;
  for (const std::string& t : timestamps(request)) {
    found.push_back(signature_hex(secret, t, request.body));
  }
  return found;
}

}  // namespace slotflow
