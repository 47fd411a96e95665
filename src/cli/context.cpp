#include "cli/context.h"

#include <algorithm>
#include <utility>

#include <unistd.h>

#include "cli/config_file.h"
#include "domain/error.h"
#include "domain/number.h"
#include "domain/quote.h"
#include "report/escape.h"
#include "report/wrap.h"
#include "store/registry_file.h"
#include "system/files.h"
#include "system/platform.h"

namespace slotflow {

namespace {

std::string in_base(const World& world, const std::string& variable, const std::string& below_home,
                    const std::string& rest) {
  // Relative paths in these variables are invalid and must be ignored (XDG Base Directory
  // Specification).
  const auto base = world.environment(variable);
  if (base && base->starts_with('/')) return *base + rest;
  const auto home = world.environment("HOME");
  return home && !home->empty() ? *home + below_home + rest : "";
}

Style style_for(const GlobalOptions& options, const World& world) {
  const auto no_color = world.environment("NO_COLOR");
  const bool is_dumb = world.environment("TERM") == "dumb";  // as Emacs' shell sets it
  const bool wanted = world.out_is_terminal && !is_dumb && (!no_color || no_color->empty());
  const bool color = options.color == "always" || (options.color == "auto" && wanted);
  return Style{color, result_columns(world)};
}

std::size_t columns_variable(const World& world) {
  const auto text = world.environment("COLUMNS");
  return text ? to_number<std::size_t>(*text).value_or(0) : 0;
}

}  // namespace

std::string default_store(const World& world) {
  return in_base(world, "XDG_DATA_HOME", "/.local/share", "/slotflow-hooks/store.json");
}

std::string default_config(const World& world) {
  return in_base(world, "XDG_CONFIG_HOME", "/.config", "/slotflow-hooks/config.toml");
}

std::string temporary_files(const World& world) {
  const std::string folder = world.environment("TMPDIR").value_or("");
  return folder.empty() ? "/tmp" : folder;
}

std::string store_path(const std::string& option, const World& world) {
  if (!option.empty()) return option;
  const std::string variable = world.environment(kStoreVariable).value_or("");
  return variable.empty() ? default_store(world) : variable;
}

std::size_t result_columns(const World& world) {
  if (!world.out_is_terminal) return 0;
  const std::size_t variable = columns_variable(world);
  return variable > 0 ? variable : terminal_columns(world.out_fd);
}

std::size_t help_columns(const World& world) {
  constexpr std::size_t kNarrowest = 40;
  constexpr std::size_t kUsual = 80;
  constexpr std::size_t kWidest = 100;  // longer lines are hard to read
  std::size_t columns = columns_variable(world);
  if (columns == 0) columns = terminal_columns(world.out_fd);
  return columns == 0 ? kUsual : std::clamp(columns, kNarrowest, kWidest);
}

std::size_t message_columns(const World& world) {
  if (world.err_fd < 0 || ::isatty(world.err_fd) != 1) return 0;
  const std::size_t variable = columns_variable(world);
  return variable > 0 ? variable : terminal_columns(world.err_fd);
}

std::string stderr_line(const std::string& beginning, const std::string& text, const World& world) {
  return wrapped_message(beginning + safe_line(text), message_columns(world)) + '\n';
}

Context::Context(const GlobalOptions& global, World& the_world)
    : world(the_world),
      options(global),
      output(world.out, options.json ? Format::json : Format::text, style_for(options, world)) {}

std::string Context::located_store() const {
  std::string path = store_path(options.store, world);
  if (path.empty()) {
    throw Error(ErrorCode::store_error, "cannot locate the store: HOME is not set",
                "set --store FILE or SLOTFLOW_HOOKS_STORE");
  }
  if (path.starts_with("~/")) {
    // A shell replaces the ~ at the start of a word only; a folder of this name is never meant.
    throw Error(ErrorCode::store_error,
                "cannot use the store " + path + ": the shell did not replace the ~",
                "write $HOME instead of ~, or ./~ for a folder of that name", "--store");
  }
  return path;
}

LockWait Context::lock_wait() {
  return {.pause = [this](Duration d) { return world.interrupt.wait(d); },
          .warn = [this](const std::string& text) { warning(text); }};
}

Registry& Context::registry() {
  if (registry_) return *registry_;
  std::string path = located_store();
  if (others_may_change(path)) {
    warning("users besides the owner may change " + path + ": run 'chmod go-w " +
            shell_argument(path) + "'");
  }
  return registry_.emplace(std::move(path), lock_wait(), own_command());
}

bool Context::has_store() const {
  return !store_path(options.store, world).empty();
}

OwnCommand Context::own_command() const {
  return options.store_is_for_this_call ? OwnCommand(options.store) : OwnCommand();
}

std::unique_ptr<SignalsToInterrupt> Context::catch_signals(std::function<void()> on_hangup) const {
  if (!world.signals) return nullptr;
  const bool echoes = world.in_is_terminal && world.err_fd >= 0 && ::isatty(world.err_fd) == 1;
  return std::make_unique<SignalsToInterrupt>(world.interrupt, std::move(on_hangup),
                                              echoes ? world.err_fd : -1);
}

std::string Context::read_bytes(const std::string& what, const std::string& path) const {
  if (path == "-" && world.in_is_terminal) {
    notice("waiting for the input of " + what + "; end it with Ctrl-D on an empty line");
  }
  return slotflow::read_bytes(what, path, world.in);
}

void Context::notice(const std::string& text) const {
  if (options.quiet) return;
  world.err << stderr_line("slotflow-hooks: ", text, world) << std::flush;
}

std::string Context::warning_line(const std::string& text) const {
  return stderr_line("slotflow-hooks: warning: ", text, world);
}

void Context::warning(const std::string& text) const {
  world.err << warning_line(text) << std::flush;
}

}  // namespace slotflow
