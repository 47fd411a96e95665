#include "cli/words.h"

#include <algorithm>

#include "cli/command.h"

namespace slotflow {

namespace {

// Returns the first word that is neither a global option nor the value of one.
std::vector<std::string>::iterator command_in(CLI::App& app, std::vector<std::string>& words) {
  auto word = words.begin();
  while (word != words.end() && word->starts_with('-')) {
    const bool has_value = takes_next_word(app, nullptr, *word);
    ++word;
    if (has_value && word != words.end()) ++word;
  }
  return word;
}

}  // namespace

std::string_view our_name(std::string_view name) {
  if (name == "ls") return "list";
  if (name == "rm") return "delete";
  return name;
}

std::vector<std::string> with_our_commands(CLI::App& app, std::vector<std::string> words) {
  auto command = command_in(app, words);
  if (command == words.end()) return words;
  const bool is_last = std::all_of(command + 1, words.end(),
                                   [](const std::string& word) { return word == "--json"; });
  if (*command == "version" && is_last) *command = "--version";
  const bool asks_for_help = *command == "help";
  if (asks_for_help) {
    words.erase(command);
    command = command_in(app, words);
  }
  if (command == words.end()) {
    words.emplace_back("--help");
    return words;
  }
  *command = our_name(*command);
  const bool exists = find_command(app, *command) != nullptr;
  if (asks_for_help && exists) words.insert(command + 1, "--help");
  return words;
}

std::vector<std::string> with_empty_values(const std::vector<std::string>& words) {
  std::vector<std::string> result;
  for (const std::string& word : words) {
    const bool is_empty_value = word.size() > 3 && word.starts_with("--") && word.ends_with('=') &&
                                word.find('=') == word.size() - 1;
    if (is_empty_value) {
      result.push_back(word.substr(0, word.size() - 1));
      result.emplace_back();
    } else {
      result.push_back(word);
    }
  }
  return result;
}

}  // namespace slotflow
