#include "cli/attempt_reports.h"
#include "cli/commands/commands.h"
#include "cli/commands/fire_options.h"
#include "domain/error.h"
#include "receive/receiver.h"
#include "report/deliveries.h"
#include "report/requests.h"
#include "report/webhooks.h"
#include "send/client.h"
#include "send/scheduler.h"
#include "system/entropy.h"
#include "system/temporary_folder.h"

namespace slotflow {

namespace {

// Prints a comment between the results, unless they are JSON.
void say(Context& context, const std::string& text) {
  if (context.options.json) return;
  context.world.out << "\n# " << text << "\n" << std::flush;
}

constexpr const char* kByHand = R"(
# To do this by hand, in one terminal:

  slotflow-hooks listen --register --fail-first 2

# and in another:

  slotflow-hooks fire confirmed

# To register your own handler and send it an event:

  slotflow-hooks register --url http://localhost:3000/webhooks/slotflow
  slotflow-hooks fire confirmed --seed 7
)";

DeliveryResult fire_at(const Webhook& webhook, EventLoop& loop, Context& context) {
  FireOptions options;
  options.event = "confirmed";
  options.to = {parse_url("--to", webhook.url)};
  options.secret.secrets = {webhook.signing_secret};
  options.seed = 7;
  options.retry.speed = 3000;  // 5 and 60 minutes become 0.1 and 1.2 seconds
  const auto messages = make_messages(options, context);
  auto lanes = make_lanes(options, messages, context);
  lanes.front().front().webhook_id = webhook.id;
  Client client(loop, {});
  AttemptReports reports(context.output, context.world);
  Scheduler scheduler(loop, client, context.clock, {{options.retry}}, reports);
  scheduler.submit(std::move(lanes.front()));
  const DeliveryResult result = scheduler.drain();
  reports.finish();
  return result;
}

int run_demo(Context& context) {
  const auto signals = context.catch_signals();
  const TemporaryFolder folder(temporary_files(context.world), "demo");
  Registry registry(folder.file("store.json"));
  SecretSource secrets(registry);
  ReceiverOptions options;
  options.server.port = 0;
  options.plan.fail_first = 2;
  std::optional<ReceivedRequest> accepted;
  EventLoop loop(context.world.interrupt);
  Receiver receiver(loop, options, secrets, context.clock, [&](ReceivedRequest request) {
    if (request.status == 200) accepted = std::move(request);
  });

  say(context, "Start a receiver at " + receiver.url() + " that fails its first two requests");
  if (context.options.json) context.output.show(Listening{receiver.url(), receiver.port()});
  receiver.start();

  say(context, "Register its URL in a temporary store");
  const Webhook webhook = registry.add(
      {receiver.url(), parse_event_list({"all"}), new_signing_secret()}, context.clock.now());
  context.output.show(RegisteredWebhook{webhook});

  say(context, "Send a signed booking.confirmed; Slotflow's retry delays are divided by 3000");
  const DeliveryResult result = fire_at(webhook, loop, context);
  context.output.show(result.summary);
  loop.run(receiver.stop());

  if (accepted) {
    say(context, "The request that the receiver accepted");
    context.output.show(*accepted);
  }
  if (result.summary.unfinished > 0) return exit_code::kInterrupted;
  if (!context.options.json) context.world.out << kByHand << std::flush;
  return result.summary.delivered == 1 ? exit_code::kYes : exit_code::kNo;
}

}  // namespace

Runner add_demo(CLI::App& app) {
  set_examples(app, {{"Run the demo without colours", "slotflow-hooks demo --color never"},
                     {"Print its results as JSON", "slotflow-hooks demo --json"}});
  return run_demo;
}

}  // namespace slotflow
