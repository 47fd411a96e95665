#include "conformance/delivery_aborted.h"

#include <string>
#include <string_view>
#include <utility>

#include "conformance/driver.h"

namespace slotflow::delivery {

namespace {

constexpr std::string_view kReleaseAborted =
    "give back what a request holds when it is aborted, too, such as a connection of a pool, a "
    "lock or a permit (finally, with, using, defer); better, take it only once the body is "
    "complete and verified";

// Sends halves of so many requests, and then a valid event.
Finding accepted_after_halves(Driver& driver, int count) {
  for (int i = 0; i < count; ++i) {
    const Request half = driver.request(driver.event().dump());
    if (const auto failure = driver.send_and_leave(half, half.body.size() / 2)) {
      return failed("a connection", std::string(to_string(failure->kind)), half);
    }
  }
  constexpr Duration kMoment{250};
  driver.pause(kMoment);
  Finding finding = driver.accepted(driver.event());
  finding.evidence = {};
  return finding;
}

}  // namespace

// A network failure can cut a request in half; the next request comes from another sender. If each
// half keeps something for ever, such as a connection to the database, the first of them does not
// show it: pools have 5 to 15.
Finding aborted_request(Driver& driver) {
  Finding finding = accepted_after_halves(driver, 1);
  if (finding.verdict == CheckVerdict::failed) {
    finding.observed += " for a valid event right after half of another";
    finding.explains_outage = true;
    return with_remedy(std::move(finding), kCatchAborted);
  }
  constexpr int kMoreThanAPool = 20;
  finding = accepted_after_halves(driver, kMoreThanAPool);
  if (finding.verdict == CheckVerdict::passed) return finding;
  finding.observed += " for a valid event after halves of 20 others";
  finding.explains_outage = true;
  return with_remedy(std::move(finding), kReleaseAborted);
}

}  // namespace slotflow::delivery
