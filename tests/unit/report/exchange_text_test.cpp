#include "report/exchange_text.h"

#include <doctest/doctest.h>

#include "report/deliveries.h"
#include "unit/report/samples.h"

using namespace slotflow;
using test::sample_attempt;

namespace {

constexpr std::string_view kHead =
    "POST /hook HTTP/1.1\r\nHost: localhost:4242\r\nX-Empty: \r\nConnection: close\r\n\r\n";
const std::string kHeadShown =
    "    > POST /hook HTTP/1.1\n"
    "    > Host: localhost:4242\n"
    "    > X-Empty: \n"
    "    > Connection: close\n";

// Returns the attempt with its request, of which everything was sent.
Attempt with_request(Attempt attempt, std::string body = "{}") {
  attempt.request = RequestBytes{std::string(kHead), std::move(body), 0};
  attempt.request->size = kHead.size() + attempt.request->body.size();
  attempt.reply.sent = attempt.request->size;
  return attempt;
}

// Tabs in a body are kept, as safe_text() keeps them.
std::string shown(const Attempt& attempt) {
  std::string text = exchange_text(attempt, {});
  std::string without_tabs = text;
  std::erase(without_tabs, '\t');
  CHECK(test::danger_in(without_tabs) == "");
  return text;
}

std::string shown_after_request(const Attempt& attempt) {
  const std::string text = shown(attempt);
  const std::string request = kHeadShown + "    >\n    > {}\n";
  REQUIRE(text.starts_with(request));
  return text.substr(request.size());
}

}  // namespace

TEST_CASE("exchange: the request and the response, below the attempt") {
  Attempt attempt = sample_attempt(Reply{.result = Response{.status = 404,
                                                            .headers = {{"X-b", "1"}, {"x-A", ""}},
                                                            .body = "no\n\tsuch page",
                                                            .reason = "Not Here",
                                                            .minor_version = 0},
                                         .address = "127.0.0.1:4242"});
  CHECK(exchange_text(attempt, {}) == "");
  attempt = with_request(std::move(attempt));
  CHECK(text_of(attempt, {}) ==
        "14:05:00  attempt 1/3  404 Not Found  in 3.2 ms  http://localhost:4242/ (127.0.0.1:4242)"
        "  failed\n" +
            kHeadShown +
            "    >\n"
            "    > {}\n"
            "    < HTTP/1.0 404 Not Here\n"
            "    < X-b: 1\n"
            "    < x-A: \n"
            "    <\n"
            "    < no\n"
            "    < \tsuch page\n");
  CHECK(shown_after_request(with_request(sample_attempt(204))) ==
        "    < HTTP/1.1 204\n"
        "    (no body)\n");
}

TEST_CASE("exchange: a body is shown exactly, line by line") {
  CHECK(shown(with_request(sample_attempt(200), "a\r\n\xff\n"))
            .starts_with(kHeadShown + "    >\n    > a\\r\n    > \\xff\n    >\n    < "));
  CHECK(shown(with_request(sample_attempt(200), ""))
            .starts_with(kHeadShown + "    (no body)\n    < "));
}

TEST_CASE("exchange: only what was sent is shown") {
  Attempt attempt = with_request(sample_attempt(413), "\xc3\xa9\xc3\xa9");
  const auto shown_of = [&](std::size_t sent) {
    attempt.reply.sent = sent;
    const std::string text = shown(attempt);
    return text.substr(0, text.find("    < "));
  };
  const std::string of_all = " of the " + std::to_string(kHead.size() + 4);
  const auto only = [&](std::size_t sent) {
    return "    only " + std::to_string(sent) + of_all + " bytes of the request were sent\n";
  };
  CHECK(shown_of(kHead.size() + 4) == kHeadShown + "    >\n    > \u00e9\u00e9\n");
  CHECK(shown_of(kHead.size() + 2) ==
        kHeadShown + "    >\n    > \u00e9\n" + only(kHead.size() + 2));
  CHECK(shown_of(kHead.size() + 3) == kHeadShown + "    >\n    > \u00e9\n" +
                                          "    … (the first 2 bytes of the body)\n" +
                                          only(kHead.size() + 3));
  CHECK(shown_of(kHead.size()) == kHeadShown + only(kHead.size()));
  CHECK(shown_of(30) == "    > POST /hook HTTP/1.1\n" + only(30));
  CHECK(shown_of(5) == only(5));
}

TEST_CASE("exchange: without a response, it says how far the attempt came") {
  const auto failed = [](FailureKind kind, Stage stage) {
    return with_request(sample_attempt(
        Reply{.result = Failure{.kind = kind, .detail = "x", .stage = stage}, .address = ""}));
  };
  CHECK(shown_after_request(failed(FailureKind::timeout, Stage::request)) == "    no response\n");
  for (const Stage stage : {Stage::head, Stage::body}) {
    CHECK(shown_after_request(failed(FailureKind::connection_closed, stage)) ==
          "    the response is not complete, and is not shown\n");
    CHECK(shown_after_request(failed(FailureKind::bad_response, stage)) ==
          "    the response is not valid HTTP, and is not shown\n");
  }
  Attempt refused = failed(FailureKind::connection_refused, Stage::connect);
  refused.reply.sent = 0;
  CHECK(shown(refused) == "    the request was not sent\n");
}

TEST_CASE("exchange: everything is bounded") {
  const Attempt long_body = with_request(sample_attempt(200, std::string(4095, 'x') + "\u00e9"));
  CHECK(shown_after_request(long_body) == "    < HTTP/1.1 200\n    <\n    < " +
                                              std::string(4095, 'x') +
                                              "\n    … (the first 4095 bytes of the body)\n");
  Attempt cut = with_request(sample_attempt(200, "abc"));
  std::get<Response>(cut.reply.result).cut = true;
  CHECK(shown_after_request(cut).ends_with("    < abc\n    … (the first 3 bytes of the body)\n"));

  Attempt large = with_request(sample_attempt(200), std::string(kRequestBodyKept, 'y'));
  large.request->size += 1000;
  large.reply.sent = large.request->size;
  const std::string text = shown(large);
  CHECK(text.find("y\n    … (the first 16384 bytes of the body)\n    < ") != std::string::npos);
  CHECK(text.find("were sent") == std::string::npos);

  const std::vector<Header> headers(120, Header{"X-A", std::string(5000, 'z')});
  const std::string many = shown_after_request(with_request(sample_attempt(200, "", headers)));
  CHECK(many.find("    < X-A: " + std::string(4096, 'z') + "…\n") != std::string::npos);
  CHECK(many.ends_with("…\n    … (20 more headers)\n    (no body)\n"));
}

TEST_CASE("exchange: nothing of an endpoint or a payload reaches the terminal unescaped") {
  const std::string hostile = test::hostile_text();
  Response response{.status = 200, .headers = {{hostile, hostile}}, .body = hostile};
  response.reason = hostile;
  const Attempt attempt =
      with_request(sample_attempt(Reply{.result = response, .address = ""}), hostile);
  CHECK(shown(attempt).find("\\x1b[2J") != std::string::npos);
}

TEST_CASE("attempt_text: with the whole response, its body is not repeated as an excerpt") {
  const Attempt attempt = with_request(sample_attempt(503, "busy", {{"Retry-After", "9"}}));
  const std::string text = text_of(attempt, {});
  CHECK(text.find("    Retry-After: 9 (it does not change the retries)\n    > ") !=
        std::string::npos);
  CHECK(text.find("    busy") == std::string::npos);
  CHECK(text.ends_with("    <\n    < busy\n"));
}
