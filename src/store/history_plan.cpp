#include "store/history_plan.h"

#include <array>

#include "domain/json.h"
#include "store/history_columns.h"

namespace slotflow {

namespace {

constexpr std::array<std::string_view, 5> kTamperNames{"none", "body", "signature", "timestamp",
                                                       "missing"};

DeliveryPlan delivery_plan_of(const Json& json) {
  DeliveryPlan plan;
  plan.retry.delays.clear();
  for (const Json& delay : json.at("retry_delays_ms")) {
    plan.retry.delays.emplace_back(delay.get<Duration::rep>());
  }
  plan.retry.speed = json.at("speed").get<double>();
  plan.timeout = Duration(json.at("timeout_ms").get<Duration::rep>());
  plan.signed_by = value_named<SignedBy>(kSignedByNames, json.at("signed_by").get<std::string>());
  plan.skew = Duration(json.at("skew_ms").get<Duration::rep>());
  plan.tamper = value_named<Tamper>(kTamperNames, json.at("tamper").get<std::string>());
  for (const Json& header : json.at("headers")) {
    plan.headers.push_back({header.at(0).get<std::string>(), header.at(1).get<std::string>()});
  }
  plan.withheld = json.at("withheld").get<std::vector<std::string>>();
  plan.expected = json.at("expected").get<std::vector<std::string>>();
  plan.tls.insecure = json.at("insecure").get<bool>();
  plan.tls.ca_file = json.at("cacert").get<std::string>();
  plan.label = json.at("label").get<std::string>();
  plan.after_previous = json.at("after_previous").get<bool>();
  return plan;
}

}  // namespace

std::string dump_plan(const DeliveryPlan& plan) {
  Json json = Json::object();
  json["retry_delays_ms"] = Json::array();
  for (const Duration delay : plan.retry.delays) json["retry_delays_ms"].push_back(delay.count());
  json["speed"] = plan.retry.speed;
  json["timeout_ms"] = plan.timeout.count();
  json["signed_by"] = to_string(plan.signed_by);
  json["skew_ms"] = plan.skew.count();
  json["tamper"] = kTamperNames[static_cast<std::size_t>(plan.tamper)];
  json["headers"] = Json::array();
  for (const Header& header : plan.headers) {
    json["headers"].push_back({header.name, header.value});
  }
  json["withheld"] = plan.withheld;
  json["expected"] = plan.expected;
  json["insecure"] = plan.tls.insecure;
  json["cacert"] = plan.tls.ca_file;
  json["label"] = plan.label;
  json["after_previous"] = plan.after_previous;
  return to_line(json);
}

DeliveryPlan parse_plan(std::string_view text) {
  try {
    if (const auto json = try_parse_json(text)) return delivery_plan_of(*json);
  } catch (const Json::exception&) {
  }
  throw_damaged("the plan of a delivery is damaged");
}

}  // namespace slotflow
