#include "report/text_reporter.h"

#include <algorithm>

#include "report/attempt_text.h"
#include "report/check_text.h"
#include "report/escape.h"
#include "report/phrases.h"
#include "report/request_text.h"
#include "report/table.h"

namespace slotflow {

namespace {

std::string event_names(const std::vector<Event>& events, std::string_view separator) {
  std::string names;
  for (const Event event : events) {
    if (!names.empty()) names += separator;
    names += info(event).name;
  }
  return names;
}

std::string listing_table(const WebhookListing& listing, const Style& style) {
  const bool with_active = std::any_of(listing.webhooks.begin(), listing.webhooks.end(),
                                       [](const Webhook& webhook) { return !webhook.active; });
  std::vector<std::string> titles{"ID", "URL", "EVENTS", "SECRET", "CREATED"};
  if (with_active) titles.emplace_back("ACTIVE");
  Table table(titles);
  for (const Webhook& webhook : listing.webhooks) {
    // No spaces within a cell, so that awk and cut can take the table apart.
    std::vector<std::string> cells{
        webhook.id, webhook.url, event_names(webhook.events, ","),
        listing.show_secrets ? webhook.signing_secret : masked_secret(webhook.signing_secret),
        webhook.created_at};
    if (with_active) cells.emplace_back(webhook.active ? "yes" : "no");
    table.add_row(cells);
  }
  return table.render(style);
}

}  // namespace

void TextReporter::registered(const Webhook& webhook) {
  // The secret is never coloured: it is there to be copied.
  writer_.write(style_.green("Registered") + ' ' + safe_line(webhook.id) + "\n  url     " +
                safe_line(webhook.url) + "\n  events  " + event_names(webhook.events, ", ") +
                "\n  secret  " + safe_line(webhook.signing_secret) + ' ' +
                style_.dim("(list hides it without --show-secrets)") + '\n');
}

void TextReporter::listed(const WebhookListing& listing) {
  writer_.write(listing.webhooks.empty()
                    ? "No webhooks. Register one: slotflow-hooks register --url URL\n"
                    : listing_table(listing, style_));
}

void TextReporter::deleted(const Webhook& webhook) {
  writer_.write("Deleted " + safe_line(webhook.id) + "  " + safe_line(webhook.url) + '\n');
}

void TextReporter::plan(const PlanUsage& usage) {
  const PlanInfo& plan = info(usage.plan);
  std::string text = "Plan " + std::string(plan.name) + ": ";
  if (plan.limit) {
    text += std::to_string(usage.used) + " of " + counted(*plan.limit, "webhook", "webhooks") +
            " used\n";
  } else {
    text += counted(usage.used, "webhook", "webhooks") + " used, no limit\n";
  }
  writer_.write(text);
}

void TextReporter::previewed(const RequestPreview& preview) {
  if (preview.curl) {
    writer_.write(safe_text(*preview.curl) + '\n');
    return;
  }
  std::string text = style_.dim("# to " + safe_line(preview.url)) + '\n';
  text += preview.method + ' ' + safe_line(preview.target) + " HTTP/1.1\n";
  for (const auto& [name, value] : preview.headers) {
    text += safe_line(name) + ": " + safe_line(value) + '\n';
  }
  writer_.write(text + '\n' + safe_text(preview.body) + '\n');
}

void TextReporter::firing(const FireAnnouncement& announcement) {
  writer_.write(announcement_text(announcement, style_));
}

void TextReporter::attempt(const Attempt& attempt) {
  writer_.write(attempt_text(attempt, style_));
}

void TextReporter::delivery_summary(const DeliverySummary& summary) {
  writer_.write(delivery_summary_text(summary, style_));
}

void TextReporter::listening(const Listening& listening) {
  writer_.write(listening_text(listening, style_));
}

std::size_t TextReporter::requests(std::span<const ReceivedRequest> requests) {
  return writer_.write_each(requests, [&](std::string& text, const ReceivedRequest& request) {
    text += request_text(request, style_);
  });
}

void TextReporter::receiver_summary(const ReceiverSummary& summary) {
  writer_.write(receiver_summary_text(summary, style_));
}

void TextReporter::verified(const SignatureCheck& check,
                            const std::optional<std::string>& diagnosis) {
  const std::string verdict(to_string(check.verdict));
  std::string text =
      check.verdict == SignatureVerdict::valid ? style_.green(verdict) : style_.red(verdict);
  const bool with_reason = check.verdict != SignatureVerdict::valid && !check.reason.empty();
  if (with_reason) text += ": " + safe_line(check.reason);
  text += '\n';
  if (diagnosis) text += "diagnosis: " + safe_line(*diagnosis) + '\n';
  writer_.write(text);
}

void TextReporter::checked(const CheckReport& report) {
  writer_.write(check_line(report, style_));
}

void TextReporter::check_summary(const CheckSummary& summary,
                                 std::span<const CheckReport> reports) {
  writer_.write(check_failures_text(reports, style_) + check_summary_text(summary, style_));
}

void TextReporter::check_catalogue(std::span<const CheckInfo> checks) {
  writer_.write(check_catalogue_text(checks, style_));
}

void TextReporter::check_explained(const CheckInfo& check) {
  writer_.write(check_explanation_text(check, style_));
}

void TextReporter::signed_header(const std::string& value) {
  writer_.write(std::string(kSignatureHeader) + ": " + safe_line(value) + '\n');
}

}  // namespace slotflow
