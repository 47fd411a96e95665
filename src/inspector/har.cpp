#include "inspector/har.h"

#include <string_view>

#include "domain/base64.h"
#include "domain/json.h"
#include "domain/status_text.h"
#include "domain/utf8.h"
#include "domain/version.h"
#include "report/json_parts.h"
#include "web/target.h"

namespace slotflow {

namespace {

Json pairs(const std::vector<Header>& headers) {
  Json list = Json::array();
  for (const Header& header : headers) {
    list.push_back({{"name", header.name}, {"value", header.value}});
  }
  return list;
}

std::string type_of(const std::vector<Header>& headers) {
  return std::string(find_header(headers, "Content-Type").value_or(""));
}

// Sets the text of a body; in base64 if it is not UTF-8. The format has a place for its encoding in
// responses only: "_" begins what is not of the format.
void set_text(Json& json, const std::string& body, const std::string& encoding_field) {
  if (is_utf8(body)) {
    json["text"] = body;
  } else {
    json["text"] = base64(body);
    json[encoding_field] = "base64";
  }
}

Json request_of(const EntryContent& content) {
  Json json = Json::object();
  json["method"] = content.row.method;
  json["url"] = content.url;
  json["httpVersion"] = "HTTP/1.1";
  json["cookies"] = Json::array();
  json["headers"] = pairs(content.headers);
  json["queryString"] = Json::array();
  for (const auto& [name, value] : query_fields(content.url)) {
    json["queryString"].push_back({{"name", name}, {"value", value}});
  }
  json["postData"] = {{"mimeType", type_of(content.headers)}};
  set_text(json["postData"], content.body, "_encoding");
  json["headersSize"] = -1;
  json["bodySize"] = content.body.size();
  return json;
}

// The format knows no failure: its status is 0.
Json response_of(const EntryContent& content) {
  const Response none;
  const Response& response = content.response ? *content.response : none;
  Json json = Json::object();
  json["status"] = response.status;
  json["statusText"] = response.status == 0 ? content.row.error.value_or("") : response.reason;
  json["httpVersion"] = "HTTP/1.1";
  json["cookies"] = Json::array();
  json["headers"] = pairs(response.headers);
  json["content"] = {{"size", response.body.size()}, {"mimeType", type_of(response.headers)}};
  set_text(json["content"], response.body, "encoding");
  json["redirectURL"] = find_header(response.headers, "Location").value_or("");
  json["headersSize"] = -1;
  json["bodySize"] = response.body.size();
  return json;
}

}  // namespace

std::string har_begin() {
  const Json creator{{"name", "slotflow-hooks"}, {"version", kVersion}};
  return R"({"log":{"version":"1.2","creator":)" + to_line(creator) + R"(,"entries":[)";
}

std::string har_end() {
  return "]}}\n";
}

std::string har_entry(const EntryContent& content) {
  const double time = content.row.duration ? milliseconds(*content.row.duration) : 0.0;
  Json json = Json::object();
  json["startedDateTime"] = to_iso8601(content.row.at);
  json["time"] = time;
  json["request"] = request_of(content);
  json["response"] = response_of(content);
  json["cache"] = Json::object();
  json["timings"] = {{"send", 0}, {"wait", time}, {"receive", 0}};
  json["comment"] = content.row.id;
  return to_line(json);
}

}  // namespace slotflow
