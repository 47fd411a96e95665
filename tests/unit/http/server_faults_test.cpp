// What becomes of responses on the wire, and of clients that do not wait for them.
#include <atomic>

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

http::ServerOptions watching() {
  http::ServerOptions options;
  options.port = 0;
  options.watches_clients = true;
  return options;
}

// A server whose handler works until finish(), and a little longer.
class SlowHandler {
 public:
  SlowHandler()
      : server_(thread_.loop(), watching(),
                [this](http::IncomingRequest request) { return handle(std::move(request)); }) {
    server_.start();
    thread_.start();
  }
  ~SlowHandler() {
    thread_.run([this] { return server_.stop(); });
    thread_.stop();
  }

  int port() const { return server_.port(); }
  // Returns when the first response has ended.
  void finish() {
    is_over_ = true;
    REQUIRE(ended_.await(1));
  }

  Gate asked;
  // Called once, at the end of the first request, while the loop can do nothing else.
  std::function<void()> meanwhile;
  // Of the first request, after finish().
  http::Ending ending;
  Duration before_its_end{0};  // from the request until shortly before the handler ended

 private:
  asio::awaitable<http::OutgoingResponse> handle(http::IncomingRequest request) {
    asked.arrive();
    Deadline pause(thread_.loop());
    while (!is_over_) co_await pause.wait(Duration(1));
    // What has arrived by now is noticed in one of these turns of the loop.
    for (int turn = 0; turn < 20; ++turn) co_await pause.wait(Duration(1));
    const auto worked = steady_now() - request.complete;
    co_await pause.wait(Duration(20));
    if (const auto once = std::exchange(meanwhile, nullptr)) once();
    http::OutgoingResponse response = echo(request);
    response.finished = [this, worked](const http::Ending& how) {
      if (is_told_) return;
      is_told_ = true;
      ending = how;
      before_its_end = std::chrono::duration_cast<Duration>(worked);
      ended_.arrive();
    };
    co_return response;
  }

  std::atomic<bool> is_over_{false};
  bool is_told_ = false;
  Gate ended_;
  LoopThread thread_;
  http::Server server_;
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

TEST_CASE("server: a client that disconnects while a slow handler works has left then") {
  for (const bool reset : {false, true}) {
    CAPTURE(reset);
    SlowHandler slow;
    RawClient client(slow.port());
    client.send(post("x"));
    REQUIRE(slow.asked.await(1));
    if (reset) {
      client.reset();
    } else {
      client.leave();
    }
    slow.finish();
    CHECK_FALSE(slow.ending.arrived);
    REQUIRE(slow.ending.given_up_after);
    CHECK(*slow.ending.given_up_after <= slow.before_its_end);
  }
}

TEST_CASE("server: a client that waits for a slow handler gets its responses") {
  SlowHandler slow;
  RawClient client(slow.port());
  client.send(post("one"));
  REQUIRE(slow.asked.await(1));
  client.send(post("two"));
  slow.finish();
  CHECK(client.response().body == "one");
  CHECK(client.response().body == "two");
  CHECK_FALSE(slow.ending.given_up_after);
}

TEST_CASE("server: a client that sends much while a slow handler ends gets its response") {
  SlowHandler slow;
  RawClient client(slow.port());
  slow.meanwhile = [&] { client.send(post(std::string(10'000, 'x')).substr(0, 6'000)); };
  client.send(post("one"));
  REQUIRE(slow.asked.await(1));
  slow.finish();
  CHECK(client.response().body == "one");
}

TEST_CASE("server: a client that has only ended its requests gets the response of a slow handler") {
  SlowHandler slow;
  RawClient client(slow.port());
  client.send(post("one"));
  client.end_sending();
  REQUIRE(slow.asked.await(1));
  slow.finish();
  CHECK(client.response().body == "one");
  CHECK(slow.ending.arrived);
  CHECK_FALSE(slow.ending.given_up_after);
}

TEST_CASE("server: a client that sends its next request within the delay gets both responses") {
  Faulty faulty(nullptr, Duration(20));
  RawClient client(faulty.server.port());
  client.send(post("one") + post("two"));
  CHECK(client.response().body == "one");
  CHECK(client.response().body == "two");
}
