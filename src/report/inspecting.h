// What `deliveries ui` shows: where the inspector is.
#pragma once

#include <string>

#include "report/style.h"

namespace slotflow {

struct Inspecting {
  std::string url;      // http://127.0.0.1:4243/
  std::string history;  // path of the database
};

std::string text_of(const Inspecting& inspecting, const Style& style);
std::string json_of(const Inspecting& inspecting);

}  // namespace slotflow
