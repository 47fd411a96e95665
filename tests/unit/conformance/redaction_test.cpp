#include "conformance/redaction.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "conformance/secret_forms.h"
#include "domain/base64.h"
#include "domain/signature.h"

using namespace slotflow;

namespace {

const std::string kHidden = "whsec_k8J2mQ4xR7vN1pL5tY9w";

Subject with_secret(std::vector<Header> headers = {}) {
  Subject subject;
  subject.secret = kHidden;
  subject.headers = std::move(headers);
  return subject;
}

}  // namespace

TEST_CASE("redaction: a signature that a handler returned is hidden") {
  const Subject subject = with_secret();
  const std::string digits = "ce5d0123456789abcdef0123456789abcdef0123456789abcdef0123456789AB";
  REQUIRE(digits.size() == 64);
  CHECK(without_secrets("401 (\"expected v1=" + digits + "\") for x", subject) ==
        "401 (\"expected v1=<a signature>\") for x");
  CHECK(without_secrets(digits, subject) == "<a signature>");
  CHECK(without_secrets(digits.substr(1), subject) == "<a signature>");
  CHECK(without_secrets(digits.substr(0, 16) + "...", subject) == "<a signature>...");
  CHECK(without_secrets(digits.substr(0, 15), subject) == digits.substr(0, 15));
  CHECK(without_secrets(std::string(64, '0'), subject) == "<a signature>");
  CHECK(without_secrets("after 1773151500123456789 ns", subject) == "after 1773151500123456789 ns");
  CHECK(without_secrets("", subject).empty());
}

TEST_CASE("redaction: without a secret there are no signatures") {
  const std::string digits(64, 'a');
  CHECK(without_secrets(digits, Subject{}) == digits);
}

TEST_CASE("redaction: the signature that the shown request should have is hidden in each form") {
  Request request;
  request.headers = {{"X-Slotflow-Signature", "t=1773151500,v1=00"}};
  request.body = "{}";
  const std::string right = signature_hex(kHidden, "1773151500", "{}");
  const Request requests[] = {request};
  const auto hidden = [&](const std::string& text) {
    return without_secrets(text, with_secret(), requests);
  };
  const SecretForms forms = signature_forms(right);
  for (const auto& list : {forms.texts, forms.lists}) {
    for (const std::string& form : list) {
      CAPTURE(form);
      CHECK(hidden("(" + form + ")") == "(<a signature>)");
      // As it is if the text was cut.
      CHECK(hidden("(" + form.substr(0, form.size() - 4) + "...)").starts_with("(<a signature>"));
    }
  }
  CHECK(hidden("other " + base64(std::string(32, 'x'))) == "other " + base64(std::string(32, 'x')));
}

TEST_CASE("redaction: a signature in base64 for URLs is hidden up to its last digit") {
  Request request;
  request.headers = {{"X-Slotflow-Signature", "t=1773151500,v1=00"}};
  for (int i = 0; i < 50; ++i) {  // in most, a digit that is not in standard base64
    request.body = std::to_string(i);
    const auto forms = signature_forms(signature_hex(kHidden, "1773151500", request.body)).texts;
    const auto standard =
        std::ranges::find_if(forms, [](const std::string& form) { return form.ends_with('='); });
    REQUIRE(standard != forms.end());
    const std::string text = in_url_alphabet(standard->substr(0, standard->size() - 1));
    CHECK(without_secrets(text, with_secret(), {&request, 1}) == "<a signature>");
  }
}

TEST_CASE("redaction: the secret is hidden in each form") {
  const SecretForms forms = secret_forms(kHidden, 4);
  REQUIRE(forms.texts.size() > 5);
  REQUIRE(forms.lists.size() > 1);
  for (const auto& list : {forms.texts, forms.lists}) {
    for (const std::string& form : list) {
      CAPTURE(form);
      CHECK(without_secrets("key [" + form + "]", with_secret()) == "key [<the secret>]");
    }
  }
  const auto hidden = [](const std::string& text) { return without_secrets(text, with_secret()); };
  CHECK(hidden(kHidden) == "<the secret>");
  CHECK(hidden(base64(kHidden)) == "<the secret>");
  CHECK(hidden("[107, 56, 74,50,109,81,52,120,82,55,118,78,49,112,76,53,116,89,57,\n 119]") ==
        "[<the secret>]");
  CHECK(hidden("<Buffer 6b 38 4a 32 6D 51 34 78 52 37 76 4e 31 70 4c 35 74 59 39 77>") ==
        "<Buffer <the secret>>");
  CHECK(hidden("6b:38:4a:32:6d:51:34:78:52:37:76:4e:31:70:4c:35:74:59:39:77") == "<the secret>");
  std::string items = R"({"0":107)";  // JSON of a Uint8Array
  for (std::size_t i = 1; i < kHidden.size() - 6; ++i) {
    items += ",\"" + std::to_string(i) + "\": " + std::to_string(kHidden[i + 6]);
  }
  CHECK(hidden(items + "}") == R"({"0":<the secret>})");
  CHECK(hidden("it is k8J2mQ") == "it is <the secret>");
  CHECK(hidden("k8J2mQ is") == "k8J2mQ is");
  CHECK(hidden("k8J2mQ4xR7vN1pL5t... is") == "<the secret>... is");
}

TEST_CASE("redaction: what was hidden is not searched again") {
  Subject subject;
  subject.secret = "the secret";
  CHECK(without_secrets("it is the secret", subject) == "it is <the secret>");
}

TEST_CASE("redaction: values of headers are hidden, and the last words of them") {
  const Subject subject = with_secret({{"Authorization", "Bearer sesame"}, {"X-Key", "open-now"}});
  CHECK(without_secrets("Location: /a?b=Bearer sesame", subject) ==
        "Location: /a?b=<the value of Authorization>");
  CHECK(without_secrets("no sesame", subject) == "no <the value of Authorization>");
  CHECK(without_secrets("no open-now", subject) == "no <the value of X-Key>");
}

TEST_CASE("redaction: a short word in a header is no secret") {
  const Subject subject = with_secret({{"X-Forwarded-Proto", "https"}, {"X-Key", "1234567"}});
  CHECK(without_secrets("Location: https://127.0.0.1/1234567", subject) ==
        "Location: https://127.0.0.1/1234567");
}
