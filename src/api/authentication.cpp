#include "api/authentication.h"

#include "domain/ascii.h"
#include "domain/error.h"
#include "domain/text.h"

namespace slotflow {

namespace {

constexpr std::string_view kScheme = "Bearer ";

}  // namespace

void authenticate(std::string_view authorization, const std::optional<std::string>& key) {
  std::string_view token;
  if (same_without_case(authorization.substr(0, kScheme.size()), kScheme)) {
    token = trimmed(authorization.substr(kScheme.size()));
  }
  const bool has_form = token.starts_with(kApiKeyPrefix) && token.size() > kApiKeyPrefix.size();
  const bool is_valid = key ? token == *key : has_form;
  if (!is_valid) throw Error(ErrorCode::unauthorized, "Missing or invalid API key.");
}

}  // namespace slotflow
