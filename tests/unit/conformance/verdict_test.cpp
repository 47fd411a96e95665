#include "conformance/verdict.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

const Health kAccepts{.accepted = true, .accepted_at_once = true};
const Health kRejects{.last_status = 403};
const Health kNobody{.refused_connection = true};
const Health kBackAfterRestart{.accepted = true, .refused_connection = true};
const Health kLimitEnds{.accepted = true, .limit = 429, .last_status = 200};
const Health kForAMoment{.accepted = true, .last_status = 200, .first_status = 403};
const Health kSilentForAMoment{.accepted = true, .last_status = 200};
const Health kRedirectsForAMoment{.accepted = true, .last_status = 200, .first_status = 302};
const Health kErrorForAMoment{.accepted = true, .last_status = 200, .first_status = 500};
const Health kLimited{.limit = 503, .last_status = 503};

struct Row {
  std::string what;
  Observation observed;
  Judgement expected;
};

}  // namespace

TEST_CASE("verdict: what the result of a check is about") {
  const std::vector<Row> rows{
      // The handler accepts valid events afterwards.
      {"a rejection that is right", {.health = kAccepts}, {Cause::rule}},
      {"a defect", {.failed = true, .repetition_passed = false, .health = kAccepts}, {Cause::rule}},
      {"a slow defect is not repeated", {.failed = true, .health = kAccepts}, {Cause::rule}},
      {"once wrong, once right",
       {.failed = true, .repetition_passed = true, .health = kAccepts},
       {Cause::inconsistent}},

      // It does not listen any more, or did not for a moment: whatever else was seen.
      {"nobody listens afterwards", {.health = kNobody}, {Cause::crash}},
      {"nobody listened during the check",
       {.refused_connection = true, .health = kAccepts},
       {Cause::crash}},
      {"a supervisor restarted it", {.failed = true, .health = kBackAfterRestart}, {Cause::crash}},
      {"a crash after 429", {.saw_429 = true, .health = kNobody}, {Cause::crash}},

      // It listens, and accepts nothing.
      {"a ban", {.health = kRejects}, {Cause::lockout}},
      {"a ban after a failure", {.failed = true, .health = kRejects}, {Cause::lockout}},
      {"a limit that does not end is a lockout for who meets it first",
       {.health = kLimited},
       {Cause::lockout}},
      {"a limit that does not end, later",
       {.failed = true, .health = kLimited, .limit_is_known = true},
       {Cause::known_limit, 503}},

      // It rejects valid events for a moment.
      {"once can be chance", {.health = kForAMoment}, {Cause::rule}},
      {"each time after the check, it is a ban",
       {.health = kForAMoment, .rejected_before = true},
       {Cause::ban}},
      {"an error after the check is no ban",
       {.health = kErrorForAMoment, .rejected_before = true},
       {Cause::rule}},
      {"no response for a moment is no ban",
       {.health = kSilentForAMoment, .rejected_before = true},
       {Cause::held_up}},
      {"no response once can be chance", {.health = kSilentForAMoment}, {Cause::rule}},
      {"a redirect is no ban",
       {.health = kRedirectsForAMoment, .rejected_before = true},
       {Cause::rule}},
      {"a ban makes other valid events fail",
       {.failed = true, .health = kForAMoment, .rejected_before = true},
       {Cause::ban}},
      {"a limit is no ban",
       {.health = kLimitEnds, .rejected_before = true},
       {Cause::rate_limit, 429}},

      // Rate limits.
      {"429 during a check that failed",
       {.failed = true, .saw_429 = true, .health = kAccepts},
       {Cause::rate_limit, 429}},
      {"429 during a check that passed says something about its request alone",
       {.saw_429 = true, .health = kAccepts},
       {Cause::rule}},
      {"429 again, and known",
       {.failed = true, .saw_429 = true, .health = kAccepts, .limit_is_known = true},
       {Cause::known_limit, 429}},
      {"a valid event got 429, and was accepted later",
       {.health = kLimitEnds},
       {Cause::rate_limit, 429}},
      {"503 that waiting ended",
       {.failed = true, .saw_503 = true, .repetition_passed = true, .health = kAccepts},
       {Cause::rate_limit, 503}},
      {"503 that did not end is a defect",
       {.failed = true, .saw_503 = true, .repetition_passed = false, .health = kAccepts},
       {Cause::rule}},
      {"503 that did not end, behind a known limit",
       {.failed = true,
        .saw_503 = true,
        .repetition_passed = false,
        .health = kAccepts,
        .limit_is_known = true},
       {Cause::known_limit, 503}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Judgement got = judge(row.observed);
    CHECK(to_string(got.cause) == to_string(row.expected.cause));
    CHECK(got.status == row.expected.status);
  }
}

TEST_CASE("verdict: what is repeated before it is judged") {
  CHECK(should_repeat({.failed = true, .health = kAccepts}, false));
  CHECK_FALSE(should_repeat({.failed = true, .health = kAccepts}, true));  // it took long
  CHECK_FALSE(should_repeat({.health = kAccepts}, false));                 // it passed
  // On a slow machine, every check takes long: a rate limit must show nevertheless.
  CHECK(should_repeat({.failed = true, .saw_503 = true, .health = kAccepts}, true));
  CHECK(should_repeat({.failed = true, .saw_429 = true, .health = kAccepts}, true));
  // Valid events were rejected for a moment: what the check saw may be of that moment.
  CHECK(should_repeat({.health = kLimitEnds}, true));
  CHECK_FALSE(should_repeat({.failed = true, .health = kNobody}, false));
  CHECK_FALSE(should_repeat({.failed = true, .health = kBackAfterRestart}, false));
  CHECK_FALSE(should_repeat({.failed = true, .health = kRejects}, false));
}
