#include "api/faults.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

const std::vector<std::string> kFaultRoutes{"POST /v1/webhooks", "GET /v1/webhooks"};

std::vector<ApiFault> api_faults(const std::vector<std::string>& texts) {
  std::vector<ApiFault> faults;
  for (const std::string& text : texts) {
    faults.push_back(parse_api_fault("--fail", text, kFaultRoutes));
  }
  return faults;
}

// Returns what the next `count` calls of `route` meet: "500 - -".
std::string decisions(ApiFaults& faults, std::string_view route, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const auto fault = faults.next(route);
    text += (i > 0 ? " " : "") + (fault ? fault->what() : "-");
  }
  return text;
}

}  // namespace

TEST_CASE("api faults: only calls of the route, and only the next ones") {
  ApiFaults faults(1);
  faults.set(api_faults({"POST /v1/webhooks 500*2", "POST /v1/webhooks reset*1"}));
  CHECK(decisions(faults, "GET /v1/webhooks", 3) == "- - -");
  CHECK(decisions(faults, "POST /v1/webhooks", 5) == "500 500 reset - -");
  CHECK(faults.left().empty());
}

TEST_CASE("api faults: every route, for ever") {
  ApiFaults faults(1);
  faults.set(api_faults({"* timeout"}));
  CHECK(decisions(faults, "GET /v1/webhooks", 2) == "timeout timeout");
  REQUIRE(faults.left().size() == 1);
  CHECK(to_string(faults.left()[0]) == "* timeout");
}

TEST_CASE("api faults: what is left has the number of calls that are") {
  ApiFaults faults(1);
  faults.set(api_faults({"GET /v1/webhooks 503*3"}));
  faults.next("GET /v1/webhooks");
  REQUIRE(faults.left().size() == 1);
  CHECK(to_string(faults.left()[0]) == "GET /v1/webhooks 503*2");
}

TEST_CASE("api faults: a seed repeats the decisions, whatever other routes are called") {
  ApiFaults first(7);
  ApiFaults second(7);
  const auto both = api_faults({"POST /v1/webhooks 500@0.5", "GET /v1/webhooks 503@0.5"});
  first.set(both);
  second.set(both);
  const std::string alone = decisions(first, "POST /v1/webhooks", 40);
  decisions(second, "GET /v1/webhooks", 13);
  CHECK(decisions(second, "POST /v1/webhooks", 40) == alone);
  CHECK(alone.find("500") != std::string::npos);
  CHECK(alone.find('-') != std::string::npos);
  ApiFaults other(8);
  other.set(both);
  CHECK(decisions(other, "POST /v1/webhooks", 40) != alone);
}

TEST_CASE("api faults: 0 never applies, 1 always") {
  ApiFaults faults(3);
  faults.set(api_faults({"* 500@0", "* 503@1"}));
  CHECK(decisions(faults, "GET /v1/webhooks", 3) == "503 503 503");
}
