#include "domain/json_string.h"

#include <doctest/doctest.h>

#include "domain/json.h"

using namespace slotflow;

TEST_CASE("json_string: escapes are interpreted") {
  CHECK(json_unescaped("plain") == "plain");
  CHECK(json_unescaped(R"(\"\\\/\b\f\n\r\t)") == "\"\\/\b\f\n\r\t");
  CHECK(json_unescaped(R"(\u0041\u00e9\u20AC\ud83d\ude00\u0000)") ==
        std::string("Aé€\U0001f600\0", 11));
}

TEST_CASE("json_string: a lone surrogate is replaced, or kept apart from others") {
  CHECK(json_unescaped(R"(a\ud83cb)") == "a\ufffdb");
  CHECK(json_unescaped(R"(\udf89\ud83c)") == "\ufffd\ufffd");
  CHECK(json_unescaped(R"(\ud83c\n)") == "\ufffd\n");
  CHECK(json_unescaped(R"(\ud83c)", LoneSurrogate::keep) == "\xed\xa0\xbc");
  CHECK(json_unescaped(R"(\ud83c\udf89)", LoneSurrogate::keep) == "\U0001f389");
}

TEST_CASE("json_string: quoted as the library quotes") {
  for (const std::string text : {"", "a\"b\\c/", "\b\f\n\r\t\x01\x1f\x7f", "é€\U0001f600"}) {
    CAPTURE(text);
    CHECK(json_quoted(text, false) == Json(text).dump());
    CHECK(json_quoted(text, true) == Json(text).dump(-1, ' ', true));
  }
}

TEST_CASE("json_string: lone surrogates come back as escapes") {
  const std::string raw = R"(x\ud83cy\udf89\udf89)";
  for (const bool ascii : {false, true}) {
    CHECK(json_quoted(json_unescaped(raw, LoneSurrogate::keep), ascii) == '"' + raw + '"');
  }
}
