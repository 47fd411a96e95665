#include "domain/status_set.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

StatusSet statuses(const std::string& text) {
  StatusSet set;
  set.add("--expect-status", text);
  return set;
}

std::string refused_statuses(const std::string& text) {
  return thrown([&] { statuses(text); });
}

}  // namespace

TEST_CASE("status_set: single statuses and classes") {
  CHECK(StatusSet().empty());
  CHECK_FALSE(StatusSet().contains(200));
  const StatusSet set = statuses("401, 5XX");
  CHECK_FALSE(set.empty());
  CHECK(set.contains(401));
  CHECK_FALSE(set.contains(400));
  CHECK_FALSE(set.contains(402));
  CHECK_FALSE(set.contains(499));
  CHECK(set.contains(500));
  CHECK(set.contains(599));
  CHECK_FALSE(set.contains(600));
  CHECK_FALSE(set.contains(-1));
  CHECK(statuses("2xx").contains(200));
  CHECK(statuses("599").contains(599));
}

TEST_CASE("status_set: is added to, and named as it was given") {
  StatusSet set = statuses("401");
  CHECK(set.to_string() == "401");
  set.add("--expect-status", "4xx,401");
  CHECK(set.to_string() == "401 or 4xx");
  set.add("--expect-status", "200");
  CHECK(set.to_string() == "401, 4xx or 200");
  CHECK(set.contains(404));
  CHECK(StatusSet().to_string() == "");
}

TEST_CASE("status_set: its ranges") {
  using Ranges = std::vector<std::pair<int, int>>;
  CHECK(StatusSet().ranges().empty());
  CHECK(statuses("401").ranges() == Ranges{{401, 401}});
  CHECK(statuses("503, 401,502").ranges() == Ranges{{401, 401}, {502, 503}});
  CHECK(statuses("2xx,5xx").ranges() == Ranges{{200, 299}, {500, 599}});
  CHECK(statuses("4xx,3xx,404").ranges() == Ranges{{300, 499}});
  CHECK(statuses("599,200").ranges() == Ranges{{200, 200}, {599, 599}});
}

TEST_CASE("status_set: anything else is refused") {
  const std::string expected =
      "USAGE: --expect-status: expected statuses from 200 to 599, or 2xx, 3xx, 4xx or 5xx, got ";
  CHECK(refused_statuses("1xx") == expected + "'1xx'");
  CHECK(refused_statuses("6xx") == expected + "'6xx'");
  CHECK(refused_statuses("40x") == expected + "'40x'");
  CHECK(refused_statuses("4xxx") == expected + "'4xxx'");
  CHECK(refused_statuses("199") == expected + "'199'");
  CHECK(refused_statuses("600") == expected + "'600'");
  CHECK(refused_statuses("-401") == expected + "'-401'");
  CHECK(refused_statuses("401,") == expected + "''");
  CHECK(refused_statuses("401;403") == expected + "'401;403'");
  CHECK(refused_statuses("timeout") == expected + "'timeout'");
}
