#include "system/child_process.h"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

ChildOptions shell(const std::string& script) {
  return {{"sh", "-c", script}, {"SLOTFLOW_TEST=a b"}, signal_state()};
}

}  // namespace

TEST_CASE("child process: its status, or 128 and the signal") {
  for (const int status : {0, 1, 255}) {
    ChildProcess child(shell("exit " + std::to_string(status)));
    CHECK(child.end(0) == status);
    CHECK(child.status() == status);
    CHECK(child.end(SIGTERM) == status);
  }
  CHECK(ChildProcess(shell("kill -9 $$")).end(0) == 128 + SIGKILL);
}

TEST_CASE("child process: its environment is ours and what is added") {
  CHECK(ChildProcess(shell("test \"$SLOTFLOW_TEST\" = 'a b' && test -n \"$PATH\"")).end(0) == 0);
}

TEST_CASE("child process: a variable that is added replaces ours") {
  ChildOptions options = shell("test \"$PATH\" = none");
  options.environment = {"PATH=none"};
  CHECK(ChildProcess(options).end(0) == 0);
}

TEST_CASE("child process: runs until it is ended") {
  ChildProcess child({{"sleep", "60"}, {}, signal_state()});
  CHECK_FALSE(child.status());
  CHECK(child.end(SIGTERM) == 128 + SIGTERM);
}

TEST_CASE("child process: what cannot be started") {
  const auto number_of = [](const std::string& program) {
    try {
      ChildProcess child({{program}, {}, signal_state()});
    } catch (const std::system_error& error) {
      return error.code().value();
    }
    return 0;
  };
  CHECK(number_of("no-such-program") == ENOENT);
  CHECK(number_of("/no/such/program") == ENOENT);
  CHECK(number_of("/etc/passwd") == EACCES);
}

TEST_CASE("child process: an ignored SIGCHLD does not lose the status") {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  CHECK(ChildProcess(shell("exit 3")).end(0) == 3);
  std::signal(SIGCHLD, before);
}

TEST_CASE("child process: SIGHUP is as it was found, whatever it is now") {
  const auto before = std::signal(SIGHUP, SIG_DFL);
  for (const bool ignored : {false, true}) {
    for (const auto now : {SIG_DFL, SIG_IGN}) {
      std::signal(SIGHUP, now);
      ChildOptions options = shell("kill -HUP $$; exit 3");
      options.signals.hangup_ignored = ignored;
      CHECK(ChildProcess(options).end(0) == (ignored ? 3 : 128 + SIGHUP));
      const bool restored = std::signal(SIGHUP, SIG_DFL) == now;
      CHECK(restored);
    }
  }
  std::signal(SIGHUP, SIG_IGN);
  CHECK(signal_state().hangup_ignored);
  std::signal(SIGHUP, SIG_DFL);
  CHECK_FALSE(signal_state().hangup_ignored);
  std::signal(SIGHUP, before);
}
