#include <atomic>

#include <doctest/doctest.h>

#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// Rejects with `text(v1)`.
LiveServer::Handler rejecting_with(std::function<std::string(const std::string& v1)> text) {
  return [text](http::IncomingRequest& request) {
    if (is_signed(request)) return response_of(200);
    const std::string header(find_header(request.head.headers, kSignatureHeader).value_or(""));
    const auto at = header.find("v1=");
    return response_of(401, text(at == std::string::npos ? "" : header.substr(at + 3)));
  };
}

}  // namespace

TEST_CASE("leaks: what the sender knows of v1 is not a sign of how much is right") {
  const std::function<std::string(const std::string&)> echoes[] = {
      [](const std::string& v1) { return "signature " + v1.substr(0, 8) + "... does not match"; },
      [](const std::string& v1) {
        return "signature ..." + v1.substr(v1.size() < 6 ? 0 : v1.size() - 6) + " does not match";
      },
      [](const std::string& v1) { return "signature " + v1 + " does not match"; },
  };
  for (const auto& echo : echoes) {
    const LiveServer server(rejecting_with(echo));
    CHECK((find_with(server, "leaks.oracle").verdict == CheckVerdict::passed));
  }
}

TEST_CASE("leaks: the part of v1 that was right tells how much that is") {
  const LiveServer server([](http::IncomingRequest& request) {
    if (is_signed(request)) return response_of(200);
    const std::string header(find_header(request.head.headers, kSignatureHeader).value_or(""));
    const auto at = header.find("v1=");
    if (at == std::string::npos) return response_of(401);
    const std::string given = header.substr(at + 3);
    const std::string right =
        signature_hex(kCheckedSecret, header.substr(2, header.find(',') - 2), request.body);
    std::size_t same = 0;
    while (same < given.size() && same < right.size() && given[same] == right[same]) ++same;
    return response_of(401, "right until " + given.substr(0, same));
  });
  CHECK((find_with(server, "leaks.oracle").verdict == CheckVerdict::failed));
}

TEST_CASE("leaks: a secret that can occur by chance is not searched for") {
  const LiveServer server;
  const Finding finding = find_with(server, "leaks.secret", "short1");
  CHECK((finding.verdict == CheckVerdict::skipped));
  CHECK(finding.observed == "the secret is too short to be searched for");
}

TEST_CASE("leaks: what was found is reported for a handler that rejects valid events") {
  const LiveServer server(
      [](http::IncomingRequest&) { return response_of(500, "key " + kCheckedSecret); });
  const CheckRun run = run_against(server, {"leaks"}, kCheckedSecret);
  CHECK((run.failed == Ids{"leaks.secret"}));
  CHECK((run.skipped == Ids{"leaks.oracle", "leaks.known-bookings", "leaks.signature",
                            "leaks.stack-trace", "leaks.bookings"}));
  CHECK(run.findings.at("leaks.secret").observed ==
        "500 Internal Server Error with the secret in it");
}

TEST_CASE("leaks: what was found is reported for a handler that was lost since") {
  std::atomic<bool> is_down = false;
  const LiveServer server([&is_down](http::IncomingRequest& request) {
    if (is_down) return response_of(500);
    if (!is_signed(request)) return response_of(401, "key " + kCheckedSecret);
    is_down = !request.body.starts_with('{');
    return response_of(is_down ? 500 : 200);
  });
  const CheckRun run =
      run_against(server, {"signature.missing", "malformed.not-json", "leaks"}, kCheckedSecret);
  CHECK((run.failed == Ids{"malformed.not-json", "leaks.secret"}));
  REQUIRE(run.lost);
  CHECK(run.lost->find("malformed.not-json") != std::string::npos);
}

TEST_CASE("leaks: responses to wrong signatures that are nearly right are searched, too") {
  const LiveServer server([](http::IncomingRequest& request) {
    if (is_signed(request)) return response_of(200);
    const std::string header(find_header(request.head.headers, kSignatureHeader).value_or(""));
    const auto at = header.find(",v1=");
    if (at == std::string::npos || at < 2) return response_of(401);
    const std::string right = signature_hex(kCheckedSecret, header.substr(2, at - 2), request.body);
    const bool is_near = header.ends_with(right.substr(8));
    return response_of(401, is_near ? "key " + kCheckedSecret : "");
  });
  CHECK((run_against(server, {"leaks"}, kCheckedSecret).failed ==
         Ids{"leaks.oracle", "leaks.secret"}));
}

TEST_CASE("leaks: a response of another check that is too long to be searched leaves it open") {
  const LiveServer server([](http::IncomingRequest& request) {
    const auto header = find_header(request.head.headers, kSignatureHeader);
    const bool is_other = header && header->find(",v0=") != std::string_view::npos;
    return response_of(is_signed(request) ? 200 : 401, is_other ? std::string(70'000, 'x') : "");
  });
  CHECK((find_with(server, "leaks.secret").verdict == CheckVerdict::passed));
  const Finding finding =
      find_with(server, "leaks.secret", kCheckedSecret, {"signature.other-scheme"});
  CHECK((finding.verdict == CheckVerdict::skipped));
  CHECK(finding.observed ==
        "a response was longer than 64 KiB, so not all of it could be searched");
}
