// CLI11's complaints in our own words.
#pragma once

#include <vector>

#include <CLI/CLI.hpp>

#include "domain/error.h"

namespace slotflow {

// What `error`, thrown while `app` parsed, means to the user: a mistyped command or option comes
// with the valid ones and the nearest match.
Error usage_error(const CLI::App& app, const CLI::ParseError& error);

// The long names of the options `app` itself takes: "--port".
std::vector<std::string> option_names(const CLI::App& app);

}  // namespace slotflow
