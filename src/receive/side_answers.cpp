#include "receive/side_answers.h"

#include <utility>

namespace slotflow {

std::optional<http::Answer> health_answer(const http::Head& head, const std::string& path) {
  if (head.method != "GET" && head.method != "HEAD") return std::nullopt;
  const std::string target = http::origin_form(head.target);
  if (target.substr(0, target.find('?')) != path) return std::nullopt;
  return http::text_answer(200, "ok\n");
}

// https://fetch.spec.whatwg.org/#cors-preflight-fetch. The names that are asked for are returned,
// because "*" does not cover Authorization.
std::optional<http::Answer> preflight_answer(const http::Head& head) {
  if (head.method != "OPTIONS" || !find_header(head.headers, "Origin")) return std::nullopt;
  const auto method = find_header(head.headers, "Access-Control-Request-Method");
  if (!method || !http::is_token(*method)) return std::nullopt;
  http::Answer answer;
  answer.status = 204;
  answer.headers.push_back({"Access-Control-Allow-Methods", std::string(*method)});
  const auto headers = find_header(head.headers, "Access-Control-Request-Headers");
  if (headers && !headers->empty()) {
    answer.headers.push_back({"Access-Control-Allow-Headers", std::string(*headers)});
  }
  return answer;
}

void allow_every_origin(http::Answer& answer) {
  for (const char* name : {"Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}) {
    if (!find_header(answer.headers, name)) answer.headers.push_back({name, "*"});
  }
}

}  // namespace slotflow
