#include "domain/json_fields.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::string_view_literals;

namespace {

// "name=value|name=value"
std::string fields_text(std::string_view json) {
  std::string all;
  for (const auto& [name, value] : json_fields(json)) {
    all += (all.empty() ? "" : "|") + name + '=' + std::string(value);
  }
  return all;
}

}  // namespace

TEST_CASE("json_fields: the fields of the outermost object, values as written") {
  CHECK(fields_text(R"({"a":1.0,"b" : [ 1, {"a": 2}] ,"\u0061":"\ud83c" , "c":{}})") ==
        R"(a=1.0|b=[ 1, {"a": 2}]|a="\ud83c"|c={})");
  CHECK(fields_text("\xEF\xBB\xBF { \"\": null\n} ") == "=null");
  for (const char* text : {"{}", "[]", "[{\"a\":1}]", "1", "\"a\"", "", "x", "{"}) {
    CHECK(fields_text(text).empty());
  }
}

TEST_CASE("json_fields: those before the text is not JSON") {
  CHECK(fields_text("{\"a\":1,\"b\":x}") == "a=1");
  CHECK(fields_text("{\"a\":1,\"b\":{\"c\":") == "a=1");
  CHECK(fields_text("{\"a\":1 \0}"sv) == "a=1");
}

TEST_CASE("json_fields: the last value of a name counts") {
  const auto fields = json_fields(R"({"a":1,"b":2,"a":3})");
  CHECK(last_value(fields, "a") == "3");
  CHECK(last_value(fields, "b") == "2");
  CHECK(last_value(fields, "c").empty());
}

TEST_CASE("json_fields: white space within strings is kept") {
  CHECK(without_space(R"( { "a b" : [ 1 , "\" c" ] } )") == R"({"a b":[1,"\" c"]})");
  CHECK(without_space("\"a\\") == "\"a\\");
}
