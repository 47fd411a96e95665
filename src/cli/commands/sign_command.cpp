#include "cli/commands/commands.h"
#include "cli/options.h"
#include "domain/error.h"
#include "domain/signature.h"
#include "report/signatures.h"
#include "system/files.h"

namespace slotflow {

namespace {

struct SignOptions {
  SecretOptions secret;
  std::string payload = "-";
  std::optional<Timestamp> at;
};

int run_sign(const SignOptions& options, Context& context) {
  options.secret.refuse_shared_input(options.payload);
  const auto secret = options.secret.read(context.world.in);
  if (!secret) throw Error(ErrorCode::usage, "sign requires --secret or --secret-file");
  const std::string body = read_bytes("--payload", options.payload, context.world.in);
  const Timestamp at = options.at.value_or(context.clock.now());
  context.output.show(SignatureHeaderValue{sign(*secret, unix_seconds(at), body)});
  return exit_code::kYes;
}

}  // namespace

Runner add_sign(CLI::App& app) {
  auto options = std::make_shared<SignOptions>();
  add_secret(app, options->secret, "Signing secret of the webhook, as issued");
  add_text(
      app, "--payload", value::file_or_input(),
      [options](const std::string& text) { options->payload = text; },
      "File with the exact body (default: standard input)");
  add_text(
      app, "--at", value::time(),
      [options](const std::string& text) { options->at = parse_time_argument("--at", text); },
      "Timestamp to sign: Unix seconds or ISO 8601 (default: now)");
  return [options](Context& context) { return run_sign(*options, context); };
}

}  // namespace slotflow
