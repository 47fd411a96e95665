#include "cli/usage_error.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "domain/closest.h"
#include "domain/expected.h"
#include "domain/quote.h"
#include "domain/suggestion.h"
#include "domain/text.h"

namespace slotflow {

namespace {

std::string help_hint(const CLI::App& command) {
  const std::string name = command.get_parent() == nullptr ? "" : command.get_name() + " ";
  return "see slotflow-hooks " + name + "--help";
}

// Options that other tools have, and what this one has instead, in the commands that have it.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"--url", "--to"},
    {"--uri", "--to"},
    {"--endpoint", "--to"},
    {"--target", "--to"},
    {"--data", "--payload"},
    {"--body", "--payload"},
    {"--file", "--payload"},
    {"--key", "--secret"},
    {"--token", "--secret"},
    {"--signing-secret", "--secret"},
    {"--retries", "--retry-delays"},
    {"--attempts", "--retry-delays"},
    {"--address", "--host"},
    {"--bind", "--host"},
    {"--force", "--yes"},
    {"--fail", "--fail-rate"},
    {"--timeout", "--for"},
    {"--header", "--signature"},
};

// Commands that other tools have, and what this one has instead.
constexpr std::pair<std::string_view, std::string_view> kOtherCommands[] = {
    {"send", "fire"},       {"trigger", "fire"},   {"emit", "fire"},     {"post", "fire"},
    {"test", "check"},      {"lint", "check"},     {"run", "check"},     {"add", "register"},
    {"create", "register"}, {"new", "register"},   {"remove", "delete"}, {"unregister", "delete"},
    {"receive", "listen"},  {"forward", "listen"}, {"show", "list"},     {"status", "list"},
    {"validate", "verify"}, {"signature", "sign"}, {"ping", "wait"},
};

// Returns the option of `names` that was probably meant, or "".
std::string meant_option(const std::string& word, const std::vector<std::string>& names) {
  for (const auto& [other, own] : kOtherNames) {
    if (word == other && std::ranges::find(names, own) != names.end()) return std::string(own);
  }
  return closest_match(word, names);
}

bool looks_like_option(const std::string& word) {
  return word.size() > 1 && word.front() == '-';
}

Error unexpected(const CLI::App& app, const CLI::App& command, const std::string& word) {
  const bool is_option = looks_like_option(word);
  if (&command == &app && !is_option) {
    const auto names = command_names(app);
    try {
      const auto* const other = std::ranges::find_if(
          kOtherCommands, [&](const auto& meaning) { return meaning.first == word; });
      if (other == std::end(kOtherCommands)) throw_unknown_choice("command", word, names);
      throw_expected("command", joined(names, ", ", " or "), word, did_you_mean(other->second));
    } catch (const Error& error) {
      return error;
    }
  }
  if (!is_option) {
    return {ErrorCode::usage, "unexpected argument " + in_quotes(word), help_hint(command)};
  }
  auto names = option_names(command);
  if (&command != &app) {
    for (std::string& name : option_names(app)) names.push_back(std::move(name));
  }
  const std::string nearest = meant_option(word.substr(0, word.find('=')), names);
  const std::string where = &command == &app ? "" : " for " + command.get_name();
  // The part after "=" may be a secret.
  return {ErrorCode::usage, "unknown option " + in_quotes(word.substr(0, word.find('='))) + where,
          nearest.empty() ? help_hint(command) : did_you_mean(nearest)};
}

// Returns the first option or argument of `command` that must be given and was not.
std::optional<std::string> missing_option(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_required() && option->count() == 0) return option->get_name();
  }
  return std::nullopt;
}

// Returns the error in "--json=x".
std::optional<Error> wrong_truth(const CLI::App& app, const CLI::App& command,
                                 const std::string& word) {
  const auto equals = word.find('=');
  if (!looks_like_option(word) || equals == std::string::npos) return std::nullopt;
  const std::string name = word.substr(0, equals);
  const std::string value = word.substr(equals + 1);
  for (const CLI::App* owner : {&command, &app}) {
    const CLI::Option* option = owner->get_option_no_throw(name);
    if (option == nullptr || option->get_expected_max() > 0 || flag_value(value)) continue;
    return Error(ErrorCode::usage,
                 name + ": expected no value, true or false, got " + in_quotes(value),
                 help_hint(command), name);
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::optional<Error> unknown_option(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  const auto extras = app.remaining(true);
  const auto unknown = std::ranges::find_if(extras, looks_like_option);
  if (unknown == extras.end()) return std::nullopt;
  return unexpected(app, chosen.empty() ? app : *chosen.front(), *unknown);
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error,
                  const std::vector<std::string>& words) {
  const auto chosen = app.get_subcommands();
  const CLI::App& command = chosen.empty() ? app : *chosen.front();
  const auto extras = app.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extras.empty()) {
    return unexpected(app, command, extras.front());
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    // What is missing may be behind a mistyped option.
    if (auto unknown = unknown_option(app)) return *unknown;
    if (const auto missing = missing_option(command)) {
      return {ErrorCode::usage, command.get_name() + " requires " + *missing, help_hint(command)};
    }
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && !words.empty()) {
    // Only the last word can lack a value: another one would have taken the word after it.
    for (const CLI::App* owner : {&command, &app}) {
      const CLI::Option* option = owner->get_option_no_throw(words.back());
      const ValueType* type = option != nullptr ? type_of(*owner, *option) : nullptr;
      if (type == nullptr) continue;
      return {ErrorCode::usage, words.back() + ": expected " + type->placeholder + ", got nothing",
              help_hint(command)};
    }
  }
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    // Only options without a value are converted by CLI11.
    for (const std::string& word : words) {
      if (auto wrong = wrong_truth(app, command, word)) return *wrong;
    }
  }
  return {ErrorCode::usage, error.what(), help_hint(command)};
}

}  // namespace slotflow
