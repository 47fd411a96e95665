// How far past --timeout an attempt ends, for every way an endpoint can be slow.
//
//     deadline_bench [RUNS_AT_300_MS] [RUNS_AT_10_S]      (default: 20 and 3)
//
// All faults run at once, each on a thread of its own, so that it takes as long as one of them.
//
// To compile it, after `cmake --preset demo && cmake --build build/demo`:
//
//     c++ -std=c++20 -O2 -DASIO_STANDALONE -DASIO_SEPARATE_COMPILATION -DASIO_NO_DEPRECATED
//         -Isrc -Itests -Ibuild/demo/generated tests/bench/deadline_bench.cpp
//         build/demo/libhooks.a -lssl -lcrypto -pthread -o deadline_bench
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "support/full_backlog.h"
#include "support/raw_endpoint.h"
#include "support/sending.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

constexpr Duration kDrip{100};

RawEndpoint::Behaviour dripping(const std::string& at_once, const std::string& pattern) {
  return [=](RawConnection& connection) {
    connection.read_request();
    connection.send(at_once);
    for (std::size_t i = 0; connection.pause(kDrip); ++i) {
      if (!connection.send(pattern.substr(i % pattern.size(), 1))) return;
    }
  };
}

struct Fault {
  const char* name;
  std::string url;
  std::vector<double> overshoots = {};  // ms
  int other_outcomes = 0;
};

void measure(Fault& fault, Duration timeout, int runs) {
  TlsOptions tls;
  tls.insecure = true;
  for (int i = 0; i < runs; ++i) {
    const Reply reply = send({.url = fault.url, .timeout = timeout, .tls = tls});
    const double overshoot = static_cast<double>((reply.duration - timeout).count()) / 1000.0;
    fault.overshoots.push_back(overshoot);
    if (kind_of(reply) != "timeout") ++fault.other_outcomes;
  }
}

// False when an attempt ended in another way than as a timeout, early, or over 150 ms late.
bool report(Fault& fault, Duration timeout) {
  std::sort(fault.overshoots.begin(), fault.overshoots.end());
  const double median = fault.overshoots[fault.overshoots.size() / 2];
  std::printf("%-36s %8s %6zu %11.1f %8.1f%s\n", fault.name, to_string(timeout).c_str(),
              fault.overshoots.size(), median, fault.overshoots.back(),
              fault.other_outcomes > 0 ? "   NOT ALL TIMED OUT" : "");
  return fault.other_outcomes == 0 && fault.overshoots.front() >= 0 &&
         fault.overshoots.back() <= 150;
}

}  // namespace

int main(int argc, char** argv) {
  const FullBacklog full;
  const TestCertificate certificate;
  RawEndpoint silent([](RawConnection& connection) { connection.hold(); });
  RawEndpoint header(dripping("HTTP/1.1 200 OK\r\n", "X-A: bcdefghij\r\n"));
  RawEndpoint body(dripping("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "abc"));
  RawEndpoint endless(dripping("HTTP/1.1 200 OK\r\n\r\nabc", "abc"));
  RawEndpoint unfinished([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.hold();
  });
  RawEndpoint unfinished_tls([&](RawConnection& connection) {
    if (!connection.start_tls(certificate)) return;
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.hold();
  });
  const std::vector<Fault> faults = {
      {"accepts, never answers", silent.url()},
      {"never accepts (full backlog)", "http://127.0.0.1:" + std::to_string(full.port())},
      {"drips a header byte every 100 ms", header.url()},
      {"drips a body byte every 100 ms", body.url()},
      {"drips a body without a length", endless.url()},
      {"stalls in the TLS handshake", "https://" + silent.address()},
      {"answers 200, never ends its body", unfinished.url()},
      {"the same over TLS", "https://" + unfinished_tls.address()},
  };
  const std::pair<Duration, int> plans[] = {
      {Duration(300), argc > 1 ? std::atoi(argv[1]) : 20},
      {std::chrono::seconds(10), argc > 2 ? std::atoi(argv[2]) : 3},
  };
  std::printf("%-36s %8s %6s %11s %8s\n", "fault", "timeout", "runs", "median ms", "max ms");
  bool good = true;
  for (const auto& [timeout, runs] : plans) {
    std::vector<Fault> measured = faults;
    std::vector<std::thread> threads;
    for (Fault& fault : measured) {
      threads.emplace_back(
          [&fault, timeout = timeout, runs = runs] { measure(fault, timeout, std::max(runs, 1)); });
    }
    for (std::thread& thread : threads) thread.join();
    for (Fault& fault : measured) good = report(fault, timeout) && good;
  }
  return good ? 0 : 1;
}
