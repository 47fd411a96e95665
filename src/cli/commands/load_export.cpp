#include "cli/commands/load_export.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/secret_words.h"
#include "domain/quote.h"
#include "domain/signature.h"
#include "domain/utf8.h"
#include "report/load_export.h"
#include "report/phrases.h"
#include "send/slotflow_request.h"
#include "system/files.h"

namespace slotflow {

namespace {

constexpr const char* kExport = "--export";

void write_export(std::string path, const std::string& bytes) {
  const auto refuse = [&](const std::string& reason) {
    throw Error(ErrorCode::io_error,
                std::string(kExport) + ": cannot write " + path + ": " + reason, "", kExport);
  };
  std::error_code error;
  // A link stays one. A device is not replaced by a file.
  if (std::filesystem::is_symlink(path, error)) {
    if (const auto target = std::filesystem::canonical(path, error); !error) path = target.string();
  }
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    refuse("it is not a file");
  }
  try {
    replace_file(path, bytes);
  } catch (const std::system_error& failure) {
    refuse(failure.code().message());
  }
}

bool is_signed(const Delivery& one) {
  return one.signing.secret && !find_header(one.request.headers, kSignatureHeader);
}

// Endpoints with the same secret share a variable.
std::vector<LoadExportEndpoint> endpoints_of(const std::vector<Delivery>& ones) {
  std::vector<std::string> secrets;
  std::vector<std::size_t> numbers;
  for (const Delivery& one : ones) {
    numbers.push_back(0);
    if (!is_signed(one)) continue;
    const auto known = std::ranges::find(secrets, *one.signing.secret);
    numbers.back() = static_cast<std::size_t>(known - secrets.begin()) + 1;
    if (known == secrets.end()) secrets.push_back(*one.signing.secret);
  }
  std::vector<LoadExportEndpoint> endpoints;
  for (std::size_t i = 0; i < ones.size(); ++i) {
    LoadExportEndpoint endpoint;
    endpoint.url = ones[i].request.url.to_string();
    endpoint.headers = slotflow_headers(ones[i].request.headers, std::nullopt);
    if (numbers[i] > 0) endpoint.secret_variable = kSecretVariable;
    if (numbers[i] > 0 && secrets.size() > 1) {
      endpoint.secret_variable += "_" + std::to_string(numbers[i]);
    }
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

// Returns whether --set changes this field of the booking.
bool is_set(const FireOptions& options, std::string_view field) {
  return std::ranges::any_of(options.set, [field](std::string_view assignment) {
    constexpr std::string_view kData = "data.";
    if (assignment.starts_with(kData)) assignment.remove_prefix(kData.size());
    return assignment.substr(0, assignment.find_first_of(".=")) == field;
  });
}

// Leaves to the script what differs between events, unless --set has given it.
std::vector<LoadExportPart> parts_of_event(const FireOptions& options, const RawJson& payload,
                                           Duration& meeting) {
  const RawJson& data = *payload.find("data");
  const bool sets_times = is_set(options, "starts_at") || is_set(options, "ends_at");
  const auto filled = [&](const std::string& name) {
    if (name == "starts_at" || name == "ends_at") return !sets_times;
    return (name == "id" || name == "human_id") && !is_set(options, name);
  };
  const auto time_of = [&data](std::string_view field) {
    const std::string& text = data.find(field)->scalar;
    return parse_iso8601(std::string_view(text).substr(1, text.size() - 2)).value_or(Timestamp());
  };
  if (!sets_times) meeting = time_of("ends_at") - time_of("starts_at");
  std::vector<LoadExportPart> parts;
  std::string text = "{\"event\":" + payload.find("event")->dump() + ",\"created_at\":";
  const auto fill = [&](const std::string& name) {
    parts.push_back({std::exchange(text, ""), name});
  };
  fill("created_at");
  text = ",\"data\":{";
  for (const RawJson& field : data.children) {
    text += (&field == &data.children.front() ? "" : ",") + field.written_name + ":";
    if (filled(field.name())) {
      fill(field.name());
    } else {
      text += field.dump();
    }
  }
  parts.push_back({text + "}}", ""});
  return parts;
}

LoadExport describe(const LoadOptions& options, const std::vector<Delivery>& ones,
                    LoadEvents& events, const Context& context) {
  LoadExport load;
  load.endpoints = endpoints_of(ones);
  load.plan = options.plan;
  load.timeout = options.fire.timeout;
  load.insecure = options.fire.tls.insecure;
  load.gates = options.gates;
  if (options.exported->engine.engine == LoadEngine::vegeta) return load;
  const Body body = events.next(context.clock.now());
  if (options.fire.payload) {
    if (!is_utf8(body)) {
      throw Error(ErrorCode::usage, "--payload: expected UTF-8 for --export, got other bytes",
                  "--export vegeta=FILE sends any bytes", "--payload");
    }
    load.body.push_back({body, ""});
    return load;
  }
  const auto payload = parse_raw_json(body);
  load.body = parts_of_event(options.fire, std::get<RawJson>(payload), load.meeting);
  return load;
}

// Says how to run it, where `command` is the command that does.
void say_how(const LoadExport& load, const std::string& file, const std::string& command,
             const Context& context) {
  std::vector<std::string> variables;
  for (const LoadExportEndpoint& endpoint : load.endpoints) {
    const std::string& variable = endpoint.secret_variable;
    if (variable.empty() || std::ranges::find(variables, variable) != variables.end()) continue;
    variables.push_back(variable);
  }
  context.notice("wrote " + file + "; run it with: " + command);
  if (variables.size() == 1) {
    context.notice("the secret is not in the file: set " + variables.front() + " when you run it");
  } else if (!variables.empty()) {
    context.notice("the secrets are not in the file: set " + variables.front() + " to " +
                   variables.back() + " when you run it (ENDPOINTS says which is for which URL)");
  }
}

// The values of such headers are in the file, as the signing secrets are not.
void warn_of_credentials(const LoadOptions& options, const Context& context) {
  for (const Header& header : options.fire.headers) {
    if (!is_credential(header)) continue;
    context.warning("the value of the header " + header.name + " is in the file: keep it secret");
  }
}

void warn_of(const std::vector<std::string>& left_out, std::string_view title,
             const Context& context) {
  for (const std::string& gate : left_out) {
    context.warning("--gate " + in_quotes(gate) + " is left out: " + std::string(title) +
                    " cannot check it");
  }
}

void export_k6(const LoadExport& load, const LoadOptions& options, const Context& context) {
  const std::string& file = options.exported->file;
  const LoadScript script = k6_script(load);
  write_export(file, script.text);
  say_how(load, file, "k6 run " + file_argument(file), context);
  warn_of(script.left_out, options.exported->engine.title, context);
  if (const std::string& ca = options.fire.tls.ca_file; !ca.empty()) {
    context.warning("--cacert is left out: set SSL_CERT_FILE=" + shell_argument(ca) +
                    " when you run k6");
  }
}

void export_artillery(const LoadExport& load, const LoadOptions& options, const Context& context) {
  for (const Header& header : options.fire.headers) {
    if (header.value.find("{{") == std::string::npos) continue;
    throw Error(ErrorCode::usage,
                "--header: Artillery would replace the {{ in " + in_quotes(header.value), "",
                "--header");
  }
  const std::string& file = options.exported->file;
  std::filesystem::path processor = file;
  processor.replace_extension(".processor.js");
  const LoadScript script = artillery_script(load, processor.filename().string());
  // The script needs the processor, so that it comes last.
  write_export(processor.string(), artillery_processor(load));
  write_export(file, script.text);
  context.notice("wrote " + processor.string() + ", which " + file + " needs in the same folder");
  say_how(load, file, "artillery run " + file_argument(file), context);
  warn_of(script.left_out, options.exported->engine.title, context);
  if (script.events) {
    context.warning("Artillery sends " + counted(*script.events, "event", "events") +
                    ": each virtual user sends the same number");
  }
  const bool ends_by_count = !options.plan.is_open() && options.plan.count;
  if (options.plan.warmup.count() > 0) {
    context.warning(ends_by_count ? "--warmup is left out: Artillery has none with --count"
                                  : "Artillery measures the warm-up, too");
  }
  if (const std::string& ca = options.fire.tls.ca_file; !ca.empty()) {
    context.warning("--cacert is left out: set NODE_EXTRA_CA_CERTS=" + shell_argument(ca) +
                    " when you run Artillery");
  }
}

// How many events the scenario has; nullopt if that depends on the endpoint.
std::optional<std::uint64_t> number_of_events(const LoadPlan& plan) {
  if (plan.is_open()) return events_in(plan);
  if (plan.count) return plan.count;
  return std::nullopt;
}

void export_vegeta(LoadExport& load, const LoadOptions& options, const std::vector<Delivery>& ones,
                   LoadEvents& events, const Context& context) {
  constexpr std::uint64_t kMost = 100'000;
  constexpr std::uint64_t kUsual = 10'000;  // if the number of events is not known
  constexpr std::size_t kMostBytes = 256u * 1024 * 1024;
  load.plan.ramp = Duration(0);
  const auto wanted = number_of_events(load.plan);
  const std::uint64_t targets = std::min(wanted.value_or(kUsual), kMost);
  std::string text;
  std::uint64_t made = 0;
  for (; made < targets && text.size() < kMostBytes; ++made) {
    const Delivery& one = ones[made % ones.size()];
    const Timestamp now = context.clock.now();
    SignedMessage message = sign_message(one.signing, events.next(now), now);
    text += vegeta_target(one.request.url.to_string(),
                          slotflow_headers(one.request.headers, std::move(message.signature)),
                          message.body);
  }
  const std::string& file = options.exported->file;
  write_export(file, text);
  const std::string& ca = options.fire.tls.ca_file;
  context.notice("wrote " + counted(made, "target", "targets") + " to " + file +
                 "; send them with: " + vegeta_command(load, ca, file));
  if (std::ranges::any_of(ones, is_signed)) {
    context.notice("the signatures are valid for " + to_string(kSignatureTolerance) +
                   " from now on");
    const auto time = load.plan.is_open() ? due_after(load.plan, events_in(load.plan))
                                          : load.plan.duration.value_or(Duration(0));
    if (time > kSignatureTolerance) {
      context.warning("the test takes longer than the signatures are valid");
    }
  }
  const bool ends = !options.plan.is_open() && options.plan.count;
  if (wanted && made < *wanted) {
    context.warning("the test has " + counted(*wanted, "event", "events") + ", but the file only " +
                    std::to_string(made) + (ends ? "" : ": vegeta sends them again"));
  } else if (!wanted) {
    context.warning("vegeta sends the targets again after the last one");
  }
  if (ends) {
    context.warning("vegeta counts the end of the targets as errors: 'no targets to attack'");
  }
  if (options.plan.ramp.count() > 0) context.warning("--ramp is left out: vegeta has none");
  if (options.plan.warmup.count() > 0 && wanted) {
    context.warning("vegeta measures the warm-up, too");
  }
  std::vector<std::string> gates;
  for (const LoadGate& gate : options.gates) gates.push_back(gate.text());
  warn_of(gates, options.exported->engine.title, context);
}

}  // namespace

void export_load(const LoadOptions& options, const std::vector<Delivery>& ones, LoadEvents& events,
                 const Context& context) {
  LoadExport load = describe(options, ones, events, context);
  warn_of_credentials(options, context);
  switch (options.exported->engine.engine) {
    case LoadEngine::k6:
      return export_k6(load, options, context);
    case LoadEngine::artillery:
      return export_artillery(load, options, context);
    case LoadEngine::vegeta:
      return export_vegeta(load, options, ones, events, context);
  }
}

}  // namespace slotflow
