// The user's changes to a booking: presets, --set and --metadata.
#include "domain/booking_edit.h"

#include <doctest/doctest.h>

#include "domain/booking.h"
#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

RawJson parsed(std::string_view text) {
  return std::get<RawJson>(parse_raw_json(text));
}

std::string with_set(const char* before, std::string_view assignment) {
  RawJson data = parsed(before);
  set_member(data, assignment);
  return data.dump();
}

std::string with_metadata(const char* before, std::string_view text) {
  RawJson data = parsed(before);
  merge_metadata(data, text);
  return data.dump();
}

std::string set_refusal(std::string_view assignment) {
  return thrown([&] { with_set(R"({"name":"Alex","tags":["a","b"],"n":1})", assignment); });
}

std::string metadata_refusal(std::string_view text) {
  return thrown([&] { with_metadata(R"({"metadata":{}})", text); });
}

}  // namespace

TEST_CASE("booking: presets by name") {
  for (const PresetInfo& row : kPresets) CHECK(parse_preset(row.name) == row.preset);
  CHECK(preset_choices() == std::vector<std::string>{"sales", "support", "recruiting"});
  CHECK(thrown([] { parse_preset("recruit"); }) ==
        "USAGE: --preset: expected sales, support or recruiting, got 'recruit' | hint: did you "
        "mean 'recruiting'?");
}

TEST_CASE("booking: --set replaces a member in its place and appends a new one") {
  CHECK(with_set(R"({"a":1,"b":2})", "a=3") == R"({"a":3,"b":2})");
  CHECK(with_set(R"({"a":1,"b":2})", "c=3") == R"({"a":1,"b":2,"c":3})");
  CHECK(with_set(R"({"a":{"x":1,"y":2}})", "a.x=null") == R"({"a":{"x":null,"y":2}})");
}

TEST_CASE("booking: a value is JSON if it parses, else a string") {
  CHECK(with_set("{}", "a=Zoë") == R"({"a":"Zoë"})");
  CHECK(with_set("{}", "a=true") == R"({"a":true})");
  CHECK(with_set("{}", "a=\"1\"") == R"({"a":"1"})");
  CHECK(with_set("{}", "a=01") == R"({"a":"01"})");
  CHECK(with_set("{}", "a=") == R"({"a":""})");
  CHECK(with_set("{}", "a=b=c") == R"({"a":"b=c"})");
  CHECK(with_set("{}", "a={\"z\":1,\"b\":[]}") == R"({"a":{"z":1,"b":[]}})");
  CHECK(with_set("{}", "a={z:1}") == R"({"a":"{z:1}"})");
}

TEST_CASE("booking: objects are made on the way, also out of null") {
  CHECK(with_set("{}", "a.b.c=1") == R"({"a":{"b":{"c":1}}})");
  CHECK(with_set(R"({"metadata":null})", "metadata.x=1") == R"({"metadata":{"x":1}})");
  CHECK(with_set("{}", "a.0=1") == R"({"a":{"0":1}})");
}

TEST_CASE("booking: arrays have indexes, and grow by one at most") {
  CHECK(with_set(R"({"a":[1,2]})", "a.1=x") == R"({"a":[1,"x"]})");
  CHECK(with_set(R"({"a":[1,2]})", "a.2=x") == R"({"a":[1,2,"x"]})");
  CHECK(with_set(R"({"a":[{"b":1}]})", "a.0.b=2") == R"({"a":[{"b":2}]})");
  for (const char* index : {"3", "-1", "x", "4000000000", "99999999999999999999", "1e0", " 0"}) {
    CAPTURE(index);
    CHECK(set_refusal("tags." + std::string(index) + "=1") ==
          "USAGE: --set: expected an index from 0 to 2 in 'tags', got '" + std::string(index) +
              "'");
  }
}

TEST_CASE("booking: there is nothing inside a scalar") {
  CHECK(set_refusal("name.first=Al") ==
        "USAGE: --set: expected an object or array at 'name', got a string");
  CHECK(set_refusal("tags.0.x=Al") ==
        "USAGE: --set: expected an object or array at 'tags.0', got a string");
  CHECK(set_refusal("n.x=1") == "USAGE: --set: expected an object or array at 'n', got a number");
}

