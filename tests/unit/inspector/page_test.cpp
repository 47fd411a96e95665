#include "inspector/page.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("page: one document, with its token and without a place that was left empty") {
  const Page page = make_page("the-token");
  CHECK(page.html.find("content=\"the-token\"") != std::string::npos);
  for (const char* place :
       {"@TOKEN@", "<!-- style -->", "/* modules */", "\nimport ", "\nexport "}) {
    CAPTURE(std::string(place));
    CHECK(page.html.find(place) == std::string::npos);
  }
  CHECK(page.html.size() < 120'000);
}

TEST_CASE("page: nothing but its own script and style, of which the policy has the hashes") {
  const Page page = make_page("t");
  CHECK(page.script_hash.starts_with("sha256-"));
  CHECK(page.style_hash.starts_with("sha256-"));
  CHECK(page.script_hash != page.style_hash);
  const auto count = [&](std::string_view text) {
    std::size_t found = 0;
    for (auto at = page.html.find(text); at != std::string::npos;
         at = page.html.find(text, at + 1)) {
      ++found;
    }
    return found;
  };
  CHECK(count("<script") == 1);
  CHECK(count("<style") == 1);
  for (const char* unwanted : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
                               "eval(", "https://", " onclick=", " style=\""}) {
    CAPTURE(std::string(unwanted));
    CHECK(count(unwanted) == 0);
  }
}
