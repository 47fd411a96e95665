#include "domain/api_call.h"

#include "domain/base64.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

Json or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

}  // namespace

Json call_json(const ApiCall& call) {
  Json headers = Json::array();
  for (const Header& header : call.headers) {
    headers.push_back(Json::array({header.name, header.value}));
  }
  const bool is_text = is_utf8(call.body);
  return Json{{"type", "request"},
              {"n", call.n},
              {"at", to_iso8601(call.at)},
              {"method", call.method},
              {"path", call.target},
              {"route", or_null(call.route)},
              {"headers", std::move(headers)},
              {"body", is_text ? Json(call.body) : Json(nullptr)},
              {"body_base64", is_text ? Json(nullptr) : Json(base64(call.body))},
              {"answer",
               {{"status", call.status ? Json(*call.status) : Json(nullptr)},
                {"error", or_null(call.error)},
                {"message", or_null(call.message)},
                {"fault", or_null(call.simulated)},
                {"delay_ms", call.delay.count()}}}};
}

}  // namespace slotflow
