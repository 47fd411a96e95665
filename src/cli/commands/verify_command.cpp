#include "cli/commands/commands.h"
#include "cli/options.h"
#include "domain/error.h"
#include "domain/signature.h"
#include "report/signatures.h"
#include "system/files.h"

namespace slotflow {

namespace {

struct VerifyOptions {
  std::string signature;
  SecretOptions secret;
  std::string payload = "-";
  Duration tolerance = kSignatureTolerance;
  std::optional<Timestamp> at;
};

// Returns the header's value, also from a whole line copied from a log:
// "X-Slotflow-Signature: t=...".
std::string header_value(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return text;
  const Header header{text.substr(0, colon), ""};
  if (!find_header({header}, kSignatureHeader)) return text;
  const auto begin = text.find_first_not_of(' ', colon + 1);
  return begin == std::string::npos ? "" : text.substr(begin);
}

int run_verify(const VerifyOptions& options, Context& context) {
  options.secret.refuse_shared_input(options.payload);
  const auto secret = options.secret.read(context.world.in);
  if (!secret) throw Error(ErrorCode::usage, "verify requires --secret or --secret-file");
  const std::string body = read_bytes("--payload", options.payload, context.world.in);
  const std::string header = header_value(options.signature);
  const Timestamp now = options.at.value_or(context.clock.now());
  const std::vector<std::string> secrets{*secret};

  const SignatureCheck check = check_signature(header, body, secrets, now, options.tolerance);
  const bool valid = check.verdict == SignatureVerdict::valid;
  context.output.show(
      Verification{check, valid ? std::nullopt : diagnose_signature(header, body, *secret)});
  return valid ? exit_code::kYes : exit_code::kNo;
}

}  // namespace

Runner add_verify(CLI::App& app) {
  auto options = std::make_shared<VerifyOptions>();
  add_text(
      app, "--signature", value::text("HEADER"),
      [options](const std::string& text) { options->signature = text; },
      "Value of the X-Slotflow-Signature header: t=...,v1=...")
      ->required();
  add_secret(app, options->secret, "Signing secret of the webhook, as issued");
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
  return [options](Context& context) { return run_verify(*options, context); };
}

}  // namespace slotflow
