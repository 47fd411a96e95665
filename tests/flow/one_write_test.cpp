// The head and the body of a small request leave in one write. With two, a server whose backlog is
// full resets a connection that it would have accepted a moment later.
#include <atomic>

#include <doctest/doctest.h>

#include "support/live_receiver.h"
#include "support/raw_endpoint.h"
#include "support/run_program.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// Counts requests, and how many of them the first read of the connection had to its last byte.
struct FirstReads {
  std::atomic<int> requests = 0, whole = 0;
  RawEndpoint endpoint{[this](RawConnection& connection) {
    pollfd readable{connection.fd(), POLLIN, 0};
    ::poll(&readable, 1, -1);
    char buffer[64 * 1024];
    const ssize_t count = receive(connection.fd(), buffer, sizeof buffer);
    ++requests;
    if (count > 0 && is_whole({buffer, static_cast<std::size_t>(count)})) ++whole;
    connection.send(http_response("200 OK"));
  }};

  static bool is_whole(std::string_view request) {
    constexpr std::string_view kLength = "Content-Length: ";
    const auto length = request.find(kLength);
    const auto end = request.find("\r\n\r\n");
    if (length == std::string_view::npos || end == std::string_view::npos) return false;
    const auto body = std::stoul(std::string(request.substr(length + kLength.size())));
    return body > 0 && request.size() == end + 4 + body;
  }
};

constexpr int kMany = 25;  // two writes can reach one read together now and then

}  // namespace

TEST_CASE("one_write: fire, plain and with a body of 10 KiB") {
  const Home home;
  for (const std::size_t size : {std::size_t{1}, std::size_t{10'000}}) {
    CAPTURE(size);
    FirstReads reads;
    Program fire(home, {"fire", "confirmed", "--to", reads.endpoint.url(), "--duplicate",
                        std::to_string(kMany), "--secret", "whsec_x", "--set",
                        "metadata.text=" + std::string(size, 'x')});
    CHECK(fire.wait() == 0);
    CHECK(reads.requests == kMany);
    CHECK(reads.whole == kMany);
  }
}

TEST_CASE("one_write: check") {
  const Home home;
  FirstReads reads;
  Program check(home, {"check", reads.endpoint.url(), "--only", "delivery.concurrent"});
  CHECK(check.wait() == 0);
  CHECK(reads.requests >= 50);
  CHECK(reads.whole == reads.requests);
}

TEST_CASE("one_write: listen --forward-to") {
  const Home home;
  FirstReads reads;
  Listener listener(home, {"--forward-to", reads.endpoint.url()});
  for (int i = 0; i < kMany; ++i) {
    CHECK(send_to(listener.port, post("{\"event\": \"booking.confirmed\"}")).status == 200);
  }
  CHECK(reads.requests == kMany);
  CHECK(reads.whole == kMany);
}
