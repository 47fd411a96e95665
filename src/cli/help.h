// The text of --help.
#pragma once

#include <cstddef>
#include <string>

#include <CLI/CLI.hpp>

namespace slotflow {

// Prints the options in their groups (see begin_group()), then the global options, then the
// examples, in lines of at most `columns`. Line breaks in a description are spaces.
class HelpFormatter : public CLI::FormatterBase {
 public:
  explicit HelpFormatter(std::size_t columns);

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;

 private:
  struct Entry;

  std::string paragraph(const std::string& text) const;
  std::string section(const std::string& title, const std::vector<Entry>& entries) const;
  std::string groups(const CLI::App& app) const;
  std::string global_options(const CLI::App& app) const;
  std::string examples(const CLI::App& app) const;

  std::size_t columns_;
};

}  // namespace slotflow
