#include <doctest/doctest.h>

#include "domain/base64.h"
#include "domain/hmac.h"
#include "domain/signature.h"

using namespace slotflow;
using namespace std::string_view_literals;

namespace {

const std::string kSecret = "whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f";
constexpr std::int64_t kT = 1'773'151'500;
const std::string kBody = R"({"z":"Zoë, \"5:1\"","a":[1,2.5,{}],"m":{"k":null,"b":true}})";

const std::string kUnknown =
    "no known mistake explains it: the header may be that of another event, the secret that of "
    "another webhook, or the body incomplete or changed";

std::string diagnosis(std::string_view header, std::string_view body = kBody,
                      std::string_view secret = kSecret) {
  const std::string sentence = diagnose_signature(header, body, secret).value_or("none");
  CHECK(sentence.find(secret.empty() ? "\n" : secret) == std::string::npos);
  return sentence;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// A header with any text for t and any v1.
std::string header(const std::string& t, const std::string& v1) {
  return "t=" + t + ",v1=" + v1;
}

}  // namespace

TEST_CASE("signature diagnosis: a valid signature has no mistake") {
  CHECK(diagnosis(sign(kSecret, kT, kBody)) == "none");
}

TEST_CASE("signature diagnosis: it says that no known mistake explains it") {
  CHECK(diagnosis(sign("whsec_another", kT, kBody)) == kUnknown);
  CHECK(diagnosis(sign(kSecret, kT, "{}")) == kUnknown);
  CHECK(diagnosis("nonsense") == "none");
  CHECK(diagnosis("t=1") == "none");
  CHECK(diagnosis("\xff\0,=,="sv) == "none");
}

TEST_CASE("signature diagnosis: a v1 of another length") {
  const std::string expected = "v1 does not have 64 hex digits: it was cut, or something was added";
  CHECK(diagnosis("v1=,t=") == expected);
  CHECK(diagnosis("t=1,v1=aa", "", "") == expected);
  CHECK(diagnosis(sign(kSecret, kT, kBody).substr(0, 70)) == expected);
  CHECK(diagnosis(sign(kSecret, kT, kBody) + "...") == expected);
}

TEST_CASE("signature diagnosis: a header that was copied with its name, or in quotes") {
  const std::string value = sign(kSecret, kT, kBody);
  for (const std::string name :
       {"X-Slotflow-Signature: ", "x-slotflow-signature:", " X-SLOTFLOW-SIGNATURE : "}) {
    CHECK(diagnosis(name + value) ==
          "the signature matches, but the value of the header begins with the header's name");
    CHECK(diagnosis("'" + name + value + "'") ==
          "the signature matches, but the value of the header begins with the header's name");
  }
  CHECK(diagnosis('"' + value + '"') ==
        "the signature matches, but the value of the header is in quotes");
}

TEST_CASE("signature diagnosis: a secret that was damaged") {
  const std::string header = sign(kSecret, kT, kBody);
  CHECK(diagnosis(header, kBody, "'" + kSecret + "'") ==
        "the secret given here is in quotes; v1 matches the secret without this");
  CHECK(diagnosis(header, kBody, "SECRET=" + kSecret) ==
        "the secret given here begins with NAME=; v1 matches the secret without this");
  CHECK(diagnosis(sign("\"" + kSecret + "\"", kT, kBody)) ==
        "the secret was used with quotes around it, as some programs read .env files");
  CHECK(diagnosis(sign("\xef\xbb\xbf" + kSecret, kT, kBody)) ==
        "the secret was used with a byte order mark before it, as editors on Windows save files");
}

TEST_CASE("signature diagnosis: the secret's prefix") {
  const std::string bare = kSecret.substr(6);
  CHECK(diagnosis(sign(bare, kT, kBody)) ==
        "the secret was used without its whsec_ prefix; the key is the secret as issued, prefix "
        "included");
  CHECK(
      diagnosis(sign(kSecret, kT, kBody), kBody, bare) ==
      "v1 matches if whsec_ is put before the secret; pass the secret as issued, prefix included");
}

TEST_CASE("signature diagnosis: white space around the secret") {
  for (const char* space : {"\n", "\r\n", " "}) {
    CHECK(
        diagnosis(sign(kSecret + space, kT, kBody)) ==
        "the secret was used with white space around it, such as the newline at the end of a file");
    CHECK(diagnosis(sign(kSecret, kT, kBody), kBody, kSecret + space) ==
          "the secret given here has white space around it; v1 matches without it");
  }
  CHECK(diagnosis(sign(" " + kSecret, kT, kBody)) ==
        "the secret was used with white space around it, such as the newline at the end of a file");
}

