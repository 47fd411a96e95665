#include "store/history_plan.h"

#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "domain/json.h"
#include "store/sqlite.h"

using namespace slotflow;

namespace {

DeliveryPlan rich_plan() {
  DeliveryPlan plan;
  plan.retry = {{Duration(0), Duration(1), kLongestDuration}, 0.1};
  plan.timeout = Duration(1234);
  plan.signed_by = SignedBy::option;
  plan.skew = Duration(-301'000);
  plan.tamper = Tamper::missing;
  plan.headers = {{"X-A", ""}, {"x-a", "\"\\ \t\x01\xc3\xa9"}};
  plan.withheld = {"Authorization", "Cookie"};
  plan.expected = {"401", "5xx"};
  plan.tls = {true, "/ca dir/\"file\".pem"};
  plan.label = "copy 2 of 3";
  plan.after_previous = true;
  return plan;
}

void check_same(const DeliveryPlan& got, const DeliveryPlan& plan) {
  CHECK(got.retry.delays == plan.retry.delays);
  CHECK(got.retry.speed == plan.retry.speed);
  CHECK(got.timeout == plan.timeout);
  CHECK(got.signed_by == plan.signed_by);
  CHECK(got.skew == plan.skew);
  CHECK(got.tamper == plan.tamper);
  CHECK(got.headers == plan.headers);
  CHECK(got.withheld == plan.withheld);
  CHECK(got.expected == plan.expected);
  CHECK(got.tls.insecure == plan.tls.insecure);
  CHECK(got.tls.ca_file == plan.tls.ca_file);
  CHECK(got.label == plan.label);
  CHECK(got.after_previous == plan.after_previous);
}

// Returns whether the text is refused as damage.
bool is_refused(const std::string& text) {
  try {
    parse_plan(text);
  } catch (const SqliteError& error) {
    CHECK(std::string(error.what()) == "the plan of a delivery is damaged");
    return error.is_corrupt();
  }
  return false;
}

}  // namespace

TEST_CASE("history_plan: every field comes back") {
  check_same(parse_plan(dump_plan(DeliveryPlan())), DeliveryPlan());
  check_same(parse_plan(dump_plan(rich_plan())), rich_plan());
  DeliveryPlan once;
  once.retry = {{}, 300};
  check_same(parse_plan(dump_plan(once)), once);
  for (const Tamper tamper : {Tamper::none, Tamper::body, Tamper::signature, Tamper::timestamp}) {
    DeliveryPlan plan;
    plan.tamper = tamper;
    CHECK(parse_plan(dump_plan(plan)).tamper == tamper);
  }
}

TEST_CASE("history_plan: the JSON of a plan") {
  CHECK(dump_plan(DeliveryPlan()) ==
        R"({"retry_delays_ms":[300000,3600000],"speed":300.0,"timeout_ms":10000,)"
        R"("signed_by":"nobody","skew_ms":0,"tamper":"none","headers":[],"withheld":[],)"
        R"("expected":[],"insecure":false,"cacert":"","label":"","after_previous":false})");
}

TEST_CASE("history_plan: a path that is not UTF-8 does not end the delivery") {
  DeliveryPlan plan;
  plan.tls.ca_file = "/tmp/\xff.pem";
  CHECK(parse_plan(dump_plan(plan)).tls.ca_file == "/tmp/\xef\xbf\xbd.pem");
}

TEST_CASE("history_plan: damaged text is refused") {
  for (const char* text : {"", "x", "null", "[]", "{}", "{\"speed\":1}", "7"}) {
    CHECK_MESSAGE(is_refused(text), text);
  }
  const std::string whole = dump_plan(rich_plan());
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK(is_refused(whole.substr(0, size)));
  const auto changed = [](const char* name, const Json& value) {
    Json json = Json::parse(dump_plan(rich_plan()));
    json[name] = value;
    return json.dump();
  };
  CHECK_FALSE(is_refused(changed("label", "other")));
  CHECK(is_refused(changed("label", 7)));
  CHECK(is_refused(changed("tamper", "everything")));
  CHECK(is_refused(changed("signed_by", "")));
  CHECK(is_refused(changed("speed", nullptr)));
  CHECK(is_refused(changed("insecure", "yes")));
  CHECK(is_refused(changed("expected", "401")));
  CHECK(is_refused(changed("headers", Json::array({Json::array({"X-A"})}))));
  CHECK(is_refused(changed("headers", Json::array({"X-A: 1"}))));
  CHECK(is_refused(changed("retry_delays_ms", 5)));
  CHECK(is_refused(changed("retry_delays_ms", Json::array({"5m"}))));
  // Values that no command writes, and that would make endless or impossible waits.
  CHECK(is_refused(changed("speed", 0)));
  CHECK(is_refused(changed("speed", -1)));
  CHECK(is_refused(changed("timeout_ms", 0)));
  CHECK(is_refused(changed("timeout_ms", 1e30)));
  CHECK(is_refused(changed("retry_delays_ms", 5)));
  CHECK(is_refused(changed("retry_delays_ms", Json::array({-1}))));
  CHECK(is_refused(changed("retry_delays_ms", 5)));
  CHECK(is_refused(changed("retry_delays_ms", Json::array({4e18}))));
  CHECK(is_refused(changed("expected", Json::array({"seven"}))));
}
