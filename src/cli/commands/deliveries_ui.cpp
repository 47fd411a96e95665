#include "cli/commands/deliveries_options.h"
#include "cli/history_inspector.h"
#include "cli/options.h"
#include "cli/pending_warnings.h"
#include "cli/wait_for_end.h"
#include "domain/error.h"
#include "report/inspecting.h"
#include "store/history_file.h"

namespace slotflow {

namespace {

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
  inspector.port_option = "deliveries ui";
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
  const bool has_failed = wait_for_end(warnings, context.world, shown.ended_fd());
  shown.stop();
  warnings.show_all();
  if (has_failed) throw Error(ErrorCode::io_error, "cannot accept connections any longer");
  return exit_code::kYes;
}

}  // namespace slotflow
