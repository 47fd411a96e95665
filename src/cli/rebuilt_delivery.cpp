#include "cli/rebuilt_delivery.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "cli/secrets.h"
#include "domain/ascii.h"
#include "domain/error.h"
#include "domain/url.h"

namespace slotflow {

namespace {

constexpr const char* kToAnotherUrl =
    "send it to a URL with 'slotflow-hooks deliveries resend ID --to URL'";

std::string title_of(const DeliveryDetails& details) {
  return "delivery " + details.delivery.id;
}

std::optional<std::string> secret_of(const DeliveryDetails& details, const Url& url,
                                     const Unkept& unkept) {
  const DeliveryRecord& delivery = details.delivery;
  switch (details.plan.signed_by) {
    case SignedBy::nobody:
      return std::nullopt;
    case SignedBy::option:
      if (unkept.secret) return unkept.secret;
      throw Error(ErrorCode::usage,
                  title_of(details) + " was signed with the secret of an option, which is not kept",
                  "give it again with --secret, --secret-file or SLOTFLOW_WEBHOOK_SECRET");
    case SignedBy::webhook:
      break;
  }
  if (delivery.webhook_id) {
    const auto found = std::ranges::find(unkept.webhooks, *delivery.webhook_id, &Webhook::id);
    if (found != unkept.webhooks.end()) return found->signing_secret;
    throw Error(ErrorCode::not_found,
                title_of(details) + ": its webhook " + *delivery.webhook_id +
                    " is not in the store any more",
                kToAnotherUrl);
  }
  if (const Webhook* webhook = find_active(unkept.webhooks, url)) return webhook->signing_secret;
  throw Error(
      ErrorCode::not_found,
      title_of(details) + ": no active webhook is registered with " + delivery.url + " any more",
      kToAnotherUrl);
}

std::vector<Header> headers_of(const DeliveryDetails& details, const Unkept& unkept) {
  std::vector<Header> headers = details.plan.headers;
  for (const std::string& name : details.plan.withheld) {
    const auto given = std::ranges::find_if(
        unkept.headers, [&](const Header& header) { return same_without_case(header.name, name); });
    if (given == unkept.headers.end()) {
      throw Error(ErrorCode::usage,
                  title_of(details) + " had a header " + name + ", whose value is not kept",
                  "give it again with --header '" + name + ": VALUE'");
    }
    headers.push_back(*given);
  }
  return headers;
}

// As fire does: a request without a signature has none to change.
void refuse_unsigned_flaws(const DeliveryDetails& details) {
  const DeliveryPlan& plan = details.plan;
  if (plan.signed_by != SignedBy::nobody || plan.tamper == Tamper::missing) return;
  if (plan.tamper == Tamper::none && plan.skew == Duration{0}) return;
  throw Error(ErrorCode::usage,
              title_of(details) +
                  " was made with --tamper or --skew, which require a secret when used with --to",
              "give --secret or --secret-file, set SLOTFLOW_WEBHOOK_SECRET, or register the URL");
}

}  // namespace

DeliveryDetails begun_anew(DeliveryDetails details, const OwnCommand& own_command) {
  if (details.delivery.state == DeliveryState::pending) {
    throw Error(ErrorCode::validation_error,
                title_of(details) + " is pending: it has attempts to come",
                "wait for its end, or make them with " + own_command("deliveries resume"));
  }
  details.delivery.attempts = 0;
  details.plan.label.clear();
  details.plan.after_previous = false;
  return details;
}

void send_elsewhere(DeliveryDetails& details, const Url& url, const Unkept& unkept) {
  details.delivery.url = url.to_string();
  details.delivery.webhook_id.reset();
  const bool is_registered = find_active(unkept.webhooks, url) != nullptr;
  details.plan.signed_by = unkept.secret   ? SignedBy::option
                           : is_registered ? SignedBy::webhook
                                           : SignedBy::nobody;
  refuse_unsigned_flaws(details);
}

Delivery rebuild(const DeliveryDetails& details, const Unkept& unkept) {
  const DeliveryRecord& record = details.delivery;
  const DeliveryPlan& plan = details.plan;
  const Url url = parse_url("the history", record.url);
  DeliveryTerms terms{plan.retry, {}};
  for (const std::string& status : plan.expected) terms.expected_statuses.add("plan", status);
  Delivery delivery;
  delivery.id = record.id;
  delivery.webhook_id = record.webhook_id;
  delivery.event = record.event;
  delivery.booking_id = record.booking_id;
  delivery.signing = {secret_of(details, url, unkept), plan.skew, plan.tamper};
  delivery.signed_by = plan.signed_by;
  delivery.request = {url, headers_of(details, unkept), details.payload, plan.timeout};
  delivery.label = plan.label;
  delivery.after_previous = plan.after_previous;
  delivery.terms = std::make_shared<const DeliveryTerms>(std::move(terms));
  delivery.attempts_made = record.attempts;
  if (record.attempts > 0) delivery.due = record.next_attempt_at;
  return delivery;
}

void change_speed(Delivery& delivery, double speed) {
  DeliveryTerms terms = *delivery.terms;
  const auto before = terms.retry.delay_after(delivery.attempts_made);
  terms.retry.speed = speed;
  const auto after = terms.retry.delay_after(delivery.attempts_made);
  if (delivery.due && before && after) *delivery.due += *after - *before;
  delivery.terms = std::make_shared<const DeliveryTerms>(std::move(terms));
}

}  // namespace slotflow
