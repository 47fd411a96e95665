// Translates CLI11's errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "domain/error.h"

namespace slotflow {

// Returns the error to show for `error`, which `app` threw while parsing `words`. For an unknown
// command it lists the valid ones; for a command or option the hint has the nearest match.
Error usage_error(const CLI::App& app, const CLI::ParseError& error,
                  const std::vector<std::string>& words);
// Returns the error of the first option on the command line that the parsed command does not have.
std::optional<Error> unknown_option(const CLI::App& app);

std::vector<std::string> command_names(const CLI::App& app);
// Returns the long names of the options of `app` itself: "--port".
std::vector<std::string> option_names(const CLI::App& app);

}  // namespace slotflow
