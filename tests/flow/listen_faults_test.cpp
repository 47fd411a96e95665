// listen: every fault, as a client of bare sockets sees it, and as fire reports it.
#include <cerrno>

#include <doctest/doctest.h>

#include "support/live_receiver.h"
#include "support/run_program.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// What a client gets for one request: its bytes, and whether the connection was reset behind them.
struct Seen {
  std::string bytes;
  bool was_reset = false;
  bool ended = true;  // false when nothing more came, and no end either
};

class Watcher {
 public:
  explicit Watcher(int port) : fd_(connected_socket("127.0.0.1", port)) {}

  void send(std::string_view bytes) { send_all(fd_.get(), bytes); }
  Seen to_the_end() {
    Seen seen;
    char bytes[4096];
    for (;;) {
      const ssize_t count = receive(fd_.get(), bytes, sizeof bytes);
      if (count > 0) {
        seen.bytes.append(bytes, static_cast<std::size_t>(count));
        continue;
      }
      seen.was_reset = count < 0 && errno == ECONNRESET;
      seen.ended = count == 0 || seen.was_reset;
      return seen;
    }
  }
  // True when nothing comes within `d`.
  bool silent_for(Duration d) const {
    pollfd fd{fd_.get(), POLLIN, 0};
    return ::poll(&fd, 1, static_cast<int>(d.count())) == 0;
  }

 private:
  UniqueFd fd_;
};

Seen seen_for(const Listener& listener, const std::string& request = post("{}")) {
  Watcher watcher(listener.port);
  watcher.send(request);
  return watcher.to_the_end();
}

const std::string kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n";
const std::string kWhole = kHead + "0123456789";

std::vector<std::string> with_body(std::vector<std::string> args) {
  args.insert(args.end(), {"--body", "0123456789"});
  return args;
}

// The one attempt of a fire at the listener.
Json attempt_at(const Home& home, const Listener& listener, const std::string& timeout = "60s") {
  Program fire(home, {"fire", "confirmed", "--json", "-q", "--no-retry", "--to", listener.url,
                      "--timeout", timeout});
  fire.wait();
  return fire.lines().at(0);
}

}  // namespace

TEST_CASE("fault: reset is a reset before the response") {
  const Home home;
  Listener listener(home, {"--fault", "reset"});
  const Seen seen = seen_for(listener);
  CHECK(seen.was_reset);
  CHECK(seen.bytes == "");
  CHECK(attempt_at(home, listener)["error"] == "connection_reset");
}

TEST_CASE("fault: reset-mid is a reset after half of the response") {
  const Home home;
  Listener listener(home, with_body({"--fault", "reset-mid"}));
  const Seen seen = seen_for(listener);
  CHECK(seen.was_reset);
  CHECK(seen.bytes == kWhole.substr(0, kWhole.size() / 2));
  CHECK(attempt_at(home, listener)["error"] == "connection_reset");
}

TEST_CASE("fault: empty is a clean end without a byte") {
  const Home home;
  Listener listener(home, {"--fault", "empty"});
  const Seen seen = seen_for(listener);
  CHECK_FALSE(seen.was_reset);
  CHECK(seen.ended);
  CHECK(seen.bytes == "");
  CHECK(attempt_at(home, listener)["error"] == "connection_closed");
}

TEST_CASE("fault: garbage is no HTTP") {
  const Home home;
  Listener listener(home, {"--fault", "garbage"});
  const Seen seen = seen_for(listener);
  CHECK(seen.bytes.starts_with("\xff\xfe garbage"));
  CHECK_FALSE(seen.was_reset);
  CHECK(attempt_at(home, listener)["error"] == "bad_response");
}

TEST_CASE("fault: truncate announces more than it sends") {
  const Home home;
  Listener listener(home, with_body({"--fault", "truncate"}));
  const Seen seen = seen_for(listener);
  CHECK(seen.bytes == kHead + "01234");
  CHECK_FALSE(seen.was_reset);
  CHECK(attempt_at(home, listener)["error"] == "connection_closed");
}

