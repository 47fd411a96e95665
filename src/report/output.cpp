#include "report/output.h"

#include "report/escape.h"

namespace slotflow {

std::string json_line(const Json& json) {
  return safe_json(to_line(json)) + '\n';
}

}  // namespace slotflow
