#include "receive/forwarder.h"

#include <doctest/doctest.h>

#include "support/growth.h"

using namespace slotflow;

namespace {

Reply responded(int status, std::vector<Header> headers = {}) {
  return {Response{status, std::move(headers), "body"}, "127.0.0.1:1", {}};
}

}  // namespace

TEST_CASE("forwarder: headers of one connection are not passed on") {
  const http::OutgoingResponse response =
      passed_on(responded(202, {{"Content-Length", "4"},
                                {"transfer-encoding", "chunked"},
                                {"X-A", "1"},
                                {"Connection", "close, x-b"},
                                {"X-B", "2"},
                                {"Keep-Alive", "timeout=5"}}));
  CHECK(response.status == 202);
  CHECK(response.body == "body");
  CHECK(response.headers == std::vector<Header>{{"Content-Length", "4"}, {"X-A", "1"}});
}

TEST_CASE("forwarder: Connection lists names in any case, between blanks, in several lines") {
  const auto names = [](const char* list, const char* more) {
    const http::OutgoingResponse response = passed_on(responded(
        200, {{"connection", list}, {"A", "1"}, {"bC", "2"}, {"D", "3"}, {"Connection", more}}));
    std::string kept;
    for (const Header& header : response.headers) kept += header.name;
    return kept;
  };
  CHECK(names("a", "") == "bCD");
  CHECK(names(" A ,\tBc", "") == "D");
  CHECK(names(",,a,,", "d,") == "bC");
  CHECK(names("close", "x, y") == "AbCD");
  CHECK(names("", ",") == "AbCD");
}

TEST_CASE("forwarder: without a response it returns its own") {
  const auto status_of = [](FailureKind kind) {
    return passed_on(Reply{Failure{kind, "detail"}, "", {}}).status;
  };
  CHECK(status_of(FailureKind::timeout) == 504);
  CHECK(status_of(FailureKind::connection_refused) == 502);
  CHECK(status_of(FailureKind::tls) == 502);
  // Details may tell of the machine behind; the kind says enough.
  CHECK(passed_on(Reply{Failure{FailureKind::tls, "secret detail"}, "", {}}).body ==
        "the handler behind this receiver gave no response: tls\n");
}

TEST_CASE("forwarder: the names that Connection lists are found in linear time") {
  const double times = test::growth(250, [](std::size_t count) {
    std::string list;
    std::vector<Header> headers;
    for (std::size_t i = 0; i < count; ++i) {
      list += "a" + std::to_string(i) + ",";
      headers.push_back({"b" + std::to_string(i), ""});
    }
    headers.push_back({"Connection", list});
    CHECK(passed_on(responded(200, headers)).headers.size() == count);
  });
  CHECK(times < test::kLinear);
}

TEST_CASE("forwarder: a Connection of nothing but separators costs linear time") {
  const double times = test::growth(4'000, [](std::size_t count) {
    std::string list(count, ',');
    for (std::size_t i = 0; i < count; i += 2) list[i] = ' ';
    CHECK(passed_on(responded(200, {{"Connection", list}})).headers.empty());
  });
  CHECK(times < test::kLinear);
}

TEST_CASE("forwarder: a length that is given several times is passed on once") {
  CHECK(passed_on(responded(200, {{"content-length", "4, 4"}, {"Content-Length", "4"}})).headers ==
        std::vector<Header>{{"content-length", "4"}});
  CHECK(passed_on(responded(204, {{"Content-Length", "0"}})).headers.empty());
}

TEST_CASE("forwarder: of a long body, the report has the beginning, without half a character") {
  const std::string long_body = std::string(kHandlerBodyKept - 1, 'x') + "\xc3\xa9 and more";
  const Reply reply{Response{500, {{"A", "1"}}, long_body, false, "Oh"}, "127.0.0.1:1", {}};
  const Reply kept = beginning_of(reply);
  REQUIRE(kept.response() != nullptr);
  CHECK(kept.response()->status == 500);
  CHECK(kept.response()->reason == "Oh");
  CHECK(kept.response()->headers == std::vector<Header>{{"A", "1"}});
  CHECK(kept.response()->body == std::string(kHandlerBodyKept - 1, 'x'));
  CHECK(kept.response()->cut);
  CHECK(beginning_of(responded(200)).response()->body == "body");
  CHECK_FALSE(beginning_of(responded(200)).response()->cut);
  CHECK(beginning_of(Reply{Failure{FailureKind::dns, "d"}, "", {}}).failure()->detail == "d");
}
