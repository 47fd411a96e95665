// What is said of deliveries before they begin, and after they have ended.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/rebuilt_delivery.h"
#include "domain/history.h"
#include "domain/signing.h"
#include "domain/webhook.h"
#include "send/delivery.h"

namespace slotflow {

// Says why requests are invalid on purpose, and what a good handler does with them. `addition` goes
// on with that sentence.
void announce_flaws(const SigningPlan& plan, const std::string& addition, const Context& context);
// Says so for the deliveries that are invalid on purpose, once for each reason.
void announce_flaws(const std::vector<Lane>& lanes, const Context& context);

// Says that an endpoint has accepted such a request.
void warn_of_accepted_flaws(const Context& context);

// Say whose secret is used that no option has given. `addition`: see announce_flaws().
void announce_secret(const Webhook& webhook, const Context& context);
void announce_environment_secret(const std::string& addition, const Context& context);

// Says that some of the deliveries are signed with the secret of the environment, if they are.
void announce_environment_secret(const std::vector<Lane>& lanes, const Unkept& unkept,
                                 const Context& context);

// Which options deliveries need that give what the history does not have of them.
struct NeededOptions {
  bool secret = false;
  std::set<std::string> headers = {};  // names in lower case
  std::set<std::string> kept = {};     // of headers whose values the history has

  void add(const DeliveryPlan& plan);
};
// Warns of options that no delivery needs.
void warn_of_unused(const NeededOptions& needed, const Unkept& unkept, const Context& context);

}  // namespace slotflow
