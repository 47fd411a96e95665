#include "inspector/query.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

const Timestamp kSearchTime = *parse_iso8601("2026-07-29T10:00:00Z");

EntryRow sample() {
  EntryRow row;
  row.id = "r7";
  row.at = kSearchTime - std::chrono::minutes(5);
  row.path = "/Hook?x=1";
  row.event = "booking.confirmed";
  row.booking_id = "bk_42";
  row.status = 500;
  row.failed = true;
  row.signature = SignatureVerdict::stale;
  return row;
}

bool finds(std::string_view query, const EntryRow& row = sample()) {
  return EntryQuery(query, kSearchTime).matches(row, [] {
    return std::vector<std::string_view>{R"({"name":"Zoë Costa","at":"12:30"})", "X-Trace", "ABC"};
  });
}

}  // namespace

TEST_CASE("query: each condition holds for its own field") {
  for (const char* query :
       {"", "  ", "event:confirmed", "event:BOOKING", "booking:bk_4", "status:500", "status:5xx",
        "status:200,500", "signature:stale", "url:/hook", "since:10m", "since:2026-07-29T09:00:00Z",
        "is:failed", "id:r7", "event:confirmed status:5xx is:failed"}) {
    CAPTURE(query);
    CHECK(finds(query));
  }
  for (const char* query :
       {"event:cancelled", "booking:43", "status:200", "status:4xx", "status:none",
        "signature:valid", "url:/other", "since:4m", "is:duplicate", "is:pinned", "id:r70",
        "is:pending", "event:confirmed status:200"}) {
    CAPTURE(query);
    CHECK(!finds(query));
    CHECK(finds("!" + std::string(query).substr(std::string(query).rfind(' ') + 1)));
  }
}

TEST_CASE("query: words are found in every text, whatever their case") {
  for (const char* query : {"costa", "\"ZOë COSTA\"", "x-trace abc", "12:30", "nam", "!nothing"}) {
    CAPTURE(query);
    CHECK(finds(query));
  }
  for (const char* query : {"zoe", "costa nothing", "!costa", "\"costa zoë\"", "unknown:costa"}) {
    CAPTURE(query);
    CHECK(!finds(query));
  }
}

TEST_CASE("query: what an entry does not have matches no condition about it") {
  const EntryRow bare;
  for (const char* query : {"event:a", "booking:a", "status:200", "signature:valid", "is:failed"}) {
    CAPTURE(query);
    CHECK(!finds(query, bare));
  }
  CHECK(finds("status:none", bare));
}

TEST_CASE("query: a condition that is wrong is named, with what was expected") {
  const auto error = [](std::string_view query) {
    return thrown([&] { EntryQuery(query, kSearchTime); });
  };
  CHECK(error("status:abc") ==
        "USAGE: status: expected statuses from 200 to 599, or 2xx, 3xx, 4xx or 5xx, got 'abc'");
  CHECK(error("signature:good") ==
        "USAGE: signature: expected valid, invalid, missing, stale, malformed or unchecked, got "
        "'good'");
  CHECK(error("since:yesterday") ==
        "USAGE: since: expected an age such as 10m, or a time such as 2026-07-29T10:00:00Z, got "
        "'yesterday'");
  CHECK(error("is:bad") ==
        "USAGE: is: expected duplicate, failed, pinned, pending or delivered, got 'bad'");
  CHECK(error("!is:bad") == error("is:bad"));
  CHECK(error(std::string(1025, 'x')) == "USAGE: search: expected at most 1024 bytes, got 1025");
  CHECK(error("a \"quote without its end") == "nothing");
  CHECK(error("! : :: event:") == "nothing");
}
