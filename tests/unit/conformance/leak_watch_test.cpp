#include "conformance/leak_watch.h"

#include <doctest/doctest.h>

#include "conformance/secret_forms.h"
#include "domain/base64.h"
#include "domain/signature.h"

using namespace slotflow;

namespace {

const std::string kSecret = "whsec_k8J2mQ4xR7vN/1pL5tY9w";

Request request_with(std::string body, std::vector<Header> headers = {}) {
  Request request;
  request.url.target = "/srv/hook.js";
  request.body = std::move(body);
  request.headers = std::move(headers);
  return request;
}

Reply reply_with(std::string body, std::vector<Header> headers = {}) {
  return {Response{.status = 401, .headers = std::move(headers), .body = std::move(body)}, "", {}};
}

bool finds(LeakKind kind, const std::string& body, const Request& request = request_with("{}")) {
  LeakWatch watch(kSecret);
  watch.look(request, reply_with(body));
  return watch.found(kind) != nullptr;
}

}  // namespace

TEST_CASE("the secret is found in each form that can be turned back") {
  const std::string core = kSecret.substr(6);
  CHECK(finds(LeakKind::secret, "key=" + kSecret));
  CHECK(finds(LeakKind::secret, core));
  CHECK(finds(LeakKind::secret, "k8J2mQ4xR7vN%2F1pL5tY9w"));
  CHECK(finds(LeakKind::secret, "6b384a326d5134785237764e2f31704c3574593977"));
  CHECK(finds(LeakKind::secret, "6B384A326D5134785237764E2F31704C3574593977"));
  for (const std::string before : {"", "1", "12", "123", R"({"secret":")"}) {
    CAPTURE(before);
    CHECK(finds(LeakKind::secret, base64(before + core)));
    CHECK(finds(LeakKind::secret, base64(before + kSecret + "\"}")));
  }
  // As JSON, Go and Java have bytes, and as they are shown in hexadecimal digits.
  const std::string numbers =
      "107,56,74,50,109,81,52,120,82,55,118,78,47,49,112,76,53,116,89,57,119";
  CHECK(finds(LeakKind::secret, "{\"data\":[119,104,115,101,99,95," + numbers + "]}"));
  CHECK(finds(LeakKind::secret,
              "[107 56 74 50 109 81 52 120 82 55 118 78 47 49 112 76 53\n116 89 57 119]"));
  CHECK(finds(LeakKind::secret,
              "<Buffer 6b 38 4a 32 6d 51 34 78 52 37 76 4e 2f 31 70 4c 35 74 59 39 77>"));
  CHECK(finds(LeakKind::secret, "6B:38:4A:32:6D:51:34:78:52:37:76:4E:2F:31:70:4C:35:74:59:39:77"));
  std::string items = R"({"0": 119)";  // JSON of a Uint8Array
  for (std::size_t i = 1; i < kSecret.size(); ++i) {
    items += ",\"" + std::to_string(i) + "\":" + std::to_string(kSecret[i]);
  }
  CHECK(finds(LeakKind::secret, items + "}"));
  CHECK_FALSE(finds(LeakKind::secret, "[" + numbers.substr(4) + "]"));
  CHECK_FALSE(finds(LeakKind::secret, "whsec_"));
  CHECK_FALSE(finds(LeakKind::secret, core.substr(1)));
  CHECK_FALSE(finds(LeakKind::secret, ""));
}

TEST_CASE("a secret that is a word can occur by chance") {
  LeakWatch watch("secret");
  watch.look(request_with("{}"), reply_with("the secret is wrong"));
  CHECK(watch.found(LeakKind::secret) == nullptr);
  CHECK_FALSE(watch.searches_secret());
  CHECK_FALSE(LeakWatch(std::nullopt).searches_secret());
  CHECK(LeakWatch(kSecret).searches_secret());
}

TEST_CASE("the first response that reveals something is kept, with its request") {
  LeakWatch watch(kSecret);
  watch.look(request_with("a"), reply_with("fine"));
  watch.look(request_with("b"), reply_with("", {{"X-Key", kSecret}}));
  watch.look(request_with("c"), reply_with(kSecret));
  watch.look(request_with("d"), {Failure{FailureKind::timeout}, "", {}});
  const Leak* leak = watch.found(LeakKind::secret);
  REQUIRE(leak != nullptr);
  CHECK(leak->request.body.str() == "b");
  CHECK(leak->what == "401 Unauthorized with the secret in it");
  CHECK(watch.found(LeakKind::source) == nullptr);
}

