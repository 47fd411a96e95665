#include "system/interrupt.h"

#include <csignal>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "support/child.h"
#include "support/readable.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// To the process, as kill(1) and terminals do; std::raise() would tell this thread alone.
void tell(int signal) {
  ::kill(::getpid(), signal);
}

}  // namespace

TEST_CASE("interrupt: stays triggered, and its descriptor readable") {
  Interrupt interrupt;
  CHECK_FALSE(interrupt.triggered());
  CHECK_FALSE(readable(interrupt.fd()));
  interrupt.trigger();
  interrupt.trigger();
  CHECK(interrupt.triggered());
  CHECK(readable(interrupt.fd()));
  CHECK(readable(interrupt.fd()));
}

TEST_CASE("interrupt: a wait lasts its time, or ends at once") {
  Interrupt interrupt;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(interrupt.wait(Duration(20)));
  CHECK(std::chrono::steady_clock::now() - begin >= Duration(20));
  CHECK(interrupt.wait(Duration(0)));
  CHECK(interrupt.wait(Duration(-5)));
  interrupt.trigger();
  CHECK_FALSE(interrupt.wait(Duration(0)));
  CHECK_FALSE(interrupt.wait(std::chrono::hours(24 * 365 * 10)));
}

TEST_CASE("interrupt: wakes every thread that waits") {
  Interrupt interrupt;
  std::vector<std::thread> threads;
  std::atomic<int> woken = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      if (!interrupt.wait(std::chrono::hours(1))) ++woken;
    });
  }
  interrupt.trigger();
  for (std::thread& thread : threads) thread.join();
  CHECK(woken == 8);
}

TEST_CASE("interrupt: the first signal interrupts, a later one ends the process with 130") {
  for (const int signal : {SIGINT, SIGTERM}) {
    Child child([&](int out) {
      Interrupt interrupt;
      const SignalsToInterrupt signals(interrupt);
      tell(signal);
      if (interrupt.wait(std::chrono::minutes(1)) || ::write(out, "i", 1) != 1) return;
      const Interrupt never;
      never.wait(Duration(600));  // longer than two signals may be apart and mean the same
      tell(signal);
      never.wait(std::chrono::minutes(1));
      ::_exit(2);
    });
    CHECK(child.read_to_end() == "i");
    const int status = child.stop(0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 130);
  }
}

TEST_CASE("interrupt: two signals at once count as one") {
  std::string told;
  // A machine may be so busy that the second comes late after all, but not again and again.
  for (int tries = 0; tries < 5 && told != "i"; ++tries) {
    Child child([](int out) {
      Interrupt interrupt;
      const SignalsToInterrupt signals(interrupt);
      tell(SIGINT);
      tell(SIGTERM);
      if (interrupt.wait(std::chrono::minutes(1))) return;
      const Interrupt never;
      never.wait(Duration(1));
      if (::write(out, "i", 1) != 1) ::_exit(2);
    });
    told = child.read_to_end();
  }
  CHECK(told == "i");
}

TEST_CASE("interrupt: signals are as they were when it is over") {
  sigset_t before, after;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &before);
  {
    Interrupt interrupt;
    const SignalsToInterrupt signals(interrupt);
    tell(SIGTERM);
    CHECK_FALSE(interrupt.wait(std::chrono::minutes(1)));
  }
  ::pthread_sigmask(SIG_BLOCK, nullptr, &after);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CHECK(sigismember(&after, signal) == sigismember(&before, signal));
  }
}

TEST_CASE("interrupt: a signal is noticed while threads start and end") {
  for (int i = 0; i < 50; ++i) {
    Interrupt interrupt;
    const SignalsToInterrupt signals(interrupt);
    std::atomic<bool> told = false;
    std::thread teller([&] {
      told = true;
      tell(SIGINT);
    });
    while (!told) std::thread([] {}).join();
    CHECK_FALSE(interrupt.wait(std::chrono::minutes(1)));
    teller.join();
  }
}

TEST_CASE("interrupt: knows the signal that was first") {
  Interrupt interrupt;
  CHECK(interrupt.signal() == 0);
  const SignalsToInterrupt signals(interrupt);
  tell(SIGTERM);
  CHECK_FALSE(interrupt.wait(std::chrono::minutes(1)));
  CHECK(interrupt.signal() == SIGTERM);
  interrupt.trigger(SIGINT);
  CHECK(interrupt.signal() == SIGTERM);
}

TEST_CASE("interrupt: SIGHUP can have another meaning, each time, even under nohup") {
  for (const bool ignored : {false, true}) {
    Child child([&](int out) {
      if (ignored) std::signal(SIGHUP, SIG_IGN);
      Interrupt interrupt;
      Interrupt hung_up[2];
      std::atomic<int> count = 0;
      {
        const SignalsToInterrupt signals(interrupt, [&] { hung_up[count++].trigger(); });
        for (Interrupt& each : hung_up) {
          tell(SIGHUP);
          if (each.wait(std::chrono::minutes(1))) return;
        }
      }
      struct sigaction after{};
      ::sigaction(SIGHUP, nullptr, &after);
      const bool restored = (after.sa_handler == SIG_IGN) == ignored;
      if (restored && !interrupt.triggered() && ::write(out, "y", 1) != 1) ::_exit(2);
    });
    CHECK(child.read_to_end() == "y");
  }
}

TEST_CASE("interrupt: nohup's SIGHUP stays ignored") {
  Child child([](int out) {
    std::signal(SIGHUP, SIG_IGN);
    Interrupt interrupt;
    const SignalsToInterrupt signals(interrupt);
    tell(SIGHUP);
    if (interrupt.wait(Duration(50)) && ::write(out, "g", 1) != 1) ::_exit(2);
  });
  CHECK(child.read_to_end() == "g");
}
