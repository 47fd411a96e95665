// Where commands get the key of Slotflow's API from.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/context.h"

namespace slotflow {

inline constexpr const char* kApiKeyVariable = "SLOTFLOW_API_KEY";

struct ApiKeyOption {
  std::string file;  // of --api-key-file; empty: not given

  // Returns the key in the file ("-": standard input) without a line break at its end, else that of
  // the environment, else nullopt. Throws Error{usage} if the key is empty or has white space or
  // other characters that a header cannot hold, and Error{io_error} if the file cannot be read. The
  // key itself is in no message.
  std::optional<std::string> read(const Context& context) const;
};
// --api-key-file.
void add_api_key_file(CLI::App& app, ApiKeyOption& key, const std::string& help);

}  // namespace slotflow
