// One event to many endpoints: none waits for another.
#include <map>
#include <memory>

#include <doctest/doctest.h>

#include "store/registry.h"
#include "support/gate.h"
#include "support/raw_endpoint.h"
#include "support/run_program.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("fire: 40 endpoints, of which some refuse and some are slow") {
  constexpr std::size_t kQuick = 25, kSlow = 10, kRefusing = 5;
  const Home home;
  Registry registry(home.store());
  registry.set_plan(Plan::growth);
  const auto subscribe = [&](const std::string& url) {
    registry.add({url, {Event::booking_confirmed}, "whsec_x"}, from_unix_seconds(0));
  };

  Gate quick_done;
  std::atomic<int> in_vain = 0;
  RawEndpoint quick([&](RawConnection& connection) {
    connection.read_request();
    connection.send(http_response("200 OK"));
    quick_done.arrive();
  });
  RawEndpoint slow([&](RawConnection& connection) {
    connection.read_request();
    // Responds when all the quick ones have: had they to wait for it, it never could.
    if (!quick_done.await(kQuick)) ++in_vain;
    connection.send(http_response("200 OK"));
  });
  std::vector<UniqueFd> refusing;
  for (std::size_t i = 0; i < kSlow; ++i) subscribe(slow.url("/" + std::to_string(i)));
  for (std::size_t i = 0; i < kRefusing; ++i) {
    refusing.push_back(bound_socket("127.0.0.1"));
    subscribe("http://127.0.0.1:" + std::to_string(port_of(refusing.back().get())) + "/");
  }
  for (std::size_t i = 0; i < kQuick; ++i) subscribe(quick.url("/" + std::to_string(i)));

  Program program(home, {"fire", "confirmed", "--json", "--timeout", "2m", "--retry-delays",
                         "1ms,1ms", "--speed", "1"});
  CHECK(program.wait() == 1);
  CHECK(in_vain == 0);
  const auto lines = program.lines();
  CHECK(lines.back() == Json{{"type", "summary"},
                             {"deliveries", 40},
                             {"delivered", 35},
                             {"failed", 5},
                             {"expected", 0},
                             {"unfinished", 0},
                             {"attempts", 50}});
  std::map<std::string, int> attempts;
  for (const Json& line : lines) {
    if (line["type"] == "attempt") ++attempts[line["url"].get<std::string>()];
  }
  CHECK(attempts.size() == 40);
  for (const auto& entry : attempts) {
    const std::string& url = entry.first;
    CAPTURE(url);
    const bool served = url.starts_with(quick.url("")) || url.starts_with(slow.url(""));
    CHECK(entry.second == (served ? 1 : 3));
  }
}

TEST_CASE("fire: the same event several times arrives in order, and is known for a duplicate") {
  const Home home;
  Listener listener(home, {"--count", "3"});
  CHECK(Program(home, {"fire", "confirmed", "--to", listener.url, "--duplicate", "3"}).wait() == 0);
  CHECK(listener.program.wait() == 0);
  const auto lines = listener.program.lines();
  REQUIRE(lines.size() == 5);
  CHECK(lines[1]["duplicate"] == false);
  CHECK(lines[2]["duplicate"] == true);
  CHECK(lines[3]["duplicate"] == true);
  CHECK(lines[1]["body"] == lines[3]["body"]);
}

TEST_CASE("fire: only endpoints that are subscribed to the event get it") {
  const Home home;
  Registry registry(home.store());
  RawEndpoint endpoint(responding(http_response("200 OK")));
  registry.add({endpoint.url("/yes"), {Event::booking_cancelled}, "whsec_x"}, from_unix_seconds(0));
  registry.add({endpoint.url("/no"), {Event::booking_confirmed}, "whsec_x"}, from_unix_seconds(0));
  Program program(home, {"fire", "cancelled", "--json"});
  CHECK(program.wait() == 0);
  REQUIRE(program.lines().size() == 2);
  CHECK(program.lines()[0]["url"] == endpoint.url("/yes"));
}
