#include "cli/ui_options.h"

#include "cli/combination.h"
#include "cli/listen_host.h"
#include "cli/options.h"
#include "domain/url.h"

namespace slotflow {

void add_ui_options(CLI::App& app, UiOptions& options) {
  begin_group(app, "Inspector");
  add_optional_number(
      app, "--ui", "PORT", 0, 65535,
      [&options](std::optional<std::uint64_t> port) {
        options.port = static_cast<int>(port.value_or(kInspectorPort));
      },
      "Show it in a browser too, on this port of this machine (default: 4243;\n"
      "0: a free one)");
  add_ui_host(app, options);
}

CLI::Option* add_ui_host(CLI::App& app, UiOptions& options) {
  return add_text(
      app, "--ui-host", value::text("HOST"),
      [&options](const std::string& text) {
        options.host = parse_listen_host("--ui-host", text);
        options.gives_host = true;
      },
      "Address of the inspector (default: 127.0.0.1); whoever can reach another\n"
      "one can read and resend everything");
}

void check_ui_options(const UiOptions& options) {
  if (options.gives_host && !options.port) refuse("--ui-host requires --ui", {"--ui-host"});
}

InspectorOptions inspector_options(const UiOptions& options, const Context& context) {
  InspectorOptions inspector;
  inspector.host = options.host;
  inspector.port = options.port.value();
  inspector.secret_command = context.own_command()("secret WEBHOOK");
  if (!is_loopback(options.host)) {
    context.notice("the inspector has no password: whoever can reach " + options.host +
                   " can read everything in it, and send requests from this machine");
  }
  return inspector;
}

}  // namespace slotflow
