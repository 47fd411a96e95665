#include "receive/side_responses.h"

namespace slotflow {

std::optional<http::OutgoingResponse> health_response(const http::Head& head,
                                                      const std::string& path) {
  if (head.method != "GET" && head.method != "HEAD") return std::nullopt;
  const std::string target = http::origin_form(head.target);
  if (target.substr(0, target.find('?')) != path) return std::nullopt;
  return http::text_response(200, "ok\n");
}

// https://fetch.spec.whatwg.org/#cors-preflight-fetch. The names that are asked for are returned,
// because "*" does not cover Authorization.
std::optional<http::OutgoingResponse> preflight_response(const http::Head& head) {
  if (head.method != "OPTIONS" || !find_header(head.headers, "Origin")) return std::nullopt;
  const auto method = find_header(head.headers, "Access-Control-Request-Method");
  if (!method || !http::is_token(*method)) return std::nullopt;
  http::OutgoingResponse response;
  response.status = 204;
  response.headers.push_back({"Access-Control-Allow-Methods", std::string(*method)});
  const auto headers = find_header(head.headers, "Access-Control-Request-Headers");
  if (headers && !headers->empty()) {
    response.headers.push_back({"Access-Control-Allow-Headers", std::string(*headers)});
  }
  return response;
}

void allow_every_origin(http::OutgoingResponse& response) {
  for (const char* name : {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}) {
    if (!find_header(response.headers, name)) response.headers.push_back({name, "*"});
  }
}

}  // namespace slotflow
