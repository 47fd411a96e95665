#include "cli/secret_words.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "domain/base64.h"

using namespace slotflow;

namespace {

SecretWords words_of(std::optional<std::string> secret, std::vector<Header> headers = {}) {
  Delivery delivery;
  delivery.signing.secret = std::move(secret);
  delivery.request.headers = std::move(headers);
  SecretWords words;
  words.add(delivery);
  return words;
}

std::string hidden(const SecretWords& words, std::string text, bool cut = false) {
  words.hide(text, cut);
  return text;
}

}  // namespace

TEST_CASE("a secret is hidden wherever it is, with its prefix or without") {
  const SecretWords words = words_of("whsec_k8J2mQ9x");
  CHECK(hidden(words, "k8J2mQ9x") == "(not kept)");
  CHECK(hidden(words, "a whsec_k8J2mQ9x b k8J2mQ9x") == "a (not kept) b (not kept)");
  CHECK(hidden(words, "k8J2mQ9xk8J2mQ9x") == "(not kept)(not kept)");
  CHECK(hidden(words, "whsec_k8J2mQ9") == "whsec_k8J2mQ9");
  CHECK(hidden(words, "") == "");
  CHECK(hidden(words, "k8J") == "k8J");
}

TEST_CASE("other forms of a secret are hidden") {
  const SecretWords words = words_of("a/b\"c\xc3\xa9+d");
  for (const char* text : {R"(a/b\"cé+d)", R"(a\/b\"cé+d)", R"(a/b\"c\u00e9+d)",
                           "a%2Fb%22c%C3%A9%2Bd", "612f622263c3a92b64"}) {
    CHECK(hidden(words, std::string("<") + text + ">") == "<(not kept)>");
  }
  CHECK(hidden(words, base64("a/b\"c\xc3\xa9+d")).find("(not kept)") == 0);
}

TEST_CASE("what a cut text has left of a secret is hidden") {
  const SecretWords words = words_of("whsec_k8J2mQ9x");
  CHECK(hidden(words, "..whsec_k8J2", true) == "..(not kept)");
  CHECK(hidden(words, "..k8J2", true) == "..(not kept)");
  CHECK(hidden(words, "..k8J", true) == "..k8J");  // as short a text occurs by chance
  CHECK(hidden(words, "..whsec_k8J2", false) == "..whsec_k8J2");
}

TEST_CASE("overlapping words are hidden as a whole") {
  const SecretWords words =
      words_of("abcdefgh", {{"Authorization", "efghijkl"}, {"X-Api-Key", "ghij"}});
  CHECK(hidden(words, "<abcdefghijkl>") == "<(not kept)>");
}

TEST_CASE("parts of credentials are hidden, and no other headers") {
  const SecretWords words =
      words_of(std::nullopt, {{"Authorization", "Basic " + base64("ada:sesame")},
                              {"Cookie", "theme=dark; id=\"c00k1ev4lue\""},
                              {"Proxy-Authorization", "Bearer tok_3f9a"},
                              {"X-Plain", "plainvalue"}});
  CHECK(hidden(words, "ada:sesame sesame") == "(not kept) (not kept)");
  CHECK(hidden(words, "Bearer tok_3f9a tok_3f9a Bearer") == "(not kept) (not kept) Bearer");
  CHECK(hidden(words, "c00k1ev4lue dark") == "(not kept) dark");
  CHECK(hidden(words, "plainvalue") == "plainvalue");
}

TEST_CASE("nothing is hidden where there is no secret") {
  CHECK(hidden(SecretWords(), "text") == "text");
  CHECK(hidden(words_of(""), "text") == "text");
  CHECK(hidden(words_of("abc"), "abc") == "abc");  // too short to be told from chance
}

TEST_CASE("names of headers whose values are credentials") {
  for (const char* name : {"Authorization", "cookie", "X-Api-Key", "X-Vendor-TOKEN"}) {
    CHECK(is_credential({name, ""}));
  }
  for (const char* name : {"Idempotency-Key", "X-Request-Id", "Accept"}) {
    CHECK_FALSE(is_credential({name, ""}));
  }
}
