#include "report/handler_response.h"

#include <algorithm>
#include <string_view>

#include <doctest/doctest.h>

#include "domain/json.h"
#include "domain/text.h"
#include "report/requests.h"
#include "unit/report/samples.h"

using namespace slotflow;
using test::sample_request;

namespace {

ReceivedRequest forwarded_request(Response response) {
  ReceivedRequest request = sample_request("{}");
  request.forwarded = Reply{.result = std::move(response), .address = "127.0.0.1:3000"};
  request.forwarded->duration = std::chrono::microseconds(3210);
  return request;
}

std::string response_shown(Response response, bool verbose = false) {
  return handler_response_text(forwarded_request(std::move(response)), {}, verbose);
}

Json forwarded_json(const ReceivedRequest& request) {
  std::string text;
  append_forwarded(text, request);
  CHECK(test::danger_in(text) == "");
  return Json::parse(text);
}

}  // namespace

TEST_CASE("handler response: a failure is shown with its headers and body") {
  CHECK(response_shown({401,
                        {{"Content-Type", "text/plain"}, {"x-a", "1"}},
                        "bad\tsignature\r\n  at line 1\n\x1b[2J\n",
                        false,
                        "Unauthorized"}) ==
        "    response of the handler: 401 Unauthorized\n"
        "      Content-Type: text/plain\n"
        "      x-a: 1\n"
        "\n"
        "      bad    signature\n"
        "        at line 1\n"
        "      \\x1b[2J\n");
  CHECK(response_shown({500, {}, ""}) ==
        "    response of the handler: 500\n"
        "      (no body)\n");
}

TEST_CASE("handler response: a success is shown only if that is asked for") {
  const Response success{204, {}, "", false, "No Content"};
  CHECK(response_shown(success) == "");
  CHECK(response_shown(success, true) ==
        "    response of the handler: 204 No Content\n"
        "      (no body)\n");
  CHECK(response_shown({302, {{"Location", "/login"}}, "x"}) ==
        "    response of the handler: 302\n"
        "      Location: /login\n"
        "\n"
        "      x\n");
  CHECK(handler_response_text(sample_request("{}"), {}, true) == "");
}

