#include "conformance/leaked_source.h"

#include <string>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

bool finds_source(std::string_view text) {
  Request request;
  request.url.target = "/srv/hook.js";
  return reveals_source(text, request);
}

}  // namespace

TEST_CASE("stack traces and source paths of the usual languages are found") {
  for (const std::string_view text : {
           "Error: x\n    at Object.<anonymous> (/code/app.js:10:5)",
           R"x({"stack":"Error: x\n    at hook (file:///a/b.mjs:3:1)"})x",
           "Cannot find module 'x'\nRequire stack:\n- /srv/shop/index.js",
           "Traceback (most recent call last):\n  File \"a.py\", line 3, in f",
           "File \"/app/main.py\", line 12, in hook",
           "File &quot;main.py&quot;, line 12",
           R"("File \"main.py\", line 12, in hook")",
           "app.rb:12:in `call'",
           "/usr/lib/ruby/gems/3.1.0/x",
           "/usr/share/gems/rack-2.2.4/lib/rack/builder",
           "config.ru:12:in `block in <main>'",
           "/srv/shop.ru:12:in `call'",
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
           "open '/var/task/hook.py'",
           "open 'C:\\shop\\hook.py'",
           "Cannot find module '/app/lib/verify.js'",
           R"({"error":"ENOENT: no such file or directory, open '/app/config.js'"})",
           "x\nRequire stack:\n- /code/index.js\n",
           "cannot load such file -- /workspace/hook.rb",
           "Error: x\n    at async Server.hook (file:///a/app:3:1)",
           "Error: x\n    at /code/app:10:5",
           "Error: x\n    at <anonymous>:10:5\n",
           "x\n\tat java.base/java.lang.Thread.run(Unknown Source)",
           "x\r\n   at Shop.Hook.<Post>d__1.MoveNext()",
           R"x({"trace":"x\n\tat com.shop.Hook.post(Unknown Source)"})x",
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
           "<p>\n    rejected\n    at 10:15 UTC\n</p>",
           "rejected\n    at noon 10:15:30",
           "rejected\n    at our office (Berlin)",
           "\tat example.com:8080",
           "see https://example.ru:8080/help",
           "<a href=\"/gems/rubies\">shop</a> <a href=\"/gems/top-10/\">best</a>",
           "see https://example.rs:8080/ or https://example.py:443/x",
           "<a href=\"/opt/app.js\">x</a> <script src='/usr/local/a.js'></script>",
           "<script src=\"https://cdn.example.com/srv/app.js\"></script>",
           "<script src=/app/main.js></script> <script src=\"/app/main.js\"></script>",
           "<script>import('/app/main.js'); load([\"/code/a.js\",\"/code/b.js\"])</script>",
           "see https://example.com/app/help.php or example.com/workspace/a.js",
           "{\"path\":\"/srv/hook.js\",\"status\":404}",  // what was asked for
           "Cannot POST /srv/hook.js",
           "{\"t\":1773151500,\"file\":\"x.js\"}",
           "the home page is at /home/ and files are in /opt/",
       }) {
    CAPTURE(text);
    CHECK_FALSE(finds_source(text));
  }
}

TEST_CASE("a response that could be a path everywhere takes no longer than another") {
  constexpr std::size_t kSize = 1'000'000;  // the square of it would take minutes
  for (const std::string_view part :
       {"[/opt/", "/opt/", "   at a", "   at ", "\tat (", "    ", ".rs:1", "/gems/", ":1"}) {
    CAPTURE(part);
    std::string text;
    while (text.size() < kSize) text += part;
    CHECK_FALSE(finds_source(text));
    CHECK(finds_source(text + "\nopen '/srv/other.js'"));
  }
}
