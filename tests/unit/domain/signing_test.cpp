#include "domain/signing.h"

#include <doctest/doctest.h>

#include "domain/json.h"
#include "domain/signature.h"
#include "support/enum_words.h"
#include "support/thrown.h"

using namespace slotflow;

namespace {

const std::string kTestSecret = "whsec_test";
const std::string kEventBody = R"({"event":"booking.confirmed","data":{"n":7,"source":"ai_sdr"}})";
const Timestamp kNow = from_unix_seconds(1'773'151'500);

SignatureVerdict verdict(const SigningPlan& plan, const std::string& body = kEventBody) {
  const SignedMessage message = sign_message(plan, body, kNow);
  return check_signature(message.signature, message.body, std::vector<std::string>{kTestSecret},
                         kNow, kSignatureTolerance)
      .verdict;
}

}  // namespace

TEST_CASE("signing: an untouched message is valid, and its body is unchanged") {
  CHECK(verdict({kTestSecret}) == SignatureVerdict::valid);
  CHECK(sign_message({kTestSecret}, kEventBody, kNow).body == kEventBody);
}

TEST_CASE("signing: without a secret there is no signature") {
  CHECK_FALSE(sign_message({}, kEventBody, kNow).signature.has_value());
}

TEST_CASE("signing: every way to tamper gets its verdict") {
  CHECK(verdict({kTestSecret, Duration(0), Tamper::body}) == SignatureVerdict::invalid);
  CHECK(verdict({kTestSecret, Duration(0), Tamper::signature}) == SignatureVerdict::invalid);
  CHECK(verdict({kTestSecret, Duration(0), Tamper::timestamp}) == SignatureVerdict::invalid);
  CHECK(verdict({kTestSecret, Duration(0), Tamper::missing}) == SignatureVerdict::missing);
}

TEST_CASE("signing: a tampered body stays JSON, of the same length, and differs in one byte") {
  const SignedMessage message =
      sign_message({kTestSecret, Duration(0), Tamper::body}, kEventBody, kNow);
  CHECK(try_parse_json(message.body).has_value());
  REQUIRE(message.body.size() == kEventBody.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < kEventBody.size(); ++i)
    different += message.body.str()[i] != kEventBody[i];
  CHECK(different == 1);
}

TEST_CASE("signing: any body can be tampered with") {
  for (const std::string body : {"", "x", "0", "[1,2,3]", "\"\\\"\"", "\xff\xfe"}) {
    CAPTURE(body);
    CHECK(verdict({kTestSecret, Duration(0), Tamper::body}, body) == SignatureVerdict::invalid);
  }
}

TEST_CASE("signing: skew moves t, and the signature is valid for it") {
  const SigningPlan plan{kTestSecret, std::chrono::minutes(-10)};
  CHECK(verdict(plan) == SignatureVerdict::stale);
  const SignedMessage message = sign_message(plan, kEventBody, kNow);
  CHECK(message.signature->starts_with("t=1773150900,"));
  CHECK(check_signature(message.signature, message.body, std::vector<std::string>{kTestSecret},
                        kNow - std::chrono::minutes(10), kSignatureTolerance)
            .verdict == SignatureVerdict::valid);
  CHECK(verdict({kTestSecret, std::chrono::minutes(4)}) == SignatureVerdict::valid);
}

TEST_CASE("signing: what a good receiver rejects is described") {
  const auto flaws = [](Duration skew, Tamper tamper) {
    const SigningPlan plan{kTestSecret, skew, tamper};
    CHECK(is_invalid(plan) == !describe_flaws(plan).empty());
    return describe_flaws(plan);
  };
  using std::chrono::seconds;
  CHECK(flaws(Duration(0), Tamper::none) == "");
  CHECK(flaws(seconds(300), Tamper::none) == "");
  CHECK(flaws(seconds(-300), Tamper::none) == "");
  CHECK(flaws(seconds(301), Tamper::none) ==
        "the timestamp (t) is 5m1s in the future, beyond the tolerance of 5m");
  CHECK(flaws(seconds(-600), Tamper::body) ==
        "the body differs from the signed body in one character, and the timestamp (t) is 10m in "
        "the past, beyond the tolerance of 5m");
  CHECK(flaws(std::chrono::hours(-87'600), Tamper::none) ==
        "the timestamp (t) is 3650 days in the past, beyond the tolerance of 5m");
  for (const Tamper tamper : {Tamper::signature, Tamper::timestamp, Tamper::missing}) {
    CHECK(flaws(Duration(0), tamper) != "");
    CHECK(verdict({kTestSecret, Duration(0), tamper}) != SignatureVerdict::valid);
  }
}

TEST_CASE("signing: the error for an unknown way to tamper lists the valid ones") {
  CHECK(test::thrown([] { parse_tamper("bdy"); }) ==
        "USAGE: --tamper: expected body, signature, timestamp or missing, got 'bdy' | hint: did "
        "you mean 'body'?");
}
