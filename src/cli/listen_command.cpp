#include <algorithm>

#include <poll.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "engine/entropy.h"
#include "engine/receiver.h"

namespace slotflow {

namespace {

struct ListenOptions {
  ReceiverOptions receiver;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> secrets;
  std::optional<std::string> secret_file;
  std::optional<Duration> duration;
  bool register_url = false;
};

// Holds the webhook of --register, and takes it out of the store again.
class TemporaryWebhook {
 public:
  TemporaryWebhook(Context& context, const std::string& url, const std::string& secret)
      : context_(context) {
    const auto events = parse_event_list({"all"});
    webhook_ = context.registry.add({url, events, secret}, context.clock.now());
    context.notice("registered " + webhook_.url + " as " + webhook_.id + " while this runs");
  }
  ~TemporaryWebhook() {
    try {
      context_.registry.remove({webhook_.id});
    } catch (const Error& error) {
      if (error.code() == ErrorCode::not_found) return;  // somebody else did
      context_.warning("could not take " + webhook_.id + " out of the store: " + error.what());
    } catch (const std::exception& error) {
      context_.warning("could not take " + webhook_.id + " out of the store: " + error.what());
    }
  }
  TemporaryWebhook(const TemporaryWebhook&) = delete;
  TemporaryWebhook& operator=(const TemporaryWebhook&) = delete;

