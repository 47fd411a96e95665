// Whose webhooks a command works on: those of the local store, or with --api those of an
// organisation at Slotflow.
#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/api_key.h"
#include "cli/context.h"
#include "domain/own_command.h"
#include "store/webhooks.h"

namespace slotflow {

inline constexpr const char* kApiUrlVariable = "SLOTFLOW_API_URL";

struct ApiOption {
  std::string api;  // base URL of --api; empty: not given
  ApiKeyOption key;
};
// --api and --api-key-file.
void add_api(CLI::App& app, ApiOption& options);
// For a command that also works on the local store, and so requires --api.
void add_required_api(CLI::App& app, ApiOption& options);

// For a command that finds the webhook of --webhook at the API, and needs it for nothing else.
void add_api_for_webhook(CLI::App& app, ApiOption& options);
// Throws Error{usage} if --api or its key is given without --webhook.
void require_webhook_for(const ApiOption& options, bool has_webhook);

// Returns whether --api or the environment names an API.
bool is_remote(const ApiOption& options, const Context& context);

// Makes the commands in messages, which are about the same organisation.
OwnCommand own_command(const ApiOption& options, const Context& context);

// Returns the webhooks of the organisation. With an API, a notice names it unless --api did. Throws
// Error{usage} if there is no key for it, and what ApiKeyOption::read() throws. `context` must
// outlive the result.
std::unique_ptr<Webhooks> webhooks_of(const ApiOption& options, Context& context);

}  // namespace slotflow
