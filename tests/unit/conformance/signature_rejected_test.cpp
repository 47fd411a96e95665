#include <atomic>
#include <mutex>
#include <set>

#include <doctest/doctest.h>

#include "domain/json.h"
#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

TEST_CASE("signature_rejected: the forged cancellation of a booking that is known") {
  std::mutex mutex;
  std::set<std::string> known;
  LiveServer server([&](http::IncomingRequest& request) {
    const Json event = Json::parse(request.body);
    const std::string id = event["data"]["id"];
    const std::lock_guard lock(mutex);
    if (is_signed(request)) {
      known.insert(id);
      return response_of(200);
    }
    const bool is_trusted = known.contains(id) && event["event"] == "booking.cancelled";
    return response_of(is_trusted ? 200 : 401);
  });
  const Finding finding = find_with(server, "signature.forged-copy");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed == "200 OK for a forged cancellation of a booking that it had accepted");
  CHECK(finding.evidence.requests.size() == 5);
}

TEST_CASE("signature_rejected: a key that is accepted by chance says nothing about keys") {
  std::atomic<int> forged = 0;
  LiveServer server([&](http::IncomingRequest& request) {
    return response_of(is_signed(request) || ++forged == 1 ? 200 : 401);
  });
  const Finding finding = find_with(server, "signature.other-secret");
  CHECK((finding.verdict == CheckVerdict::skipped));
  CHECK(finding.observed ==
        "the handler accepts some wrong signatures, whatever their key: see signature.wrong");
}
