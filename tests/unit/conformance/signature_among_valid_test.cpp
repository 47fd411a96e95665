#include <algorithm>
#include <atomic>
#include <functional>

#include <doctest/doctest.h>

#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

// Handlers that fail it are in tests/handlers/broken: there, requests overtake each other.
TEST_CASE("signature_among_valid: forged and valid events at once, to a good handler") {
  LiveServer server([](http::IncomingRequest& request) { return verified(request); });
  CHECK((find_with(server, "signature.at-once").verdict == CheckVerdict::passed));
  const auto requests = server.requests();
  CHECK(std::ranges::count_if(requests, is_signed) >= 15);
  CHECK(std::ranges::count_if(requests, std::not_fn(is_signed)) == 15);
}

TEST_CASE("signature_among_valid: valid events that are rejected because others arrive") {
  std::atomic<int> rejected = 0;
  LiveServer server([&](http::IncomingRequest& request) {
    if (!is_signed(request)) ++rejected;
    return response_of(is_signed(request) && rejected < 5 ? 200 : 401);
  });
  CHECK((find_with(server, "signature.at-once").verdict == CheckVerdict::failed));
}
