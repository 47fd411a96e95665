// What becomes of responses on the wire, and of clients that do not wait for them.
#include <doctest/doctest.h>

#include "support/gate.h"
#include "support/live_server.h"
#include "support/raw_client.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// A server whose responses are all damaged by one fault, and how each ended.
struct Faulty {
  explicit Faulty(const char* fault, Duration delay = Duration(0))
      : server([this, fault, delay](http::IncomingRequest& request) {
          http::OutgoingResponse response = echo(request);
          response.delay = delay;
          response.fault = fault != nullptr ? fault_named(fault) : nullptr;
          response.fault_settings.drip_duration = Duration(50);
          response.finished = [this](const http::Ending& ending) {
            endings.push_back(ending);
            ended.arrive();
          };
          return response;
        }) {}
  ~Faulty() { server.stop(); }

  std::vector<http::Ending> endings;  // of the loop's thread, until await()
  Gate ended;
  LiveServer server;

  const http::Ending& await() {
    REQUIRE(ended.await(1));
    return endings.front();
  }
};

}  // namespace

TEST_CASE("server: each fault, as a client sees it") {
  struct Row {
    const char* fault;
    std::string seen;  // all that comes until the end
    bool arrives;
  };
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n12345678";
  const Row rows[] = {
      {"empty", "", false},
      {"truncate", whole.substr(0, whole.size() - 4), false},
      {"garbage", std::string("\xff\xfe garbage instead of HTTP \x80\0\x7f\r\n\r\n", 34), false},
      {"reset", "", false},
      {"drip", whole, true},
  };
  for (const Row& row : rows) {
    for (const Duration delay : {Duration(0), Duration(20)}) {
      CAPTURE(row.fault);
      CAPTURE(delay.count());
      Faulty faulty(row.fault, delay);
      RawClient client(faulty.server.port());
      client.send(post("12345678"));
      if (row.arrives) {
        CHECK(client.response().body == "12345678");
      } else {
        CHECK(client.read_to_end() == row.seen);
      }
      CHECK(faulty.await().arrived == row.arrives);
      CHECK_FALSE(faulty.await().given_up_after);
    }
  }
}

TEST_CASE("server: a fault that sends nothing ends when the client disconnects") {
  Faulty faulty("timeout");
  RawClient client(faulty.server.port());
  client.send(post("x"));
  faulty.server.requests(1);
  client.leave();
  CHECK_FALSE(faulty.await().arrived);
}

TEST_CASE("server: a client that disconnects during the delay is noticed at once") {
  for (const bool reset : {false, true}) {
    CAPTURE(reset);
    Faulty faulty(nullptr, std::chrono::hours(1));
    RawClient client(faulty.server.port());
    client.send(post("x"));
    faulty.server.requests(1);
    if (reset) {
      client.reset();
    } else {
      client.leave();
    }
    const http::Ending& ending = faulty.await();
    CHECK_FALSE(ending.arrived);
    REQUIRE(ending.given_up_after);
    CHECK(*ending.given_up_after < std::chrono::minutes(1));
  }
}

TEST_CASE("server: a client that sends its next request within the delay gets both responses") {
  Faulty faulty(nullptr, Duration(20));
  RawClient client(faulty.server.port());
  client.send(post("one") + post("two"));
  CHECK(client.response().body == "one");
  CHECK(client.response().body == "two");
}
