#include "conformance/suite.h"

#include <set>

#include <doctest/doctest.h>

#include "support/fake_clock.h"
#include "support/live_server.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

struct Run {
  std::vector<std::string> failed, skipped, passed;
};

// Checks a server in this process, whose requests are judged by nobody.
Run run_against(const LiveServer& server, const std::vector<std::string>& only,
                std::optional<std::string> secret = std::nullopt) {
  const Interrupt never;
  const FakeClock clock;
  Subject subject;
  subject.url = parse_url("URL", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  subject.secret = std::move(secret);
  HttpTransport transport({}, never);
  const Reply baseline = reach(subject, transport, clock, 7);
  Run run;
  run_checks(select_checks(only, {}), subject, transport, clock, 7, baseline, never,
             [&](const Check& check, const Finding& finding, std::chrono::microseconds) {
               const std::string id(check.info.id);
               if (finding.verdict == CheckVerdict::passed) run.passed.push_back(id);
               if (finding.verdict == CheckVerdict::failed) run.failed.push_back(id);
               if (finding.verdict == CheckVerdict::skipped) run.skipped.push_back(id);
             });
  return run;
}

std::vector<std::string> bodies(LiveServer& server) {
  std::vector<std::string> bodies;
  for (const HttpRequest& request : server.requests()) bodies.push_back(request.body);
  return bodies;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("suite: every check has an id of its own, in a section, and all that is told of it") {
  std::set<std::string_view> ids;
  for (const Check* check : all_checks()) {
    const CheckInfo& info = check->info;
    CAPTURE(info.id);
    CHECK(ids.insert(info.id).second);
    CHECK(info.id.find('.') != std::string_view::npos);
    CHECK(info.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") ==
          std::string_view::npos);
    for (const std::string_view text : {info.title, info.requirement, info.source, info.remedy}) {
      CHECK_FALSE(text.empty());
    }
    CHECK((check->run != nullptr));
  }
}

TEST_CASE("suite: checks are selected by id and by section, and left out likewise") {
  CHECK(select_checks({}, {}).size() == all_checks().size());
  CHECK(select_checks({"delivery"}, {}).size() == delivery_checks().size());
  CHECK(select_checks({"delivery", "leaks.secret"}, {"delivery.get"}).size() ==
        delivery_checks().size());
  CHECK(select_checks({"delivery.get"}, {"delivery"}).empty());
  CHECK(thrown([] { select_checks({"delivry"}, {}); }) ==
        "USAGE: --only: expected the id of a check, or a section, got 'delivry' | hint: did you "
        "mean 'delivery'?");
}

TEST_CASE("suite: a handler that refuses everything is told so once") {
  LiveServer server([](const HttpRequest&) {
    HttpAnswer answer;
    answer.status = 503;
    return answer;
  });
  const Run run = run_against(server, {"delivery", "payload", "idempotency"});
  CHECK(run.failed == Ids{"delivery.confirmed"});
  CHECK(run.passed == Ids{"delivery.in-time", "delivery.no-redirect"});
}

TEST_CASE("suite: one that redirects, too") {
  LiveServer server([](const HttpRequest&) {
    HttpAnswer answer;
    answer.status = 308;
    answer.headers = {{"Location", "/hook/"}};
    return answer;
  });
  CHECK(run_against(server, {"delivery", "signature", "malformed"}, "whsec_x").failed ==
        Ids{"delivery.no-redirect"});
}

TEST_CASE("suite: a check sends the same bookings whatever else is run") {
  LiveServer alone, together;
  run_against(alone, {"payload.midnight"});
  run_against(together, {"payload"});
  const auto one = bodies(alone).back();
  const auto all = bodies(together);
  CHECK(std::ranges::count(all, one) == 1);
  std::set<std::string> ids;
  for (const std::string& body : all) ids.insert(Json::parse(body)["data"]["id"]);
  CHECK(ids.size() == all.size());  // a booking of its own for each
}

TEST_CASE("suite: without a secret nothing is signed") {
  LiveServer server;
  run_against(server, {"delivery.confirmed"});
  for (const HttpRequest& request : server.requests()) {
    CHECK_FALSE(find_header(request.head.headers, "X-Slotflow-Signature"));
  }
}