TEST_CASE("handler response: what is cut says so, and nothing fills the screen") {
  const std::string text = response_shown({500, {}, std::string(4096, 'x'), true});
  CHECK(text.ends_with("x\n      … (the first 4096 bytes of the body)\n"));
  const std::string headers =
      response_shown({500, std::vector<Header>(1000, {"a", std::string(5000, 'b')}), ""});
  CHECK(headers.find("a: " + std::string(200, 'b') + "…\n") != std::string::npos);
  CHECK(headers.find("      … (970 more headers)\n") != std::string::npos);
  CHECK(headers.size() < 8'000);
}

TEST_CASE("handler response: without one, it says why") {
  ReceivedRequest request = sample_request("{}");
  request.forwarded =
      Reply{.result = Failure{FailureKind::tls, "certificate has expired"}, .address = ""};
  CHECK(handler_response_text(request, {}, false) ==
        "    no response of the handler: certificate has expired\n");
  request.forwarded = Reply{.result = Failure{FailureKind::timeout, ""}, .address = ""};
  CHECK(handler_response_text(request, {}, false) == "    no response of the handler: timeout\n");
  request.forwarded = Reply{
      .result = Failure{FailureKind::connection_refused, "Connection refused"}, .address = ""};
  CHECK(
      handler_response_text(request, {}, false) ==
      "    no response of the handler: Connection refused (check that the server is running; from "
      "inside a container, the host is host.docker.internal)\n");
}

TEST_CASE("handler response: one that is too large to be passed on is shown with the reason") {
  ReceivedRequest request = forwarded_request({200, {}, "x", true, "OK"});
  request.status = 502;
  request.handler_body_too_large = true;
  CHECK(handler_response_text(request, {}, false) ==
        "    response of the handler: 200 OK; not passed on: its body is over 1 MiB\n"
        "\n"
        "      x\n"
        "      … (the first 1 bytes of the body)\n");
  const Json json = forwarded_json(request);
  CHECK(json["status"] == 200);
  CHECK(json["error"] == "bad_response");
  CHECK(json["detail"] == "its body is over 1 MiB");
  CHECK(text_of(CompactRequest{&request}, {}).ends_with("-> 502 (handler bad_response)\n"));
}

TEST_CASE("handler response: a disagreement is explained once, and then in one line") {
  ReceivedRequest request = forwarded_request({403, {}, ""});
  CHECK(disagreement_text(request, {}) == "");
  request.handler_disagrees_since = 1;
  CHECK(disagreement_text(request, {}) ==
        "    the signature is valid here, but the handler returned 403: see #1\n");
  request.handler_disagrees_since = request.n;
  const std::string end =
      "    If it has this secret: check that it verifies the raw body, not a parsed one, and that "
      "no "
      "login or CSRF protection comes first.\n";
  CHECK(disagreement_text(request, {}) ==
        "    the signature is valid here, but the handler returned 403: it may have "
        "another secret. Give it the one that listen was started with (--secret, "
        "--secret-file or SLOTFLOW_WEBHOOK_SECRET), and restart it.\n" +
            end);
  request.secret_command = "slotflow-hooks secret 80243b67-894c-49a9-928f-17e889128cdc";
  CHECK(disagreement_text(request, {}) ==
        "    the signature is valid here, but the handler returned 403: it may have "
        "another secret. Give it the one that this prints, and restart it:\n"
        "      slotflow-hooks secret 80243b67-894c-49a9-928f-17e889128cdc\n" +
            end);
}

TEST_CASE("handler response: fits the terminal") {
  const Style narrow{.columns = 60};
  const auto widest = [](const std::string& text) {
    std::size_t width = 0;
    for (const std::string_view line : split(text, '\n')) width = std::max(width, line.size());
    return width;
  };
  std::string words;
  for (int i = 0; i < 60; ++i) words += "word ";
  ReceivedRequest request = forwarded_request({403, {{"a", words}}, "", false, words});
  request.handler_disagrees_since = request.n;
  CHECK(widest(disagreement_text(request, narrow)) <= 60);
  CHECK(widest(handler_response_text(request, narrow, false)) <= 60);
  request.secret_command = "slotflow-hooks secret 80243b67-894c-49a9-928f-17e889128cdc";
  CHECK(widest(disagreement_text(request, narrow)) <= 64);  // an id stays whole
  request.forwarded = Reply{.result = Failure{FailureKind::tls, words}, .address = ""};
  CHECK(widest(handler_response_text(request, narrow, false)) <= 60);
}

TEST_CASE("handler response: a body of many lines does not fill the screen") {
  std::string body = "a";
  for (int i = 0; i < 4095; ++i) body += "\nb";
  const std::string text = response_shown({500, {}, body});
  CHECK(std::ranges::count(text, '\n') == 43);
  CHECK(text.ends_with("      b\n      … (4056 more lines)\n"));
  CHECK(response_shown({500, {}, body, true})
            .ends_with("      … (4056 more lines of the first 8191 bytes of the body)\n"));
  CHECK(std::ranges::count(response_shown({500, {}, body.substr(0, 79)}), '\n') == 42);
}

TEST_CASE("handler response: JSON has it all, whatever the status") {
  CHECK(forwarded_json(sample_request("{}")).is_null());
  CHECK(
      forwarded_json(forwarded_request({200, {{"B", "1"}, {"a", "2"}}, "\x1b[2J é", true})) ==
      Json::parse(
          R"({"status":200,"headers":[["B","1"],["a","2"]],"body":"\u001b[2J é",)"
          R"("body_base64":null,"body_cut":true,"error":null,"detail":null,"duration_ms":3.21})"));
  const Json bytes = forwarded_json(forwarded_request({500, {}, "\xff\xfe"}));
  CHECK(bytes["body"].is_null());
  CHECK(bytes["body_base64"] == "//4=");
  CHECK(bytes["body_cut"] == false);
  ReceivedRequest failed = sample_request("{}");
  failed.forwarded = Reply{.result = Failure{FailureKind::dns, "x"}, .address = ""};
  CHECK(forwarded_json(failed) ==
        Json::parse(R"({"status":null,"headers":null,"body":null,"body_base64":null,)"
                    R"("body_cut":null,"error":"dns","detail":"x","duration_ms":0.0})"));
}
