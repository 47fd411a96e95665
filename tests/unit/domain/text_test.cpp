#include "domain/text.h"

#include <doctest/doctest.h>

using namespace slotflow;

using Texts = std::vector<std::string>;

namespace {

Texts parts(std::string_view text) {
  const auto found = split(text, ',');
  return {found.begin(), found.end()};
}

}  // namespace

TEST_CASE("text: trimming removes white space at both ends only") {
  CHECK(trimmed(" \t\r\n\v\f a b \n") == "a b");
  CHECK(trimmed("ab") == "ab");
  CHECK(trimmed(" \n").empty());
  CHECK(trimmed("").empty());
  CHECK(trimmed("\n a\t", is_blank) == "\n a");
  CHECK(trimmed_start(" a ", is_blank) == "a ");
}

TEST_CASE("text: splitting keeps empty parts") {
  CHECK(parts("a,b") == Texts{"a", "b"});
  CHECK(parts("ab") == Texts{"ab"});
  CHECK(parts("") == Texts{""});
  CHECK(parts(",a,") == Texts{"", "a", ""});
}

TEST_CASE("text: joining puts separators between texts") {
  CHECK(joined(Texts{"a", "b", "c"}, "|") == "a|b|c");
  CHECK(joined(Texts{"a", "b", "c"}, ", ", " or ") == "a, b or c");
  CHECK(joined(Texts{"a", "b"}, ", ", " or ") == "a or b");
  CHECK(joined(Texts{"a"}, ", ", " or ") == "a");
  CHECK(joined(Texts{}, ", ").empty());
  CHECK(joined(Texts{"", "b"}, ",") == ",b");
}
