#include "cli/delivery_notices.h"

#include <algorithm>
#include <map>
#include <utility>

#include "cli/secrets.h"
#include "domain/ascii.h"
#include "report/phrases.h"

namespace slotflow {

namespace {

// Returns " (2 of 5 deliveries)", or nothing if that is all of them.
std::string share(std::size_t count, std::size_t all) {
  if (count == all) return "";
  return " (" + std::to_string(count) + " of " + counted(all, "delivery", "deliveries") + ")";
}

std::size_t deliveries_in(const std::vector<Lane>& lanes) {
  std::size_t size = 0;
  for (const Lane& lane : lanes) size += lane.size();
  return size;
}

}  // namespace

void announce_flaws(const SigningPlan& plan, const std::string& addition, const Context& context) {
  if (!is_invalid(plan)) return;
  context.notice("invalid on purpose: " + describe_flaws(plan) +
                 "; a good handler rejects it with a 4xx status" + addition);
}

void announce_flaws(const std::vector<Lane>& lanes, const Context& context) {
  std::map<std::pair<Tamper, Duration>, std::size_t> counts;
  for (const Lane& lane : lanes) {
    for (const Delivery& delivery : lane) {
      ++counts[{delivery.signing.tamper, delivery.signing.skew}];
    }
  }
  for (const auto& [flaw, count] : counts) {
    announce_flaws({{}, flaw.second, flaw.first}, share(count, deliveries_in(lanes)), context);
  }
}

void warn_of_accepted_flaws(const Context& context) {
  context.warning("an endpoint accepted a request that is invalid on purpose");
}

void announce_secret(const Webhook& webhook, const Context& context) {
  context.notice("signed with the secret of " + webhook.id + ", which is registered with " +
                 webhook.url);
}

void announce_environment_secret(const std::string& addition, const Context& context) {
  context.notice(std::string("signed with the secret of ") + kSecretVariable + addition);
}

void announce_environment_secret(const std::vector<Lane>& lanes, const Unkept& unkept,
                                 const Context& context) {
  if (unkept.secret_source != kSecretVariable) return;
  std::size_t count = 0;
  for (const Lane& lane : lanes) {
    count += static_cast<std::size_t>(std::ranges::count_if(lane, [](const Delivery& delivery) {
      return delivery.signed_by == SignedBy::option && delivery.signing.tamper != Tamper::missing;
    }));
  }
  if (count > 0) announce_environment_secret(share(count, deliveries_in(lanes)), context);
}

void NeededOptions::add(const DeliveryPlan& plan) {
  if (plan.signed_by == SignedBy::option) secret = true;
  for (const std::string& name : plan.withheld) headers.insert(lower_case(name));
  for (const Header& header : plan.headers) kept.insert(lower_case(header.name));
}

void warn_of_unused(const NeededOptions& needed, const Unkept& unkept, const Context& context) {
  // A setting of the config file need not have an effect.
  const std::set<std::string>& settings = context.options.settings;
  const bool is_given = unkept.secret && unkept.secret_source != kSecretVariable &&
                        !settings.contains(unkept.secret_source);
  if (is_given && !needed.secret) {
    context.warning(unkept.secret_source +
                    " is not used: none of the deliveries was signed with the secret of an option");
  }
  if (settings.contains("--header")) return;
  for (const Header& header : unkept.headers) {
    const std::string name = lower_case(header.name);
    if (needed.headers.contains(name)) continue;
    context.warning("--header " + header.name + " is not used: " +
                    (needed.kept.contains(name)
                         ? "the header is sent with the value that the history has"
                         : "none of the deliveries had this header"));
  }
}

}  // namespace slotflow
