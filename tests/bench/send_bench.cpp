// How many events the client of `fire` sends: each is built and signed anew, and sent on one of
// several kept connections of one event loop.
//
//     send_bench URL [SECONDS] [CONNECTIONS]      (default: 3 and 16)
//
// Prints one line: requests a second, and how many were not answered 2xx. send_bench.py compiles
// it, and runs it beside wrk. By hand, after `cmake --preset demo && cmake --build build/demo`:
//
//     c++ -std=c++20 -O3 -DNDEBUG -DASIO_STANDALONE -DASIO_SEPARATE_COMPILATION
//         -DASIO_NO_DEPRECATED -DASIO_DISABLE_STD_ALIGNED_ALLOC -Isrc -Ibuild/demo/generated
//         tests/bench/send_bench.cpp build/demo/libhooks.a -lssl -lcrypto -pthread -o send_bench
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <asio/co_spawn.hpp>

#include "domain/booking.h"
#include "domain/random.h"
#include "domain/signature.h"
#include "net/condition.h"
#include "net/event_loop.h"
#include "send/client.h"
#include "send/slotflow_request.h"
#include "system/interrupt.h"

using namespace slotflow;

namespace {

constexpr std::string_view kSecret = "whsec_bench";

struct Bench {
  EventLoop& loop;
  Client& client;
  const Url url;
  const std::chrono::system_clock::time_point end;
  Random random{1};
  std::size_t answered = 0;
  std::size_t others = 0;
  int running = 0;
};

Request new_request(Bench& bench, Timestamp now) {
  const std::string booking =
      booking_text(Event::booking_confirmed, now, Preset::sales, bench.random);
  Request request;
  request.url = bench.url;
  request.body = payload_text(Event::booking_confirmed, now, booking);
  request.headers = slotflow_headers({}, sign(kSecret, unix_seconds(now), request.body));
  return request;
}

asio::awaitable<void> send_events(Bench& bench) {
  ClientConnection connection(bench.client);
  for (;;) {
    const auto now = std::chrono::system_clock::now();
    if (now >= bench.end) co_return;
    const Request request = new_request(bench, std::chrono::floor<Duration>(now));
    const Reply reply = co_await connection.send(request);
    ++(reply.delivered() ? bench.answered : bench.others);
  }
}

asio::awaitable<void> send_on_all(Bench& bench, int connections) {
  Condition ended(bench.loop.context());
  bench.running = connections;
  for (int i = 0; i < connections; ++i) {
    asio::co_spawn(bench.loop.context(), send_events(bench), [&](std::exception_ptr error) {
      --bench.running;
      ended.notify();
      if (error) std::rethrow_exception(error);
    });
  }
  while (bench.running > 0) co_await ended.wait();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: send_bench URL [SECONDS] [CONNECTIONS]\n", stderr);
    return 2;
  }
  const double seconds = argc > 2 ? std::atof(argv[2]) : 3;
  const int connections = argc > 3 ? std::atoi(argv[3]) : 16;
  const Interrupt interrupt;
  EventLoop loop(interrupt);
  Client client(loop, {});
  const auto begin = std::chrono::system_clock::now();
  const auto time = std::chrono::duration_cast<std::chrono::system_clock::duration>(
      std::chrono::duration<double>(seconds));
  Bench bench{loop, client, parse_url("URL", argv[1]), begin + time};
  loop.run(send_on_all(bench, connections));
  const std::chrono::duration<double> took = std::chrono::system_clock::now() - begin;
  std::printf("%.0f requests/s, %zu not answered 2xx\n",
              static_cast<double>(bench.answered) / took.count(), bench.others);
  return bench.others == 0 ? 0 : 1;
}
