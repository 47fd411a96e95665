// What the scripts of `load --export` have in common: events and endpoints.
#include <array>
#include <cmath>

#include "domain/json.h"
#include "report/load_export.h"

namespace slotflow {

namespace {

// JSON is JavaScript, too, so that no text of an argument can become code.
std::string as_script(const Json& value) {
  return value.dump(2, ' ', true, Json::error_handler_t::replace);
}

// A header that occurs twice becomes one with both values (RFC 9110, section 5.3).
Json pairs_of(const std::vector<Header>& headers) {
  Json pairs = Json::array();
  for (const Header& header : headers) {
    Json* before = nullptr;
    for (Json& pair : pairs) {
      if (find_header({header}, pair[0].get_ref<const std::string&>())) before = &pair;
    }
    if (before == nullptr) {
      pairs.push_back(Json::array({header.name, header.value}));
    } else {
      (*before)[1] = (*before)[1].get<std::string>() + ", " + header.value;
    }
  }
  return pairs;
}

constexpr const char* kEventFunctions = R"js(
// Text, and the names of what differs between the events.
function makeBody(now) {
  const starts = startOfMeeting(now);
  const values = {
    created_at: new Date(now).toISOString(),
    id: uuid(),
    human_id: uuid(),
    starts_at: new Date(starts).toISOString(),
    ends_at: new Date(starts + MEETING_MS).toISOString(),
  };
  return PARTS.map((part) => (
    typeof part === 'string' ? part : JSON.stringify(values[part.fill]))).join('');
}

// On a working day from tomorrow on, between 9 and 18 o'clock UTC, on a half hour.
function startOfMeeting(now) {
  const HALF_HOUR = 30 * 60 * 1000;
  const DAY = 24 * 60 * 60 * 1000;
  let day;
  do {
    day = now - (now % DAY) + (1 + Math.floor(Math.random() * 13)) * DAY;
  } while ([0, 6].includes(new Date(day).getUTCDay()));
  const starts = Math.max(Math.floor((9 * 60 * 60 * 1000 - MEETING_MS) / HALF_HOUR) + 1, 1);
  return day + (18 + Math.floor(Math.random() * starts)) * HALF_HOUR;
}

function uuid() {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20),
    hex.slice(20)].join('-');
}

// The secret of each endpoint; null for one whose events are not signed.
function readSecrets(environment) {
  return ENDPOINTS.map(({ url, secret }) => {
    if (secret === null) return null;
    if (!environment[secret]) {
      throw new Error(`Set the environment variable ${secret} to the signing secret of ${url}`);
    }
    return environment[secret];
  });
}
)js";

}  // namespace

WholeRate whole_rate(double rate) {
  constexpr std::array<std::uint64_t, 6> kSeconds{1, 10, 60, 100, 1000, 3600};
  for (const std::uint64_t seconds : kSeconds) {
    const double events = rate * static_cast<double>(seconds);
    if (events >= 0.5 && std::abs(events - std::round(events)) < events * 1e-9) {
      return {static_cast<std::uint64_t>(std::round(events)), seconds};
    }
  }
  if (rate * 3600 >= 1000) return {static_cast<std::uint64_t>(std::round(rate * 3600)), 3600};
  return {1, static_cast<std::uint64_t>(std::round(1 / rate))};
}

std::string script_of_events(const LoadExport& load) {
  Json endpoints = Json::array();
  for (const LoadExportEndpoint& endpoint : load.endpoints) {
    Json secret = nullptr;
    if (!endpoint.secret_variable.empty()) secret = endpoint.secret_variable;
    endpoints.push_back({{"url", endpoint.url},
                         {"secret", std::move(secret)},
                         {"headers", pairs_of(endpoint.headers)}});
  }
  Json parts = Json::array();
  for (const LoadExportPart& part : load.body) {
    if (!part.text.empty()) parts.push_back(part.text);
    if (!part.fill.empty()) parts.push_back({{"fill", part.fill}});
  }
  return "// Events take turns among these. A secret is the name of an environment variable.\n"
         "const ENDPOINTS = " +
         as_script(endpoints) + ";\nconst PARTS = " + as_script(parts) +
         ";\nconst MEETING_MS = " + std::to_string(load.meeting.count()) + ";\n" + kEventFunctions;
}

}  // namespace slotflow
