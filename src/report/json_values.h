// The JSON output: the members of each line, named and ordered as users are promised.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/json.h"
#include "report/reporter.h"

namespace slotflow {

// True when JSON can hold all names and values as they are.
bool are_utf8(const std::vector<Header>& headers);

Json json_of(const Webhook& webhook);         // as Slotflow's API answers it, its secret in full
Json json_of(const WebhookListing& listing);  // secrets masked unless they are to be shown
Json json_of(const PlanUsage& usage);
Json json_of(const RequestPreview& preview);
Json json_of(const Attempt& attempt);
Json json_of(const DeliverySummary& summary);
Json json_of(const Listening& listening);
// A request that could not be taken has one member more, "malformed", that says why.
Json json_of(const Reply& reply);  // of the handler behind a receiver
Json json_of(const ReceiverSummary& summary);
Json json_of(const CheckReport& report);
Json json_of(const CheckSummary& summary);
Json json_of(const CheckInfo& info);
Json json_of(const SignatureCheck& check, const std::optional<std::string>& diagnosis);

}  // namespace slotflow
