#include "domain/signing.h"

#include <doctest/doctest.h>

#include "domain/json.h"
#include "domain/signature.h"
#include "support/enum_words.h"
#include "support/thrown.h"

using namespace slotflow;

namespace {

const std::string kSecret = "whsec_test";
const std::string kBody = R"({"event":"booking.confirmed","data":{"n":7,"source":"ai_sdr"}})";
const Timestamp kNow = from_unix_seconds(1'773'151'500);

SignatureVerdict verdict(const SigningPlan& plan, const std::string& body = kBody) {
  const SignedMessage message = sign_message(plan, body, kNow);
  return check_signature(message.signature, message.body, std::vector<std::string>{kSecret}, kNow,
                         kSignatureTolerance)
      .verdict;
}

}  // namespace

TEST_CASE("signing: an untouched message is valid, and its body is unchanged") {
  CHECK(verdict({kSecret}) == SignatureVerdict::valid);
  CHECK(sign_message({kSecret}, kBody, kNow).body == kBody);
}

TEST_CASE("signing: without a secret there is no signature") {
  CHECK_FALSE(sign_message({}, kBody, kNow).signature.has_value());
}

TEST_CASE("signing: every way to tamper gets its verdict") {
  CHECK(verdict({kSecret, Duration(0), Tamper::body}) == SignatureVerdict::invalid);
  CHECK(verdict({kSecret, Duration(0), Tamper::signature}) == SignatureVerdict::invalid);
  CHECK(verdict({kSecret, Duration(0), Tamper::timestamp}) == SignatureVerdict::invalid);
  CHECK(verdict({kSecret, Duration(0), Tamper::missing}) == SignatureVerdict::missing);
}

TEST_CASE("signing: a tampered body stays JSON, of the same length, and differs in one byte") {
  const SignedMessage message = sign_message({kSecret, Duration(0), Tamper::body}, kBody, kNow);
  CHECK(try_parse_json(message.body).has_value());
  REQUIRE(message.body.size() == kBody.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < kBody.size(); ++i) different += message.body.str()[i] != kBody[i];
  CHECK(different == 1);
}

TEST_CASE("signing: any body can be tampered with") {
  for (const std::string body : {"", "x", "0", "[1,2,3]", "\"\\\"\"", "\xff\xfe"}) {
    CAPTURE(body);
    CHECK(verdict({kSecret, Duration(0), Tamper::body}, body) == SignatureVerdict::invalid);
  }
}

TEST_CASE("signing: skew moves t, and the signature is valid for it") {
  const SigningPlan plan{kSecret, std::chrono::minutes(-10)};
  CHECK(verdict(plan) == SignatureVerdict::stale);
  const SignedMessage message = sign_message(plan, kBody, kNow);
  CHECK(message.signature->starts_with("t=1773150900,"));
  CHECK(check_signature(message.signature, message.body, std::vector<std::string>{kSecret},
                        kNow - std::chrono::minutes(10), kSignatureTolerance)
            .verdict == SignatureVerdict::valid);
  CHECK(verdict({kSecret, std::chrono::minutes(4)}) == SignatureVerdict::valid);
}

TEST_CASE("signing: the error for an unknown way to tamper lists the valid ones") {
  CHECK(test::thrown([] { parse_tamper("bdy"); }) ==
        "USAGE: --tamper: expected body, signature, timestamp or missing, got 'bdy' | hint: did "
        "you mean 'body'?");
}
