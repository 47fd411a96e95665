#include "web/target.h"

#include <utility>

#include <doctest/doctest.h>

using namespace slotflow;
using Segments = std::vector<std::string>;

TEST_CASE("target: percent-decoding leaves what is no code") {
  CHECK(percent_decoded("a%20b%2fc%41") == "a b/cA");
  CHECK(percent_decoded("%") == "%");
  CHECK(percent_decoded("%4") == "%4");
  CHECK(percent_decoded("%zz%-1") == "%zz%-1");
  CHECK(percent_decoded("%25%32%30") == "%20");
  CHECK(percent_decoded("a+b") == "a+b");
  CHECK(percent_decoded("%00") == std::string(1, '\0'));
}

TEST_CASE("target: segments of the path") {
  CHECK(path_segments("/v1/webhooks?a=/b") == Segments{"v1", "webhooks"});
  CHECK(path_segments("/v1/x%2Fy/") == Segments{"v1", "x/y", ""});
  CHECK(path_segments("/v1/x%3Fy") == Segments{"v1", "x?y"});
  CHECK(path_segments("/") == Segments{""});
  CHECK(path_segments("*") == Segments{"*"});
}

TEST_CASE("target: fields of the query") {
  CHECK(query_fields("/v1/bookings").empty());
  CHECK(query_fields("/v1/bookings?").empty());
  CHECK(query_fields("/x?date_from=2026-03-16&&limit=&offset") ==
        WebFields{{"date_from", "2026-03-16"}, {"limit", ""}, {"offset", ""}});
  CHECK(query_fields("/x?a+b=c%2Bd+e&q=1=2?3") == WebFields{{"a b", "c+d e"}, {"q", "1=2?3"}});
}

TEST_CASE("target: the last of several fields counts") {
  const WebFields fields = query_fields("/x?limit=1&limit=2");
  CHECK(last_field(fields, "limit") == "2");
  CHECK(last_field(fields, "offset") == std::nullopt);
}

TEST_CASE("target: the host of a Host header is without its port and brackets") {
  for (const auto& [authority, host] : {std::pair{"localhost", "localhost"},
                                        {"localhost:80", "localhost"},
                                        {"[::1]:80", "::1"},
                                        {"[::1]", "::1"},
                                        {"::1", ":"},
                                        {"a:b:80", "a:b"},
                                        {"", ""},
                                        {"[", "["},
                                        {":80", ""}}) {
    CAPTURE(std::string(authority));
    CHECK(host_in(authority) == host);
  }
}
