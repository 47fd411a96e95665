#include "report/sync.h"

#include <doctest/doctest.h>

#include "unit/report/samples.h"

using namespace slotflow;

namespace {

SyncPlan sample_plan(SyncIds ids) {
  Webhook old = test::sample_webhook();
  old.id = "old";
  old.url = "http://localhost:1/";
  old.events = {Event::booking_cancelled};
  return {ids,
          {{SyncAction::remove, old, {}},
           {SyncAction::create, test::sample_webhook(), {}},
           {SyncAction::update, old, "older"},
           {SyncAction::unchanged, old, {}}}};
}

}  // namespace

TEST_CASE("sync as text: the plan") {
  CHECK(text_of(sample_plan(SyncIds::made), Style{}) ==
        "ACTION     ID   URL                         EVENTS\n"
        "delete     old  http://localhost:1/         booking.cancelled\n"
        "create     -    http://localhost:3000/hook  booking.confirmed,booking.cancelled\n"
        "update     old  http://localhost:1/         booking.cancelled\n"
        "unchanged  old  http://localhost:1/         booking.cancelled\n");
  CHECK(text_of(sample_plan(SyncIds::kept), Style{})
            .find("create     3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f  http") != std::string::npos);
  CHECK(text_of(SyncPlan{}, Style{}).empty());
  CHECK(json_of(SyncPlan{}).empty());
}

TEST_CASE("sync as JSON: the plan has no secrets") {
  const std::string old = R"("url":"http://localhost:1/","events":["booking.cancelled"]})"
                          "\n";
  const std::string created = R"("url":"http://localhost:3000/hook",)"
                              R"("events":["booking.confirmed","booking.cancelled"]})"
                              "\n";
  CHECK(json_of(sample_plan(SyncIds::made)) ==
        R"({"type":"planned","action":"delete","webhook_id":"old",)" + old +
            R"({"type":"planned","action":"create","webhook_id":null,)" + created +
            R"({"type":"planned","action":"update","webhook_id":"old",)" + old +
            R"({"type":"planned","action":"unchanged","webhook_id":"old",)" + old);
  CHECK(json_of(SyncChange{SyncAction::create, test::sample_webhook()}) ==
        R"({"type":"changed","action":"create",)"
        R"("webhook_id":"3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f",)" +
            created);
}

TEST_CASE("sync as text: a change, without control characters") {
  Webhook webhook = test::sample_webhook();
  webhook.id = "a";
  CHECK(text_of(SyncChange{SyncAction::remove, webhook}, Style{}) ==
        "Deleted a  http://localhost:3000/hook\n");
  CHECK(text_of(SyncChange{SyncAction::create, webhook}, Style{}) ==
        "Created a  http://localhost:3000/hook\n");
  webhook.url = "\x1b";
  CHECK(text_of(SyncChange{SyncAction::update, webhook}, Style{}) == "Updated a  \\x1b\n");
}

TEST_CASE("sync: the summary") {
  SyncSummary summary{.created = 2, .deleted = 1, .updated = 0, .unchanged = 3, .left = 0};
  CHECK(text_of(summary, Style{}) == "1 deleted, 2 created, 3 unchanged\n");
  summary.updated = 4;
  summary.left = 1;
  CHECK(text_of(summary, Style{}) ==
        "1 deleted, 2 created, 4 updated, 3 unchanged, 1 change not made\n");
  CHECK(json_of(summary) ==
        R"({"type":"summary","created":2,"deleted":1,"updated":4,"unchanged":3,"left":1})"
        "\n");
}
