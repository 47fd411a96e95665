#include "conformance/response_text.h"

#include <vector>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

Subject whose_secret_is(const std::string& secret) {
  Subject subject;
  subject.secret = secret;
  return subject;
}

std::string line_of(const std::string& body) {
  return first_line_of({.status = 500, .headers = {}, .body = body},
                       whose_secret_is("whsec_0123456789"));
}

}  // namespace

TEST_CASE("response_text: the first line of a body, on one line") {
  CHECK(line_of("").empty());
  CHECK(line_of(" \n\t\r\n").empty());
  CHECK(line_of("KeyError: 'source'\n  at handler.py:7") == "KeyError: 'source'");
  CHECK(line_of("\r\n\r\n  bad \t signature \r\nmore") == "bad signature");
  CHECK(line_of("{\n  \"error\": {\n    \"code\": \"X\"\n  }\n}\n") ==
        "{ \"error\": { \"code\": \"X\" } }");
  CHECK(line_of("[]") == "[]");
}

TEST_CASE("response_text: the text of a page is shown, not its markup") {
  CHECK(line_of("<!DOCTYPE html>\n<html><head>\n<title>Error</title><style>p { x: 1 }</style>\n"
                "</head>\n<body>\n<pre>SyntaxError: bad &#39;x&#39; &amp;lt;<br> &nbsp; &nbsp;at "
                "JSON.parse</pre>\n</body></html>") == "SyntaxError: bad 'x' &lt;");
  CHECK(line_of("<html><body><script>let a = '<b>';</script><!-- <i> --><h1>Forbidden "
                "<span>(403)</span></h1><p>CSRF verification failed.</p></body></html>") ==
        "Forbidden (403) CSRF verification failed.");
  CHECK(line_of("<html><head><title>Page Expired</title></head><body><div id=app></div></body>") ==
        "Page Expired");
  CHECK(line_of("<br />\n<b>Fatal error</b>: Uncaught<br />more") == "Fatal error : Uncaught");
  CHECK(line_of("<h1>never closed <b") == "never closed");
  CHECK(line_of("<").empty());
  CHECK(line_of("<body").empty());
}

TEST_CASE("response_text: a long line is cut between characters, and no secret is in it") {
  std::string umlauts;
  for (int i = 0; i < 200; ++i) umlauts += "\xc3\xa4";
  CHECK(line_of(umlauts) == umlauts.substr(0, 240) + "...");
  CHECK(line_of("got whsec_0123456789") == "got <the secret>");
  CHECK(line_of("key 0123456789!") == "key <the secret>!");
  CHECK(line_of("in base64 d2hzZWNfMDEyMzQ1Njc4OQ==") == "in base64 <the secret>");
  CHECK(line_of("in hex 30313233343536373839") == "in hex <the secret>");
  // Not even the part before the cut.
  const std::string cut = line_of(std::string(115, 'x') + "whsec_0123456789");
  CHECK(cut.find("whsec") == std::string::npos);
  // Nor if only the beginning of it is in the part of the body that is looked at.
  const std::string page = "<p>Error</p><!--" + std::string(16 * 1024 - 38, 'x') + "--><p>";
  CHECK(line_of(page + "key whsec_0123456789</p>") == "Error key whsec_<the secret>");
}

TEST_CASE("response_text: compressed bytes are not shown") {
  const Response response{
      .status = 500, .headers = {{"content-encoding", "gzip"}}, .body = "\x1f\x8b text"};
  CHECK(first_line_of(response, whose_secret_is("whsec_0123456789")).empty());
}

TEST_CASE("response_text: what a person would read of a response") {
  const auto visible = [](const std::string& body) {
    return visible_text({.status = 403, .headers = {}, .body = body});
  };
  CHECK(visible("not\n  this\n") == "not this");
  CHECK(visible("<html><head><meta name=\"csrf-token\" content=\"x\"><title>No</title></head>"
                "<body class=csrf>Bad &lt;signature&gt;</body></html>") == "No. Bad <signature>");
  CHECK(visible("<p class=\"host\">Forbidden</p>") == "Forbidden");
  CHECK(visible("").empty());
}
