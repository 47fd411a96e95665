#include "report/inspecting.h"

#include "domain/json.h"
#include "report/escape.h"
#include "report/output.h"

namespace slotflow {

std::string text_of(const Inspecting& inspecting, const Style& style) {
  return "Inspector at " + style.bold(safe_line(inspecting.url)) + '\n' +
         "Deliveries are those of " + safe_line(inspecting.history) + '\n' +
         style.dim("(Ctrl-C to stop)") + '\n';
}

std::string json_of(const Inspecting& inspecting) {
  return json_line(
      Json{{"type", "inspecting"}, {"ui", inspecting.url}, {"history", inspecting.history}});
}

}  // namespace slotflow
