#include "report/curl_command.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("curl_command: a POST, exactly") {
  Request request;
  request.url = parse_url("URL", "https://example.com/hook?a=b");
  request.headers = {{"X-A", "it's"}, {"X-Empty", ""}};
  request.body = "{}";
  CHECK(curl_command(request, {{true, "ca.pem"}, {}}) ==
        "curl --disable --silent --show-error --include --globoff --path-as-is \\\n"
        "  --noproxy '*' --max-time 10 --insecure --cacert 'ca.pem' \\\n"
        "  --header 'X-A: it'\\''s' \\\n"
        "  --header 'X-Empty;' \\\n"
        "  --data-binary '{}' \\\n"
        "  'https://example.com/hook?a=b'");
}

TEST_CASE("curl_command: curl makes chunks of the body itself") {
  Request request;
  request.url = parse_url("URL", "3000");
  request.body = "{}";
  request.in_chunks = true;
  const std::string command = curl_command(request, {});
  CHECK(command.find("--header 'Transfer-Encoding: chunked' \\\n  --data-binary '{}'") !=
        std::string::npos);
}

TEST_CASE("curl_command: what may be a secret is a variable's to tell") {
  Request request;
  request.url = parse_url("URL", "3000");
  request.headers = {{"X-Api-Key", "sesame"}, {"X-Other", "sesame"}};
  const std::string command = curl_command(request, {{}, {{"X-Api-Key", "sesame"}}});
  CHECK(command.find("--header 'X-Api-Key: '\"$HEADER_X_API_KEY\"") != std::string::npos);
  CHECK(command.find("--header 'X-Other: sesame'") != std::string::npos);
}

TEST_CASE("curl_commands: several requests, each as they are sent") {
  Request request;
  request.url = parse_url("URL", "3000");
  request.body = "{}";
  const std::string one =
      "curl --disable --silent --show-error --include --globoff --path-as-is \\\n"
      "  --noproxy '*' --max-time 10 \\\n  --data-binary '{}' \\\n  'http://localhost:3000/'";
  using Manner = Evidence::Manner;
  CHECK(curl_commands({{request, request}, Manner::one_by_one}, {}) == one + "\n" + one);
  CHECK(curl_commands({{request, request}, Manner::on_one_connection}, {}) ==
        one + " \\\n  --next" + one.substr(one.find(" --silent")));
  CHECK(curl_commands({{request, request, request}, Manner::at_once}, {}) ==
        "for copy in 1 2 3; do\n" + one + " &\ndone; wait");
}

TEST_CASE("curl_commands: what is about the certificate is shown with a curl that looks at it") {
  Request request;
  request.url = parse_url("URL", "https://example.com/hook");
  Evidence evidence(request);
  CHECK(curl_commands(evidence, {{true, "ca.pem"}, {}})->find(" --insecure") != std::string::npos);
  evidence.verify = true;
  const std::string command = curl_commands(evidence, {{true, "ca.pem"}, {}}).value();
  CHECK(command.find("--insecure") == std::string::npos);
  CHECK(command.find(" --cacert 'ca.pem'") != std::string::npos);
}

TEST_CASE("curl_commands: nothing where nothing can be shown") {
  CHECK(curl_commands({}, {}) == std::nullopt);
  Request request;
  request.url = parse_url("URL", "3000");
  request.body = std::string(20'000, 'x');
  CHECK(curl_commands(Evidence(request), {}) == std::nullopt);
  request.body = "\x1b";
  CHECK(curl_commands({{request, request}, Evidence::Manner::on_one_connection}, {}) ==
        std::nullopt);
}

TEST_CASE("curl_command: another method has no body unless there is one") {
  Request request;
  request.url = parse_url("URL", "3000");
  request.method = "GET";
  CHECK(curl_command(request, {}) ==
        "curl --disable --silent --show-error --include --globoff --path-as-is \\\n"
        "  --noproxy '*' --max-time 10 --request GET \\\n"
        "  'http://localhost:3000/'");
}
