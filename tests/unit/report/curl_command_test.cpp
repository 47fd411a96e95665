#include "report/curl_command.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("curl_command: a POST, exactly") {
  Request request;
  request.url = parse_url("URL", "https://example.com/hook?a=b");
  request.headers = {{"X-A", "it's"}, {"X-Empty", ""}};
  request.body = "{}";
  CHECK(curl_command(request, true, "ca.pem") ==
        "curl --disable --silent --show-error --include --globoff --path-as-is \\\n"
        "  --noproxy '*' --max-time 10 --insecure --cacert 'ca.pem' \\\n"
        "  --header 'X-A: it'\\''s' \\\n"
        "  --header 'X-Empty;' \\\n"
        "  --data-binary '{}' \\\n"
        "  'https://example.com/hook?a=b'");
}

TEST_CASE("curl_command: another method has no body unless there is one") {
  Request request;
  request.url = parse_url("URL", "3000");
  request.method = "GET";
  CHECK(curl_command(request, false, "") ==
        "curl --disable --silent --show-error --include --globoff --path-as-is \\\n"
        "  --noproxy '*' --max-time 10 --request GET \\\n"
        "  'http://localhost:3000/'");
}
