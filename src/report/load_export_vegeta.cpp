// A load test as targets for vegeta.
#include "domain/base64.h"
#include "domain/json.h"
#include "domain/quote.h"
#include "report/json_line.h"
#include "report/load_export.h"

namespace slotflow {

std::string vegeta_target(const std::string& url, const std::vector<Header>& headers,
                          std::string_view body) {
  Json fields = Json::object();
  for (const Header& header : headers) fields[header.name].push_back(header.value);
  std::string line;
  JsonLine target(line);
  target.text("method", "POST").text("url", url).text("body", base64(body));
  target.raw("header") += fields.dump(-1, ' ', true, Json::error_handler_t::replace);
  target.end();
  return line + "\n";
}

std::string vegeta_command(const LoadExport& load, const std::string& ca_file,
                           const std::string& file) {
  const LoadPlan& plan = load.plan;
  std::string command = "vegeta attack -format=json -targets=" + shell_argument(file);
  if (plan.is_open()) {
    const WholeRate rate = whole_rate(*plan.rate);
    command += " -rate=" + std::to_string(rate.events) + "/" + std::to_string(rate.seconds) +
               "s -max-workers=" + std::to_string(plan.max_in_flight);
  } else {
    command += " -rate=0 -max-workers=" + std::to_string(plan.concurrency);
  }
  if (plan.duration) {
    command += " -duration=" + std::to_string((plan.warmup + *plan.duration).count()) + "ms";
  } else if (plan.is_open()) {
    const auto time =
        std::chrono::floor<std::chrono::microseconds>(due_after(plan, events_in(plan)));
    command += " -duration=" + std::to_string(time.count()) + "us";
  } else {
    command += " -lazy";  // ends after the last target
  }
  command += " -timeout=" + std::to_string(load.timeout.count()) + "ms -redirects=0 -http2=false";
  if (!plan.keep_alive) command += " -keepalive=false";
  if (load.insecure) command += " -insecure";
  if (!ca_file.empty()) command += " -root-certs=" + shell_argument(ca_file);
  return command + " | vegeta report";
}

}  // namespace slotflow
