#include "cli/context.h"

#include <doctest/doctest.h>

#include "report/webhooks.h"
#include "support/surroundings.h"
#include "support/thrown.h"

using namespace slotflow;
using test::Surroundings;

TEST_CASE("context: the store is where the XDG specification says") {
  Surroundings here;
  CHECK(default_store(here.world).empty());
  CHECK(default_config(here.world).empty());
  here.variables["HOME"] = "/home/me";
  CHECK(default_store(here.world) == "/home/me/.local/share/slotflow-hooks/store.json");
  CHECK(default_config(here.world) == "/home/me/.config/slotflow-hooks/config.toml");
  here.variables["XDG_DATA_HOME"] = "/data";
  here.variables["XDG_CONFIG_HOME"] = "relative";  // invalid, so ignored
  CHECK(default_store(here.world) == "/data/slotflow-hooks/store.json");
  CHECK(default_config(here.world) == "/home/me/.config/slotflow-hooks/config.toml");
}

TEST_CASE("context: the store is located when it is asked for") {
  Surroundings here;
  GlobalOptions options;
  Context context(options, here.world);
  CHECK_FALSE(context.has_store());
  CHECK(test::thrown([&] { context.registry(); }) ==
        "STORE_ERROR: cannot locate the store: HOME is not set | hint: set --store FILE or "
        "SLOTFLOW_HOOKS_STORE");
  here.variables["SLOTFLOW_HOOKS_STORE"] = "/of/the/environment";
  CHECK(context.has_store());
  CHECK(context.registry().path() == "/of/the/environment");
  options.store = "/of/the/option";
  CHECK(Context(options, here.world).registry().path() == "/of/the/option");
}

TEST_CASE("context: a ~ that no shell has replaced is not a folder") {
  Surroundings here;
  GlobalOptions options;
  options.store = "~/s";
  Context context(options, here.world);
  CHECK(
      test::thrown([&] { context.registry(); }) ==
      "STORE_ERROR: cannot use the store ~/s: the shell did not replace the ~ | hint: write $HOME "
      "instead of ~, or ./~ for a folder of that name");
  options.store = "./~/s";
  CHECK(context.registry().path() == "./~/s");
}

TEST_CASE("context: colours are for terminals that have them") {
  const auto is_coloured = [](bool terminal, const std::string& variable, const std::string& value,
                              const std::string& option = "auto") {
    Surroundings here;
    here.world.out_is_terminal = terminal;
    here.variables[variable] = value;
    const GlobalOptions options{.store = "/nowhere", .color = option};
    Context(options, here.world).output.show(RegisteredWebhook{});
    return here.out.str().find('\x1b') != std::string::npos;
  };
  CHECK(is_coloured(true, "TERM", "xterm"));
  CHECK(is_coloured(true, "NO_COLOR", ""));
  CHECK_FALSE(is_coloured(true, "NO_COLOR", "1"));
  CHECK_FALSE(is_coloured(true, "TERM", "dumb"));
  CHECK_FALSE(is_coloured(false, "TERM", "xterm"));
  CHECK_FALSE(is_coloured(true, "TERM", "xterm", "never"));
  CHECK(is_coloured(true, "TERM", "dumb", "always"));
}

TEST_CASE("context: notices are quiet when asked, warnings never, and neither is raw") {
  Surroundings here;
  GlobalOptions options{.store = "/nowhere"};
  Context(options, here.world)
      .notice(
          "a\x1b"
          "b");
  CHECK(here.err.str() == "slotflow-hooks: a\\x1bb\n");
  here.err.str("");
  options.quiet = true;
  const Context quiet(options, here.world);
  quiet.notice("nothing");
  quiet.warning("something");
  CHECK(here.err.str() == "slotflow-hooks: warning: something\n");
}

TEST_CASE("context: results fit the terminal, and are never cut in a pipe") {
  Surroundings here;
  here.world.out_is_terminal = true;
  CHECK(result_columns(here.world) == 0);
  here.variables["COLUMNS"] = "60";
  CHECK(result_columns(here.world) == 60);
  for (const char* other : {"", "0", "wide", "-5", "99999999999999999999999"}) {
    here.variables["COLUMNS"] = other;
    CHECK(result_columns(here.world) == 0);
  }
  here.variables["COLUMNS"] = "60";
  here.world.out_is_terminal = false;
  CHECK(result_columns(here.world) == 0);
}

TEST_CASE("context: the help is wrapped in a pipe, too") {
  Surroundings here;
  CHECK(help_columns(here.world) == 80);
  here.variables["COLUMNS"] = "90";
  CHECK(help_columns(here.world) == 90);
  here.variables["COLUMNS"] = "200";
  CHECK(help_columns(here.world) == 100);
  here.variables["COLUMNS"] = "3";
  CHECK(help_columns(here.world) == 40);
}
