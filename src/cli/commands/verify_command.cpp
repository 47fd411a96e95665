#include "cli/commands/commands.h"
#include "cli/options.h"
#include "cli/secrets.h"
#include "domain/signature.h"
#include "report/signatures.h"

namespace slotflow {

namespace {

struct VerifyOptions {
  std::string signature;
  KnownSecret secret;
  std::string payload = "-";
  Duration tolerance = kSignatureTolerance;
  std::optional<Timestamp> at;
};

// Returns the header's value, also from a whole line. Says so, because for a handler that gets the
// line, the signature is malformed.
std::string_view header_value(std::string_view text, const Context& context) {
  const auto value = without_header_name(text);
  if (!value) return text;
  context.notice(
      "--signature: the header's name before the value is ignored; a handler must verify the value "
      "alone");
  return *value;
}

int run_verify(const VerifyOptions& options, Context& context) {
  options.secret.options.refuse_shared_input(options.payload);
  const std::string secret = options.secret.read(context, "verify");
  const std::string body = context.read_bytes("--payload", options.payload);
  const std::string_view header = header_value(options.signature, context);
  const Timestamp now = options.at.value_or(context.clock.now());
  const std::vector<std::string> secrets{secret};

  const SignatureCheck check = check_signature(header, body, secrets, now, options.tolerance);
  const bool valid = check.verdict == SignatureVerdict::valid;
  context.output.show(
      Verification{check, valid ? std::nullopt : diagnose_signature(header, body, secret)});
  return valid ? exit_code::kYes : exit_code::kNo;
}

}  // namespace

Runner add_verify(CLI::App& app) {
  auto options = std::make_shared<VerifyOptions>();
  // An empty header is malformed, which is a result.
  add_any_text(
      app, "--signature", value::text("HEADER"),
      [options](const std::string& text) { options->signature = text; },
      "Value of the X-Slotflow-Signature header: t=...,v1=...")
      ->required();
  add_known_secret(app, options->secret);
  add_text(
      app, "--payload", value::file_or_input(),
      [options](const std::string& text) { options->payload = text; },
      "File with the exact body (default: standard input)");
  add_duration(app, "--tolerance", options->tolerance,
               "Maximum difference between the signature's timestamp and --at\n(default: 300s)");
  add_text(
      app, "--at", value::time(),
      [options](const std::string& text) { options->at = parse_time_argument("--at", text); },
      "Time of the verification: Unix seconds or ISO 8601 (default: now)");
  set_examples(app, {{"Verify the signature of a body in a file",
                      "slotflow-hooks verify --secret-file secret.txt \\\n  --payload body.json "
                      "--signature \"$HEADER\""},
                     {"Verify it with the secret of a registered webhook",
                      "slotflow-hooks verify --webhook localhost:3000/hook \\\n  --payload "
                      "body.json --signature \"$HEADER\""}});
  return [options](Context& context) { return run_verify(*options, context); };
}

}  // namespace slotflow
