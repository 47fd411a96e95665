#include <atomic>

#include <doctest/doctest.h>

#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

bool is_in_chunks(const http::IncomingRequest& request) {
  return find_header(request.head.headers, "Transfer-Encoding").has_value();
}

// Judges with `next` the forged request that comes right after a valid one, if the program sends
// nothing else on that connection.
class AfterValid {
 public:
  using Next = std::function<http::OutgoingResponse()>;

  explicit AfterValid(Next next) : next_(std::move(next)) {}

  http::OutgoingResponse operator()(http::IncomingRequest& request) {
    const bool keeps = !find_header(request.head.headers, "Connection");
    if (keeps && !is_signed(request)) return next_();
    return verified(request);
  }

 private:
  Next next_;
};

}  // namespace

TEST_CASE("signature_forged: the evidence of an event in chunks has the body without its framing") {
  LiveServer server([](http::IncomingRequest& request) {
    return is_in_chunks(request) ? response_of(200) : verified(request);
  });
  const Finding finding = find_with(server, "signature.chunked");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed ==
        "200 OK for an event in chunks, without Content-Length, with a wrong signature");
  REQUIRE(finding.evidence.requests.size() == 1);
  const Request& shown = finding.evidence.requests.front();
  CHECK(shown.in_chunks);
  CHECK(shown.body.str().starts_with("{\"event\""));
}

TEST_CASE("signature_forged: so has that of an event after which no other is accepted") {
  std::atomic<bool> ended = false;
  LiveServer server([&](http::IncomingRequest& request) {
    if (is_in_chunks(request)) ended = true;
    return ended ? response_of(500) : verified(request);
  });
  const Finding finding =
      find_with(server, "signature.chunked", kCheckedSecret, {"leaks.stack-trace"});
  CHECK((finding.verdict == CheckVerdict::failed));
  REQUIRE(finding.evidence.requests.size() == 1);
  const Request& shown = finding.evidence.requests.front();
  CHECK(shown.in_chunks);
  CHECK(shown.body.str().starts_with("{\"event\""));
}

TEST_CASE("signature_forged: a forgery after a valid event on the same connection") {
  LiveServer server(AfterValid([] { return response_of(200, "welcome back"); }));
  const Finding finding = find_with(server, "signature.after-valid");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed ==
        "200 OK (\"welcome back\") for an event with a wrong signature, after a valid one on the "
        "same connection");
  CHECK(finding.evidence.requests.size() == 2);
}

TEST_CASE("signature_forged: a forgery without a response was not rejected") {
  LiveServer server(AfterValid([] {
    http::OutgoingResponse response = response_of(401);
    response.delay = std::chrono::hours(1);
    return response;
  }));
  const Finding finding = find_with(server, "signature.after-valid");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed.starts_with("no complete response within 1s"));
  CHECK(finding.remedy.starts_with("return 4xx at once when you reject a request"));
}

TEST_CASE("signature_forged: nothing is known about a connection that was closed") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = verified(request);
    response.headers = {{"Connection", "close"}};
    return response;
  });
  const Finding finding = find_with(server, "signature.after-valid");
  CHECK((finding.verdict == CheckVerdict::skipped));
  CHECK(finding.observed == "the connection was closed after each response");
}
