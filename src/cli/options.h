// Helpers that add one option each. They check the value themselves, so that errors have the form
// "--port: expected a number from 0 to 65535, got 'x'".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "domain/delivery.h"
#include "domain/duration.h"
#include "domain/tls_options.h"

namespace slotflow {

// Returns the long name from CLI11's list of names: "--port" from "-p,--port".
std::string option_name(const std::string& names);

CLI::Option* add_duration(CLI::App& app, const std::string& names, Duration& value,
                          const std::string& help, bool allow_negative = false);
CLI::Option* add_number(CLI::App& app, const std::string& names, std::uint64_t min,
                        std::uint64_t max, std::function<void(std::uint64_t)> set,
                        const std::string& help);
// A number that may be left out: `set` then gets nullopt. In the config file, true means that.
CLI::Option* add_optional_number(CLI::App& app, const std::string& names,
                                 const std::string& placeholder, std::uint64_t min,
                                 std::uint64_t max,
                                 std::function<void(std::optional<std::uint64_t>)> set,
                                 const std::string& help);

// A number from 0 to 1.
CLI::Option* add_probability(CLI::App& app, const std::string& names, double& value,
                             const std::string& help);
// A number of bytes, with the unit B, KiB, MiB, GiB, KB, MB or none.
CLI::Option* add_size(CLI::App& app, const std::string& names, std::size_t& value,
                      const std::string& help);
// 'K: V'; repeatable. Rejects line breaks and headers that follow from the request itself.
CLI::Option* add_headers(CLI::App& app, std::vector<Header>& headers, const std::string& help);
// --insecure and --cacert. `where` ends their help: "" or " when forwarding to https".
void add_tls(CLI::App& app, TlsOptions& options, const std::string& where = "");
// One of `choices`.
CLI::Option* add_choice(CLI::App& app, const std::string& names,
                        const std::vector<std::string>& choices, std::string& value,
                        const std::string& help);
// Nonempty text. `set` throws Error{usage} if the text is not valid.
CLI::Option* add_text(CLI::App& app, const std::string& names, const ValueType& type,
                      std::function<void(const std::string&)> set, const std::string& help);
// Like add_text, but the text may be empty.
CLI::Option* add_any_text(CLI::App& app, const std::string& names, const ValueType& type,
                          std::function<void(const std::string&)> set, const std::string& help);
// Like add_text, for an option that can be repeated. `set` is called for each value.
CLI::Option* add_texts(CLI::App& app, const std::string& names, const ValueType& type,
                       std::function<void(const std::string&)> set, const std::string& help);
// For a comma-separated list. If the option is repeated, `set` gets all lists as one.
CLI::Option* add_list(CLI::App& app, const std::string& names, const ValueType& type,
                      std::function<void(const std::string&)> set, const std::string& help);
// Returns the path of a file to write. Throws Error{usage} for "-", which would be a file of that
// name. `instead`: what to do for standard output, "give --json", or "".
std::string parse_output_file(const std::string& option, const std::string& text,
                              const std::string& instead = "");
// Returns whether the option can be repeated.
bool takes_several(const CLI::Option& option);

// Lets a positional argument be given any number of times.
CLI::Option* take_any_number(CLI::Option* argument);

std::uint64_t parse_number(const std::string& option, const std::string& text, std::uint64_t min,
                           std::uint64_t max);

}  // namespace slotflow
