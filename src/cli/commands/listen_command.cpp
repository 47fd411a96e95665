#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <string_view>

#include <poll.h>
#include <unistd.h>

#include "cli/commands/commands.h"
#include "cli/commands/listen_child.h"
#include "cli/commands/listen_handshakes.h"
#include "cli/commands/listen_inspector.h"
#include "cli/commands/listen_log.h"
#include "cli/commands/listen_options.h"
#include "cli/commands/listen_registration.h"
#include "cli/options.h"
#include "cli/request_output.h"
#include "domain/ascii.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "net/certificate.h"
#include "net/event_loop.h"
#include "receive/receiver.h"
#include "report/handler_response.h"
#include "report/requests.h"
#include "system/entropy.h"
#include "system/files.h"

namespace slotflow {

namespace {

// What ends `listen`, besides a signal. A command ends it in place of everything but the time.
struct End {
  const Receiver& receiver;
  bool expects = false;  // --expect is given
  std::optional<SteadyTime> time = {};
  ChildProcess* command = nullptr;
};

// What happens while `listen` runs, besides requests.
struct Events {
  PendingWarnings& warnings;
  std::atomic<bool>& hangup;  // SIGHUP has arrived
  std::function<void()> reopen_log;
};

// Returns when a signal, the expectation, the time, the end of the output's reader or of the
// command ends `listen`, and which of these did. Polls the descriptors itself: the event loop would
// make standard output non-blocking, also for the other processes that share it.
asio::awaitable<ReceiverEnd> wait_for_end(EventLoop& loop, const End& end, const Events& events,
                                          const World& world) {
  constexpr Duration kBetweenLooks{20};
  Deadline deadline(loop);
  if (end.time) deadline.set(*end.time);
  for (bool goes_on = true; goes_on;) {
    // If standard output has no reader any more, poll() reports an error, unasked.
    pollfd fds[] = {
        events.warnings.awaited(), {end.receiver.finished().fd(), POLLIN, 0}, {world.out_fd, 0, 0}};
    ::poll(fds, 3, 0);
    if (events.hangup.exchange(false)) events.reopen_log();
    if (fds[0].revents != 0) events.warnings.show_ready();
    if (end.command != nullptr) {
      if (end.command->status()) co_return ReceiverEnd::command;
    } else if (fds[1].revents != 0) {
      const bool is_met = end.expects && end.receiver.expectation_met();
      co_return is_met ? ReceiverEnd::expectation : ReceiverEnd::count;
    } else if (fds[2].revents != 0) {
      co_return ReceiverEnd::reader;
    }
    goes_on = co_await deadline.wait(kBetweenLooks);
  }
  co_return world.interrupt.triggered() ? ReceiverEnd::signal : ReceiverEnd::time;
}

// Returns the secrets to verify with instead of the store's.
std::vector<std::string> given_secrets(const ListenOptions& options, const Context& context) {
  std::vector<std::string> secrets = options.secret.read_all(context);
  if (!secrets.empty() && !options.secret.given()) {
    context.notice(std::string("signatures are verified with the secret of ") + kSecretVariable);
  }
  return secrets;
}

// The file of --log.
class Log {
 public:
  Log(UniqueFd fd, const std::string& path, const OutputPatience& patience,
      PendingWarnings& warnings)
      : path_(path),
        warnings_(warnings),
        file_(std::move(fd), patience),
        stream_(&file_),
        lines_(stream_, Format::json),
        output_({path, "written to the log", path}, lines_, stream_, &file_, warnings) {
    output_.on_retry([this] { return end_failed_line(file_.fd(), path_); });
  }

  RequestOutput& output() { return output_; }
  // Goes on in the file that has the path now, and warns if it cannot.
  void reopen() {
    const std::string reason = reopen_log(file_.fd(), path_);
    if (reason.empty()) return output_.renew();
    warnings_.add("cannot reopen " + path_ + " (--log): " + reason);
  }

 private:
  const std::string& path_;
  PendingWarnings& warnings_;
  FdOutput file_;
  std::ostream stream_;
  Output lines_;
  RequestOutput output_;
};

// Everything that listen prints.
class Outputs {
 public:
  Outputs(const ListenOptions& options, UniqueFd log, Context& context, PendingWarnings& warnings)
      : patience_(context.world.patience != nullptr ? *context.world.patience
                                                    : own_.emplace(context.world.interrupt)),
        screen_({"standard output", "shown", ""}, context.output, context.world.out,
                context.world.out_file, warnings) {
    if (log) log_.emplace(std::move(log), options.log, patience_, warnings);
    if (options.verbose) screen_.set_verbose();
    if (options.compact) {
      screen_.set_compact(context.world);
      disagreement_ = &warnings;
    }
    // The first line must not block beyond --for if nobody reads it.
    if (options.duration) patience_.hurry(*options.duration);
  }

