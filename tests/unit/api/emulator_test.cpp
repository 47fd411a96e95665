#include "api/emulator.h"

#include <doctest/doctest.h>

#include "domain/json.h"
#include "support/emulated_account.h"

using namespace slotflow;
using test::EmulatedAccount;

namespace {

// An emulator over a store of its own.
struct Account : EmulatedAccount {
  explicit Account(EmulatorOptions options = {})
      : emulator(std::move(options), resources,
                 [this](const ApiCall& call) { log.push_back(call); }) {}

  WebReply reply(const std::string& method, const std::string& target, const std::string& body = "",
                 const std::string& authorization = "Bearer sk_live_test") {
    WebRequest request;
    request.method = method;
    request.target = target;
    request.headers = {{"authorization", authorization}};
    request.body = body;
    return emulator.respond(request);
  }
  // Returns the status and the JSON.
  std::string call(const std::string& method, const std::string& target,
                   const std::string& body = "") {
    const WebResponse response = reply(method, target, body).response;
    return std::to_string(response.status) + " " + response.body;
  }

  std::vector<ApiCall> log;
  Emulator emulator;
};

EmulatorOptions failing(const std::vector<std::string>& texts) {
  EmulatorOptions options;
  for (const std::string& text : texts) {
    options.faults.push_back(parse_api_fault("--fail", text, api_route_names()));
  }
  return options;
}

constexpr const char* kNewWebhook =
    R"({"url":"http://localhost:3000/hook","events":["booking.confirmed"],"unknown":[1]})";

}  // namespace

TEST_CASE("emulator: a webhook is created, listed and deleted, field by field") {
  Account slotflow;
  const WebResponse created = slotflow.reply("POST", "/v1/webhooks", kNewWebhook).response;
  CHECK(created.status == 201);
  const Webhook stored = slotflow.registry.read().webhooks.at(0);
  const std::string webhook = R"({"id":")" + stored.id +
                              R"(","url":"http://localhost:3000/hook","events":)"
                              R"(["booking.confirmed"],"signing_secret":")" +
                              stored.signing_secret +
                              R"(","active":true,"created_at":"2026-03-10T14:05:00.000Z"})";
  CHECK(created.body == webhook);
  CHECK(slotflow.call("GET", "/v1/webhooks") ==
        R"(200 {"webhooks":[)" + webhook + R"(],"total":1})");
  CHECK(slotflow.call("DELETE", "/v1/webhooks/" + stored.id) ==
        R"(200 {"deleted":true,"id":")" + stored.id + R"("})");
  CHECK(slotflow.call("GET", "/v1/webhooks") == R"(200 {"webhooks":[],"total":0})");
}

TEST_CASE("emulator: the store's rules are the API's") {
  Account slotflow;
  CHECK(slotflow.reply("POST", "/v1/webhooks", kNewWebhook).response.status == 201);
  const std::string id = slotflow.registry.read().webhooks.at(0).id;
  CHECK(slotflow.call("POST", "/v1/webhooks", kNewWebhook) ==
        R"(422 {"error":{"code":"VALIDATION_ERROR","message":"http://localhost:3000/hook is )"
        R"(already registered (id )" +
            id + R"x()","status":422}})x");
  const std::string second = R"({"url":"https://example.com","events":["booking.cancelled",)"
                             R"("booking.confirmed","booking.cancelled"]})";
  CHECK(slotflow.call("POST", "/v1/webhooks", second)
            .find(R"("events":["booking.cancelled","booking.confirmed"])") != std::string::npos);
  CHECK(slotflow.call("POST", "/v1/webhooks",
                      R"({"url":"https://example.org","events":["booking.cancelled"]})") ==
        R"(402 {"error":{"code":"LIMIT_REACHED","message":"plan free allows 2 webhooks, and 2 )"
        R"(are registered","status":402}})");
}