TEST_CASE("the signature that a request should have had is found, unless it was in the request") {
  const std::string right = signature_hex(kSecret, "1773151500", "{}");
  const auto signed_with = [](const std::string& header) {
    return request_with("{}", {{"x-slotflow-signature", header}});
  };
  const Request wrong = signed_with("t=1773151500,v1=00");
  CHECK(finds(LeakKind::signature, "expected " + right, wrong));
  CHECK(finds(LeakKind::signature, "expected " + right, signed_with("t=1,t=1773151500,v1=00")));
  CHECK(finds(LeakKind::signature, right.substr(0, 16) + "...", wrong));
  CHECK(finds(LeakKind::signature, "..." + right.substr(48), wrong));
  const SecretForms forms = signature_forms(right);
  for (const auto& list : {forms.texts, forms.lists}) {
    for (const std::string& form : list) {
      CAPTURE(form);
      CHECK(finds(LeakKind::signature, "expected [" + form + "]", wrong));
    }
  }
  CHECK_FALSE(finds(LeakKind::signature, right.substr(0, 15) + "...", wrong));
  CHECK_FALSE(finds(LeakKind::signature, right.substr(0, 16),
                    signed_with("t=1773151500,v1=" + right.substr(0, 32))));
  CHECK_FALSE(finds(LeakKind::signature, right, signed_with("t=1773151500,v1=" + right)));
  CHECK_FALSE(finds(LeakKind::signature, right, signed_with("t=1773151501,v1=00")));
  LeakWatch unsigned_events(std::nullopt);
  unsigned_events.look(wrong, reply_with(right + kSecret));
  CHECK(unsigned_events.found(LeakKind::signature) == nullptr);
  CHECK(unsigned_events.found(LeakKind::secret) == nullptr);
}

TEST_CASE("a text that repeated a request's own signature is searched again for the next request") {
  const std::string right = signature_hex(kSecret, "1773151500", "{}");
  LeakWatch watch(kSecret);
  watch.look(request_with("{}", {{"x-slotflow-signature", "t=1773151500,v1=" + right}}),
             reply_with("got " + right));
  CHECK(watch.found(LeakKind::signature) == nullptr);
  watch.look(request_with("{}", {{"x-slotflow-signature", "t=1773151500,v1=00"}}),
             reply_with("got " + right));
  CHECK(watch.found(LeakKind::signature) != nullptr);
}

TEST_CASE("a signature is found after many equal responses without one") {
  const Request wrong = request_with("{}", {{"x-slotflow-signature", "t=1773151500,v1=00"}});
  LeakWatch watch(kSecret);
  for (int i = 0; i < 300; ++i) watch.look(wrong, reply_with("rejected with a long text"));
  for (int i = 0; i < 300; ++i) watch.look(wrong, reply_with("rejected " + std::to_string(i)));
  CHECK(watch.found(LeakKind::signature) == nullptr);
  watch.look(wrong, reply_with("expected " + signature_hex(kSecret, "1773151500", "{}")));
  CHECK(watch.found(LeakKind::signature) != nullptr);
}

TEST_CASE("the expected digest is found where its bytes are written with escapes") {
  const Request request = request_with("{}", {{"X-Slotflow-Signature", "t=1,v1=00"}});
  const std::string digits = signature_hex(kSecret, "1", "{}");
  std::string python = "b'", json, octal, latin1;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto byte = static_cast<unsigned>(std::stoul(digits.substr(i, 2), nullptr, 16));
    const bool is_plain = byte >= 0x20 && byte < 0x7f && byte != '\\' && byte != '\'';
    char text[16];
    std::snprintf(text, sizeof text, "\\x%02x", byte);
    python += is_plain ? std::string(1, static_cast<char>(byte)) : text;
    std::snprintf(text, sizeof text, "\\u%04X", byte);
    json += text;
    std::snprintf(text, sizeof text, "\\%03o", byte);
    octal += text;
    if (byte < 0x80) {
      latin1 += static_cast<char>(byte);
    } else {
      latin1 += static_cast<char>(0xc0 | byte >> 6);
      latin1 += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  for (const std::string& body : {python + "'", "{\"expected\":\"" + json + "\"}", octal, latin1}) {
    CAPTURE(body);
    CHECK(finds(LeakKind::signature, body, request));
  }
  std::string twice;  // in JSON
  for (const char c : python) twice += c == '\\' ? "\\\\" : std::string(1, c);
  CHECK(finds(LeakKind::signature, twice, request));
  CHECK_FALSE(finds(LeakKind::signature, python.substr(0, python.size() / 2), request));
}

TEST_CASE("escapes are replaced as far as a byte can be one") {
  CHECK(unescaped("a\\x41\\n\\u0042\\103\\'\\\"") == "aA\nBC'\"");
  CHECK(unescaped("\\u0142 \\xg \\777 \\") == "\\u0142 \\xg \\777 \\");
  CHECK(unescaped("\\\\x41") == "\\x41");
}
