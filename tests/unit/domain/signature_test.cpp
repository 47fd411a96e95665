#include "domain/signature.h"

#include <doctest/doctest.h>

#include "domain/json.h"
#include "support/enum_words.h"
#include "support/temp_dir.h"

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

const std::string kKnownSecret = "whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f";
constexpr std::int64_t kSignedAt = 1'773'151'500;
const std::string kKnownBody = R"({"event":"booking.confirmed"})";

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

SignatureCheck check(std::optional<std::string_view> header,
                     const std::vector<std::string>& secrets = {kKnownSecret},
                     std::chrono::milliseconds later = 0ms,
                     Duration tolerance = kSignatureTolerance) {
  return check_signature(header, kKnownBody, secrets, from_unix_seconds(kSignedAt) + later,
                         tolerance);
}

std::string parse_reason(std::string_view header) {
  std::string reason;
  return parse_signature_header(header, reason) ? "fine" : reason;
}

}  // namespace

TEST_CASE("signature: the test vectors") {
  const Json data = Json::parse(test::slurp(SLOTFLOW_TEST_DATA "/signatures.json"));
  REQUIRE(data["vectors"].size() >= 7);
  for (const Json& vector : data["vectors"]) {
    const std::string name = vector["name"];
    CAPTURE(name);
    const std::string secret = vector["secret"];
    const std::int64_t t = vector["t"];
    const std::string body = from_hex(vector["body_hex"]);
    const std::string header = vector["header"];
    CHECK(sign(secret, t, body) == header);
    const std::vector<std::string> secrets{secret};
    const SignatureCheck result =
        check_signature(header, body, secrets, from_unix_seconds(t), kSignatureTolerance);
    CHECK(result.verdict == SignatureVerdict::valid);
    const SignatureCheck other =
        check_signature(header, body + " ", secrets, from_unix_seconds(t), kSignatureTolerance);
    CHECK(other.verdict == SignatureVerdict::invalid);
  }
}

TEST_CASE("signature: sign() satisfies the strict parser") {
  std::string reason;
  const auto header = parse_signature_header(sign(kKnownSecret, kSignedAt, kKnownBody), reason);
  REQUIRE(header.has_value());
  CHECK(reason.empty());
  CHECK(header->t == "1773151500");
  CHECK(header->seconds == kSignedAt);
  REQUIRE(header->v1.size() == 1);
  CHECK(header->v1[0] == signature_hex(kKnownSecret, "1773151500", kKnownBody));
}

TEST_CASE("signature: the header's grammar") {
  CHECK(parse_reason("t=1,v1=aa") == "fine");
  CHECK(parse_reason("v1=aa,t=1,v1=bb") == "fine");
  CHECK(parse_reason("t=1,v0=zz,v1=aa,x=") == "fine");
  CHECK(parse_reason("t=1,v1=aa,t1=x,v2=b") == "fine");
  CHECK(parse_reason("") == "the header is empty");
  CHECK(parse_reason(" \t") == "the header is empty");
  CHECK(parse_reason(",") == "the header has a part that is not name=value");
  CHECK(parse_reason("t=1,,v1=aa") == "the header has a part that is not name=value");
  CHECK(parse_reason("t=1,x=a=b,v1=aa") == "the header has a part that is not name=value");
  CHECK(parse_reason("v1") == "the header has a part that is not name=value");
  CHECK(parse_reason("t=1,v1=aa,") == "the header has a part that is not name=value");
  CHECK(parse_reason("t=1,v1=aa==") == "the header has a part that is not name=value");
  CHECK(parse_reason("t=1, v1=aa") == "the header has a space beside a part");
  CHECK(parse_reason("t=1,v1=aa ") == "the header has a space beside a part");
  CHECK(parse_reason("t=1,t=1,v1=aa") == "the header has more than one timestamp (t)");
  CHECK(parse_reason("v1=aa") == "the header has no timestamp (t)");
  CHECK(parse_reason("T=1,v1=aa") == "the header has no timestamp (t)");
  CHECK(parse_reason("t=1") == "the header has no v1 signature");
  CHECK(parse_reason("t=1,V1=aa") == "the header has no v1 signature");
  CHECK(parse_reason("t=\t1,v1=aa") == "the header has a control character");
  CHECK(parse_reason("t=1,v1=aa\r") == "the header has a control character");
  CHECK(parse_reason("t=1,v1=") == "the v1 signature is not hex");
  CHECK(parse_reason("t=1,v1=zz") == "the v1 signature is not hex");
  CHECK(parse_reason("t=1,v1=zz,v1=aa") == "fine");
  CHECK(parse_reason("x=1") == "the header has neither a timestamp (t) nor a v1 signature");
  for (const char* t : {"", "-1", "+1", "1.5", "0x1", "1a", "1773151500000000000"}) {
    CAPTURE(t);
    CHECK(parse_reason("t=" + std::string(t) + ",v1=aa") ==
          "its timestamp (t) is not Unix seconds");
  }
}

TEST_CASE("signature: the text that is signed has the header's own digits") {
  const std::string header =
      "t=01773151500,v1=" + signature_hex(kKnownSecret, "01773151500", kKnownBody);
  CHECK(check(header).verdict == SignatureVerdict::valid);
}

TEST_CASE("signature: several secrets and several v1, any pair will do") {
  const std::string good = signature_hex(kKnownSecret, "1773151500", kKnownBody);
  const std::string header = "t=1773151500,v1=" + std::string(64, '0') + ",v1=" + good;
  CHECK(check(header, {"whsec_other", kKnownSecret}).verdict == SignatureVerdict::valid);
  const SignatureCheck none = check(header, {"whsec_other", "whsec_another"});
  CHECK(none.verdict == SignatureVerdict::invalid);
  CHECK(none.reason == "v1 does not match the body, t and any of the secrets");
}

