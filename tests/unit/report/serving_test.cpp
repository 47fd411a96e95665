#include "report/serving.h"

#include <doctest/doctest.h>

#include "report/inspecting.h"
#include "support/time_zone.h"

using namespace slotflow;

namespace {

ApiCall example_call() {
  ApiCall call;
  call.n = 3;
  call.at = from_unix_seconds(1'773'151'500);
  call.method = "POST";
  call.target = "/v1/webhooks";
  call.status = 201;
  return call;
}

const Style kPlain;

}  // namespace

TEST_CASE("serving: where the API is, and over which store") {
  const Serving serving{"http://127.0.0.1:4010", 4010, "/tmp/a\x1b/store.json"};
  CHECK(text_of(serving, kPlain) ==
        "Serving Slotflow's API on http://127.0.0.1:4010\n"
        "Webhooks are those of /tmp/a\\x1b/store.json\n"
        "(Ctrl-C to stop)\n");
  CHECK(json_of(Serving{"http://[::1]:1", 1, "/s"}) ==
        "{\"type\":\"serving\",\"url\":\"http://[::1]:1\",\"port\":1,\"store\":\"/"
        "s\",\"ui\":null}\n");
}

TEST_CASE("serving: the inspector, if there is one") {
  const Serving serving{"http://127.0.0.1:4010", 4010, "/s", "http://127.0.0.1:4243/"};
  CHECK(text_of(serving, kPlain) ==
        "Serving Slotflow's API on http://127.0.0.1:4010\n"
        "Webhooks are those of /s\n"
        "Inspector at http://127.0.0.1:4243/\n"
        "(Ctrl-C to stop)\n");
  CHECK(json_of(serving).ends_with("\"ui\":\"http://127.0.0.1:4243/\"}\n"));
}

TEST_CASE("inspecting: where the inspector is, and of which history") {
  const Inspecting inspecting{"http://127.0.0.1:4243/", "/tmp/a\x1b/store.db"};
  CHECK(text_of(inspecting, kPlain) ==
        "Inspector at http://127.0.0.1:4243/\n"
        "Deliveries are those of /tmp/a\\x1b/store.db\n"
        "(Ctrl-C to stop)\n");
  CHECK(json_of(Inspecting{"http://127.0.0.1:4243/", "/s.db"}) ==
        "{\"type\":\"inspecting\",\"ui\":\"http://127.0.0.1:4243/\",\"history\":\"/s.db\"}\n");
}

TEST_CASE("serving: a call in one line") {
  const test::TimeZone zone("UTC");
  ApiCall call = example_call();
  CHECK(text_of(call, kPlain) == "14:05:00  #3  POST /v1/webhooks  -> 201\n");
  call.status = 422;
  call.error = "VALIDATION_ERROR";
  call.message = "url: expected a string, got nothing";
  CHECK(text_of(call, kPlain) ==
        "14:05:00  #3  POST /v1/webhooks  -> 422 VALIDATION_ERROR  url: expected a string, got "
        "nothing\n");
  call.status = 500;
  call.error = "INTERNAL_ERROR";
  call.simulated = "commit-then-500";
  CHECK(text_of(call, kPlain) ==
        "14:05:00  #3  POST /v1/webhooks  -> 500 INTERNAL_ERROR (simulated: commit-then-500)\n");
  call.status.reset();
  call.simulated = "timeout";
  CHECK(text_of(call, kPlain) ==
        "14:05:00  #3  POST /v1/webhooks  -> no response (simulated: timeout)\n");
}

TEST_CASE("serving: a call is safe for terminals and not wider than they are") {
  const test::TimeZone zone("UTC");
  ApiCall call = example_call();
  call.method = "GET";
  call.target = "/\x1b[31m" + std::string(300, 'a');
  const std::string text = text_of(call, kPlain);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.size() < 300);
}

TEST_CASE("serving: the summary") {
  ServeSummary summary;
  summary.counts = {3, 1, 2, 0};
  summary.seed = 7;
  CHECK(text_of(summary, kPlain) == "3 requests: 1 succeeded, 2 failed\n");
  CHECK(json_of(summary) ==
        "{\"type\":\"summary\",\"requests\":3,\"succeeded\":1,\"failed\":2,\"simulated\":0,"
        "\"attempts\":0,\"delivered\":0,\"undelivered\":0,"
        "\"seed\":7}\n");
  summary.counts.simulated = 2;
  summary.deliveries.attempts = 5;
  summary.deliveries.delivered = 1;
  summary.deliveries.failed = 1;
  summary.not_shown = 4;
  CHECK(text_of(summary, kPlain) ==
        "3 requests: 1 succeeded, 2 failed; 2 simulated failures (seed 7)\n"
        "5 attempts to deliver events: 1 delivered, 1 failed for good\n");
  CHECK(json_of(summary).ends_with(
      "\"simulated\":2,\"attempts\":5,\"delivered\":1,\"undelivered\":1,\"seed\":7,"
      "\"not_shown\":4}\n"));
}
