#include "domain/fault.h"

#include <utility>

#include "domain/choices.h"

namespace slotflow {

namespace {

// Returns where the body begins.
std::size_t body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? answer.size() : end + 4;
}

WirePlan timeout(std::string /*answer*/, const FaultSettings& /*settings*/) {
  return {"", WirePlan::End::hold};
}

WirePlan reset(std::string /*answer*/, const FaultSettings& /*settings*/) {
  return {"", WirePlan::End::reset};
}

WirePlan reset_mid(std::string answer, const FaultSettings& /*settings*/) {
  answer.resize(answer.size() / 2);
  return {std::move(answer), WirePlan::End::reset};
}

WirePlan empty(std::string /*answer*/, const FaultSettings& /*settings*/) {
  return {"", WirePlan::End::close};
}

WirePlan garbage(std::string /*answer*/, const FaultSettings& /*settings*/) {
  // Neither a status line nor the beginning of one, and not UTF-8.
  using namespace std::string_literals;
  return {"\xff\xfe garbage instead of HTTP \x80\0\x7f\r\n\r\n"s, WirePlan::End::close};
}

// Sends half of the announced body. If the response has no body, half of its headers are sent.
WirePlan truncate(std::string answer, const FaultSettings& /*settings*/) {
  const std::size_t head = body_of(answer);
  const std::size_t body = answer.size() - head;
  answer.resize(body > 0 ? head + body / 2 : head / 2);
  return {std::move(answer), WirePlan::End::close};
}

WirePlan drip(std::string answer, const FaultSettings& settings) {
  return {std::move(answer), WirePlan::End::keep, settings.drip_duration};
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
