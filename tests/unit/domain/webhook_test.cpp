#include "domain/webhook.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

TEST_CASE("webhook: it wants the events it named, while active") {
  Webhook webhook;
  webhook.events = {Event::booking_cancelled};
  CHECK(webhook.wants(Event::booking_cancelled));
  CHECK_FALSE(webhook.wants(Event::booking_confirmed));
  webhook.active = false;
  CHECK_FALSE(webhook.wants(Event::booking_cancelled));
}

TEST_CASE("webhook: plans and their limits") {
  CHECK(info(parse_plan("PLAN", "free")).limit == 2);
  CHECK(info(parse_plan("PLAN", "starter")).limit == 10);
  CHECK_FALSE(info(parse_plan("PLAN", "growth")).limit.has_value());
  CHECK(plan_choices() == std::vector<std::string>{"free", "starter", "growth"});
  CHECK(thrown([] { parse_plan("PLAN", "grwoth"); }) ==
        "USAGE: PLAN: expected free, starter or growth, got 'grwoth' | hint: did you mean "
        "'growth'?");
}