TEST_CASE("signature diagnosis: the secret base64-decoded") {
  const std::string expected =
      "the secret was base64-decoded before use; the key is the text of the secret itself";
  CHECK(diagnosis(sign("hello world", kT, kBody), kBody, "whsec_aGVsbG8gd29ybGQ=") == expected);
  CHECK(diagnosis(sign("hello world", kT, kBody), kBody, "aGVsbG8gd29ybGQ") == expected);
  CHECK(diagnosis(sign("\xfb\xff", kT, kBody), kBody, "whsec_-_8=") == expected);
  CHECK(diagnosis(sign("\xfb\xff", kT, kBody), kBody, "whsec_+/8=") == expected);
}

TEST_CASE("signature diagnosis: the body re-serialized by another JSON library") {
  const std::string expected =
      "v1 matches a re-serialized body (different white space, escapes or key order); sign and "
      "verify the raw bytes, before any parser changes them";
  // By hand, not by the library that the diagnosis uses.
  for (const char* other :
       {// Python: json.dumps
        R"({"z": "Zo\u00eb, \"5:1\"", "a": [1, 2.5, {}], "m": {"k": null, "b": true}})",
        // Python: json.dumps(ensure_ascii=False)
        R"({"z": "Zoë, \"5:1\"", "a": [1, 2.5, {}], "m": {"k": null, "b": true}})",
        // Python: json.dumps(sort_keys=True)
        R"({"a": [1, 2.5, {}], "m": {"b": true, "k": null}, "z": "Zo\u00eb, \"5:1\""})",
        // Python: json.dumps(separators=(",", ":"))
        R"({"z":"Zo\u00eb, \"5:1\"","a":[1,2.5,{}],"m":{"k":null,"b":true}})",
        // Sorted, as Go's encoding/json writes a map
        R"({"a":[1,2.5,{}],"m":{"b":true,"k":null},"z":"Zoë, \"5:1\""})",
        // JavaScript: JSON.stringify(value, null, 2)
        "{\n  \"z\": \"Zoë, \\\"5:1\\\"\",\n  \"a\": [\n    1,\n    2.5,\n    {}\n  ],\n"
        "  \"m\": {\n    \"k\": null,\n    \"b\": true\n  }\n}",
        // Four spaces, ASCII only
        "{\n    \"z\": \"Zo\\u00eb, \\\"5:1\\\"\",\n    \"a\": [\n        1,\n        2.5,\n"
        "        {}\n    ],\n    \"m\": {\n        \"k\": null,\n        \"b\": true\n    }\n}"}) {
    CAPTURE(other);
    CHECK(diagnosis(sign(kSecret, kT, other)) == expected);
  }
}

TEST_CASE("signature diagnosis: the given body was re-serialized, the signed one was not") {
  CHECK(diagnosis(sign(kSecret, kT, R"({"b":1,"a":"é"})"), R"({"b": 1, "a": "\u00e9"})") ==
        "v1 matches a re-serialized body (different white space, escapes or key order); sign and "
        "verify the raw bytes, before any parser changes them");
  // The first order of the members cannot be known any more.
  CHECK(diagnosis(sign(kSecret, kT, R"({"b":1,"a":2})"), R"({"a":2,"b":1})") == kUnknown);
}

TEST_CASE("signature diagnosis: a newline at the end of the body") {
  for (const char* newline : {"\n", "\r\n"}) {
    CHECK(diagnosis(sign(kSecret, kT, kBody + newline)) ==
          "the signed body ended with a newline; the body given here does not");
    CHECK(diagnosis(sign(kSecret, kT, kBody), kBody + newline) ==
          "the body given here ends with a newline; the signed body did not");
  }
}

TEST_CASE("signature diagnosis: the body signed without t") {
  CHECK(diagnosis(header("1773151500", hmac_sha256_hex(kSecret, kBody))) ==
        "only the body was signed; the signed text is t, a dot and the body");
  CHECK(diagnosis("v1=" + hmac_sha256_hex(kSecret, kBody)) ==
        "only the body was signed; the signed text is t, a dot and the body");
}

TEST_CASE("signature diagnosis: t and the body signed in another way") {
  CHECK(diagnosis(header("1773151500", hmac_sha256_hex(kSecret, "1773151500" + kBody))) ==
        "t and the body were signed without the dot between them");
  CHECK(diagnosis(header("1773151500", hmac_sha256_hex(kSecret, kBody + ".1773151500"))) ==
        "the body was signed before t; the signed text is t, a dot and the body");
}

TEST_CASE("signature diagnosis: v1 in base64") {
  const std::string hex = signature_hex(kSecret, "1773151500", kBody);
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  const std::string expected = "v1 is in base64; it must be in lower-case hex";
  CHECK(diagnosis(header("1773151500", base64(bytes))) == expected);
  CHECK(diagnosis(header("1773151500", base64(bytes).substr(0, 43))) == expected);
}

