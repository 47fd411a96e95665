#include "inspector/resend.h"

#include <doctest/doctest.h>

#include "domain/json.h"
#include "domain/signature.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

const Timestamp kSentAt = *parse_iso8601("2026-07-29T10:00:00Z");
const std::string kOwnSecret = "whsec_test";

EntryContent sample_content() {
  EntryContent content;
  content.row.method = "POST";
  content.row.webhook_id = "wh_1";
  content.url = "http://127.0.0.1:4242/hook";
  content.headers = {{"Host", "127.0.0.1:4242"},
                     {"content-type", "application/json; charset=utf-8"},
                     {"X-Slotflow-Signature", "t=1,v1=old"},
                     {"Content-Length", "2"},
                     {"Connection", "keep-alive"},
                     {"X-Own", "kept"}};
  content.body = std::string("{}");
  return content;
}

SecretFor signs_with(const std::string& secret) {
  return [secret](const std::string&, const Url&) -> std::optional<std::string> { return secret; };
}

std::optional<std::string> no_secret(const std::string&, const Url&) {
  return std::nullopt;
}

SignatureVerdict verdict_on(const Request& request) {
  return check_signature(find_header(request.headers, kSignatureHeader), request.body,
                         std::vector<std::string>{kOwnSecret}, kSentAt, kSignatureTolerance)
      .verdict;
}

}  // namespace

TEST_CASE("resend: the same bytes are signed anew, and the other headers are kept") {
  const Request request = resent_request(sample_content(), {}, signs_with(kOwnSecret), kSentAt);
  CHECK(request.url.to_string() == "http://127.0.0.1:4242/hook");
  CHECK(request.body == "{}");
  CHECK(verdict_on(request) == SignatureVerdict::valid);
  CHECK(find_header(request.headers, "X-Own") == "kept");
  CHECK(find_header(request.headers, "Content-Type") == "application/json; charset=utf-8");
  for (const char* name : {"Host", "Content-Length", "Connection"}) {
    CHECK(!find_header(request.headers, name));
  }
}

TEST_CASE("resend: another payload, URL or flaw is what was asked for") {
  ResendWish wish{.payload = "not json", .url = "localhost:3000/x"};
  Request request = resent_request(sample_content(), wish, signs_with(kOwnSecret), kSentAt);
  CHECK(request.body == "not json");
  CHECK(request.url.to_string() == "http://localhost:3000/x");
  CHECK(verdict_on(request) == SignatureVerdict::valid);
  for (const TamperInfo& info : kTampers) {
    wish.tamper = info.tamper;
    CAPTURE(std::string(info.name));
    CHECK(verdict_on(resent_request(sample_content(), wish, signs_with(kOwnSecret), kSentAt)) !=
          SignatureVerdict::valid);
  }
}

TEST_CASE("resend: without a secret, only an unsigned request can be sent") {
  CHECK(thrown([&] {
          resent_request(sample_content(), {}, no_secret, kSentAt);
        }).starts_with("NOT_FOUND: no secret is known to sign with"));
  const Request request =
      resent_request(sample_content(), {.tamper = Tamper::missing}, no_secret, kSentAt);
  CHECK(!find_header(request.headers, kSignatureHeader));
}

TEST_CASE("resend: a URL that is not valid is refused") {
  CHECK(thrown([&] {
          resent_request(sample_content(), {.url = "ftp://x"}, signs_with(kOwnSecret), kSentAt);
        }).starts_with("USAGE: url: "));
}

TEST_CASE("resend: the same request has its old signature") {
  const Request request = same_request(sample_content());
  CHECK(find_header(request.headers, kSignatureHeader) == "t=1,v1=old");
  CHECK(request.body == "{}");
}

TEST_CASE("resend: what became of it is said without the secret") {
  Reply reply;
  reply.result = Failure{FailureKind::connection_refused};
  const Request request = resent_request(sample_content(), {}, signs_with(kOwnSecret), kSentAt);
  const std::string text = resend_json({request, reply});
  const auto json = try_parse_json(text);
  REQUIRE(json);
  CHECK((*json)["status"].is_null());
  CHECK((*json)["error"] == "connection_refused");
  CHECK((*json)["message"].is_string());
  CHECK((*json)["signed"] == true);
  CHECK((*json)["invalid_json"] == false);
  CHECK(text.find(kOwnSecret) == std::string::npos);
  reply.result = Response{418, {{"A", "b"}}, "short and stout"};
  const auto answered = try_parse_json(resend_json({request, reply}));
  REQUIRE(answered);
  CHECK((*answered)["status"] == 418);
  CHECK((*answered)["body"] == "short and stout");
}
