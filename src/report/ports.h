// What wait shows: whether each port accepts connections.
#pragma once

#include <string>

#include "domain/port_state.h"
#include "domain/url.h"
#include "report/style.h"

namespace slotflow {

struct PortReport {
  Url url;
  PortState state;
};

std::string text_of(const PortReport& report, const Style& style);
std::string json_of(const PortReport& report);

}  // namespace slotflow
