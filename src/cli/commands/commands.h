// The commands. Each has its own file, and a row in the table of program.cpp.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "cli/context.h"

namespace slotflow {

// Runs a command and returns its exit code.
using Runner = std::function<int(Context&)>;

// Each adds its options to its subcommand, and returns the function that runs it.
Runner add_register(CLI::App& app);
Runner add_list(CLI::App& app);
Runner add_delete(CLI::App& app);
Runner add_plan(CLI::App& app);
Runner add_sync(CLI::App& app);
Runner add_fire(CLI::App& app);
Runner add_deliveries(CLI::App& app);
Runner add_secret_command(CLI::App& app);
Runner add_listen(CLI::App& app);
Runner add_serve(CLI::App& app);
Runner add_check(CLI::App& app);
Runner add_load(CLI::App& app);
Runner add_wait(CLI::App& app);
Runner add_verify(CLI::App& app);
Runner add_sign(CLI::App& app);
Runner add_demo(CLI::App& app);
Runner add_completion(CLI::App& app);

}  // namespace slotflow