TEST_CASE("signature: a wrong one is invalid, and the reason gives nothing away") {
  std::string header = sign(kKnownSecret, kSignedAt, kKnownBody);
  const std::string expected = signature_hex(kKnownSecret, "1773151500", kKnownBody);
  header.back() = header.back() == '0' ? '1' : '0';
  for (const std::string& wrong :
       {header, sign("whsec_other", kSignedAt, kKnownBody),
        sign(kKnownSecret, kSignedAt, kKnownBody + "\n"),
        "t=1773151500,v1=" + expected.substr(0, 63), "t=1773151500,v1=" + expected + "0",
        "t=1773151501,v1=" + expected}) {
    CAPTURE(wrong);
    const SignatureCheck result = check(wrong);
    CHECK(result.verdict == SignatureVerdict::invalid);
    CHECK(result.reason == "v1 does not match the body, t and secret");
  }
}

TEST_CASE("signature: upper-case hex is invalid, as a string it differs") {
  std::string header = sign(kKnownSecret, kSignedAt, kKnownBody);
  for (std::size_t i = header.find("v1=") + 3; i < header.size(); ++i) {
    if (header[i] >= 'a') header[i] = static_cast<char>(header[i] - 'a' + 'A');
  }
  CHECK(check(header).verdict == SignatureVerdict::invalid);
}

TEST_CASE("signature: stale by more than the tolerance, either way") {
  const std::string header = sign(kKnownSecret, kSignedAt, kKnownBody);
  for (const auto later : {300'000ms, 300'999ms, -300'000ms}) {
    CHECK(check(header, {kKnownSecret}, later).verdict == SignatureVerdict::valid);
  }
  const SignatureCheck old = check(header, {kKnownSecret}, 301s);
  CHECK(old.verdict == SignatureVerdict::stale);
  CHECK(old.reason == "the timestamp (t) is 5m1s in the past, more than the tolerance of 5m");
  const SignatureCheck early = check(header, {kKnownSecret}, -301s);
  CHECK(early.verdict == SignatureVerdict::stale);
  CHECK(early.reason == "the timestamp (t) is 5m1s in the future, more than the tolerance of 5m");
  CHECK(check(header, {kKnownSecret}, 0s, 0ms).verdict == SignatureVerdict::valid);
  CHECK(check(header, {kKnownSecret}, 1s, 0ms).verdict == SignatureVerdict::stale);
}

TEST_CASE("signature: a moment beyond all years is stale, not an overflow") {
  CHECK(check(sign(kKnownSecret, 999'999'999'999'999'999, kKnownBody)).verdict ==
        SignatureVerdict::stale);
  CHECK(check(sign(kKnownSecret, 0, kKnownBody)).verdict == SignatureVerdict::stale);
}

TEST_CASE("signature: wrong and old is invalid") {
  CHECK(check(sign("whsec_other", kSignedAt, kKnownBody), {kKnownSecret}, 1h).verdict ==
        SignatureVerdict::invalid);
}

TEST_CASE("signature: nothing to judge") {
  const SignatureCheck missing = check(std::nullopt);
  CHECK(missing.verdict == SignatureVerdict::missing);
  CHECK(missing.reason == "the request has no X-Slotflow-Signature header");
  const SignatureCheck malformed = check("t=1, v1=aa");
  CHECK(malformed.verdict == SignatureVerdict::malformed);
  CHECK(malformed.reason ==
        "expected t=<unix seconds>,v1=<hex>, but the header has a space beside a part");
  CHECK(check("").verdict == SignatureVerdict::malformed);
  for (const auto& header :
       {std::optional<std::string_view>("x"), std::optional<std::string_view>()}) {
    const SignatureCheck unchecked = check(header, {});
    CHECK(unchecked.verdict == SignatureVerdict::unchecked);
    CHECK(unchecked.reason == "there is no secret to verify the signature with");
  }
}

TEST_CASE("signature: the names of the verdicts") {
  CHECK(to_string(SignatureVerdict::valid) == "valid");
  CHECK(to_string(SignatureVerdict::malformed) == "malformed");
  CHECK(to_string(SignatureVerdict::unchecked) == "unchecked");
}

TEST_CASE("signature: the secret that matches is named by its number") {
  const std::string header = sign(kKnownSecret, kSignedAt, kKnownBody);
  CHECK(check(header, {kKnownSecret, "whsec_b"}).secret == 0);
  CHECK(check(header, {"whsec_a", "whsec_b", kKnownSecret}).secret == 2);
  CHECK(check(header, {"whsec_a", kKnownSecret}, 10min).verdict == SignatureVerdict::stale);
  CHECK(check(header, {"whsec_a", kKnownSecret}, 10min).secret == 1);
}

TEST_CASE("signature: the value in a line with the header's name") {
  CHECK(without_header_name("X-Slotflow-Signature: t=1,v1=a") == "t=1,v1=a");
  CHECK(without_header_name(" x-slotflow-signature :\t t=1") == "t=1");
  CHECK(without_header_name("X-Slotflow-Signature:") == "");
  CHECK_FALSE(without_header_name("t=1,v1=a"));
  CHECK_FALSE(without_header_name("X-Signature: t=1"));
  CHECK_FALSE(without_header_name(""));
}
