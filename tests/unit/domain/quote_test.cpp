#include "domain/quote.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::string_view_literals;

TEST_CASE("quote: plain text and UTF-8 stay readable") {
  CHECK(in_quotes("") == "''");
  CHECK(in_quotes("Zoë 🎉") == "'Zoë 🎉'");
}

TEST_CASE("quote: hidden characters are escaped") {
  CHECK(in_quotes("a\x1b[31mb\n\x7f\0c"sv) == "'a\\x1b[31mb\\x0a\\x7f\\x00c'");
  CHECK(in_quotes("\xc2\x9b") == "'\\xc2\\x9b'");
  CHECK(in_quotes("\xe2\x80\xae") == "'\\xe2\\x80\\xae'");
  CHECK(in_quotes("\xd8\x9c\xef\xbb\xbf") == "'\\xd8\\x9c\\xef\\xbb\\xbf'");
  CHECK(in_quotes("\xe2\x81\xa6") == "'\\xe2\\x81\\xa6'");
}

TEST_CASE("quote: bytes that are not UTF-8 are escaped one by one") {
  CHECK(in_quotes("a\xff\xc3") == "'a\\xff\\xc3'");
}

TEST_CASE("quote: long text is cut between characters") {
  CHECK(in_quotes(std::string(120, 'x')) == "'" + std::string(120, 'x') + "'");
  CHECK(in_quotes(std::string(121, 'x')) == "'" + std::string(120, 'x') + "...'");
  CHECK(in_quotes(std::string(119, 'x') + "ë") == "'" + std::string(119, 'x') + "...'");
}

TEST_CASE("quote: a word of a shell") {
  CHECK(shell_word("") == "''");
  CHECK(shell_word("it's $x") == "'it'\\''s $x'");
  CHECK(shell_argument("/tmp/My-store_1.json") == "/tmp/My-store_1.json");
  for (const std::string text :
       {"", "a b", "~/s", "$HOME/s", "*", "a;b", "a&b", "#a", "a\nb", "ä", "=a", "a\\", "!a"}) {
    CAPTURE(text);
    CHECK(shell_argument(text) == shell_word(text));
  }
}

TEST_CASE("quote: the path of a file is no option") {
  CHECK(file_argument("a.json") == "a.json");
  CHECK(file_argument("a b") == "'a b'");
  CHECK(file_argument("-") == "./-");
  CHECK(file_argument("--x.json") == "./--x.json");
  CHECK(file_argument("-a b") == "'./-a b'");
}
