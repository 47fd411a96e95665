#include "cli/commands/commands.h"
#include "cli/completion_scripts.h"
#include "cli/options.h"

namespace slotflow {

namespace {

int run_completion(const std::string& shell, Context& context) {
  context.world.out << (shell == "bash"  ? kBashCompletion
                        : shell == "zsh" ? kZshCompletion
                                         : kFishCompletion)
                    << std::flush;
  return exit_code::kYes;
}

}  // namespace

Runner add_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  add_choice(app, "SHELL", {"bash", "zsh", "fish"}, *shell, "Shell: bash, zsh or fish")->required();
  set_examples(app,
               {{"Use it in bash, in this session", "eval \"$(slotflow-hooks completion bash)\""},
                {"Install it in zsh, for all sessions",
                 "slotflow-hooks completion zsh >~/.zfunc/_slotflow-hooks"}});
  return [shell](Context& context) { return run_completion(*shell, context); };
}

}  // namespace slotflow
