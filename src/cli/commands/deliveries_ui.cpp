#include <iterator>

#include <poll.h>

#include "cli/commands/deliveries_options.h"
#include "cli/history_inspector.h"
#include "cli/options.h"
#include "cli/pending_warnings.h"
#include "domain/error.h"
#include "report/inspecting.h"
#include "store/history_file.h"

namespace slotflow {

namespace {

// Returns when a signal or the end of the output's reader ends it.
void wait_for_end_of_ui(PendingWarnings& warnings, const World& world) {
  while (!world.interrupt.triggered()) {
    pollfd fds[] = {{world.interrupt.fd(), POLLIN, 0},
                    warnings.awaited(),
                    // If standard output has no reader any more, poll() reports an error, unasked.
                    {world.out_fd, 0, 0}};
    ::poll(fds, std::size(fds), -1);
    if (fds[1].revents != 0) warnings.show_ready();
    if (fds[2].revents != 0) return;
  }
}

UiOptions with_port(UiOptions ui, const std::vector<std::string>& words) {
  if (words.size() > 1) {
    throw Error(ErrorCode::usage, "deliveries ui takes one PORT",
                "see slotflow-hooks deliveries --help");
  }
  ui.port = words.empty() ? kInspectorPort
                          : static_cast<int>(parse_number("PORT", words.front(), 0, 65535));
  return ui;
}

}  // namespace

int show_inspector(const DeliveriesOptions& options, Context& context) {
  const UiOptions ui = with_port(options.ui, options.ids);
  const std::optional<std::string> secret = options.secret.read(context);
  const auto signals = context.catch_signals();
  PendingWarnings warnings(context);
  InspectorOptions inspector = inspector_options(ui, context);
  inspector.mode = InspectorMode::deliveries;
  inspector.free_port = "deliveries ui 0";
  InspectedHistory history;
  history.recorder.path = history_path(context.located_store());
  history.recorder.warn = [&warnings](const std::string& text) { warnings.add(text); };
  history.unkept = [&] {
    return Unkept{context.registry().read().webhooks, secret, options.headers,
                  options.secret.source()};
  };
  context.registry().read();  // a store that cannot be read is an error now, not at the first call
  const std::string path = history.recorder.path;
  HistoryInspector shown(std::move(inspector), std::move(history), context, context.clock);
  context.output.show(Inspecting{shown.url(), path});
  shown.start();
  wait_for_end_of_ui(warnings, context.world);
  shown.stop();
  warnings.show_all();
  return exit_code::kYes;
}

}  // namespace slotflow
