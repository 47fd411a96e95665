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
