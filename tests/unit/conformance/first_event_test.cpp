#include "conformance/first_event.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace slotflow::delivery;

namespace {

Reply redirect_to(const std::string& location) {
  Reply reply;
  reply.result = Response{.status = 308, .headers = {{"Location", location}}, .body = {}};
  return reply;
}

}  // namespace

TEST_CASE("first_event: a redirect to the same URL with https") {
  const Url url = parse_url("URL", "http://127.0.0.1:3000/hook?a=1");
  for (const char* same : {"https://127.0.0.1/hook?a=1", "HTTPS://127.0.0.1:3000/hook?a=1"}) {
    CAPTURE(same);
    CHECK(remedy_for_first(redirect_to(same), url).starts_with("the handler expects a proxy"));
  }
  for (const char* other : {"https://127.0.0.1/hook", "https://127.0.0.10/hook?a=1",
                            "http://127.0.0.1/hook?a=1", "/hook?a=1", "https://", ""}) {
    CAPTURE(other);
    CHECK(remedy_for_first(redirect_to(other), url).empty());
  }
  const Url v6 = parse_url("URL", "http://[::1]/hook");
  CHECK_FALSE(remedy_for_first(redirect_to("https://[::1]:8443/hook"), v6).empty());
  const Url https = parse_url("URL", "https://127.0.0.1/hook?a=1");
  CHECK(remedy_for_first(redirect_to("https://127.0.0.1/hook?a=1"), https).empty());
}

TEST_CASE("first_event: a rate limit") {
  Reply reply;
  reply.result = Response{.status = 429, .headers = {}, .body = {}};
  const Url url = parse_url("URL", "http://127.0.0.1/");
  CHECK(remedy_for_first(reply, url).find("the limit of an earlier run") != std::string_view::npos);
  reply.result = Response{.status = 500, .headers = {}, .body = {}};
  CHECK(remedy_for_first(reply, url).empty());
  reply.result = Failure{FailureKind::timeout};
  CHECK(remedy_for_first(reply, url).empty());
}
