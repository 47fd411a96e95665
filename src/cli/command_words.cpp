#include "cli/command_words.h"

#include "cli/command.h"
#include "domain/error.h"

namespace slotflow {

std::vector<std::string> without_command_words(CLI::App& app, std::vector<std::string> args) {
  CLI::App* chosen = nullptr;
  for (auto word = args.begin(); word != args.end(); ++word) {
    if (*word == "--") {
      auto* command = dynamic_cast<Command*>(chosen);
      if (command == nullptr || command->command_words == nullptr) return args;
      command->command_words->assign(word + 1, args.end());
      args.erase(word, args.end());
      if (!command->command_words->empty()) return args;
      throw Error(ErrorCode::usage, "--: expected a command, got nothing",
                  "write the command and its arguments after it, such as -- npm test");
    }
    if (takes_next_word(app, chosen, *word)) {
      if (word + 1 == args.end()) return args;
      ++word;
    } else if (!word->starts_with('-') && chosen == nullptr) {
      chosen = find_command(app, *word);
    }
  }
  return args;
}

}  // namespace slotflow
