// A load test as a script for another program, which can run it on many machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/delivery.h"
#include "domain/load_gate.h"
#include "domain/load_plan.h"

namespace slotflow {

// A piece of a body. `fill` names what the script puts after `text`, as a JSON string: created_at,
// id, human_id, starts_at or ends_at; or it is empty.
struct LoadExportPart {
  std::string text;  // UTF-8
  std::string fill;
};

struct LoadExportEndpoint {
  std::string url;
  std::vector<Header> headers;  // without the signature
  std::string secret_variable;  // of the environment; empty: unsigned
};

struct LoadExport {
  std::vector<LoadExportEndpoint> endpoints;  // events take turns among them
  std::vector<LoadExportPart> body;
  Duration meeting{0};  // from starts_at to ends_at
  LoadPlan plan;
  Duration timeout{0};
  bool insecure = false;
  std::vector<LoadGate> gates;
};

struct LoadScript {
  std::string text;
  std::vector<std::string> left_out;  // gates that the program cannot express, as they were given
  // How many events the program sends, if it cannot send as many as it should.
  std::optional<std::uint64_t> events = {};
};

// Returns the script for k6, which is JavaScript.
LoadScript k6_script(const LoadExport& load);

// Returns the script for Artillery, which is YAML, in the form that is JSON, too. `processor`: the
// name of the file with artillery_processor().
LoadScript artillery_script(const LoadExport& load, const std::string& processor);
// Returns the JavaScript that makes and signs the events.
std::string artillery_processor(const LoadExport& load);

// Returns a line of vegeta's targets.
std::string vegeta_target(const std::string& url, const std::vector<Header>& headers,
                          std::string_view body);
// Returns the command that sends the targets in `file`. `ca_file`: of --cacert, or empty.
std::string vegeta_command(const LoadExport& load, const std::string& ca_file,
                           const std::string& file);

// What the scripts have in common.

// A rate as two whole numbers: `events` in `seconds`.
struct WholeRate {
  std::uint64_t events = 1;
  std::uint64_t seconds = 1;
};
WholeRate whole_rate(double rate);

// Returns the constants ENDPOINTS, PARTS and MEETING_MS, and functions that use them: makeBody(now)
// and readSecrets(environment). They call randomBytes(n), which the script must define.
std::string script_of_events(const LoadExport& load);

// Returns the values of the thresholds for k6, by metric, and the conditions for Artillery. A gate
// that cannot be expressed is appended to `left_out`.
std::vector<std::pair<std::string, std::string>> k6_thresholds(const LoadExport& load,
                                                               std::vector<std::string>& left_out);
std::vector<std::string> artillery_conditions(const LoadExport& load,
                                              std::vector<std::string>& left_out);

}  // namespace slotflow
