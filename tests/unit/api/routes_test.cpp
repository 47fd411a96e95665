#include "api/routes.h"

#include <array>
#include <string>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

WebResponse no_response(const WebRequest&, ApiResources&) {
  return {};
}

constexpr std::array<Route, 4> kSample{{
    {"GET", "/v1/webhooks", no_response},
    {"POST", "/v1/webhooks", no_response},
    {"DELETE", "/v1/webhooks/:id", no_response},
    {"DELETE", "/v1/humans/:id/overrides/:override_id", no_response},
}};

// Returns the pattern and the parameters: "/v1/webhooks/:id id=7"; "none" if no route matches.
std::string found(std::string_view method, std::string_view target) {
  const auto match = find_route(kSample, method, target);
  if (!match) return "none";
  std::string text(match->route->pattern);
  for (const auto& [name, value] : match->parameters) text += " " + name + "=" + value;
  return text;
}

}  // namespace

TEST_CASE("routes: method and path select the route, whatever the query is") {
  CHECK(found("GET", "/v1/webhooks") == "/v1/webhooks");
  CHECK(found("GET", "/v1/webhooks?limit=1/2") == "/v1/webhooks");
  CHECK(find_route(kSample, "POST", "/v1/webhooks")->route == &kSample[1]);
}

TEST_CASE("routes: parameters are decoded after the path is taken apart") {
  CHECK(found("DELETE", "/v1/webhooks/a%2Fb%20c") == "/v1/webhooks/:id id=a/b c");
  CHECK(found("DELETE", "/v1/humans/1/overrides/2") ==
        "/v1/humans/:id/overrides/:override_id id=1 override_id=2");
  CHECK(found("GET", "/v1/%77ebhooks") == "/v1/webhooks");
}

TEST_CASE("routes: another method, case, slash or segment is another route") {
  CHECK(found("PUT", "/v1/webhooks") == "none");
  CHECK(found("get", "/v1/webhooks") == "none");
  CHECK(found("GET", "/V1/webhooks") == "none");
  CHECK(found("GET", "/v1/webhooks/") == "none");
  CHECK(found("GET", "//v1/webhooks") == "none");
  CHECK(found("DELETE", "/v1/webhooks/") == "none");
  CHECK(found("DELETE", "/v1/webhooks/a/b") == "none");
  CHECK(found("GET", "") == "none");
  CHECK(found("GET", "/") == "none");
}

TEST_CASE("routes: a very long path overflows no stack") {
  CHECK(found("GET", "/v1/" + std::string(8'000'000, 'a')) == "none");
  CHECK(found("GET", std::string(1'000'000, '/')) == "none");
}
