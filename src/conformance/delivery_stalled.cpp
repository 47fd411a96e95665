// Whether slow senders keep the handler from accepting the deliveries of others.
#include <algorithm>
#include <memory>
#include <vector>

#include "conformance/driver.h"
#include "conformance/sources.h"
#include "domain/status_text.h"

namespace slotflow::delivery {

namespace {

constexpr std::string_view kOwnBody =
    "keep what is read of a body in a variable of its request, not in one that all requests share: "
    "this event was read, and was taken for another";

// Sends half of an event on each of `count` connections and keeps them open.
std::optional<Failure> stall(Driver& driver, std::size_t count,
                             std::vector<std::unique_ptr<BlockingConnection>>& connections) {
  while (connections.size() < count) {
    const Request request = driver.request(driver.event().dump());
    connections.push_back(std::make_unique<BlockingConnection>(driver.client()));
    if (auto failure = driver.send_part(*connections.back(), request, request.body.size() / 2)) {
      return failure;
    }
  }
  return std::nullopt;
}

// Slotflow: the endpoint has 10 seconds. A server that reads one request after the other, or has a
// thread for each of few, waits for senders who have lost their network, or who mean no good.
Finding stalled(Driver& driver) {
  constexpr Duration kMost{10'000};
  constexpr Duration kMostAgain{3'000};
  constexpr Duration kMoment{250};  // for the handler to notice that the others have left
  std::vector<std::unique_ptr<BlockingConnection>> connections;
  std::optional<Finding> finding;
  // With several workers it is partly chance which of them gets which connection: the best of three
  // counts.
  for (const std::size_t count : {1U, 8U, 8U, 8U}) {
    if (finding) {
      connections.clear();
      driver.pause(kMoment);
    }
    if (const auto failure = stall(driver, count, connections)) {
      if (finding) break;
      return skipped("a connection failed: " + std::string(to_string(failure->kind)));
    }
    Request request = driver.request(driver.event().dump());
    request.timeout = std::min(request.timeout, finding ? kMostAgain : kMost);
    const Reply reply = driver.send(request);
    if (reply.delivered()) {
      if (count == 1) continue;
      finding.reset();
      break;
    }
    if (finding) continue;
    Subject subject = driver.subject();
    subject.timeout = request.timeout;
    finding =
        failed("a 2xx status", describe(reply, subject) + " while " +
                                   (count == 1 ? "another sender has" : "8 other senders have") +
                                   " stopped in the middle of a body");
    if (is_client_error(status_of(reply)) && status_of(reply) != 429) {
      finding = with_remedy(*std::move(finding), kOwnBody);
    }
    if (count == 1) break;
  }
  return finding.value_or(passed("while 8 others stalled"));
}

const Check kStalledChecks[] = {
    {{"delivery.stalled", "accepts an event while other senders stall", Level::should,
      "The endpoint has 10 seconds, in all. Our reading: also while others send slowly.",
      source::kDelivery,
      "use a server that reads many requests at once (an event loop, or more threads or workers), "
      "or put one in front that reads each request to its end first, as nginx does; limit the time "
      "for a body. gunicorn's default workers read one request each: give it --threads 16, or put "
      "nginx in front. A framework's development server is not for production"},
     stalled},
};

}  // namespace

}  // namespace slotflow::delivery

namespace slotflow {

std::span<const Check> stalled_checks() {
  return delivery::kStalledChecks;
}

}  // namespace slotflow
