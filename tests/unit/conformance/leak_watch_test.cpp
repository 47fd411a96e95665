#include "conformance/leak_watch.h"

#include <doctest/doctest.h>

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

bool finds_source(std::string_view text) {
  return reveals_source(text, request_with("{}"));
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
  CHECK_FALSE(finds(LeakKind::secret, "whsec_"));
  CHECK_FALSE(finds(LeakKind::secret, core.substr(1)));
  CHECK_FALSE(finds(LeakKind::secret, ""));
}

TEST_CASE("a secret that is a word can occur by chance") {
  LeakWatch watch("secret");
  watch.look(request_with("{}"), reply_with("the secret is wrong"));
  CHECK(watch.found(LeakKind::secret) == nullptr);
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
  CHECK_FALSE(finds(LeakKind::signature, right, signed_with("t=1773151500,v1=" + right)));
  CHECK_FALSE(finds(LeakKind::signature, right, signed_with("t=1773151501,v1=00")));
  LeakWatch unsigned_events(std::nullopt);
  unsigned_events.look(wrong, reply_with(right + kSecret));
  CHECK(unsigned_events.found(LeakKind::signature) == nullptr);
  CHECK(unsigned_events.found(LeakKind::secret) == nullptr);
}

TEST_CASE("stack traces and source paths of the usual languages are found") {
  for (const std::string_view text : {
           "Error: x\n    at Object.<anonymous> (/work/app.js:10:5)",
           R"x({"stack":"Error: x\n    at hook (file:///a/b.mjs:3:1)"})x",
           "Cannot find module 'x'\nRequire stack:\n- /srv/shop/index.js",
           "Traceback (most recent call last):\n  File \"a.py\", line 3, in f",
           "File \"/app/main.py\", line 12, in hook",
           "File &quot;main.py&quot;, line 12",
           R"("File \"main.py\", line 12, in hook")",
           "app.rb:12:in `call'",
           "/usr/lib/ruby/gems/3.1.0/x",
           "PHP Fatal error: x in /var/www/html/hook.php on line 12",
           "<b>Warning</b>: x in <b>/var/www/html/hook.php</b> on line <b>12</b>",
           "#0 /var/www/hook.php(12): verify()",
           "java.lang.NullPointerException\n\tat com.shop.Hook.post(Hook.java:12)",
           "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:12 +0x1d",
           "System.NullReferenceException: x\n   at Shop.Hook.Post() in C:\\shop\\Hook.cs:line 12",
           "died at /srv/hook.pl line 12.",
           "thread 'main' panicked at src/main.rs:12:5:",
           "(src/main.rs:12:5)",
           "lib/shop/hook.ex:12: Shop.Hook.call/2",
           "open '/home/shop/config.js'",
       }) {
    CAPTURE(text);
    CHECK(finds_source(text));
  }
}

TEST_CASE("ordinary responses have no source in them") {
  for (const std::string_view text : {
           "",
           "Unauthorized",
           "    at your service",
           "see https://example.rs:8080/ or https://example.py:443/x",
           "<a href=\"/opt/app.js\">x</a> <script src='/usr/local/a.js'></script>",
           "<script src=\"https://cdn.example.com/srv/app.js\"></script>",
           "{\"path\":\"/srv/hook.js\",\"status\":404}",  // what was asked for
           "Cannot POST /srv/hook.js",
           "{\"t\":1773151500,\"file\":\"x.js\"}",
           "the home page is at /home/ and files are in /opt/",
       }) {
    CAPTURE(text);
    CHECK_FALSE(finds_source(text));
  }
}
