#include "cli/config_values.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("config values: texts with and without quotes") {
  CHECK(read_config_values("5s").texts == Texts{"5s"});
  CHECK(read_config_values("''").texts == Texts{""});
  CHECK(read_config_values("").texts == Texts{""});
  CHECK(read_config_values(R"('a\n"b')").texts == Texts{R"(a\n"b)"});
  CHECK(read_config_values(R"("a\t\"b\"\\ \u00e9\U0001F389'")").texts ==
        Texts{"a\t\"b\"\\ é\U0001F389'"});
  CHECK(read_config_values("it's").texts == Texts{"it's"});
}

TEST_CASE("config values: arrays") {
  for (const char* text : {"[a,'b']", "[ a , \"b\" , ]", "[\n a,\n \"\\u0062\"\n]"}) {
    CAPTURE(text);
    const ConfigValues values = read_config_values(text);
    CHECK(values.texts == Texts{"a", "b"});
    CHECK(values.is_whole);
  }
  CHECK(read_config_values("[]").texts.empty());
  CHECK(read_config_values("['a,]', b]").texts == Texts{"a,]", "b"});
}

TEST_CASE("config values: what is not one value") {
  for (const char* text : {"a b", "a,b", "'a' b", "'a", "\"a", R"("a\")", "['a' b]", "['a]",
                           "[a] b", "[a", "[\"a]", "[a]]"}) {
    CAPTURE(text);
    CHECK_FALSE(read_config_values(text).is_whole);
  }
}

TEST_CASE("config values: escapes that TOML does not have, or that no text can have") {
  for (const char* escape : {"\\d", "\\x41", "\\u12", "\\u12g4", "\\u0000", "\\ud83c", "\\U0001F38",
                             "\\U00110000", "\\'"}) {
    CAPTURE(escape);
    const std::string text = std::string("\"a") + escape + "\"";
    CHECK(read_config_values(text).bad_escape == std::string(escape).substr(0, 2));
  }
  CHECK(read_config_values(R"(["\n", "\q", "\z"])").bad_escape == "\\q");
}

TEST_CASE("config values: comments") {
  CHECK(without_comment("a # b") == "a ");
  CHECK(without_comment("# b").empty());
  CHECK(without_comment("'#' \"#\" #") == "'#' \"#\" ");
  CHECK(without_comment(R"("\"#" #)") == R"("\"#" )");
  CHECK(without_comment(R"('\'#')") == R"('\')");
  CHECK(without_comment(R"("a\)") == R"("a\)");
}