TEST_CASE("booking: text that is not an assignment is rejected") {
  CHECK(set_refusal("name") == "USAGE: --set: expected PATH=VALUE, got 'name'");
  CHECK(set_refusal("") == "USAGE: --set: expected PATH=VALUE, got ''");
  for (const char* text : {"=1", ".a=1", "a.=1", "a..b=1"}) {
    CHECK(set_refusal(text) ==
          "USAGE: --set: expected a path such as attendee_name or metadata.lead_id before the =, "
          "got '" +
              std::string(text) + "'");
  }
  CHECK(set_refusal("a=\xff\x1b") == "USAGE: --set: expected UTF-8, got 'a=\\xff\\x1b'");
}

TEST_CASE("booking: a path has an end") {
  std::string path = "a";
  for (int i = 1; i < 32; ++i) path += ".a";
  CHECK(set_refusal(path + "=1") == "nothing");
  CHECK(set_refusal(path + ".a=1") ==
        "USAGE: --set: expected a path of at most 32 names, got '" + path + ".a=1'");
}

TEST_CASE("booking: --metadata is merged, in order") {
  CHECK(with_metadata(R"({"metadata":{"a":1,"b":2}})", R"({"c":3,"a":4})") ==
        R"({"metadata":{"a":4,"b":2,"c":3}})");
  CHECK(with_metadata(R"({"metadata":{"a":{"x":1}}})", R"({"a":{"y":2}})") ==
        R"({"metadata":{"a":{"y":2}}})");
  CHECK(with_metadata(R"({"metadata":{"a":1}})", " {}\n") == R"({"metadata":{"a":1}})");
  CHECK(with_metadata(R"({"id":"x"})", "a=1") == R"({"id":"x","metadata":{"a":1}})");
}

TEST_CASE("booking: --metadata KEY=VALUE") {
  CHECK(with_metadata(R"({"metadata":{}})", "a=1") == R"({"metadata":{"a":1}})");
  CHECK(with_metadata(R"({"metadata":{}})", "a=x=y") == R"({"metadata":{"a":"x=y"}})");
  CHECK(with_metadata(R"({"metadata":{}})", "a.b=") == R"({"metadata":{"a.b":""}})");
  CHECK(with_metadata(R"({"metadata":{}})", "a={\"b\":[1]}") == R"({"metadata":{"a":{"b":[1]}}})");
}

TEST_CASE("booking: --metadata null, and later ones") {
  CHECK(with_metadata(R"({"metadata":{"a":1}})", "null") == R"({"metadata":null})");
  CHECK(with_metadata(R"({"metadata":null})", "a=1") == R"({"metadata":{"a":1}})");
}

TEST_CASE("booking: --metadata is nothing else") {
  for (const char* text : {"", "[1]", "5", "\"a=b\"", "true", "word", "=1"}) {
    CHECK(metadata_refusal(text) ==
          "USAGE: --metadata: expected a JSON object, null, KEY=VALUE or @FILE, got '" +
              std::string(text) + "'");
  }
  CHECK(metadata_refusal("{\"a\" 1=2}") ==
        "USAGE: --metadata: expected ':' at line 1, column 6, got '{\"a\" 1=2}'");
  CHECK(metadata_refusal("a=\xff") == "USAGE: --metadata: expected UTF-8, got 'a=\\xff'");
}

TEST_CASE("booking: values are sent as they are written") {
  for (const char* value : {"12345678901234567890123", "1e2", "1.0", "-0", "1E400", "0.1000",
                            "-0.0", R"("\ud83c\u00e9\/")", R"([1.0,{"x":1,"x":1e0}])"}) {
    CAPTURE(value);
    const std::string expected = std::string("{\"metadata\":{\"a\":") + value + "}}";
    CHECK(with_set("{}", std::string("metadata.a=") + value) == expected);
    CHECK(with_metadata("{}", std::string("a=") + value) == expected);
    CHECK(with_metadata("{}", std::string("{\"a\":") + value + "}") == expected);
    // Other changes do not touch it.
    RawJson data = parsed("{}");
    merge_metadata(data, std::string("{ \"a\" :\n") + value + ", \"b\": 1}");
    merge_metadata(data, "b=2");
    set_member(data, "metadata.c=3");
    CHECK(data.dump() == std::string("{\"metadata\":{\"a\":") + value + R"(,"b":2,"c":3}})");
  }
}