TEST_CASE("signature diagnosis: upper-case hex") {
  CHECK(diagnosis(header("1773151500", upper(signature_hex(kSecret, "1773151500", kBody)))) ==
        "v1 is in upper-case hex; Slotflow's is in lower case, and many receivers compare it as a "
        "string");
}

TEST_CASE("signature diagnosis: milliseconds for seconds") {
  CHECK(diagnosis(sign(kSecret, kT * 1000 + 123, kBody)) ==
        "t is in milliseconds; it must be in seconds");
  CHECK(
      diagnosis(header("1773151500123", signature_hex(kSecret, "1773151500", kBody))) ==
      "t is in milliseconds, but was signed in seconds; the header must contain the signed value");
  CHECK(diagnosis(header("1773151500", signature_hex(kSecret, "1773151500000", kBody))) ==
        "t was signed in milliseconds, but is in seconds in the header; the header must contain "
        "the signed value");
}

TEST_CASE("signature diagnosis: a header in another form") {
  const std::string hex = signature_hex(kSecret, "1773151500", kBody);
  for (const std::string& value : {"t=1773151500, v1=" + hex, "T=1773151500,V1=" + hex,
                                   " t=1773151500,v1=" + hex, "t = 1773151500,v1 = " + hex}) {
    CAPTURE(value);
    CHECK(diagnosis(value) ==
          "the signature matches, but the header is not in the form t=<unix seconds>,v1=<hex>: "
          "names are in lower case, without spaces");
  }
}

TEST_CASE("signature diagnosis: the signature matches in a header of another form") {
  const std::string hex = signature_hex(kSecret, "1773151500", kBody);
  const auto but = [](const std::string& value) {
    const std::string sentence = diagnosis(value);
    const std::string start = "the signature matches, but ";
    return sentence.starts_with(start) ? sentence.substr(start.size()) : "not: " + sentence;
  };
  const std::string separator = "the parts of the header are not separated by a comma alone";
  for (const char* between : {";", "; ", " ", "&", "|", ",;"}) {
    CAPTURE(between);
    CHECK(but("t=1773151500" + std::string(between) + "v1=" + hex) == separator);
  }
  CHECK(but("t=1773151500,v0=" + hex) == "it is named 'v0'; it must be named v1");
  CHECK(but("sha256=" + hex + ",t=1773151500") == "it is named 'sha256'; it must be named v1");
  CHECK(but("t=1773151500," + hex) == "it has no name; it must be named v1");
  CHECK(but("ts=1773151500,v1=" + hex) == "the timestamp is named 'ts'; it must be named t");
  CHECK(but("t=\"1773151500\",v1='" + hex + "'") == "the value of the header is in quotes");
  const std::string part = "the header has a part that is not name=value";
  CHECK(but("t=1773151500,v1=" + hex + ",") == part);
  CHECK(but("t=1773151500,,v1=" + hex) == part);
  CHECK(but("t=1773151500,x=a=b,v1=" + hex) == part);
  CHECK(but("t:1773151500,v1:" + hex) == part);
  CHECK(but("t=1,t=1773151500,v1=" + hex) == "the header has more than one timestamp (t)");
  CHECK(but("t=-5,v1=" + signature_hex(kSecret, "-5", kBody)) ==
        "its timestamp (t) is not Unix seconds");
}

TEST_CASE("signature diagnosis: the forms of other services") {
  const std::string slotflow =
      "; Slotflow's is t=<unix seconds>,v1=<hex>, and the signed text is t, a dot and the body";
  const std::string hex = hmac_sha256_hex(kSecret, kBody);
  const std::string base64_text = base64(std::string(32, 'x'));
  CHECK(diagnosis("sha256=" + hex) ==
        "the header has the form 'sha256=<signature>', as GitHub's has" + slotflow);
  CHECK(diagnosis("sha1=" + hex.substr(0, 40)) ==
        "the header has the form 'sha1=<signature>', as GitHub's has" + slotflow);
  CHECK(diagnosis("sig=" + hex) == "the header has the form 'sig=<signature>'" + slotflow);
  CHECK(diagnosis(hex) == "the header is a signature alone, without names" + slotflow);
  CHECK(diagnosis(base64_text) == "the header is a signature alone, without names" + slotflow);
  CHECK(diagnosis("v1," + base64_text) ==
        "the header has the form v1,<base64> of Standard Webhooks" + slotflow);
}

TEST_CASE("signature diagnosis: a v1 that another hash made") {
  const auto with_digits = [](std::size_t count) {
    return diagnosis(header("1773151500", std::string(count, 'a')));
  };
  CHECK(with_digits(40) ==
        "v1 has 40 hex digits, as many as SHA-1 has; it must be HMAC-SHA256, which has 64");
  CHECK(with_digits(128) ==
        "v1 has 128 hex digits, as many as SHA-512 has; it must be HMAC-SHA256, which has 64");
  CHECK(with_digits(41).starts_with("v1 does not have 64 hex digits"));
  CHECK(with_digits(64) == kUnknown);
}

