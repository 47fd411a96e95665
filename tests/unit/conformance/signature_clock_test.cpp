#include <string>

#include <doctest/doctest.h>

#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

// The clock of these tests stands still.
TEST_CASE("signature_clock: a clock that stands still, and one of whole minutes") {
  LiveServer standing([](http::IncomingRequest& request) { return verified(request); });
  const Finding finding = find_with(standing, "signature.clock");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed.find("for a t that was 301 s ahead") != std::string::npos);
  LiveServer of_minutes([](http::IncomingRequest& request) {
    const std::string header(find_header(request.head.headers, kSignatureHeader).value_or(""));
    const auto t = header.starts_with("t=") ? std::stoll(header.substr(2)) : 0;
    const auto apart = t / 60 - unix_seconds(RunningClock().now()) / 60;
    return response_of(apart >= -5 && apart <= 5 ? 200 : 401);
  });
  const Finding skipped = find_with(of_minutes, "signature.clock");
  CHECK((skipped.verdict == CheckVerdict::skipped));
  CHECK(skipped.observed.starts_with("the handler compares the timestamp in whole minutes"));
}