TEST_CASE("emulator: wrong values name their field") {
  Account slotflow;
  const auto message = [&](const std::string& body) {
    const std::string text = slotflow.call("POST", "/v1/webhooks", body);
    CHECK(text.starts_with(R"(422 {"error":{"code":"VALIDATION_ERROR","message":")"));
    const std::size_t begin = text.find("message\":\"") + 10;
    return text.substr(begin, text.find("\",\"status\"") - begin);
  };
  const auto with_url = [](const std::string& url) {
    return R"({"events":["booking.confirmed"],"url":)" + url + "}";
  };
  const auto with_events = [](const std::string& events) {
    return R"({"url":"https://example.com","events":)" + events + "}";
  };
  CHECK(message("") == "body: expected a JSON object, got nothing");
  CHECK(message("{}") == "url: expected a string, got nothing");
  CHECK(message(with_url("3000")) == "url: expected a string, got a number");
  CHECK(message(with_url("\"3000\"")) ==
        "url: expected a URL that begins with https:// or http://, got '3000'");
  CHECK(message(with_url("\"https://a b\"")).starts_with("url: expected "));
  CHECK(message(with_events("{}")) == "events: expected an array of strings, got an object");
  CHECK(message(with_events("[]")) == "events: expected at least one event, got none");
  CHECK(message(with_events("[1]")) == "events[0]: expected a string, got a number");
  CHECK(message(with_events(R"(["booking.confirmed","x"])")) ==
        "events[1]: expected booking.confirmed or booking.cancelled, got 'x'");
}

TEST_CASE("emulator: unknown routes and ids are 404") {
  Account slotflow;
  slotflow.reply("POST", "/v1/webhooks", kNewWebhook);
  const std::string id = slotflow.registry.read().webhooks.at(0).id;
  CHECK(slotflow.call("PUT", "/v1/webhooks?x=1") ==
        R"(404 {"error":{"code":"NOT_FOUND","message":"No such route: PUT /v1/webhooks.",)"
        R"("status":404}})");
  // The commands accept these in place of the id.
  for (const std::string& other : {id.substr(0, 8), std::string("http:%2F%2Flocalhost:3000%2Fhook"),
                                   std::string("x"), std::string("%00")}) {
    CAPTURE(other);
    CHECK(slotflow.call("DELETE", "/v1/webhooks/" + other) ==
          R"(404 {"error":{"code":"NOT_FOUND","message":"Webhook not found.","status":404}})");
  }
  CHECK(slotflow.registry.read().webhooks.size() == 1);
}

TEST_CASE("emulator: every route needs a key") {
  EmulatorOptions options;
  options.key = "sk_live_mine";
  Account slotflow(options);
  for (const Route& route : api_routes()) {
    CAPTURE(route.pattern);
    const WebReply reply =
        slotflow.reply(std::string(route.method), std::string(route.pattern), "", "Bearer other");
    CHECK(reply.response.status == 401);
    CHECK(reply.response.body == R"({"error":{"code":"UNAUTHORIZED","message":)"
                                 R"("Missing or invalid API key.","status":401}})");
  }
  CHECK(slotflow.reply("GET", "/v1/webhooks", "", "Bearer sk_live_mine").response.status == 200);
}

TEST_CASE("emulator: a store that cannot be read is an error in the same shape") {
  Account slotflow;
  test::spit(slotflow.dir.file("store.json"), "[]");
  const WebResponse response = slotflow.reply("GET", "/v1/webhooks").response;
  CHECK(response.status == 500);
  CHECK(response.body.starts_with(R"({"error":{"code":"INTERNAL_ERROR","message":")"));
}

TEST_CASE("emulator: the log has the call without its key") {
  Account slotflow;
  slotflow.reply("POST", "/v1/webhooks?a=b", kNewWebhook);
  slotflow.reply("GET", "/v1/nothing");
  REQUIRE(slotflow.log.size() == 2);
  const std::string line = to_line(call_json(slotflow.log[0]));
  CHECK(
      line.starts_with(R"({"type":"request","n":1,"at":"2026-03-10T14:05:00.000Z","method":"POST",)"
                       R"("path":"/v1/webhooks?a=b","route":"POST /v1/webhooks",)"
                       R"x("headers":[["authorization","(hidden)"]],"body":"{)x"));
  CHECK(line.ends_with(R"("body_base64":null,"answer":{"status":201,"error":null,)"
                       R"("message":null,"fault":null,"delay_ms":0}})"));
  CHECK(line.find("sk_live") == std::string::npos);
  CHECK(
      to_line(call_json(slotflow.log[1]))
          .ends_with(
              R"x("route":null,"headers":[["authorization","(hidden)"]],"body":"","body_base64":null,)x"
              R"("answer":{"status":404,"error":"NOT_FOUND","message":"No such route: GET /v1/nothing.",)"
              R"("fault":null,"delay_ms":0}})"));
  const ApiCallCounts counts = slotflow.emulator.counts();
  CHECK(counts.requests == 2);
  CHECK(counts.succeeded == 1);
  CHECK(counts.failed == 1);
  CHECK(counts.simulated == 0);
}

TEST_CASE("emulator: simulated failures change nothing, unless they commit first") {
  Account slotflow(failing({"POST /v1/webhooks 503*1", "POST /v1/webhooks timeout*1",
                            "POST /v1/webhooks reset*1", "POST /v1/webhooks commit-then-500*1"}));
  CHECK(slotflow.call("POST", "/v1/webhooks", kNewWebhook) ==
        R"(503 {"error":{"code":"INTERNAL_ERROR","message":"Simulated failure: 503.",)"
        R"("status":503}})");
  CHECK(slotflow.reply("POST", "/v1/webhooks", kNewWebhook).ending == WebReply::Ending::timeout);
  CHECK(slotflow.reply("POST", "/v1/webhooks", kNewWebhook).ending == WebReply::Ending::reset);
  CHECK(slotflow.registry.read().webhooks.empty());
  CHECK(slotflow.reply("POST", "/v1/webhooks", kNewWebhook).response.status == 500);
  CHECK(slotflow.registry.read().webhooks.size() == 1);
  CHECK(slotflow.log.at(2).status == std::nullopt);
  CHECK(slotflow.log.at(2).simulated == "reset");
  CHECK(slotflow.log.at(3).simulated == "commit-then-500");
  CHECK(slotflow.emulator.counts().simulated == 4);
}

TEST_CASE("emulator: a refused request cannot commit") {
  Account slotflow(failing({"POST /v1/webhooks commit-then-reset*1"}));
  CHECK(slotflow.reply("POST", "/v1/webhooks", "{}").response.status == 422);
  CHECK(slotflow.log.at(0).simulated == std::nullopt);
  CHECK(slotflow.reply("POST", "/v1/webhooks", kNewWebhook).ending == WebReply::Ending::reset);
}

TEST_CASE("emulator: /_emulator needs no key, is not logged and never fails") {
  Account slotflow(failing({"* 500"}));
  CHECK(slotflow.reply("GET", "/_emulator/ready", "", "").response.body == R"({"ready":true})");
  slotflow.reply("GET", "/v1/webhooks");
  const std::string requests = slotflow.call("GET", "/_emulator/requests?x");
  CHECK(requests.starts_with(R"(200 {"requests":[{"type":"request","n":1,)"));
  CHECK(requests.ends_with(R"("fault":"500","delay_ms":0}}],"total":1})"));
  CHECK(slotflow.log.size() == 1);
  CHECK(slotflow.call("POST", "/_emulator/ready") ==
        R"(404 {"error":{"code":"NOT_FOUND","message":"No such route: POST /_emulator/ready.",)"
        R"("status":404}})");
  CHECK(slotflow.reply("GET", "/_emulatorx").response.status == 404);
}

TEST_CASE("emulator: failures can be shown and replaced") {
  Account slotflow(failing({"GET /v1/webhooks 500*2"}));
  CHECK(slotflow.call("GET", "/_emulator/faults") == R"(200 ["GET /v1/webhooks 500*2"])");
  CHECK(slotflow.call("PUT", "/_emulator/faults", R"(["* reset@0.5", "* 429*1"])") ==
        R"(200 ["* reset@0.5","* 429*1"])");
  CHECK(slotflow.call("PUT", "/_emulator/faults", R"(["* 500", 1])") ==
        R"(422 {"error":{"code":"VALIDATION_ERROR","message":"[1]: expected a string, got a )"
        R"(number","status":422}})");
  CHECK(slotflow.call("PUT", "/_emulator/faults", R"(["* 1"])") ==
        R"(422 {"error":{"code":"VALIDATION_ERROR","message":"[0]: expected a status from 400 to )"
        R"(599, got '1'","status":422}})");
  CHECK(slotflow.call("PUT", "/_emulator/faults", "{}").starts_with("422 "));
  CHECK(slotflow.call("GET", "/_emulator/faults") == R"(200 ["* reset@0.5","* 429*1"])");
  CHECK(slotflow.call("PUT", "/_emulator/faults", "[]") == "200 []");
  CHECK(slotflow.reply("GET", "/v1/webhooks").response.status == 200);
}

TEST_CASE("emulator: a web page cannot use /_emulator") {
  Account slotflow;
  WebRequest request;
  request.method = "PUT";
  request.target = "/_emulator/faults";
  request.headers = {{"Origin", "http://example.com"}};
  request.body = R"(["* 500"])";
  CHECK(slotflow.emulator.respond(request).response.status == 401);
  CHECK(slotflow.emulator.faults().left().empty());
}

TEST_CASE("emulator: latency delays every response of the API") {
  EmulatorOptions options;
  options.latency = std::chrono::milliseconds(50);
  Account slotflow(options);
  CHECK(slotflow.reply("GET", "/v1/webhooks").delay == options.latency);
  CHECK(slotflow.log.at(0).delay == options.latency);
  CHECK(slotflow.reply("GET", "/_emulator/ready").delay == Duration(0));
}
