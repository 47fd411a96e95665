#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <poll.h>

#include "cli/commands.h"
#include "cli/listen_options.h"
#include "cli/options.h"
#include "domain/error.h"
#include "engine/certificate.h"
#include "engine/entropy.h"
#include "engine/files.h"
#include "engine/receiver.h"
#include "report/json_reporter.h"

namespace slotflow {

namespace {

// Holds the webhook of --register, and takes it out of the store again.
class TemporaryWebhook {
 public:
  TemporaryWebhook(Context& context, const std::string& url, const std::string& secret)
      : context_(context) {
    if (is_there_already(url)) return;
    const auto events = parse_event_list({"all"});
    webhook_ = context.registry.add({url, events, secret}, context.clock.now());
    context.notice("registered " + webhook_.url + " as " + webhook_.id + " while this runs");
  }
  ~TemporaryWebhook() {
    if (webhook_.id.empty()) return;
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
  // The port is ours, so whoever registered the URL meant an endpoint that is gone: most often a
  // receiver that was killed before it could take its URL out.
  bool is_there_already(const std::string& url) const {
    for (const Webhook& webhook : context_.registry.read().webhooks) {
      if (!webhook.active || webhook.url != url) continue;
      context_.notice(url + " is registered already, as " + webhook.id +
                      ", and stays so when this ends");
      return true;
    }
    return false;
  }

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

// The file of --log. Once it cannot be written it says so, once, and everything else goes on.
class Log {
 public:
  Log(const std::string& path, const Context& context)
      : path_(path), context_(context), out_(path, std::ios::app), reporter_(out_) {
    if (out_) return;
    throw Error(ErrorCode::io_error, "--log: cannot open " + path + ": " + std::strerror(errno));
  }

  template <class Show>
  void show(Show show_on) {
    if (!out_) return;
    show_on(reporter_);
    if (!out_) context_.warning("--log: " + path_ + " cannot be written any more");
  }

 private:
  std::string path_;
  const Context& context_;
  std::ofstream out_;
  JsonReporter reporter_;
};

std::shared_ptr<const TlsIdentity> tls_identity(const ListenOptions& options, Context& context) {
  if (!options.tls) return nullptr;
  std::istream& in = context.world.in;
  if (!options.cert_file.empty()) {
    return std::make_shared<TlsIdentity>(read_bytes("--cert", options.cert_file, in),
                                         read_bytes("--key", options.key_file, in));
  }
  SelfSignedOptions wanted;
  wanted.valid_from = context.clock.now() - std::chrono::hours(1);
  wanted.valid_until = context.clock.now() + std::chrono::days(30);
  const std::string& host = options.receiver.server.host;
  if (host != "localhost" && host != "127.0.0.1" && host != "::1") {
    const bool is_address = host.find(':') != std::string::npos ||
                            host.find_first_not_of("0123456789.") == std::string::npos;
    wanted.names += (is_address ? ",IP:" : ",DNS:") + host;
  }
  const SelfSigned made = make_self_signed(wanted);
  if (!options.cert_out.empty()) {
    std::ofstream out(options.cert_out, std::ios::trunc);
    out << made.certificate << std::flush;
    if (!out) {
      throw Error(ErrorCode::io_error,
                  "--tls-cert-out: cannot write " + options.cert_out + ": " + std::strerror(errno));
    }
  }
  return std::make_shared<TlsIdentity>(made.certificate, made.key);
}

void settle_seed(ListenOptions& options, const Context& context) {
  FaultPlan& plan = options.receiver.plan;
  const bool drawn = is_drawn(plan);
  plan.seed = options.seed.value_or(drawn ? new_seed() : 0);
  if (drawn && !options.seed) {
    context.notice("seed " + std::to_string(plan.seed) + " (--seed repeats these decisions)");
  }
}

// A receiver that passed each request on to itself would do so until no thread is left.
void refuse_loop(const ListenOptions& options, const Receiver& receiver) {
  if (!options.forward_to || options.forward_to->port != receiver.port()) return;
  const std::string& host = options.forward_to->host;
  const bool is_here = host == "localhost" || host.starts_with("127.") || host == "::1" ||
                       host == options.receiver.server.host;
  if (!is_here) return;
  throw Error(ErrorCode::usage,
              "--forward-to: expected the URL of a handler, got this receiver's own");
}

int run_listen(ListenOptions& options, Context& context) {
  settle_seed(options, context);
  options.receiver.server.tls = tls_identity(options, context);
  SecretSource secrets = secrets_of(options, context);
  if (options.receiver.require_signature && secrets.current()->empty() && !options.register_url) {
    context.notice(
        "no secret is known yet, so every request will be answered 401: "
        "give --secret, or register a webhook");
  }
  std::optional<Log> log;
  if (!options.log.empty()) log.emplace(options.log, context);
  const auto show = [&](auto show_on) {
    show_on(*context.reporter);
    if (log) log->show(show_on);
  };
  const auto signals = context.catch_signals();
  Receiver receiver(options.receiver, secrets, context.clock,
                    [&](std::span<const ReceivedRequest> requests) {
                      show([&](Reporter& reporter) { reporter.requests(requests); });
                    });
  refuse_loop(options, receiver);
  {
    std::optional<TemporaryWebhook> temporary;
    if (options.register_url) {
      const bool given = !options.secrets.empty() || options.secret_file;
      temporary.emplace(context, receiver.url(),
                        given ? secrets.current()->front() : new_signing_secret());
    }
    show([&](Reporter& reporter) { reporter.listening({receiver.url(), receiver.port()}); });
    receiver.start();
    wait_for_end(context.world.interrupt, receiver.finished(), options.duration,
                 context.world.out_fd);
    receiver.stop();
  }
  show([&](Reporter& reporter) { reporter.receiver_summary(receiver.summary()); });
  if (receiver.expectation_met()) return exit_code::kYes;
  context.notice("accepted " + std::to_string(receiver.distinct_accepted()) + " of " +
                 std::to_string(*options.receiver.expect) + " expected events");
  return exit_code::kNo;
}

}  // namespace

Runner add_listen(CLI::App& app) {
  auto options = std::make_shared<ListenOptions>();
  add_listen_options(app, *options);
  return [options](Context& context) {
    check_listen_options(*options);
    return run_listen(*options, context);
  };
}

}  // namespace slotflow
