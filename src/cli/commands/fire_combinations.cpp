// Options of `fire` that do not fit together.
#include "cli/combination.h"
#include "cli/commands/fire_options.h"
#include "domain/ascii.h"
#include "domain/error.h"

namespace slotflow {

namespace {

void refuse_unused_payload_options(const FireOptions& options) {
  if (!options.payload) return;
  if (options.event == kLifecycle) {
    refuse("lifecycle cannot be combined with --payload: it makes two payloads", {"--payload"});
  }
  const bool also_made =
      options.booking_id || !options.set.empty() || !options.metadata.empty() || options.preset;
  if (also_made) {
    refuse("--payload cannot be combined with --booking-id, --set, --metadata or --preset",
           {"--payload", "--booking-id", "--set", "--metadata", "--preset"});
  }
  if (options.seed) refuse("--payload cannot be combined with --seed", {"--payload", "--seed"});
}

void refuse_two_hosts(const FireOptions& options) {
  bool has_host = false;
  for (const Header& header : options.headers) {
    if (!same_without_case(header.name, "Host")) continue;
    if (has_host) {
      throw Error(ErrorCode::usage, "--header: expected Host once, got it twice", "", "--header");
    }
    has_host = true;
  }
}

}  // namespace

void refuse_combinations(const FireOptions& options, bool json) {
  require_webhook_for(options.api, !options.webhooks.empty());
  refuse_unused_payload_options(options);
  refuse_two_hosts(options);
  const bool previews = options.dry_run || options.curl;
  if (previews && !options.expected_statuses.empty()) {
    refuse("--expect-status cannot be combined with --dry-run or --curl: they send nothing",
           {"--expect-status", "--dry-run", "--curl"});
  }
  if (previews && options.verbose) {
    refuse("--verbose cannot be combined with --dry-run or --curl: they send nothing",
           {"--verbose", "--dry-run", "--curl"});
  }
  if (json && options.verbose) {
    refuse("--verbose cannot be combined with --json", {"--verbose", "--json"});
  }
  if (options.no_retry && options.gives_delays) {
    refuse("--no-retry cannot be combined with --retry-delays or --speed",
           {"--no-retry", "--retry-delays", "--speed"});
  }
  if (options.secret.given() && options.to.empty()) {
    refuse("--secret and --secret-file require --to URL: registered webhooks have their own secret",
           {options.secret.secrets.empty() ? "--secret-file" : "--secret"});
  }
  if (options.tamper == Tamper::missing && options.skew != Duration{0}) {
    refuse("--skew cannot be combined with --tamper missing: there is no timestamp to shift",
           {"--skew", "--tamper"});
  }
}

}  // namespace slotflow
