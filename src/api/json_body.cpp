#include "api/json_body.h"

#include <string>
#include <utility>

#include "domain/error.h"
#include "domain/webhook_json.h"
#include "web/limits.h"

namespace slotflow {

namespace {

[[noreturn]] void refuse_body(const std::string& problem) {
  throw Error(ErrorCode::validation_error, "body: " + problem);
}

}  // namespace

Json json_body(const WebRequest& request) {
  if (request.body_too_large) {
    refuse_body("expected at most " + std::to_string(kMaxWebBody) + " bytes, got more");
  }
  if (request.body.empty()) refuse_body("expected a JSON object, got nothing");
  auto parsed = parse_json(request.body);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) refuse_body(to_string(*problem));
  Json json = std::get<Json>(std::move(parsed));
  if (!json.is_object()) {
    refuse_body(std::string("expected a JSON object, got ") + json_type(&json));
  }
  return json;
}

}  // namespace slotflow
