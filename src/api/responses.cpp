#include "api/responses.h"

#include <utility>

namespace slotflow {

WebResponse json_response(int status, const Json& json) {
  return {status, to_line(json)};
}

WebResponse list_response(const char* name, Json items) {
  const std::size_t total = items.size();
  return json_response(200, Json{{name, std::move(items)}, {"total", total}});
}

WebResponse deleted_response(const std::string& id) {
  return json_response(200, Json{{"deleted", true}, {"id", id}});
}

}  // namespace slotflow
