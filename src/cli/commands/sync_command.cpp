#include <algorithm>
#include <string>
#include <vector>

#include "cli/api_option.h"
#include "cli/commands/commands.h"
#include "cli/confirm.h"
#include "cli/options.h"
#include "cli/sync_run.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "domain/sync_plan.h"
#include "report/phrases.h"
#include "report/sync.h"

namespace slotflow {

namespace {

struct SyncOptions {
  bool from_api = false;
  bool to_api = false;
  bool dry_run = false;
  bool yes = false;
  ApiOption api;
};

void require_possible(const SyncOptions& options, const Context& context) {
  if (options.from_api == options.to_api) {
    throw Error(ErrorCode::usage,
                options.to_api ? "--from-api cannot be combined with --to-api"
                               : "sync requires --from-api or --to-api",
                "see slotflow-hooks sync --help", "--to-api");
  }
  if (!is_remote(options.api, context)) {
    throw Error(ErrorCode::usage, "sync requires --api",
                std::string("give --api URL, or set the environment variable ") + kApiUrlVariable,
                "--api");
  }
  if (!options.dry_run && !options.yes && !context.world.in_is_terminal) {
    throw Error(ErrorCode::usage,
                "sync requires --yes when there is no terminal to ask for confirmation",
                "see what it would do with --dry-run", "--yes");
  }
}

// Returns the call that goes on, or the one in the other direction.
std::string sync_command(bool from_api, const SyncOptions& options, const Context& context) {
  const std::string& api = options.api.api;
  return context.own_command()(std::string("sync ") + (from_api ? "--from-api" : "--to-api") +
                               (api.empty() ? "" : " --api " + shell_argument(api)));
}

std::string question(const SyncPlan& plan, const SyncOptions& options) {
  std::string changes;
  for (const SyncActionInfo& row : kSyncActions) {
    const std::size_t count = plan.count(row.action);
    if (row.action == SyncAction::unchanged || count == 0) continue;
    changes += (changes.empty() ? "" : ", ") + std::string(row.name) + ' ' + std::to_string(count);
  }
  return std::string("Change the webhooks of ") +
         (options.from_api ? "the local store (" : "the organisation (") + changes + ")?";
}

void announce_new_secrets(const SyncRun& run, const SyncOptions& options, const Context& context) {
  if (!run.last_created()) return;
  const std::size_t count = run.summary().created;
  const std::string which = count == 1 ? shell_argument(run.last_created()->url) : "URL";
  context.notice("Slotflow has made new signing secrets: the " +
                 std::string(count == 1 ? "handler" : "handlers") + " of " +
                 counted(count, "webhook", "webhooks") + (count == 1 ? " needs it" : " need them") +
                 ". To print one: " + own_command(options.api, context)("secret " + which) +
                 ". To take them into the local store: " + sync_command(true, options, context));
}

// Says what was done when not everything could be.
[[noreturn]] void fail(const Error& error, const SyncRun& run, const SyncOptions& options,
                       const Context& context) {
  const SyncSummary& summary = run.summary();
  const std::size_t made = summary.created + summary.deleted + summary.updated;
  const std::string again = "run '" + sync_command(options.from_api, options, context) +
                            "' again to make the other changes";
  std::string hint = error.hint();
  // What a failed registration advises would undo what somebody else has done meanwhile.
  if (hint.empty() || error.code() == ErrorCode::validation_error) hint = again;
  if (error.code() == ErrorCode::limit_reached) {
    hint = "choose a larger plan at Slotflow or delete webhooks of the local store, and " + again;
  }
  throw Error(error.code(),
              std::string(error.what()) + " (" + std::to_string(made) + " of " +
                  counted(made + summary.left, "change", "changes") + " made)",
              hint);
}

void carry_out(const SyncPlan& plan, Webhooks& api, const SyncOptions& options, Context& context) {
  const auto signals = context.catch_signals();
  SyncRun run(plan, context);
  const auto show_end = [&] {
    context.output.show(run.summary());
    announce_new_secrets(run, options, context);
  };
  try {
    if (options.from_api) {
      run.in_store();
    } else {
      run.at_api(api);
    }
  } catch (const Error& error) {
    show_end();
    fail(error, run, options, context);
  } catch (const Interrupted&) {
    show_end();
    context.warning("interrupted: run '" + sync_command(options.from_api, options, context) +
                    "' again to make the other changes");
    throw;
  }
  show_end();
}

void announce_inactive(const std::vector<Webhook>& local, const Context& context) {
  const auto count =
      local.size() - static_cast<std::size_t>(std::ranges::count_if(local, &Webhook::active));
  if (count == 0) return;
  context.notice(counted(count, "webhook", "webhooks") + " of the local store " +
                 (count == 1 ? "is" : "are") + " not active, and left alone");
}

int run_sync(const SyncOptions& options, Context& context) {
  require_possible(options, context);
  const auto api = webhooks_of(options.api, context);
  const std::vector<Webhook> local = context.registry().read().webhooks;
  const std::vector<Webhook> remote = api->list();
  const SyncPlan plan = options.from_api ? plan_sync(remote, local, SyncIds::kept)
                                         : plan_sync(local, remote, SyncIds::made);
  context.output.show(plan);
  announce_inactive(local, context);
  if (plan.changes() == 0) {
    context.notice("there is nothing to change");
    return exit_code::kYes;
  }
  if (options.dry_run) {
    context.notice("nothing was changed (--dry-run)");
    return exit_code::kYes;
  }
  if (!options.yes && !confirm(question(plan, options), context)) {
    context.notice("nothing was changed");
    return exit_code::kNo;
  }
  carry_out(plan, *api, options, context);
  return exit_code::kYes;
}

}  // namespace

Runner add_sync(CLI::App& app) {
  auto options = std::make_shared<SyncOptions>();
  const auto add = [&app](const char* name, bool& value, const char* help) {
    app.add_flag(name, value, help)->configurable(false);
  };
  add("--from-api", options->from_api,
      "Make the webhooks of the local store those of the organisation, with their\n"
      "ids and secrets");
  add("--to-api", options->to_api,
      "Make the webhooks of the organisation those of the local store, with new\n"
      "secrets");
  add("--dry-run", options->dry_run, "Show what would be changed, and change nothing");
  add("--yes", options->yes, "Do not ask for confirmation");
  add_required_api(app, options->api);
  set_examples(app,
               {{"Take the webhooks of the organisation into the local store",
                 "slotflow-hooks sync --from-api \\\n  --api https://api.slotflow.dev"},
                {"Show what it would take to make the organisation like the local store",
                 "slotflow-hooks sync --to-api --dry-run \\\n  --api https://api.slotflow.dev"}});
  return [options](Context& context) { return run_sync(*options, context); };
}

}  // namespace slotflow