TEST_CASE("fault: drip sends all of it, a byte at a time") {
  const Home home;
  Listener listener(home, with_body({"--fault", "drip", "--drip-duration", "300ms"}));
  Watcher watcher(listener.port);
  const auto begin = steady_now();
  watcher.send(post("{}", "/", "Connection: close\r\n"));
  const Seen seen = watcher.to_the_end();
  CHECK(seen.bytes == kHead.substr(0, kHead.size() - 2) + "Connection: close\r\n\r\n0123456789");
  CHECK(steady_now() - begin >= std::chrono::milliseconds(300));
  CHECK(attempt_at(home, listener)["status"] == 200);
}

TEST_CASE("fault: a drip outlasts a sender's deadline") {
  const Home home;
  Listener listener(home, {"--fault", "drip", "--drip-duration", "1h"});
  CHECK(attempt_at(home, listener, "200ms")["error"] == "timeout");
}

TEST_CASE("fault: timeout never responds, and holds until the client leaves") {
  const Home home;
  Listener listener(home, {"--fault", "timeout"});
  {
    Watcher watcher(listener.port);
    watcher.send(post("{}"));
    CHECK(watcher.silent_for(Duration(200)));
  }
  CHECK(attempt_at(home, listener, "100ms")["error"] == "timeout");
  listener.program.interrupt();
  CHECK(listener.program.wait() == 0);
  const Json summary = listener.program.lines().back();
  CHECK(summary["faults"] == Json{{"timeout", 2}});
  CHECK(summary["accepted"] == 0);
  CHECK(summary["failed"] == 2);
}

TEST_CASE("fault: each request on a kept connection is decided anew") {
  const Home home;
  Listener listener(home, {"--script", "200,200,reset"});
  Watcher watcher(listener.port);
  watcher.send(post("1") + post("2") + post("3"));
  const Seen seen = watcher.to_the_end();
  CHECK(seen.was_reset);
  CHECK(seen.bytes.find("200 OK") != seen.bytes.rfind("200 OK"));
}

TEST_CASE("fault: the line says which it was, and what the client could see") {
  const Home home;
  Listener listener(home, {"--script", "reset,reset-mid,500,drip,empty", "--drip-duration", "0"});
  for (int i = 0; i < 5; ++i) {
    seen_for(listener, post(booking_event("b1"), "/", "Connection: close\r\n"));
  }
  listener.program.interrupt();
  CHECK(listener.program.wait() == 0);
  const auto lines = listener.program.lines();
  REQUIRE(lines.size() == 7);
  const auto response = [&](std::size_t i) { return lines[i]["answer"]; };
  CHECK(response(1) == Json{{"status", nullptr}, {"fault", "reset"}, {"delay_ms", 0}});
  CHECK(response(2) == Json{{"status", 200}, {"fault", "reset-mid"}, {"delay_ms", 0}});
  CHECK(response(3) == Json{{"status", 500}, {"fault", nullptr}, {"delay_ms", 0}});
  CHECK(response(4) == Json{{"status", 200}, {"fault", "drip"}, {"delay_ms", 0}});
  CHECK(response(5)["fault"] == "empty");
  for (std::size_t i = 1; i <= 5; ++i) CHECK(lines[i]["duplicate"] == false);
  const Json& summary = lines.back();
  CHECK(summary["answers"] == Json{{"200", 2}, {"500", 1}});
  CHECK(summary["faults"] == Json{{"drip", 1}, {"empty", 1}, {"reset", 1}, {"reset-mid", 1}});
  CHECK(summary["accepted"] == 1);
  CHECK(summary["seed"].is_null());
}

TEST_CASE("fault: a booking can walk the script by itself") {
  const Home home;
  Listener listener(home, {"--script", "500,503,200", "--script-per", "booking"});
  const auto status_of = [&](const std::string& booking) {
    RawClient client(listener.port);
    client.send(post(booking_event(booking)));
    return client.response().status;
  };
  CHECK(status_of("a") == 500);
  CHECK(status_of("b") == 500);
  CHECK(status_of("a") == 503);
  CHECK(status_of("a") == 200);
  CHECK(status_of("b") == 503);
  CHECK(status_of("c") == 500);
  CHECK(status_of("b") == 200);
}

