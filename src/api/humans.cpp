#include "api/humans.h"

#include "api/json_body.h"
#include "api/responses.h"
#include "domain/booking_json.h"
#include "domain/json_input.h"
#include "domain/schedule_json.h"

namespace slotflow {

WebResponse create_human(const WebRequest& request, ApiResources& resources) {
  const Json json = json_body(request);
  const JsonInput body(json);
  const NewHuman added{.name = body.text("name"),
                       .timezone = body.text("timezone"),
                       .email = body.optional_text("email"),
                       .role = body.optional_text("role")};
  const auto plan = resources.limits_of(resources.registry.read());
  return json_response(
      201, json_of(resources.organisation.add_human(added, plan, resources.clock.now())));
}

WebResponse list_humans(const WebRequest&, ApiResources& resources) {
  Json humans = Json::array();
  for (const Human& human : resources.organisation.humans()) humans.push_back(json_of(human));
  return list_response("humans", std::move(humans));
}

WebResponse get_human(const WebRequest& request, ApiResources& resources) {
  return json_response(
      200, json_with_availability(resources.organisation.human(request.parameter("id"))));
}

WebResponse delete_human(const WebRequest& request, ApiResources& resources) {
  const std::string& id = request.parameter("id");
  resources.organisation.delete_human(id);
  return deleted_response(id);
}

WebResponse set_human_availability(const WebRequest& request, ApiResources& resources) {
  const AvailabilityRules rules = availability_of(json_body(request));
  return json_response(200, json_with_availability(resources.organisation.set_availability(
                                request.parameter("id"), rules)));
}

}  // namespace slotflow
