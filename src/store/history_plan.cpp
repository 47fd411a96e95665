#include "store/history_plan.h"

#include <array>

#include "domain/error.h"
#include "domain/json.h"
#include "domain/status_set.h"
#include "store/history_columns.h"

namespace slotflow {

namespace {

constexpr const char* kDamaged = "the plan of a delivery is damaged";

// Returns a duration that is in this range, as every one that a command writes.
Duration duration_in(const Json& json, Duration least) {
  const auto count = json.get<double>();
  if (!(count >= static_cast<double>(least.count())) ||
      count > static_cast<double>(kLongestDuration.count())) {
    throw_damaged(kDamaged);
  }
  return Duration(static_cast<Duration::rep>(count));
}

// Others can be iterated over, too.
const Json& array_in(const Json& json) {
  if (!json.is_array()) throw_damaged(kDamaged);
  return json;
}

std::vector<std::string> statuses_in(const Json& json) {
  StatusSet statuses;
  for (const Json& name : array_in(json)) statuses.add("expected", name.get<std::string>());
  return statuses.names();
}

constexpr std::array<std::string_view, 5> kTamperNames{"none", "body", "signature", "timestamp",
                                                       "missing"};

DeliveryPlan delivery_plan_of(const Json& json) {
  DeliveryPlan plan;
  plan.retry.delays.clear();
  for (const Json& delay : array_in(json.at("retry_delays_ms"))) {
    plan.retry.delays.push_back(duration_in(delay, Duration(0)));
  }
  plan.retry.speed = json.at("speed").get<double>();
  if (!(plan.retry.speed > 0)) throw_damaged(kDamaged);
  plan.timeout = duration_in(json.at("timeout_ms"), Duration(1));
  plan.signed_by = value_named<SignedBy>(kSignedByNames, json.at("signed_by").get<std::string>());
  plan.skew = duration_in(json.at("skew_ms"), -kLongestDuration);
  plan.tamper = value_named<Tamper>(kTamperNames, json.at("tamper").get<std::string>());
  for (const Json& header : json.at("headers")) {
    plan.headers.push_back({header.at(0).get<std::string>(), header.at(1).get<std::string>()});
  }
  plan.withheld = json.at("withheld").get<std::vector<std::string>>();
  plan.expected = statuses_in(json.at("expected"));
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
  } catch (const Error&) {        // of StatusSet
  } catch (const SqliteError&) {  // of value_named()
  }
  throw_damaged(kDamaged);
}

}  // namespace slotflow
