#include <algorithm>

#include <doctest/doctest.h>

#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::string header_of_event(const http::IncomingRequest& request) {
  return std::string(find_header(request.head.headers, kSignatureHeader).value_or(""));
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

const std::string kNines(400, '9');

}  // namespace

TEST_CASE("signature_odd: an error is shown with its text") {
  LiveServer server([](http::IncomingRequest& request) {
    return is_ascii(header_of_event(request)) ? verified(request)
                                              : response_of(500, "TypeError: not ASCII");
  });
  const Finding finding = find_with(server, "signature.odd-header");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK_FALSE(finding.info);
  CHECK(finding.observed ==
        "500 Internal Server Error (\"TypeError: not ASCII\") for a v1 with a letter outside "
        "ASCII");
}

TEST_CASE("signature_odd: a forged event that is accepted counts more than an earlier error") {
  LiveServer server([](http::IncomingRequest& request) {
    const std::string header = header_of_event(request);
    if (!is_ascii(header)) return response_of(500);
    return header.starts_with("t=" + kNines) ? response_of(200) : verified(request);
  });
  const Finding finding = find_with(server, "signature.odd-header");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed == "200 OK for a t of 400 digits");
  REQUIRE(finding.info);
  CHECK((finding.info->level == Level::must));
}

TEST_CASE("signature_odd: a header without a response is the last one that is sent") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = verified(request);
    response.dropped = header_of_event(request).ends_with('\xe9');
    return response;
  });
  const Finding finding = find_with(server, "signature.odd-header");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed ==
        "connection closed without a response for a v1 with a byte that is not UTF-8");
  const auto requests = server.requests();
  const auto last = std::ranges::find_if(
      requests, [](const auto& each) { return header_of_event(each).ends_with('\xe9'); });
  REQUIRE(requests.end() - last > 1);
  CHECK(is_signed(last[1]));  // whether valid events are still accepted
}

TEST_CASE("signature_odd: an odd header need not fare better than an ordinary one") {
  LiveServer failing([](http::IncomingRequest& request) {
    return is_signed(request) ? response_of(200) : response_of(500);
  });
  LiveServer closing([](http::IncomingRequest& request) {
    http::OutgoingResponse response = verified(request);
    response.dropped = !is_signed(request);
    return response;
  });
  for (const LiveServer* server : {&failing, &closing}) {
    const Finding finding = find_with(*server, "signature.odd-header");
    CHECK((finding.verdict == CheckVerdict::skipped));
    CHECK(finding.observed ==
          "ordinary wrong signatures do not get a 4xx either: see signature.refusal-status");
  }
}

TEST_CASE("signature_odd: a handler that errs for ordinary ones, too, still must accept none") {
  LiveServer server([](http::IncomingRequest& request) {
    if (is_signed(request)) return response_of(200);
    return response_of(header_of_event(request).starts_with("t=" + kNines) ? 200 : 500);
  });
  CHECK(find_with(server, "signature.odd-header").observed == "200 OK for a t of 400 digits");
}

TEST_CASE("signature_odd: a v1 that is used as a pattern, or cannot be one") {
  for (const std::string v1 : {".*", "*", "%", "[", "|"}) {
    const int status = v1 == "[" ? 500 : 200;
    LiveServer server([&](http::IncomingRequest& request) {
      return header_of_event(request).ends_with(",v1=" + v1) ? response_of(status)
                                                             : verified(request);
    });
    const Finding finding = find_with(server, "signature.odd-header");
    CHECK((finding.verdict == CheckVerdict::failed));
    CHECK(finding.observed.ends_with(" for the v1 '" + v1 + "'"));
  }
}

TEST_CASE("signature_odd: a header on which a pattern backtracks until the deadline") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = verified(request);
    if (header_of_event(request).ends_with("aa=aa=!")) response.delay = std::chrono::hours(1);
    return response;
  });
  const Finding finding = find_with(server, "signature.odd-header");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed ==
        "no complete response within 1s for 40 empty parts and an exclamation mark");
}

TEST_CASE("signature_odd: a digit that is none for a conversion") {
  for (const std::string digit : {"\xb2", "\xc2\xb2"}) {
    LiveServer server([&digit](http::IncomingRequest& request) {
      const bool fails = header_of_event(request).find(digit + ",") != std::string::npos;
      return fails ? response_of(500) : verified(request);
    });
    const Finding finding = find_with(server, "signature.odd-header");
    CHECK((finding.verdict == CheckVerdict::failed));
    CHECK(finding.observed.find("superscript") != std::string::npos);
  }
}
