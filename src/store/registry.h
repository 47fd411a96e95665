// The store: the webhooks of one organisation in a JSON file. man/slotflow-hooks-store.5 documents
// the format.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/own_command.h"
#include "domain/raw_json.h"
#include "domain/timestamp.h"
#include "domain/webhook.h"
#include "store/lock_wait.h"

namespace slotflow {

struct NewWebhook {
  std::string url;  // normalized
  std::vector<Event> events;
  std::string secret;
  std::string id = {};    // empty: a new UUID
  bool has_limit = true;  // that of the plan
};

// The contents of the store at one time.
struct Snapshot {
  Plan plan = Plan::free;
  std::vector<Webhook> webhooks;  // in the order of registration
};

// Any number of processes and threads may use a file at the same time. Every call reads the file
// again. A change is atomic (temporary file, fsync, rename, fsync of the directory) under an
// exclusive lock. A missing or empty file is an empty store on plan free. Unknown fields survive
// every change, as they are written. Follows symbolic links and keeps them. Throws
// Error{store_error} with the path (and line and column) if the file cannot be read or written, is
// not a valid store or has a later version, or if another process does not release the lock; then
// the file is unchanged. A change throws Interrupted if its wait for the lock is interrupted.
class Registry {
 public:
  // `own_command` makes the commands in hints.
  explicit Registry(std::string path, LockWait wait = {}, OwnCommand own_command = {})
      : path_(std::move(path)), wait_(std::move(wait)), own_command_(std::move(own_command)) {}

  const std::string& path() const { return path_; }
  Snapshot read() const;

  // Registers a webhook. Creates the file (mode 0600) and its directories. Throws
  // Error{validation_error} if the URL is registered and active, and Error{limit_reached} if the
  // plan's limit is reached (the hint names the command that raises it).
  Webhook add(const NewWebhook& webhook, Timestamp now);

  // Removes webhooks and returns them. Each item is an id, a unique prefix of an id (at least 4
  // characters) or a URL. Throws Error{not_found} for the first item that is unknown or matches
  // several, and then removes none.
  std::vector<Webhook> remove(const std::vector<std::string>& ids_or_urls);
  std::vector<Webhook> remove_all();

  // Removes the active webhooks with these ids, of which some may be gone, and adds others as they
  // are: both or neither. Does not look at limits. Throws Error{validation_error} if the URL of one
  // that is added is registered and active.
  void exchange(const std::vector<std::string>& removed_ids, const std::vector<Webhook>& added);

  void set_plan(Plan plan);
  // Replaces the plan and all webhooks. Does not look at limits.
  void replace(const Snapshot& contents);

 private:
  // Runs `change` on the document under the lock, with what it holds, and writes the result.
  using Change = std::function<void(RawJson& document, const Snapshot& store)>;
  void update(const Change& change);

  std::string path_;
  LockWait wait_;
  OwnCommand own_command_;
};

// Returns the webhook that `id_or_url` means, by the rules of Registry::remove(). Throws
// Error{not_found}.
const Webhook& find_webhook(const std::vector<Webhook>& webhooks, const std::string& id_or_url,
                            const OwnCommand& own_command);
// The message of the error starts with `option`.
const Webhook& find_webhook(const std::string& option, const std::vector<Webhook>& webhooks,
                            const std::string& id_or_url, const OwnCommand& own_command);

}  // namespace slotflow
