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

TEST_CASE("signature_forged: a path that only the routing takes for that of the handler") {
  const std::pair<std::string, std::string> paths[] = {
      {"/hook/", "a path with a slash at its end"},
      {"/hook.json", "a path with .json at its end"},
      {"/hook;x=1", "a path with ;x=1 at its end"},
      {"/./hook", "a path with /. at its beginning"},
      {"//hook", "a path with two slashes at its beginning"},
      {"/HOOK", "a path in capitals"},
      {"/hoo%6b", "a path with a percent-encoded letter"}};
  for (const auto& each : paths) {
    LiveServer server([&each](http::IncomingRequest& request) {
      return request.head.target == each.first ? response_of(200) : verified(request);
    });
    const Finding finding = find_with(server, "signature.every-request");
    CHECK((finding.verdict == CheckVerdict::failed));
    CHECK(finding.observed == "200 OK for " + each.second + " with a wrong signature");
  }
}

TEST_CASE("signature_forged: a host that is trusted") {
  LiveServer server([](http::IncomingRequest& request) {
    const bool is_local = find_header(request.head.headers, "Host") == "localhost";
    return is_local ? response_of(200) : verified(request);
  });
  // The whole server responds with 200 there, so nothing shows that it took the event.
  CHECK((find_with(server, "signature.every-request").verdict == CheckVerdict::passed));
  LiveServer routed([](http::IncomingRequest& request) {
    if (request.head.target != "/hook") return response_of(404);
    const bool is_local = find_header(request.head.headers, "Host") == "localhost";
    return is_local ? response_of(200) : verified(request);
  });
  CHECK(find_with(routed, "signature.every-request").observed ==
        "200 OK for Host: localhost with a wrong signature");
}

TEST_CASE("signature_forged: a server that takes everything at other paths") {
  LiveServer server([](http::IncomingRequest& request) {
    const std::string path = request.head.target.substr(0, request.head.target.find('?'));
    return path == "/hook" ? verified(request) : response_of(200, "a page");
  });
  CHECK((find_with(server, "signature.every-request").verdict == CheckVerdict::passed));
}

TEST_CASE("signature_forged: a method in a header") {
  LiveServer server([](http::IncomingRequest& request) {
    const bool is_override =
        find_header(request.head.headers, "X-HTTP-Method-Override") == "DELETE";
    if (request.head.method != "POST") return response_of(405);
    return is_override ? response_of(200) : verified(request);
  });
  CHECK(find_with(server, "signature.other-methods").observed ==
        "200 OK for POST of an event with X-HTTP-Method-Override: DELETE with a wrong signature");
}
