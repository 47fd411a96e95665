#include <sstream>
#include <streambuf>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "report/deliveries.h"
#include "report/output.h"
#include "report/requests.h"
#include "report/signatures.h"
#include "report/webhooks.h"
#include "unit/report/samples.h"

using namespace slotflow;

namespace {

// What `show` makes a reporter without colour write.
template <typename Show>
std::string text_shown(Show show) {
  std::ostringstream out;
  Output output(out, Format::text);
  show(output);
  return out.str();
}

// Counts how often it is flushed.
class CountingBuffer : public std::stringbuf {
 public:
  int flushes = 0;

 protected:
  int sync() override {
    ++flushes;
    return 0;
  }
};

}  // namespace

TEST_CASE("output as text: a registered webhook shows its secret once") {
  CHECK(
      text_shown([](Output& output) { output.show(RegisteredWebhook{test::sample_webhook()}); }) ==
      "Registered 3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f\n"
      "  url     http://localhost:3000/hook\n"
      "  events  booking.confirmed, booking.cancelled\n"
      "  secret  whsec_k8J2mN4pQ7rS9tU1vW3xY5zA6bC8dE0f"
      " (list hides it)\n");
}

TEST_CASE("output as text: a list masks secrets unless they are asked for") {
  Webhook second = test::sample_webhook();
  second.id = "short";
  second.events = {Event::booking_cancelled};
  WebhookListing listing{.webhooks = {test::sample_webhook(), second}, .show_secrets = false};
  const auto text = [&listing] {
    return text_shown([&listing](Output& output) { output.show(listing); });
  };
  CHECK(text() ==
        "ID                                    URL                         "
        "EVENTS                               SECRET         CREATED\n"
        "3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f  http://localhost:3000/hook  "
        "booking.confirmed,booking.cancelled  whsec_k8J2...  2026-03-10T14:05:00+00:00\n"
        "short                                 http://localhost:3000/hook  "
        "booking.cancelled                    whsec_k8J2...  2026-03-10T14:05:00+00:00\n");
  listing = {.webhooks = {second}, .show_secrets = true};
  listing.webhooks[0].active = false;
  CHECK(text() ==
        "ID     URL                         EVENTS             "
        "SECRET                                  CREATED                    ACTIVE\n"
        "short  http://localhost:3000/hook  booking.cancelled  "
        "whsec_k8J2mN4pQ7rS9tU1vW3xY5zA6bC8dE0f  2026-03-10T14:05:00+00:00  no\n");
}

TEST_CASE("output as text: an empty list is no line") {
  CHECK(text_shown([](Output& output) { output.show(WebhookListing{}); }) == "");
}

TEST_CASE("output as text: deleted and plan") {
  CHECK(text_shown([](Output& output) { output.show(DeletedWebhook{test::sample_webhook()}); }) ==
        "Deleted 3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f  http://localhost:3000/hook\n");
  CHECK(text_shown([](Output& output) { output.show(PlanUsage{Plan::free, 1}); }) ==
        "Plan free: 1 webhook used, limit 2\n");
  CHECK(text_shown([](Output& output) { output.show(PlanUsage{Plan::growth, 3}); }) ==
        "Plan growth: 3 webhooks used, no limit\n");
  CHECK(text_shown([](Output& output) { output.show(PlanUsage{Plan::growth, 1}); }) ==
        "Plan growth: 1 webhook used, no limit\n");
}

TEST_CASE("output as text: a verdict has its reason and its diagnosis") {
  CHECK(text_shown([](Output& output) {
          output.show(Verification{{SignatureVerdict::valid, "ignored"}, {}});
        }) == "valid\n");
  CHECK(text_shown([](Output& output) {
          output.show(Verification{{SignatureVerdict::invalid, "no v1 matches\x1b"},
                                   "a trailing\x1b newline"});
        }) == "invalid: no v1 matches\\x1b\ndiagnosis: a trailing\\x1b newline\n");
  CHECK(text_shown([](Output& output) {
          output.show(Verification{{SignatureVerdict::missing, ""}, {}});
        }) == "missing\n");
}

TEST_CASE("output as text: sign prints the header line") {
  CHECK(text_shown([](Output& output) { output.show(SignatureHeaderValue{"t=1,v1=ab"}); }) ==
        "X-Slotflow-Signature: t=1,v1=ab\n");
}

TEST_CASE("output as text: deliveries and requests are shown as their texts") {
  CHECK(text_shown([](Output& output) {
          output.show(FireAnnouncement{"booking.confirmed", {}, 1, {"http://a/"}, {}, 1});
          output.show(test::sample_attempt(200));
          output.show(DeliverySummary{.deliveries = 1, .delivered = 1, .attempts = 1});
        }) ==
        "booking.confirmed\n-> 1 delivery to http://a/, no retries\n"
        "14:05:00  attempt 1/3  200 OK  in 3.2 ms  http://localhost:4242/ (127.0.0.1:4242)"
        "  delivered\n"
        "1 delivery: 1 delivered, 0 failed in 1 attempt\n");
  CHECK(text_shown([](Output& output) {
          output.show(Listening{"http://127.0.0.1:4242/", 4242});
          output.show(test::sample_request("[]"));
          output.show(ReceiverSummary{1, 1, 0, 0, 0});
        }) ==
        "Listening on http://127.0.0.1:4242/\n(Ctrl-C to stop)\n"
        "14:05:00  #3  POST /hook  signature valid  -> 200\n    []\n"
        "1 request: 1 accepted, 0 failed; 0 duplicates, 0 bad signatures\n");
}

TEST_CASE("output as text: every call is flushed") {
  CountingBuffer buffer;
  std::ostream out(&buffer);
  Output output(out, Format::text);
  output.show(PlanUsage{});
  CHECK(buffer.flushes == 1);
  output.show(test::sample_request("{}"));
  CHECK(buffer.flushes == 2);
}

TEST_CASE("output as text: a dead stream is no error") {
  std::ostringstream throwing;
  throwing.exceptions(std::ios::badbit | std::ios::failbit);
  try {
    throwing.setstate(std::ios::badbit);
  } catch (const std::ios_base::failure&) {
  }
  Output output(throwing, Format::text);
  CHECK_NOTHROW(output.show(PlanUsage{}));
  CHECK_NOTHROW(output.show(test::sample_request("{}")));

  std::ostream closed(nullptr);
  Output silent(closed, Format::text);
  CHECK_NOTHROW(silent.show(PlanUsage{}));
  CHECK(closed.bad());
}

TEST_CASE("output as text: threads do not tear each other's texts") {
  std::ostringstream out;
  Output output(out, Format::text);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&output] {
      for (int n = 0; n < 100; ++n) output.show(test::sample_request("{\"a\":1}"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::string expected;
  for (int n = 0; n < 400; ++n) {
    expected +=
        "14:05:00  #3  POST /hook  signature valid  -> 200\n"
        "    {\n"
        "      \"a\": 1\n"
        "    }\n";
  }
  CHECK(out.str() == expected);
}

TEST_CASE("output as text: nothing hostile gets through") {
  const std::string bad = test::hostile_text();
  Webhook webhook = test::sample_webhook();
  webhook.id = webhook.url = webhook.signing_secret = webhook.created_at = bad;
  CHECK(test::danger_in(text_shown([&](Output& output) {
          output.show(RegisteredWebhook{webhook});
          output.show(WebhookListing{{webhook}, false});
          output.show(WebhookListing{{webhook}, true});
          output.show(DeletedWebhook{webhook});
          output.show(Verification{{SignatureVerdict::malformed, bad}, bad});
          output.show(SignatureHeaderValue{bad});
        })) == "");
}