  void listening(const Listening& listening) {
    screen_.listening(listening);
    if (log_) log_->output().listening(listening);
  }
  void push(ReceivedRequest request) {
    if (disagreement_ != nullptr) {
      if (std::string text = disagreement_warning(request); !text.empty()) {
        disagreement_->add(std::move(text));
      }
    }
    if (log_) log_->output().push(request);
    if (inspector_ != nullptr) inspector_->push(request);
    screen_.push(std::move(request));
  }
  // From now on, `inspector` gets each request, too.
  void show_in(ListenInspector& inspector) { inspector_ = &inspector; }
  void reopen_log() {
    if (log_) log_->reopen();
  }
  void hurry() { patience_.hurry(); }
  // Prints what is left, and the summary. Must be called after hurry().
  void finish(const ReceiverSummary& summary) {
    screen_.close();
    if (log_) log_->output().close();
    screen_.summary(summary);
    if (log_) log_->output().summary(summary);
  }

 private:
  std::optional<OutputPatience> own_;
  OutputPatience& patience_;
  RequestOutput screen_;
  std::optional<Log> log_;
  ListenInspector* inspector_ = nullptr;
  PendingWarnings* disagreement_ = nullptr;  // if requests have no room for it
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
    const bool is_address =
        host.find(':') != std::string::npos ||
        std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
    wanted.names += (is_address ? ",IP:" : ",DNS:") + host;
  }
  const SelfSigned made = make_self_signed(wanted);
  if (!options.cert_out.empty()) {
    std::ofstream out(options.cert_out, std::ios::trunc);
    out << made.certificate << std::flush;
    if (!out) {
      throw Error(ErrorCode::io_error,
                  "--tls-cert-out: cannot write " + options.cert_out + ": " + std::strerror(errno),
                  "", "--tls-cert-out");
    }
  }
  return std::make_shared<TlsIdentity>(made.certificate, made.key);
}

// Says how clients can trust the certificate.
std::string how_to_trust(const ListenOptions& options) {
  if (!options.cert_file.empty()) {
    return "the client must trust the issuer of the certificate of --cert";
  }
  if (!options.cert_out.empty()) {
    const std::string file = file_argument(options.cert_out);
    return "give the client " + file + ", for example with fire --cacert " + file;
  }
  return "with --tls-cert-out FILE, the certificate is written for clients";
}

void settle_seed(ListenOptions& options, const Context& context) {
  FaultPlan& plan = options.receiver.plan;
  const bool is_chosen = is_random(plan);
  plan.seed = options.seed.value_or(is_chosen ? new_seed() : 0);
  if (is_chosen && !options.seed) {
    const std::string seed = std::to_string(plan.seed);
    context.notice("seed " + seed + " (repeat these decisions with --seed " + seed + ")");
  }
}

// Returns true if a connection to `host` certainly reaches a server that listens on `listening`.
bool is_same_address(const std::string& listening, const std::string& host) {
  if (listening == host) return true;
  if (listening == "localhost") return host == "127.0.0.1" || host == "::1";
  return host == "localhost" && (listening == "127.0.0.1" || listening == "::1");
}

// Rejects a --forward-to that certainly leads back to this receiver. Other loops end when a Via
// header shows them.
void refuse_loop(const ListenOptions& options, const Receiver& receiver) {
  if (!options.forward_to || options.forward_to->port != receiver.port()) return;
  if (!is_same_address(options.receiver.server.host, options.forward_to->host)) return;
  throw Error(ErrorCode::usage,
              "--forward-to: expected the URL of a handler, got this receiver's own", "",
              "--forward-to");
}

// Returns whether Ctrl-C on standard input reaches this process, and so the command, too.
bool is_in_foreground(const World& world) {
  return world.in_is_terminal && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

// Returns the signal that ends the command; 0 if it has got it already.
int signal_for_command(const World& world) {
  const int signal = world.interrupt.signal();
  if (signal == SIGINT && is_in_foreground(world)) return 0;
  return signal != 0 ? signal : SIGTERM;
}

int run_listen(ListenOptions& options, Context& context) {
  settle_seed(options, context);
  options.receiver.server.tls = tls_identity(options, context);
  options.receiver.own_command = context.own_command();
  PendingWarnings warnings(context);
  const std::vector<std::string> given = given_secrets(options, context);
  SecretSource secrets =
      given.empty()
          ? SecretSource(context.registry(), [&](const std::string& text) { warnings.add(text); })
          : SecretSource(given);
  const SecretSource::Secrets known = secrets.current(context.clock.steady());
  if (options.receiver.require_signature && known->empty() && !options.register_url) {
    context.notice(
        "every request gets 401 until a secret is known: give --secret, or register a webhook");
  }
  UniqueFd log = open_log(options.log);
  const SignalState found = signal_state();
  std::atomic<bool> hangup = false;
  std::function<void()> on_hangup;
  if (log) on_hangup = [&] { hangup = true; };
  const auto signals = context.catch_signals(on_hangup);
  Outputs outputs(options, std::move(log), context, warnings);
  EventLoop loop(context.world.interrupt);
  Receiver receiver(loop, options.receiver, secrets, context.clock,
                    [&](ReceivedRequest request) { outputs.push(std::move(request)); });
  receiver.on_shortage([&](const std::string& reason) {
    warnings.add(reason.empty() ? "connections are accepted again"
                                : "connections wait, because they cannot be accepted: " + reason);
  });
  HandshakeWarnings handshakes(warnings, how_to_trust(options));
  receiver.on_failed_handshake([&](const Failure& failure) { handshakes.add(failure); });
  refuse_loop(options, receiver);
  std::optional<ListenInspector> inspector;
  if (options.ui.port) {
    inspector.emplace(options, context, receiver, secrets);
    outputs.show_in(*inspector);
    receiver.on_arrival = [&](const ReceivedRequest& request) { inspector->arrived(request); };
  }
  End end{receiver, options.receiver.expect.has_value()};
  if (options.duration) end.time = context.clock.steady() + *options.duration;
  std::optional<int> command_status;
  std::optional<ReceiverEnd> ended;
  {
    std::optional<ListenRegistration> registration;
    if (options.register_url) {
      registration.emplace(context, signals.get(), receiver.url(), options, given);
    }
    Listening listening{receiver.url(), receiver.port()};
    if (inspector) {
      listening.ui = inspector->url();
      inspector->start();
    }
    outputs.listening(listening);
    std::unique_ptr<ChildProcess> command;
    if (!options.command.empty()) {
      command = start_child(options.command, receiver.url(), found, context.options.json);
      end.command = command.get();
    }
    receiver.start();
    const Events events{warnings, hangup, [&] { outputs.reopen_log(); }};
    ended = loop.run(wait_for_end(loop, end, events, context.world));
    if (!command) outputs.hurry();
    loop.run(receiver.stop());
    if (inspector) inspector->stop();
    if (command) {
      command_status = command->end(signal_for_command(context.world));
      outputs.hurry();
    }
  }
  ReceiverSummary summary = receiver.summary();
  summary.ended = ended;
  outputs.finish(summary);
  context.world.loss_was_reported = true;
  warnings.show_all();
  const bool is_met = receiver.expectation_met();
  const bool by_time = ended == ReceiverEnd::time;
  if (command_status.value_or(0) != 0 && (by_time || !is_met)) {
    context.notice("the command has ended with status " + std::to_string(*command_status) +
                   (by_time ? ", after --for sent it SIGTERM" : ""));
  }
  if (is_met) return command_status.value_or(exit_code::kYes);
  // The summary in text says so, too, unless nobody reads it.
  if (context.options.json || !context.world.out.good()) context.notice(expectation_text(summary));
  return exit_code::kNo;
}

}  // namespace

Runner add_listen(CLI::App& app) {
  auto options = std::make_shared<ListenOptions>();
  add_listen_options(app, *options);
  set_examples(app, {{"Receive and print every event", "slotflow-hooks listen --register"},
                     {"Simulate an endpoint that fails the first two attempts",
                      "slotflow-hooks listen --register --fail-first 2"}});
  return [options, &app](Context& context) {
    check_listen_options(*options);
    refuse_combinations(app, *options, context.options.json);
    settle_listen_options(*options);
    return run_listen(*options, context);
  };
}

}  // namespace slotflow
