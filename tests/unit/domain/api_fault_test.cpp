#include "domain/api_fault.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

const std::vector<std::string> kRoutes{"POST /v1/webhooks", "DELETE /v1/webhooks/:id"};

ApiFault api_fault(const std::string& text) {
  return parse_api_fault("--fail", text, kRoutes);
}

std::string fault_refused(const std::string& text) {
  return thrown([&] { api_fault(text); });
}

}  // namespace

TEST_CASE("api fault: a route and a status") {
  const ApiFault fault = api_fault("POST /v1/webhooks 503");
  CHECK(fault.route == "POST /v1/webhooks");
  CHECK(fault.kind == ApiFault::Kind::status);
  CHECK(fault.status == 503);
  CHECK_FALSE(fault.commits);
  CHECK(fault.times == std::nullopt);
  CHECK(fault.probability == 1);
}

TEST_CASE("api fault: the named failures") {
  CHECK(api_fault("* timeout").kind == ApiFault::Kind::timeout);
  CHECK(api_fault("* reset").kind == ApiFault::Kind::reset);
  const ApiFault lost = api_fault("POST /v1/webhooks commit-then-reset");
  CHECK((lost.kind == ApiFault::Kind::reset && lost.commits));
  const ApiFault failed = api_fault("POST /v1/webhooks commit-then-500");
  CHECK((failed.kind == ApiFault::Kind::status && failed.commits && failed.status == 500));
}

TEST_CASE("api fault: a number and a probability in any order") {
  for (const char* text : {"* 500*2@0.25", "* 500@0.25*2", "  *   500*2@.25 "}) {
    CAPTURE(text);
    const ApiFault fault = api_fault(text);
    CHECK(fault.times == 2U);
    CHECK(fault.probability == 0.25);
    CHECK(to_string(fault) == "* 500*2@0.25");
  }
}

TEST_CASE("api fault: its text is parsed to the same") {
  for (const std::string text :
       {"POST /v1/webhooks 500", "DELETE /v1/webhooks/:id 429*3", "* timeout@0.5", "* reset*1",
        "* commit-then-500", "POST /v1/webhooks commit-then-reset*2@0.001"}) {
    CHECK(to_string(api_fault(text)) == text);
  }
}

TEST_CASE("api fault: what is wrong is named") {
  CHECK(fault_refused("500") ==
        "USAGE: --fail: expected ROUTE WHAT such as 'POST /v1/webhooks 500*2', got '500'");
  CHECK(fault_refused("") ==
        "USAGE: --fail: expected ROUTE WHAT such as 'POST /v1/webhooks 500*2', got ''");
  CHECK(fault_refused("* 200") == "USAGE: --fail: expected a status from 400 to 599, got '200'");
  CHECK(fault_refused("* 500*0") ==
        "USAGE: --fail: expected *N once, from 1 to 1000000000, got '*0'");
  CHECK(fault_refused("* 500*1*2") ==
        "USAGE: --fail: expected *N once, from 1 to 1000000000, got '*2'");
  CHECK(fault_refused("* 500@2") == "USAGE: --fail: expected @P once, from 0 to 1, got '@2'");
  CHECK(fault_refused("* 500@nan") == "USAGE: --fail: expected @P once, from 0 to 1, got '@nan'");
  CHECK(fault_refused("POST /v1/webhook 500") ==
        "USAGE: --fail: expected a call of the API such as 'POST /v1/webhooks', or *, got "
        "'POST /v1/webhook' | hint: did you mean 'POST /v1/webhooks'?");
  CHECK(fault_refused("GET /elsewhere 500") ==
        "USAGE: --fail: expected a call of the API such as 'POST /v1/webhooks', or *, got "
        "'GET /elsewhere' | hint: 'man slotflow-hooks-serve' lists the calls");
  CHECK(fault_refused("* reste") ==
        "USAGE: --fail: expected a status from 400 to 599, timeout, reset, commit-then-500 or "
        "commit-then-reset, got 'reste' | hint: did you mean 'reset'?");
}
