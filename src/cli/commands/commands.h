// The commands: one file each, named here and in the table of app.cpp.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "cli/context.h"

namespace slotflow {

// Carries a command out and returns its exit code.
using Runner = std::function<int(Context&)>;

// Each adds its options to its own subcommand, and returns what runs it.
Runner add_register(CLI::App& app);
Runner add_list(CLI::App& app);
Runner add_delete(CLI::App& app);
Runner add_plan(CLI::App& app);
Runner add_fire(CLI::App& app);
Runner add_listen(CLI::App& app);
Runner add_check(CLI::App& app);
Runner add_verify(CLI::App& app);
Runner add_sign(CLI::App& app);
Runner add_demo(CLI::App& app);
Runner add_completion(CLI::App& app);

}  // namespace slotflow
