#include "cli/commands/commands.h"
#include "cli/options.h"
#include "cli/secrets.h"
#include "domain/signature.h"
#include "report/signatures.h"

namespace slotflow {

namespace {

struct SignOptions {
  KnownSecret secret;
  std::string payload = "-";
  std::optional<Timestamp> at;
};

int run_sign(const SignOptions& options, Context& context) {
  options.secret.options.refuse_shared_input(options.payload);
  const std::string secret = options.secret.read(context, "sign");
  const std::string body = context.read_bytes("--payload", options.payload);
  const Timestamp at = options.at.value_or(context.clock.now());
  context.output.show(SignatureHeaderValue{sign(secret, unix_seconds(at), body)});
  return exit_code::kYes;
}

}  // namespace

Runner add_sign(CLI::App& app) {
  auto options = std::make_shared<SignOptions>();
  add_known_secret(app, options->secret);
  add_text(
      app, "--payload", value::file_or_input(),
      [options](const std::string& text) { options->payload = text; },
      "File with the exact body (default: standard input)");
  add_text(
      app, "--at", value::time(),
      [options](const std::string& text) { options->at = parse_time_argument("--at", text); },
      "Timestamp to sign: Unix seconds or ISO 8601 (default: now)");
  set_examples(
      app,
      {{"Sign a file", "slotflow-hooks sign --secret-file secret.txt \\\n  --payload body.json"},
       {"Make a test vector that never changes",
        "printf {} | slotflow-hooks sign --secret whsec_test \\\n  --at 1773151500"}});
  return [options](Context& context) { return run_sign(*options, context); };
}

}  // namespace slotflow
