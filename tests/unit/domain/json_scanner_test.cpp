#include "domain/json_scanner.h"

#include <optional>

#include <doctest/doctest.h>

#include "domain/random.h"
#include "support/enum_words.h"

using namespace slotflow;
using Token = JsonScanner::Token;

namespace {

bool accepts(std::string_view text) {
  JsonScanner scanner(text);
  Token token = Token::other;
  while (token != Token::end && token != Token::bad) token = scanner.next();
  return token == Token::end;
}

// What a scanner says, a letter a token, strings and keys in full.
std::string describe(std::string_view text) {
  constexpr std::string_view kLetters = "{}[]ksoEB";
  JsonScanner scanner(text);
  std::string all;
  for (;;) {
    const Token token = scanner.next();
    all += kLetters[static_cast<std::size_t>(token)];
    if (token == Token::key || token == Token::string) all += "<" + scanner.text() + ">";
    if (token == Token::end || token == Token::bad) return all;
  }
}

// Changes, removes, doubles or moves a few bytes.
std::string mutated(std::string text, Random& random) {
  constexpr std::string_view kBytes =
      "{}[],:\"\\ \t\n\r0123456789-+.eEtrufalsn/bx\x01\x7f\xc3\xa9\xed\xa0\x80\xf0\x9f\xff";
  for (std::uint64_t i = 1 + random.below(3); i > 0; --i) {
    const std::size_t at = random.below(text.size() + 1);
    const char byte = kBytes[random.below(kBytes.size())];
    switch (random.below(4)) {
      case 0:
        text.insert(at, 1, byte);
        break;
      case 1:
        if (at < text.size()) text[at] = byte;
        break;
      case 2:
        if (at < text.size()) text.erase(at, 1 + random.below(3));
        break;
      default:
        text.insert(at, text.substr(random.below(text.size() + 1), random.below(6)));
    }
  }
  return text;
}

// Whether the library accepts the text; nullopt for what it rejects although it is JSON.
std::optional<bool> library_accepts(const std::string& text) {
  try {
    [[maybe_unused]] const Json value = Json::parse(text);
    return true;
  } catch (const Json::out_of_range&) {  // a number is too large for a double
    return std::nullopt;
  } catch (const Json::parse_error& error) {
    const bool lone = std::string_view(error.what()).find("surrogate") != std::string_view::npos;
    return lone ? std::nullopt : std::optional(false);
  }
}

}  // namespace

TEST_CASE("json_scanner: tokens in their order, strings with their escapes read") {
  CHECK(describe(R"( {"a" : [1, -2.5e3,true ,null], "\u00e9\n":"x\"y", "":{} } )") ==
        "{k<a>[oooo]k<é\n>s<x\"y>k<>{}}E");
  CHECK(describe("[[],{}]") == "[[]{}]E");
  CHECK(describe("\"alone\"") == "s<alone>E");
  CHECK(describe("7") == "oE");
  CHECK(describe("\xEF\xBB\xBF{}") == "{}E");
  CHECK(describe("[1,]") == "[oB");
  CHECK(describe("{} x") == "{}B");
}

TEST_CASE("json_scanner: depth is that of the place between two tokens") {
  JsonScanner scanner(R"({"a":[1]})");
  const std::size_t expected[] = {0, 1, 1, 2, 2, 1, 0};
  for (const std::size_t depth : expected) {
    CHECK(scanner.depth() == depth);
    scanner.next();
  }
  CHECK(scanner.next() == Token::end);
}

TEST_CASE("json_scanner: text that is not JSON stays bad") {
  JsonScanner scanner("[1 2]");
  CHECK(scanner.next() == Token::array_begin);
  CHECK(scanner.next() == Token::other);
  CHECK(scanner.next() == Token::bad);
  CHECK(scanner.next() == Token::bad);
}

