#include "cli/api_key.h"

#include <algorithm>

#include "cli/options.h"
#include "domain/error.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

std::string usable_key(std::string key, const std::string& source) {
  const bool is_token =
      !key.empty() && std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
  if (is_token) return key;
  throw Error(ErrorCode::usage,
              source + ": expected an API key, got " +
                  (key.empty() ? "nothing" : "text with white space or other characters"),
              "copy the key again: sk_live_ and letters and digits", source);
}

}  // namespace

std::optional<std::string> ApiKeyOption::read(const Context& context) const {
  if (!file.empty()) {
    std::string key = context.read_bytes("--api-key-file", file);
    if (key.starts_with(kByteOrderMark)) key.erase(0, kByteOrderMark.size());
    if (key.ends_with('\n')) key.pop_back();
    if (key.ends_with('\r')) key.pop_back();
    return usable_key(std::move(key), "--api-key-file");
  }
  const auto variable = context.world.environment(kApiKeyVariable);
  if (!variable || variable->empty()) return std::nullopt;
  return usable_key(*variable, kApiKeyVariable);
}

void add_api_key_file(CLI::App& app, ApiKeyOption& key, const std::string& help) {
  add_text(
      app, "--api-key-file", value::file(), [&key](const std::string& text) { key.file = text; },
      help);
}

}  // namespace slotflow
