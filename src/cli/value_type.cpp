#include "cli/value_type.h"

#include "domain/event.h"
#include "domain/fault.h"
#include "domain/text.h"

namespace slotflow::value {

ValueType text(const std::string& placeholder) {
  return {placeholder, ValueKind::text};
}

ValueType number(const std::string& placeholder) {
  return {placeholder, ValueKind::number};
}

ValueType duration() {
  return {"DURATION", ValueKind::duration};
}

ValueType durations() {
  return {"DURATIONS", ValueKind::duration, {}, true};
}

ValueType time() {
  return {"TIME", ValueKind::time};
}

ValueType url() {
  return {"URL", ValueKind::url};
}

ValueType file() {
  return {"FILE", ValueKind::file};
}

ValueType file_or_input() {
  return {"FILE|-", ValueKind::file};
}

ValueType webhook() {
  return {"ID", ValueKind::webhook};
}

ValueType check() {
  return {"ID", ValueKind::check};
}

ValueType checks() {
  return {"ID,...", ValueKind::check_or_section, {}, true};
}

ValueType event() {
  return {"EVENT", ValueKind::choice, event_choices(false)};
}

ValueType events() {
  return {"LIST", ValueKind::choice, event_choices(true), true};
}

ValueType fired_events() {
  return {"EVENT", ValueKind::choice, fired_event_choices()};
}

ValueType fault() {
  return {"KIND[:P]", ValueKind::choice, fault_choices()};
}

ValueType statuses() {
  return {"STATUS,...", ValueKind::choice, {"2xx", "3xx", "4xx", "5xx"}, true};
}

ValueType choice(const std::vector<std::string>& choices) {
  return {joined(choices, "|"), ValueKind::choice, choices};
}

}  // namespace slotflow::value
