#include <vector>

#include "cli/commands/commands.h"
#include "cli/options.h"
#include "domain/url.h"
#include "net/port_wait.h"
#include "report/ports.h"
#include "system/descriptors.h"

namespace slotflow {

namespace {

struct WaitOptions {
  std::vector<Url> urls;
  Duration patience{30'000};
};

int run_wait(const WaitOptions& options, Context& context) {
  const auto signals = context.catch_signals();
  raise_open_file_limit();
  EventLoop loop(context.world.interrupt);
  std::size_t reported = 0;
  std::size_t accepting = 0;
  await_ports(loop, context.clock, options.urls, options.patience,
              [&](std::size_t i, const PortState& state) {
                ++reported;
                if (state.accepts()) ++accepting;
                context.output.show(PortReport{options.urls[i], state});
              });
  const std::size_t all = options.urls.size();
  if (reported < all) {
    context.notice("interrupted: " + std::to_string(all - reported) + " of " + std::to_string(all) +
                   " did not accept a connection so far");
    return exit_code::kInterrupted;
  }
  return accepting == all ? exit_code::kYes : exit_code::kNo;
}

}  // namespace

Runner add_wait(CLI::App& app) {
  auto options = std::make_shared<WaitOptions>();
  add_texts(
      app, "URL", value::url(),
      [options](const std::string& text) { options->urls.push_back(parse_url("URL", text)); },
      "URL of a handler; 3000 and localhost:3000/hook\nare accepted; can be repeated")
      ->required()
      ->expected(1, -1)
      ->allow_extra_args();
  add_duration(app, "--for", options->patience,
               "Time limit for all of them; 0: try once (default: 30s)");
  set_examples(
      app, {{"Wait for a handler", "slotflow-hooks wait localhost:3000"},
            {"Wait up to a minute for two handlers", "slotflow-hooks wait --for 1m 3000 3001"}});
  return [options](Context& context) { return run_wait(*options, context); };
}

}  // namespace slotflow