TEST_CASE("signature diagnosis: without a timestamp, or with an empty one") {
  const std::string nothing = signature_hex(kSecret, "", kBody);
  CHECK(diagnosis("v1=" + signature_hex(kSecret, "1773151500", kBody)) ==
        "v1 cannot be verified without the timestamp (t), with which the signed text begins");
  CHECK(diagnosis("v1=" + nothing) ==
        "v1 was made with an empty timestamp; the signed text is t, a dot and the body");
  CHECK(diagnosis("t=,v1=" + nothing) ==
        "the signature matches, but its timestamp (t) is not Unix seconds");
  CHECK(diagnosis("t=,v1=" + signature_hex(kSecret, "1773151500", kBody)) ==
        "t is empty; v1 cannot be verified without it, because the signed text begins with it");
}

TEST_CASE("signature diagnosis: names from the network are cut and harmless") {
  const std::string hex = signature_hex(kSecret, "1773151500", kBody);
  const std::string shown = std::string(120, 'x') + "...'";
  const std::string name(7'900, 'x');
  for (const std::string& value :
       {name + "=" + hex, "t=1773151500," + name + "=" + hex, name + "=1773151500,v1=" + hex}) {
    CHECK(diagnosis(value).find("'" + shown) != std::string::npos);
    CHECK(diagnosis(value).size() < 400);
  }
  for (const std::string& value :
       {"\x1b[1m=" + hex, "t=1773151500,\x1b[1m=" + hex, "\x1b[1m=1773151500,v1=" + hex}) {
    CHECK(diagnosis(value).find("'\\x1b[1m") != std::string::npos);
    CHECK(diagnosis(value).find('\x1b') == std::string::npos);
  }
}

TEST_CASE("signature diagnosis: an empty header") {
  for (const char* value : {"", " ", "\t"}) {
    CHECK(
        diagnosis(value) ==
        "the value was lost when the header was copied, or the header was read under another name");
  }
}

TEST_CASE("signature diagnosis: the time in another form than the signed one") {
  const std::string hex = signature_hex(kSecret, "1773151500", kBody);
  for (const char* t : {"1773151500.25", "2026-03-10T14:05:00Z", "2026-03-10T15:05:00.999+01:00"}) {
    CAPTURE(t);
    CHECK(diagnosis(header(t, hex)) ==
          "t was signed in whole seconds, but is in another form in the header; the header must "
          "contain the signed value");
  }
}

TEST_CASE("signature diagnosis: upper case in a v1 that does not match is no mistake") {
  CHECK(diagnosis("t=1773151500,v1=" + std::string(64, 'A') +
                  ",v1=" + signature_hex(kSecret, "1773151500", kBody)) == "none");
}

TEST_CASE("signature diagnosis: a mistake is found although the header has an odd form") {
  const std::string hex = signature_hex(kSecret.substr(6), "1773151500", kBody);
  CHECK(diagnosis("t=1773151500, v1=" + upper(hex)) ==
        "the secret was used without its whsec_ prefix; the key is the secret as issued, prefix "
        "included");
}

TEST_CASE("signature diagnosis: no message contains the expected signature") {
  const std::string right = signature_hex(kSecret, "1773151500", kBody);
  for (const std::string& value :
       {sign(kSecret + "\n", kT, kBody), sign(kSecret, kT, kBody + "\n"),
        sign(kSecret.substr(6), kT, kBody), header("1773151500", upper(right))}) {
    CHECK(diagnosis(value) != "none");
    CHECK(diagnosis(value).find(right) == std::string::npos);
  }
}

TEST_CASE("signature diagnosis: of several secrets, the one with a mistake that explains it") {
  const auto with = [](const std::string& header, const std::vector<std::string>& secrets) {
    return diagnose_signature(header, kBody, secrets).value_or("none");
  };
  const std::string header = sign(kSecret, kT, kBody + "\n");
  const std::string newline = "the signed body ended with a newline; the body given here does not";
  CHECK(with(header, {kSecret, "whsec_another"}) == newline);
  CHECK(with(header, {"whsec_another", kSecret}) == newline);
  CHECK(with(header, {"whsec_another", "whsec_third"}) == kUnknown);
  CHECK(with(sign(kSecret, kT, kBody), {"whsec_another", kSecret}) == "none");
  CHECK(with(upper(sign(kSecret, kT, kBody)), {"whsec_another", kSecret})
            .starts_with("v1 is in upper-case hex"));
  CHECK(with(header, {}) == kUnknown);
}