TEST_CASE("fault: the seed in the summary replays the run") {
  const Home home;
  const std::vector<std::string> args = {"--fault",   "reset:0.3",   "--fault",
                                         "empty:0.3", "--fail-rate", "0.5"};
  const auto faults_of = [&](const std::vector<std::string>& all) {
    Listener listener(home, all);
    for (int i = 0; i < 30; ++i) seen_for(listener, post("{}", "/", "Connection: close\r\n"));
    listener.program.interrupt();
    listener.program.wait();
    auto lines = listener.program.lines();
    std::string statuses;
    for (const Json& line : lines) {
      if (line["type"] == "request") statuses += line["answer"].dump();
    }
    return std::pair(statuses, lines.back()["seed"]);
  };
  const auto [first, seed] = faults_of(args);
  REQUIRE(seed.is_number());
  auto again = args;
  again.insert(again.end(), {"--seed", seed.dump()});
  CHECK(faults_of(again).first == first);
}

TEST_CASE("listen: refuses for a while, says for how long, and recovers") {
  const Home home;
  Listener listener(home, {"--retry-after", "1s", "--fail-status", "429"});
  const auto response = [&] {
    RawClient client(listener.port);
    client.send(post("{}"));
    return client.response();
  };
  const RawResponse first = response();
  CHECK(first.status == 429);
  CHECK(first.has("Retry-After: 1"));
  RawResponse later = response();
  while (later.status == 429) later = response();
  CHECK(later.status == 200);
  CHECK_FALSE(later.has("Retry-After: 1"));
}

TEST_CASE("listen: is gone after so many requests") {
  const Home home;
  Listener listener(home, {"--gone-after", "1"});
  RawClient client(listener.port);
  client.send(post("{}") + post("{}") + post("{}"));
  CHECK(client.response().status == 200);
  CHECK(client.response().status == 410);
  CHECK(client.response().status == 410);
}

TEST_CASE("listen: options that do not go together are refused") {
  const Home home;
  const std::pair<std::vector<std::string>, std::string> rows[] = {
      {{"--fault", "reset:0.6", "--fault", "empty:0.5"},
       "--fault: expected probabilities that sum to at most 1, got 1.1"},
      {{"--script", "200", "--fail-rate", "0.5"},
       "--script cannot be combined with --fail-rate, --fail-first, --fail-status, --fault or "
       "--retry-after"},
      {{"--script-per", "booking"}, "--script-per requires --script"},
      {{"--retry-after", "1s", "--fail-status", "500"},
       "--retry-after cannot be combined with --fail-status 500; 429 or 503 is possible"},
      {{"--fault-on", "request"}, "--fault-on requires --forward-to URL"},
      {{"-v"}, "--verbose requires --forward-to URL"},
      {{"--insecure"}, "--insecure requires --forward-to URL"},
      {{"--cert", "x"}, "--cert requires --key"},
      {{"--key", "x"}, "--key requires --cert"},
      {{"--tls-cert-out", "x"}, "--tls-cert-out requires --tls"},
      {{"--tls-cert-out", "x", "--cert", "x", "--key", "x"},
       "--tls-cert-out cannot be combined with --cert"},
  };
  for (const auto& [args, message] : rows) {
    std::vector<std::string> all = {"listen", "--port", "0"};
    all.insert(all.end(), args.begin(), args.end());
    Program program(home, all);
    CHECK(program.wait() == 2);
    CHECK(program.err.text() == "slotflow-hooks: error: " + message + "\n");
  }
}

TEST_CASE("listen: --log has the lines of --json, and is appended to") {
  const Home home;
  const TempDir dir;
  const std::string log = dir.file("log");
  for (int run = 0; run < 2; ++run) {
    Listener listener(home, {"--log", log, "--count", "1"});
    CHECK(seen_for(listener, post("{\"a\":1.0}", "/", "Connection: close\r\n")).ended);
    CHECK(listener.program.wait() == 0);
    CHECK(slurp(log).ends_with(listener.program.out.text()));
  }
  const std::string lines = slurp(log);
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 6);
}

TEST_CASE("listen: a log that is full is told with its reason, and responses go on") {
  const Home home;
  Listener listener(home, {"--log", "/dev/full"});
  for (int i = 0; i < 3; ++i) {
    CHECK(seen_for(listener, post("{}", "/", "Connection: close\r\n"))
              .bytes.starts_with("HTTP/1.1 200"));
  }
  listener.program.interrupt();
  CHECK(listener.program.wait() == 0);
  CHECK(
      listener.program.err.text() ==
      "slotflow-hooks: warning: cannot write /dev/full (--log): No space left on device; requests "
      "are missing there until it can be written\n"
      "slotflow-hooks: warning: 3 requests were not written to the log: No space left on "
      "device\n");
}
