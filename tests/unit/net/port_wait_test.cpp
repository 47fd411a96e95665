#include "net/port_wait.h"

#include <map>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "net/connect.h"
#include "support/child.h"
#include "support/fake_clock.h"
#include "support/full_backlog.h"
#include "support/gate.h"
#include "support/raw_endpoint.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// Calls a function at each pause between two tries.
class PausingClock : public FakeClock {
 public:
  explicit PausingClock(std::function<void(int)> at_pause) : at_pause_(std::move(at_pause)) {}

  asio::awaitable<bool> wait(Deadline& deadline, Duration d) override {
    at_pause_(++pauses_);
    return FakeClock::wait(deadline, d);
  }

 private:
  std::function<void(int)> at_pause_;
  int pauses_ = 0;
};

std::string port_url(int port, const std::string& host = "127.0.0.1") {
  return "http://" + host + ":" + std::to_string(port) + "/hook";
}

std::map<std::size_t, PortState> wait_for(const std::vector<std::string>& texts, Duration patience,
                                          Clock& clock, const Interrupt& interrupt) {
  std::vector<Url> urls;
  for (const std::string& text : texts) urls.push_back(parse_url("URL", text));
  EventLoop loop(interrupt);
  std::map<std::size_t, PortState> states;
  await_ports(loop, clock, urls, patience,
              [&](std::size_t i, const PortState& state) { states.emplace(i, state); });
  return states;
}

std::map<std::size_t, PortState> wait_for(const std::vector<std::string>& texts,
                                          Duration patience) {
  const Interrupt never;
  FakeClock clock;
  return wait_for(texts, patience, clock, never);
}

constexpr Duration kHour = std::chrono::hours(1);

}  // namespace

TEST_CASE("port wait: a port that listens accepts at the first try") {
  const RawEndpoint endpoint([](RawConnection& connection) { connection.hold(); });
  const auto states = wait_for({port_url(endpoint.port())}, kHour);
  REQUIRE(states.size() == 1);
  CHECK(states.at(0).accepts());
  CHECK(states.at(0).address == endpoint.address());
  CHECK(states.at(0).tries == 1);
}

TEST_CASE("port wait: no byte is sent, and the connection is closed") {
  Gate closed;
  std::string sent;
  const RawEndpoint endpoint([&](RawConnection& connection) {
    sent = connection.read_request();
    closed.arrive();
  });
  wait_for({port_url(endpoint.port())}, kHour);
  CHECK(closed.await(1));
  CHECK(sent == "");
}

TEST_CASE("port wait: a port that begins to listen is found at the next try") {
  const UniqueFd socket = bound_socket("127.0.0.1");
  const Interrupt never;
  PausingClock clock([&](int pause) {
    if (pause == 3) ::listen(socket.get(), 8);
  });
  const auto states = wait_for({port_url(port_of(socket.get()))}, kHour, clock, never);
  CHECK(states.at(0).accepts());
  CHECK(states.at(0).tries == 4);
  CHECK(clock.waits() == std::vector<Duration>(3, kTryPause));
}

TEST_CASE("port wait: localhost is found on ::1, too") {
  if (!has_ipv6_loopback()) return;
  const LoopbackPair pair;
  const Interrupt never;
  PausingClock clock([&](int) { ::listen(pair.v6.get(), 8); });
  const auto states = wait_for({port_url(pair.port, "localhost")}, kHour, clock, never);
  CHECK(states.at(0).accepts());
  CHECK(states.at(0).address == "[::1]:" + std::to_string(pair.port));
}

TEST_CASE("port wait: when a pause does not end in time, the last failure is reported") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const RawEndpoint endpoint([](RawConnection& connection) { connection.hold(); });
  const Interrupt never;
  FakeClock* over = nullptr;
  PausingClock clock([&](int pause) {
    if (pause == 2) over->interrupt();
  });
  over = &clock;
  const auto states =
      wait_for({port_url(port_of(nobody.get())), port_url(endpoint.port())}, kHour, clock, never);
  REQUIRE(states.size() == 2);
  CHECK(states.at(0).failure->kind == FailureKind::connection_refused);
  CHECK(states.at(0).address == "127.0.0.1:" + std::to_string(port_of(nobody.get())));
  CHECK(states.at(0).tries == 2);
  CHECK(states.at(1).accepts());
}

TEST_CASE("port wait: the time runs out, also for a name that is not known") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  // No resolver knows a label of more than 63 characters.
  const auto states =
      wait_for({port_url(port_of(nobody.get())), "http://" + std::string(64, 'a') + ".example/"},
               Duration(50));
  REQUIRE(states.size() == 2);
  CHECK_FALSE(states.at(0).accepts());
  CHECK_FALSE(states.at(1).accepts());
  CHECK(states.at(0).duration >= Duration(50));
}

TEST_CASE("port wait: a port that does not respond is a timeout") {
  const FullBacklog silent;
  const auto states = wait_for({port_url(silent.port())}, Duration(50));
  CHECK(states.at(0).failure->kind == FailureKind::timeout);
  CHECK(states.at(0).failure->detail == "while connecting");
  CHECK(states.at(0).failure->stage == Stage::connect);
}

TEST_CASE("port wait: without time there is one try") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const RawEndpoint endpoint([](RawConnection& connection) { connection.hold(); });
  const auto states =
      wait_for({port_url(port_of(nobody.get())), port_url(endpoint.port())}, Duration(0));
  CHECK(states.at(0).failure->kind == FailureKind::connection_refused);
  CHECK(states.at(0).tries == 1);
  CHECK(states.at(1).accepts());
}

TEST_CASE("port wait: an interrupt ends it, and the rest is not reported") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const RawEndpoint endpoint([](RawConnection& connection) { connection.hold(); });
  Interrupt interrupt;
  PausingClock clock([&](int pause) {
    if (pause == 2) interrupt.trigger();
  });
  const auto states = wait_for({port_url(port_of(nobody.get())), port_url(endpoint.port())}, kHour,
                               clock, interrupt);
  CHECK(states.size() == 1);
  CHECK(states.at(1).accepts());
}

TEST_CASE("port wait: a lack of descriptors is not a failure of the port") {
  const UniqueFd nobody = bound_socket("127.0.0.1");
  const std::string url = port_url(port_of(nobody.get()));
  test::Child child([&](int out) {
    const Interrupt never;
    FakeClock clock;
    EventLoop loop(never);
    const std::vector<Url> urls(2, parse_url("URL", url));
    const rlimit none{static_cast<rlim_t>(out), static_cast<rlim_t>(out)};
    while (::dup(out) != -1) {
    }
    if (::setrlimit(RLIMIT_NOFILE, &none) != 0) ::_exit(2);
    std::string text = "no error";
    try {
      await_ports(loop, clock, urls, kHour, [](std::size_t, const PortState&) {});
    } catch (const Shortage& shortage) {
      text = shortage.what();
    }
    if (::write(out, text.data(), text.size()) == -1) ::_exit(2);
  });
  CHECK(child.read_to_end() == "cannot open another connection: Too many open files");
}
