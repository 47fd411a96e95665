#include "send/slotflow_request.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("slotflow request: another signature takes the place of the first one") {
  const std::vector<Header> added{{"X-Added", "1"}, {"user-agent", "x/1"}};
  std::vector<Header> headers = slotflow_headers(added, "t=1,v1=a");
  replace_signature(headers, added, "t=22,v1=bb");
  CHECK(headers == slotflow_headers(added, "t=22,v1=bb"));
}

TEST_CASE("slotflow request: no signature takes the place of the user's header") {
  const std::vector<Header> added{{"x-slotflow-signature", "mine"}};
  std::vector<Header> headers = slotflow_headers(added, "t=1,v1=a");
  replace_signature(headers, added, "t=2,v1=b");
  CHECK(headers == slotflow_headers(added, "t=2,v1=b"));
  CHECK(find_header(headers, "X-Slotflow-Signature") == "mine");
}

TEST_CASE("slotflow request: none is added where there was none") {
  std::vector<Header> headers = slotflow_headers({}, std::nullopt);
  replace_signature(headers, {}, "t=2,v1=b");
  CHECK(headers == slotflow_headers({}, std::nullopt));
}
