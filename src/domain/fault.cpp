#include "domain/fault.h"

#include <utility>

#include "domain/choices.h"

namespace slotflow {

namespace {

// Returns where the body begins.
std::size_t body_of(const std::string& response) {
  const auto end = response.find("\r\n\r\n");
  return end == std::string::npos ? response.size() : end + 4;
}

WirePlan timeout(std::string /*response*/, const FaultSettings& /*settings*/) {
  return {"", WirePlan::End::hold};
}

WirePlan reset(std::string /*response*/, const FaultSettings& /*settings*/) {
  return {"", WirePlan::End::reset};
}

WirePlan reset_mid(std::string response, const FaultSettings& /*settings*/) {
  response.resize(response.size() / 2);
  return {std::move(response), WirePlan::End::reset};
}

WirePlan empty(std::string /*response*/, const FaultSettings& /*settings*/) {
  return {"", WirePlan::End::close};
}

WirePlan garbage(std::string /*response*/, const FaultSettings& /*settings*/) {
  // Neither a status line nor the beginning of one, and not UTF-8.
  using namespace std::string_literals;
  return {"\xff\xfe garbage instead of HTTP \x80\0\x7f\r\n\r\n"s, WirePlan::End::close};
}

// Sends half of the announced body. If the response has no body, half of its headers are sent.
WirePlan truncate(std::string response, const FaultSettings& /*settings*/) {
  const std::size_t head = body_of(response);
  const std::size_t body = response.size() - head;
  response.resize(body > 0 ? head + body / 2 : head / 2);
  return {std::move(response), WirePlan::End::close};
}

WirePlan drip(std::string response, const FaultSettings& settings) {
  return {std::move(response), WirePlan::End::keep, settings.drip_duration};
}

}  // namespace

const std::array<Fault, 7> kFaults{{
    {"timeout", false, true, timeout},
    {"reset", false, true, reset},
    {"reset-mid", true, true, reset_mid},
    {"empty", false, true, empty},
    {"garbage", false, true, garbage},
    {"truncate", true, true, truncate},
    {"drip", true, false, drip},
}};

const Fault* fault_named(std::string_view name) {
  return row_named(kFaults, name);
}

std::vector<std::string> fault_choices() {
  return names_of(kFaults);
}

}  // namespace slotflow
