#include "conformance/response_cause.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

Reply reply_of(int status, const std::string& body, std::vector<Header> headers = {}) {
  return {Response{.status = status, .headers = std::move(headers), .body = body}, "", {}};
}

}  // namespace

TEST_CASE("response_cause: a response names what rejects every event") {
  struct Row {
    int status;
    std::string body;
    std::string_view remedy;  // its beginning
  };
  constexpr std::string_view kHost = "check the URL under a host name";
  constexpr std::string_view kCsrf = "exempt this path from CSRF";
  constexpr std::string_view kSize = "raise the limit on the size";
  const std::vector<Row> rows{
      {400, "<title>DisallowedHost\n at /</title>", kHost},
      {400, "Host '127.0.0.1:3000' is not trusted.", kHost},
      {403, "<h1>Blocked hosts: 127.0.0.1:3000</h1>", kHost},
      {403, "Host not permitted", kHost},
      {400, "Invalid host header", kHost},
      {421, "", kHost},
      {403, "<p>CSRF verification failed. Request aborted.</p>", kCsrf},
      {422, "ActionController::InvalidAuthenticityToken", kCsrf},
      {419, "", kCsrf},
      {400, "The CSRF token is missing.", kCsrf},
      {413, "", kSize},
      {401, "bad signature", ""},
      // The markup of a page, and what a page for developers lists after the reason.
      {401,
       "<!DOCTYPE html><html><head><meta name=\"csrf-token\" content=\"x\"></head><body>Invalid "
       "signature</body></html>",
       ""},
      {400, "<h1>BadRequest at /</h1><p>" + std::string(2'000, '-') + "CSRF token</p>", ""},
      {400, "<title>Bad Request (400)</title>", ""},
      {401, "the signature is not trusted", ""},
      {401, "Cannot verify for this host today. The signature is not trusted.", ""},
      {401, "the csrf of this", ""},
      {400, "Bad Request", ""},
      {403, "", ""},
      {200, "csrf", ""},
      {500, "Invalid host header", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    CAPTURE(row.status);
    const std::string_view remedy = remedy_named_by(reply_of(row.status, row.body));
    CHECK(remedy.starts_with(row.remedy));
    CHECK(remedy.empty() == row.remedy.empty());
  }
  CHECK(remedy_named_by({Failure{FailureKind::timeout}, "", {}}).empty());
  CHECK(looks_like_a_signature_matter(reply_of(403, "bad signature")));
  CHECK_FALSE(looks_like_a_signature_matter(reply_of(403, "CSRF token missing")));
}

TEST_CASE("response_cause: Django's page for a bad request can be about a signature, or a host") {
  const std::string page =
      "<!doctype html><html lang=\"en\"><head><title>Bad Request (400)</title></head><body>"
      "<h1>Bad Request (400)</h1><p></p></body></html>";
  CHECK(looks_like_a_signature_matter(reply_of(400, page)));
  CHECK(other_cause_of(reply_of(400, page)).find("ALLOWED_HOSTS") != std::string_view::npos);
  CHECK(other_cause_of(reply_of(400, "bad signature")).empty());
  CHECK(other_cause_of(reply_of(401, page)).empty());
  CHECK(other_cause_of({Failure{FailureKind::timeout}, "", {}}).empty());
}

TEST_CASE("response_cause: a 204 has no body") {
  CHECK_FALSE(has_forbidden_body(reply_of(204, "")));
  CHECK_FALSE(has_forbidden_body(reply_of(204, "", {{"Content-Length", "0"}})));
  CHECK_FALSE(has_forbidden_body(reply_of(200, "x", {{"Content-Length", "1"}})));
  CHECK(has_forbidden_body(reply_of(204, "", {{"content-length", "2"}})));
  CHECK(has_forbidden_body(reply_of(204, "", {{"Transfer-Encoding", "chunked"}})));
  Reply followed = reply_of(204, "");
  std::get<Response>(followed.result).followed = true;
  CHECK(has_forbidden_body(followed));
  CHECK(describe(followed, Subject{}) == "204 No Content, with a body");
}
