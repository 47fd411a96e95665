#include "receive/secret_list.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

const std::string kOwnUrl = "127.0.0.1:4242/";
constexpr std::int64_t kNowSeconds = 1'773'151'500;

std::string numbered_secret(std::size_t number) {
  return "whsec_" + std::to_string(number);
}

std::string numbered_url(std::size_t number) {
  return "http://localhost:4242/" + std::to_string(number);
}

// Webhooks 0 to `count` - 1.
SecretList many(std::size_t count) {
  SecretList list;
  for (std::size_t i = 0; i < count; ++i) {
    Webhook webhook;
    webhook.id = "id-" + std::to_string(i);
    webhook.url = numbered_url(i);
    webhook.signing_secret = numbered_secret(i);
    list.add(webhook);
  }
  return list;
}

ReceivedRequest signed_request(const std::string& secret, std::string body, const std::string& host,
                               const std::string& path) {
  ReceivedRequest request;
  request.at = from_unix_seconds(kNowSeconds);
  request.method = "POST";
  request.path = path;
  request.headers = {{"host", host},
                     {std::string(kSignatureHeader), sign(secret, kNowSeconds, body)}};
  request.body = std::move(body);
  return request;
}

SignatureCheck verified(const ReceivedRequest& request, const SecretList& list) {
  return verify_request(request, kOwnUrl, list, kSignatureTolerance);
}

const std::string kLarge(1024 * 1024, 'x');

}  // namespace

TEST_CASE("secret_list: the number of secrets that are tried depends on the body") {
  CHECK(secrets_to_try(0) == 16384);
  CHECK(secrets_to_try(500) > 10'000);
  CHECK(secrets_to_try(kLarge.size()) == 31);
  CHECK(secrets_to_try(std::size_t{1} << 30U) == kAlwaysTried);
}

TEST_CASE("secret_list: all secrets are tried for an event, and the one that matches is named") {
  const SecretList list = many(10'000);
  const auto request = signed_request(numbered_secret(9'999), "{}", "elsewhere", "/");
  const SignatureCheck check = verified(request, list);
  CHECK(check.verdict == SignatureVerdict::valid);
  CHECK(list.webhook_id(check.secret) == "id-9999");
}

TEST_CASE("secret_list: the secret of the request's URL is tried however large the body is") {
  const SecretList list = many(10'000);
  for (const std::string host : {"localhost:4242", "LocalHost:4242"}) {
    CAPTURE(host);
    const auto request = signed_request(numbered_secret(9'999), kLarge, host, "/9999");
    const SignatureCheck check = verified(request, list);
    CHECK(check.verdict == SignatureVerdict::valid);
    CHECK(check.secret == 9'999);
  }
  const auto other = signed_request(numbered_secret(9'999), kLarge, "localhost:4242", "/9998");
  CHECK(verified(other, list).verdict == SignatureVerdict::invalid);
  CHECK(verified(other, list).reason ==
        "v1 does not match the body, t and any of the 31 of 10000 secrets that are tried for a "
        "body of this size");
}

TEST_CASE("secret_list: so is the secret of the receiver's own URL") {
  SecretList list = many(100);
  Webhook own;
  own.id = "own";
  own.url = "http://" + kOwnUrl;
  own.signing_secret = "whsec_own";
  list.add(own);
  const auto request = signed_request("whsec_own", kLarge, "tunnel.example", "/hook");
  const SignatureCheck check = verified(request, list);
  CHECK(check.verdict == SignatureVerdict::valid);
  CHECK(list.webhook_id(check.secret) == "own");
}

TEST_CASE("secret_list: a default port in Host, and a URL behind a proxy that ends TLS") {
  SecretList list = many(100);
  Webhook webhook;
  webhook.id = "public";
  webhook.url = "https://hooks.example/in?x=1";
  webhook.signing_secret = "whsec_public";
  list.add(webhook);
  for (const std::string host : {"hooks.example", "hooks.example:443", "hooks.example:80"}) {
    CAPTURE(host);
    const auto request = signed_request("whsec_public", kLarge, host, "/in?x=1");
    CHECK(verified(request, list).secret == 100);
  }
  CHECK(list.of_url("hooks.example/in").empty());
}

TEST_CASE("secret_list: given secrets belong to no webhook") {
  const SecretList list(std::vector<std::string>{"whsec_a", "whsec_b"});
  const SignatureCheck check = verified(signed_request("whsec_b", "{}", "", "/"), list);
  CHECK(check.verdict == SignatureVerdict::valid);
  CHECK(check.secret == 1);
  CHECK(list.webhook_id(1) == "");
  CHECK(verified(signed_request("whsec_c", "{}", "", "/"), list).reason ==
        "v1 does not match the body, t and any of the secrets");
  CHECK(verified(signed_request("whsec_c", "{}", "", "/"), SecretList()).verdict ==
        SignatureVerdict::unchecked);
}

TEST_CASE("secret_list: few secrets are diagnosed, those of the URL first") {
  const SecretList list = many(100);
  const auto secrets_for = [&](std::size_t bytes) {
    return secrets_to_diagnose(
        signed_request("whsec_x", std::string(bytes, 'x'), "localhost:4242", "/50"), kOwnUrl, list);
  };
  CHECK(secrets_for(2) == std::vector<std::string>{"whsec_50", "whsec_0", "whsec_1", "whsec_2"});
  CHECK(secrets_for(16 * 1024).size() == 4);
  CHECK(secrets_for(32 * 1024) == std::vector<std::string>{"whsec_50", "whsec_0"});
  CHECK(secrets_for(64 * 1024) == std::vector<std::string>{"whsec_50"});
}

TEST_CASE("secret_list: the largest diagnosis fits into a second") {
  CHECK(diagnosis_cost(kMaxDiagnosedBody, 1) <= kMaxDiagnosedPerSecond);
  CHECK(diagnosis_cost(16 * 1024, 4) <= kMaxDiagnosedPerSecond);
  CHECK(diagnosis_cost(kMaxDiagnosedBody + 1, 1) == 0);
  CHECK(diagnosis_cost(0, 4) > 0);
}
