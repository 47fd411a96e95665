// How option values are read: each helper adds one option whose text is checked by our own rules,
// with our own words ("--port: expected a number from 0 to 65535, got 'x'").
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "domain/delivery.h"
#include "domain/duration.h"

namespace slotflow {

// The option's long name without what CLI11 adds: "--port".
std::string option_name(const std::string& names);

CLI::Option* add_duration(CLI::App& app, const std::string& names, Duration& value,
                          const std::string& help, bool allow_negative = false);
CLI::Option* add_number(CLI::App& app, const std::string& names, std::uint64_t min,
                        std::uint64_t max, std::function<void(std::uint64_t)> set,
                        const std::string& help);
// 0 to 1.
CLI::Option* add_probability(CLI::App& app, const std::string& names, double& value,
                             const std::string& help);
// Bytes: a number with B, KiB, MiB, KB or MB.
CLI::Option* add_size(CLI::App& app, const std::string& names, std::size_t& value,
                      const std::string& help);
// 'K: V'; repeatable. Refuses line breaks and the headers that the delivery itself needs.
CLI::Option* add_headers(CLI::App& app, std::vector<Header>& headers, const std::string& help);
// One of `choices`.
CLI::Option* add_choice(CLI::App& app, const std::string& names,
                        const std::vector<std::string>& choices, std::string& value,
                        const std::string& help);
// Text, not empty, that `set` reads, throwing Error{usage} for what it does not understand.
CLI::Option* add_text(CLI::App& app, const std::string& names, const std::string& type,
                      std::function<void(const std::string&)> set, const std::string& help);
// The same, but empty text is a value too.
CLI::Option* add_any_text(CLI::App& app, const std::string& names, const std::string& type,
                          std::function<void(const std::string&)> set, const std::string& help);
// As add_text, for an option that can be repeated; `set` is called for each.
CLI::Option* add_texts(CLI::App& app, const std::string& names, const std::string& type,
                       std::function<void(const std::string&)> set, const std::string& help);

std::uint64_t parse_number(const std::string& option, const std::string& text, std::uint64_t min,
                           std::uint64_t max);

// --secret and --secret-file, which exclude each other.
struct SecretOptions {
  std::optional<std::string> secret;
  std::optional<std::string> file;

  // The secret, if one was given. A file may end in one line break. Throws Error{usage} for one
  // that is empty or has white space or control characters in it, Error{io_error} for the file.
  std::optional<std::string> read(std::istream& in) const;
  // Throws Error{usage} when the secret and `payload` are both to be read from standard input.
  void refuse_shared_input(const std::string& payload) const;
};
void add_secret(CLI::App& app, SecretOptions& options, const std::string& help);

}  // namespace slotflow