TEST_CASE("booking: --set data.x means x, and says so") {
  RawJson data = parsed("{}");
  CHECK(set_member(data, "data.x=1") ==
        EditNotices{"--set: paths are inside data: 'data.x' sets 'x'"});
  CHECK(set_member(data, "data.metadata.a=1").size() == 1);
  CHECK(set_member(data, "data.data.x=1").size() == 1);
  CHECK(set_member(data, "data.event=1").size() == 1);
  CHECK(data.dump() == R"({"x":1,"metadata":{"a":1},"data":{"x":1},"event":1})");
}

TEST_CASE("booking: --set changes nothing outside data") {
  for (const char* text : {"event=booking.moved", "event.x=1", "data={}", "data=1"}) {
    CAPTURE(text);
    CHECK(set_refusal(text).starts_with(
        "USAGE: --set: expected a path inside data, such as attendee_name or metadata.lead_id, got "
        "'" +
        std::string(text) + "' | hint: "));
  }
  RawJson data = parsed("{}");
  CHECK(set_member(data, "created_at=x") ==
        EditNotices{
            "--set: 'created_at' is set inside data; the created_at of the event is unchanged"});
}

TEST_CASE("booking: --set is not JSONPath") {
  for (const char* text : {"$.x=1", "tags[0]=1", "metadata[a].b=1"}) {
    CHECK(set_refusal(text) ==
          "USAGE: --set: expected a path such as attendee_name or metadata.lead_id before the =, "
          "got '" +
              std::string(text) +
              "' | hint: separate names and indexes with dots: metadata.tags.0=x");
  }
}

TEST_CASE("booking: a value that was perhaps meant to be JSON is noticed") {
  RawJson data = parsed("{}");
  CHECK(set_member(data, "a={z:1}") ==
        EditNotices{"--set: the value is not JSON (line 1, column 2: expected a field name in "
                    "double quotes); it is sent as a string"});
  CHECK(merge_metadata(data, "a=[1,]") ==
        EditNotices{"--metadata: the value is not JSON (line 1, column 4: expected a value); it is "
                    "sent as a string"});
  CHECK(set_member(data, "b=\"x").size() == 1);
  for (const char* text : {"c=word", "c=01", "c=1 2", "c=a{b}", "c="}) {
    CHECK(set_member(data, text).empty());
  }
}

TEST_CASE("booking: a name that is nearly that of a field is noticed") {
  RawJson data = parsed(R"({"attendee_name":"x"})");
  CHECK(set_member(data, "attende_name=y") ==
        EditNotices{"--set: 'attende_name' is a new field of data; did you mean 'attendee_name'?"});
  CHECK(set_member(data, "attendee_name=y").empty());
  CHECK(set_member(data, "location=y").empty());
}

TEST_CASE("booking: --metadata from a file is an object or null") {
  const auto with_file = [](std::string_view content) {
    RawJson data = parsed(R"({"metadata":{"a":1}})");
    const std::string refusal = thrown([&] { merge_metadata_file(data, "f.json", content); });
    return refusal + " " + data.dump();
  };
  CHECK(with_file("{\"b\": 1.0}\n") == R"(nothing {"metadata":{"a":1,"b":1.0}})");
  CHECK(with_file("null") == R"(nothing {"metadata":null})");
  const std::string unchanged = R"( {"metadata":{"a":1}})";
  CHECK(with_file("[1]") ==
        "USAGE: --metadata: f.json: expected a JSON object or null, got an array" + unchanged);
  CHECK(with_file("a=1") == "USAGE: --metadata: f.json:1:1: expected a value" + unchanged);
  CHECK(with_file(std::string_view("{}\0x", 4)) ==
        "USAGE: --metadata: f.json:1:3: expected the end of the text" + unchanged);
}
