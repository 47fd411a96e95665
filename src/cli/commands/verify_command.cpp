
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "domain/error.h"
#include "domain/signature.h"
#include "domain/text.h"
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

// Also takes the whole line, as it is copied from a log: "X-Slotflow-Signature: t=...".
std::string header_value(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) return text;
  const Header header{text.substr(0, colon), ""};
  if (!find_header({header}, kSignatureHeader)) return text;
  return std::string(trimmed_start(std::string_view(text).substr(colon + 1), is_blank));
}

int run_verify(const VerifyOptions& options, Context& context) {
  options.secret.refuse_shared_input(options.payload);
  const auto secret = options.secret.read(context.world.in);
  if (!secret) throw Error(ErrorCode::usage, "expected --secret or --secret-file, got neither");
  const std::string body = read_bytes("--payload", options.payload, context.world.in);
  const std::string header = header_value(options.signature);
  const Timestamp now = options.at.value_or(context.clock.now());
  const std::vector<std::string> secrets{*secret};

  const SignatureCheck check = check_signature(header, body, secrets, now, options.tolerance);
  const bool valid = check.verdict == SignatureVerdict::valid;
  context.reporter->verified(check,
                             valid ? std::nullopt : diagnose_signature(header, body, *secret));
  return valid ? exit_code::kYes : exit_code::kNo;
}

}  // namespace

Runner add_verify(CLI::App& app) {
  auto options = std::make_shared<VerifyOptions>();
  add_text(
      app, "--signature", "HEADER",
      [options](const std::string& text) { options->signature = text; },
      "The value of X-Slotflow-Signature: t=...,v1=...")
      ->required();
  add_secret(app, options->secret, "The webhook's signing secret, as issued");
  add_text(
      app, "--payload", "FILE|-", [options](const std::string& text) { options->payload = text; },
      "The body, byte for byte (default: standard input)");
  add_duration(app, "--tolerance", options->tolerance,
               "How far t may be from now, either way (default: 300s)");
  add_text(
      app, "--at", "TIME",
      [options](const std::string& text) { options->at = parse_time_argument("--at", text); },
      "Judge as of this moment: Unix seconds or ISO 8601 (default: now)");
  return [options](Context& context) { return run_verify(*options, context); };
}

}  // namespace slotflow
