#include "domain/fault.h"

#include <utility>

#include <doctest/doctest.h>

#include "support/enum_words.h"

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

const std::string kHead = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
const std::string kResponse = kHead + "0123456789";

WirePlan plan_of(std::string_view name, const std::string& response = kResponse) {
  const Fault* fault = fault_named(name);
  REQUIRE(fault != nullptr);
  return fault->distort(response, FaultSettings{3s});
}

}  // namespace

TEST_CASE("fault: a name finds its row, and no other") {
  for (const Fault& fault : kFaults) CHECK(fault_named(fault.name) == &fault);
  CHECK(fault_named("Reset") == nullptr);
  CHECK(fault_named("") == nullptr);
  CHECK(fault_choices().size() == kFaults.size());
}

TEST_CASE("fault: each changes a response in its way") {
  const std::pair<std::string_view, WirePlan::End> without_a_byte[] = {
      {"timeout", WirePlan::End::hold},
      {"reset", WirePlan::End::reset},
      {"empty", WirePlan::End::close},
  };
  for (const auto& row : without_a_byte) {
    CAPTURE(row.first);
    CHECK(plan_of(row.first).bytes == "");
    CHECK(plan_of(row.first).end == row.second);
    CHECK(plan_of(row.first).over == 0s);
  }
  CHECK(plan_of("reset-mid").bytes == kResponse.substr(0, kResponse.size() / 2));
  CHECK(plan_of("reset-mid").end == WirePlan::End::reset);
  CHECK(plan_of("garbage").bytes.find("HTTP/") == std::string::npos);
  CHECK(plan_of("garbage").bytes.size() > 20);
  CHECK(plan_of("garbage").end == WirePlan::End::close);
  CHECK(plan_of("truncate").bytes == kHead + "01234");
  CHECK(plan_of("truncate").end == WirePlan::End::close);
  CHECK(plan_of("drip").bytes == kResponse);
  CHECK(plan_of("drip").end == WirePlan::End::keep);
  CHECK(plan_of("drip").over == 3s);
}

TEST_CASE("fault: truncate always removes a part") {
  const std::string no_body = "HTTP/1.1 204 No Content\r\n\r\n";
  CHECK(plan_of("truncate", no_body).bytes == no_body.substr(0, no_body.size() / 2));
  CHECK(plan_of("truncate", kHead + "0").bytes == kHead);
}

TEST_CASE("fault: a row says what the client can receive") {
  for (const Fault& fault : kFaults) {
    CAPTURE(fault.name);
    const WirePlan plan = fault.distort(kResponse, {});
    CHECK(fault.loses_response == (plan.bytes != kResponse));
    CHECK(fault.shows_status == plan.bytes.starts_with("HTTP/1.1 200"));
  }
}
