#include "cli/options.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "domain/ascii.h"
#include "domain/closest.h"
#include "domain/error.h"
#include "domain/expected.h"
#include "domain/number.h"
#include "domain/suggestion.h"
#include "domain/text.h"
#include "http/head.h"
#include "http/text.h"

namespace slotflow {

namespace {

// An empty value usually comes from an unset shell variable.
void require_value(const std::string& option, const std::string& text) {
  if (!text.empty()) return;
  throw Error(ErrorCode::usage, option + ": expected a value, got nothing", "", option);
}

// Lets the option be repeated.
CLI::Option* repeatable(CLI::Option* option) {
  return option->expected(1)
      ->allow_extra_args(false)  // would read "[a,b]" as a list
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// Calls `set`. An error that it throws is about the option.
void set_value(const std::string& option, const std::string& text,
               const std::function<void(const std::string&)>& set) {
  try {
    set(text);
  } catch (const Error& error) {
    throw Error(error.code(), error.what(), error.hint(), option);
  }
}

Header parse_header_option(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos || http::has_control(text)) {
    throw_expected("--header", "'Name: value'", text);
  }
  if (!http::is_token(text.substr(0, colon))) {
    throw_expected("--header", "a name of letters, digits and dashes before the colon", text);
  }
  Header header{text.substr(0, colon),
                std::string(trimmed_start(std::string_view(text).substr(colon + 1), is_blank))};
  for (const std::string_view own : {"Content-Length", "Transfer-Encoding", "Connection"}) {
    if (find_header({header}, own)) {
      throw Error(ErrorCode::usage,
                  "--header: " + header.name + " cannot be set: it follows from the request");
    }
  }
  return header;
}

std::optional<std::size_t> to_size(std::string_view text) {
  static constexpr std::pair<std::string_view, std::uint64_t> kUnits[] = {
      {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024 * 1024 * 1024},
      {"KB", 1000},  {"MB", 1000000},      {"B", 1},
      {"", 1}};
  constexpr std::uint64_t kMax = 1024ull * 1024 * 1024;
  const std::string_view suffix = trimmed_start(text, is_digit);
  const auto number = to_number<std::uint64_t>(text.substr(0, text.size() - suffix.size()));
  for (const auto& [unit, factor] : kUnits) {
    if (number && suffix == unit && *number <= kMax / factor) return *number * factor;
  }
  return std::nullopt;
}

}  // namespace

std::string option_name(const std::string& names) {
  const auto comma = names.find("--");
  return comma == std::string::npos ? names : names.substr(comma);
}

CLI::Option* add_text(CLI::App& app, const std::string& names, const ValueType& type,
                      std::function<void(const std::string&)> set, const std::string& help) {
  return add_any_text(
      app, names, type,
      [name = option_name(names), set = std::move(set)](const std::string& text) {
        require_value(name, text);
        set(text);
      },
      help);
}

CLI::Option* add_any_text(CLI::App& app, const std::string& names, const ValueType& type,
                          std::function<void(const std::string&)> set, const std::string& help) {
  CLI::Option* option = app.add_option_function<std::string>(
      names,
      [name = option_name(names), set = std::move(set)](const std::string& text) {
        set_value(name, text, set);
      },
      help);
  return declare(app, option, type)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

CLI::Option* add_texts(CLI::App& app, const std::string& names, const ValueType& type,
                       std::function<void(const std::string&)> set, const std::string& help) {
  CLI::Option* option = app.add_option_function<std::vector<std::string>>(
      names,
      [name = option_name(names), set = std::move(set)](const std::vector<std::string>& texts) {
        for (const std::string& text : texts) {
          require_value(name, text);
          set_value(name, text, set);
        }
      },
      help);
  return repeatable(declare(app, option, type));
}

CLI::Option* add_list(CLI::App& app, const std::string& names, const ValueType& type,
                      std::function<void(const std::string&)> set, const std::string& help) {
  CLI::Option* option = app.add_option_function<std::vector<std::string>>(
      names,
      [name = option_name(names), set = std::move(set)](const std::vector<std::string>& texts) {
        for (const std::string& text : texts) require_value(name, text);
        set_value(name, joined(texts, ","), set);
      },
      help);
  return repeatable(declare(app, option, type));
}

bool takes_several(const CLI::Option& option) {
  return option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
}

CLI::Option* add_duration(CLI::App& app, const std::string& names, Duration& value,
                          const std::string& help, bool allow_negative) {
  return add_text(
      app, names, value::duration(),
      [name = option_name(names), &value, allow_negative](const std::string& text) {
        value = parse_duration(name, text, allow_negative);
      },
      help);
}

// With extra arguments allowed, CLI11 would read "[::1]" as a list. It takes positional arguments
// as long as their number is below the minimum, which it does not enforce.
CLI::Option* take_any_number(CLI::Option* argument) {
  constexpr int kMany = 1 << 20;
  return argument->expected(kMany, -1)->allow_extra_args(false)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
}

std::uint64_t parse_number(const std::string& option, const std::string& text, std::uint64_t min,
                           std::uint64_t max) {
  const auto number = to_number<std::uint64_t>(text);
  if (!number || *number < min || *number > max) {
    const std::string range = "a number from " + std::to_string(min) + " to " + std::to_string(max);
    throw_expected(option, range, text);
  }
  return *number;
}

CLI::Option* add_number(CLI::App& app, const std::string& names, std::uint64_t min,
                        std::uint64_t max, std::function<void(std::uint64_t)> set,
                        const std::string& help) {
  return add_text(
      app, names, value::number("N"),
      [name = option_name(names), min, max, set = std::move(set)](const std::string& text) {
        set(parse_number(name, text, min, max));
      },
      help);
}

CLI::Option* add_optional_number(CLI::App& app, const std::string& names,
                                 const std::string& placeholder, std::uint64_t min,
                                 std::uint64_t max,
                                 std::function<void(std::optional<std::uint64_t>)> set,
                                 const std::string& help) {
  CLI::Option* option = add_any_text(
      app, names, value::number("[" + placeholder + "]"),
      [name = option_name(names), min, max, set = std::move(set)](const std::string& text) {
        const auto flag = to_number<std::int64_t>(text) ? std::nullopt : flag_value(text);
        if (text.empty() || flag == true) return set(std::nullopt);
        if (!flag) set(parse_number(name, text, min, max));
      },
      help);
  return option->expected(0, 1);
}

CLI::Option* add_probability(CLI::App& app, const std::string& names, double& value,
                             const std::string& help) {
  return add_text(
      app, names, value::number("P"),
      [name = option_name(names), &value](const std::string& text) {
        const auto probability = to_probability(text);
        if (!probability) {
          throw_expected(name, "a probability from 0 to 1", text,
                         did_you_mean(suggested_probability(text)));
        }
        value = *probability;
      },
      help);
}

CLI::Option* add_size(CLI::App& app, const std::string& names, std::size_t& value,
                      const std::string& help) {
  return add_text(
      app, names, value::number("SIZE"),
      [name = option_name(names), &value](const std::string& text) {
        const auto size = to_size(text);
        if (!size) {
          const std::string meant = suggested_size(text);
          throw_expected(name, "a size up to 1GiB such as 512KiB or 1MiB", text,
                         did_you_mean(to_size(meant) ? meant : ""));
        }
        value = *size;
      },
      help);
}

CLI::Option* add_headers(CLI::App& app, std::vector<Header>& headers, const std::string& help) {
  return add_texts(
      app, "--header", value::text("'K: V'"),
      [&headers](const std::string& text) { headers.push_back(parse_header_option(text)); }, help);
}

void add_tls(CLI::App& app, TlsOptions& options, const std::string& where) {
  app.add_flag("--insecure", options.insecure, "Accept any TLS certificate" + where);
  add_text(
      app, "--cacert", value::file(),
      [&options](const std::string& text) { options.ca_file = text; },
      "Trust the certificates in FILE (PEM)" + where);
}

CLI::Option* add_choice(CLI::App& app, const std::string& names,
                        const std::vector<std::string>& choices, std::string& value,
                        const std::string& help) {
  return add_text(
      app, names, value::choice(choices),
      [name = option_name(names), choices, &value](const std::string& text) {
        if (std::ranges::find(choices, text) == choices.end()) {
          throw_unknown_choice(name, text, choices);
        }
        value = text;
      },
      help);
}

std::string parse_output_file(const std::string& option, const std::string& text,
                              const std::string& instead) {
  if (text != "-") return text;
  const std::string named = "give ./- for a file of that name";
  throw Error(ErrorCode::usage, option + ": expected a file, got '-'",
              instead.empty() ? named : instead + ", or " + named.substr(5), option);
}

}  // namespace slotflow