 private:
  Context& context_;
  Webhook webhook_;
};

// Until the user, the expectation, the time or the reader of the output says that it is enough.
void wait_for_end(const Interrupt& interrupt, const Interrupt& finished,
                  std::optional<Duration> duration, int out_fd) {
  using Steady = std::chrono::steady_clock;
  const auto end = Steady::now() + duration.value_or(Duration(0));
  for (;;) {
    // An output nobody reads any more shows as an error event; other events are not asked for.
    pollfd fds[] = {{interrupt.fd(), POLLIN, 0}, {finished.fd(), POLLIN, 0}, {out_fd, 0, 0}};
    int timeout = -1;
    if (duration) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now()).count();
      if (left <= 0) return;
      timeout = static_cast<int>(std::min<long long>(left, 1'000'000'000));
    }
    if (::poll(fds, 3, timeout) <= 0) continue;
    for (const pollfd& fd : fds) {
      if (fd.revents != 0) return;
    }
  }
}

SecretSource secrets_of(const ListenOptions& options, Context& context) {
  std::vector<std::string> secrets;
  for (const std::string& secret : options.secrets) {
    secrets.push_back(*SecretOptions{secret, {}}.read(context.world.in));
  }
  if (options.secret_file) {
    secrets.push_back(*SecretOptions{{}, options.secret_file}.read(context.world.in));
  }
  return secrets.empty() ? SecretSource(context.registry) : SecretSource(std::move(secrets));
}

int run_listen(ListenOptions options, Context& context) {
  FaultPlan& plan = options.receiver.plan;
  const bool draws = (plan.fail_rate > 0 && plan.fail_rate < 1) ||
                     plan.delay.min < plan.delay.max || plan.fail_statuses.size() > 1;
  plan.seed = options.seed.value_or(draws ? new_seed() : 0);
  if (draws && !options.seed) {
    context.notice("seed " + std::to_string(plan.seed) + " (--seed repeats these decisions)");
  }
  SecretSource secrets = secrets_of(options, context);
  if (options.receiver.require_signature && secrets.current()->empty() && !options.register_url) {
    context.notice(
        "no secret is known yet, so every request will be answered 401: "
        "give --secret, or register a webhook");
  }
  const auto signals = context.catch_signals();
  Receiver receiver(options.receiver, secrets, context.clock,
                    [&](const ReceivedRequest& request) { context.reporter->request(request); });
  {
    std::optional<TemporaryWebhook> temporary;
    if (options.register_url) {
      const bool given = !options.secrets.empty() || options.secret_file;
      temporary.emplace(context, receiver.url(),
                        given ? secrets.current()->front() : new_signing_secret());
    }
    context.reporter->listening({receiver.url(), receiver.port()});
    receiver.start();
    wait_for_end(context.world.interrupt, receiver.finished(), options.duration,
                 context.world.out_fd);
    receiver.stop();
  }
  context.reporter->receiver_summary(receiver.summary());
  if (receiver.expectation_met()) return exit_code::kYes;
  context.notice("accepted " + std::to_string(receiver.distinct_accepted()) + " of " +
                 std::to_string(*options.receiver.expect) + " expected events");
  return exit_code::kNo;
}

std::vector<int> parse_statuses(const std::string& option, const std::string& text) {
  std::vector<int> statuses;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    statuses.push_back(
        static_cast<int>(parse_number(option, text.substr(begin, end - begin), 200, 599)));
    begin = end + 1;
  }
  return statuses;
}

void add_address(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.receiver;
  add_text(
      app, "--host", "HOST", [&receiver](const std::string& text) { receiver.server.host = text; },
      "The address to listen on (default: 127.0.0.1, which only this machine\n"
      "can reach)");
  add_number(
      app, "--port", 0, 65535,
      [&receiver](std::uint64_t port) { receiver.server.port = static_cast<int>(port); },
      "0 takes a free one (default: 4242)");
  add_text(
      app, "--path", "PATH",
      [&receiver](const std::string& text) {
        const bool is_plain = std::ranges::all_of(
            text, [](char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; });
        constexpr std::size_t kMaxPath = 1024;
        if (!text.starts_with('/') || !is_plain || text.size() > kMaxPath) {
          throw Error(ErrorCode::usage,
                      "--path: expected a path such as /hook, got " + in_quotes(text));
        }
        receiver.path = text;
      },
      "Take events on this path only, answer 404 elsewhere (default: any path)");
}

void add_answer(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.receiver;
  add_number(
      app, "--status", 200, 599,
      [&receiver](std::uint64_t status) { receiver.plan.status = static_cast<int>(status); },
      "The status to answer (default: 200)");
  add_any_text(
      app, "--body", "TEXT", [&receiver](const std::string& text) { receiver.body = text; },
      "The body to answer");
  add_headers(app, receiver.headers, "Add a header to the answer; can be repeated");
  add_text(
      app, "--delay", "D|A..B",
      [&receiver](const std::string& text) {
        receiver.plan.delay = parse_duration_range("--delay", text);
      },
      "Answer after this time, or one drawn from a range such as 1s..5s");
  add_probability(app, "--fail-rate", receiver.plan.fail_rate,
                  "Fail this share of the requests, 0 to 1");
  add_text(
      app, "--fail-status", "LIST",
      [&receiver](const std::string& text) {
        receiver.plan.fail_statuses = parse_statuses("--fail-status", text);
      },
      "What failing requests are answered, such as 500 or 500,502,503\n(default: 500)")
      ->type_name("STATUSES");
  add_number(
      app, "--fail-first", 0, UINT64_MAX,
      [&receiver](std::uint64_t count) { receiver.plan.fail_first = count; },
      "Fail the first N requests");
  add_number(
      app, "--seed", 0, UINT64_MAX, [&options](std::uint64_t seed) { options.seed = seed; },
      "The same seed draws the same failures and delays (default: drawn and\nprinted)");
}

void add_checks(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.receiver;
  add_texts(
      app, "--secret", "SECRET",
      [&options](const std::string& text) { options.secrets.push_back(text); },
      "Check signatures against this secret; can be repeated\n"
      "(default: the secrets in the store)");
  add_text(
      app, "--secret-file", "FILE",
      [&options](const std::string& text) { options.secret_file = text; },
      "The same, read from FILE ('-' for standard input), so that it stays out of argv");
  app.add_flag("--require-signature", receiver.require_signature,
               "Answer 401 to a signature that is not valid");
  add_duration(app, "--tolerance", receiver.tolerance,
               "How far a signature's t may be from now (default: 300s)");
  add_size(app, "--max-body", receiver.server.max_body,
           "Answer 413 to bodies over this size (default: 1MiB)");
}

void add_ending(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.receiver;
  add_number(
      app, "--expect", 1, UINT64_MAX, [&receiver](std::uint64_t count) { receiver.expect = count; },
      "End with 0 once N distinct events were accepted, with 1 if it ends\nbefore that");
  add_text(
      app, "--for", "DURATION",
      [&options](const std::string& text) { options.duration = parse_duration("--for", text); },
      "End after this time");
  add_number(
      app, "--count", 1, UINT64_MAX, [&receiver](std::uint64_t count) { receiver.count = count; },
      "End after N requests");
  app.add_flag("--register", options.register_url,
               "Have the URL registered in the store while this runs");
}

}  // namespace

Runner add_listen(CLI::App& app) {
  auto options = std::make_shared<ListenOptions>();
  add_address(app, *options);
  add_answer(app, *options);
  add_checks(app, *options);
  add_ending(app, *options);
  return [options](Context& context) { return run_listen(*options, context); };
}

}  // namespace slotflow
