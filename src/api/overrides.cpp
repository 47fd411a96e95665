#include "api/overrides.h"

#include "api/json_body.h"
#include "api/responses.h"
#include "domain/json_input.h"
#include "domain/schedule_json.h"

namespace slotflow {

WebResponse create_override(const WebRequest& request, ApiResources& resources) {
  const Json json = json_body(request);
  const std::string title = JsonInput(json).text("title");
  const OverrideTimes times = override_times_of(json);
  return json_response(201, json_of(resources.organisation.add_override(
                                request.parameter("id"), title, times, resources.clock.now())));
}

WebResponse list_overrides(const WebRequest& request, ApiResources& resources) {
  Json overrides = Json::array();
  for (const ScheduleOverride& each : resources.organisation.overrides(request.parameter("id"))) {
    overrides.push_back(json_of(each));
  }
  return list_response("overrides", std::move(overrides));
}

WebResponse delete_override(const WebRequest& request, ApiResources& resources) {
  const std::string& id = request.parameter("override_id");
  resources.organisation.delete_override(request.parameter("id"), id);
  return deleted_response(id);
}

}  // namespace slotflow
