#include "domain/event_identity.h"

namespace slotflow {

namespace {

std::optional<std::string> text_member(const Json& object, const char* name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace

EventIdentity identity_of(const Json& payload) {
  EventIdentity identity{text_member(payload, "event"), std::nullopt};
  if (payload.is_object() && payload.contains("data")) {
    identity.booking_id = text_member(payload.at("data"), "id");
  }
  return identity;
}

}  // namespace slotflow