TEST_CASE("json_scanner: it accepts what the library accepts") {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[",
                           "]",
                           "[]]",
                           "{]",
                           "[}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{,}",
                           "{a:1}",
                           "{1:1}",
                           "[,]",
                           "[1,,2]",
                           "nul",
                           "nulll",
                           "truefalse",
                           "True",
                           "-",
                           "+1",
                           "01",
                           "-01",
                           "1.",
                           ".5",
                           "1.e5",
                           "1e",
                           "1e+",
                           "1e5",
                           "1E-5",
                           "-0",
                           "0.0",
                           "0e0",
                           "1 2",
                           "\"",
                           "\"\\\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"\\ud83d\\ude00\"",
                           "\"\t\"",
                           "\"\x7f\"",
                           "\"\xc3\xa9\"",
                           "\"\xc3\"",
                           "\"\xed\xa0\x80\"",
                           "\"\xff\"",
                           "'a'",
                           "[1]//",
                           "/**/1",
                           "\xEF\xBB\xBF",
                           "\xEF\xBB\xBF 1",
                           "\xEF\xBB",
                           "\v1",
                           "\f1",
                           "\xc2\xa0"
                           "1",
                           "NaN",
                           "Infinity",
                           "0x1"}) {
    CAPTURE(text);
    CHECK(accepts(text) == Json::accept(text));
  }
}

TEST_CASE("json_scanner: it accepts what the library accepts, for random changes of bytes") {
  const std::string seeds[] = {
      R"({"event":"booking.confirmed","data":{"id":"b9","n":[1,-2.5e3,true,false,null],"m":{}}})",
      R"(["Zo\u00eb","\ud83d\ude00","é","\\\"\/\b\f\n\r\t",0,-0.1,1E+2,{"":[[]]}])",
  };
  Random random(9);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = mutated(seeds[i % 2], random);
    CAPTURE(text);
    const std::optional<bool> expected = library_accepts(text);
    if (!expected) continue;
    REQUIRE(accepts(text) == *expected);
    accepted += *expected ? 1 : 0;
  }
  CHECK(accepted > 1'000);
}

TEST_CASE("json_scanner: half of a character and a number of any size are JSON") {
  CHECK(describe(R"(["\ud83c","\udf89","\ud83d\u0041","\ud83d\ud83d\ude00","\ud83dx"])") ==
        "[s<\ufffd>s<\ufffd>s<\ufffdA>s<\ufffd\U0001f600>s<\ufffdx>]E");
  CHECK(describe(R"({"\ud83c":1e999})") == "{k<\ufffd>o}E");
  for (const char* text : {"1e400", "-1E+400", "1e-400", "12345678901234567890123"}) {
    CHECK(accepts(text));
  }
  CHECK_FALSE(accepts("\"\\ud83\""));
  CHECK_FALSE(accepts("1e400x"));
}

TEST_CASE("json_scanner: the characters of a value, as written") {
  JsonScanner scanner(R"( {"\u0061" : [ -0.10e+2 , "\/" , true ] } )");
  std::string all;
  for (Token token = scanner.next(); token != Token::end; token = scanner.next()) {
    const bool has_text = token == Token::key || token == Token::string || token == Token::other;
    if (has_text) all.append(scanner.written()).append("|");
  }
  CHECK(all == R"("\u0061"|-0.10e+2|"\/"|true|)");
}

TEST_CASE("json_scanner: nested as deeply as values may be, and no deeper") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(accepts(nested(kMaxJsonDepth)));
  CHECK_FALSE(accepts(nested(kMaxJsonDepth + 1)));
  CHECK_FALSE(accepts(std::string(1'000'000, '{')));
}

// The library ends at a NUL byte, and takes what comes behind it for nothing.
TEST_CASE("json_scanner: a NUL byte is not JSON") {
  CHECK_FALSE(accepts(std::string_view("{}\0", 3)));
  CHECK_FALSE(accepts(std::string_view("\0", 1)));
  CHECK_FALSE(accepts(std::string_view("[1\0]", 4)));
  CHECK_FALSE(accepts(std::string_view("\"\0\"", 3)));
}
