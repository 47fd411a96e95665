// The store: the webhooks of one organisation in a JSON file, changed under a lock, durably and
// whole. man/slotflow-hooks-store.5 documents the format; this file owns it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/json.h"
#include "domain/timestamp.h"
#include "domain/webhook.h"

namespace slotflow {

struct NewWebhook {
  std::string url;  // normalized
  std::vector<Event> events;
  std::string secret;
};

// What the file holds at one moment.
struct Snapshot {
  Plan plan = Plan::free;
  std::vector<Webhook> webhooks;  // in the order of registration
};

// Any number of processes and threads may use one file at once. Every call reads the file anew;
// a change is atomic (temporary file beside it, fsync, rename, fsync of the directory) under an
// exclusive lock. A missing file or one of zero bytes is an empty store on plan free. Members that
// are not ours survive every change. Throws Error{store_error} with the path (and line and column)
// when the file cannot be read, is no valid store, is of a later version, or cannot be written:
// it is never touched then. Symbolic links are followed, and stay.
class Registry {
 public:
  explicit Registry(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  Snapshot read() const;

  // Throws Error{validation_error} when `url` is registered and active, Error{limit_reached} over
  // the plan's limit (the hint names the command that lifts it). Creates the file (mode 0600) and
  // its directories.
  Webhook add(const NewWebhook& webhook, Timestamp now);

  // Each item is an id, a unique prefix of one (4 characters at least) or a URL. All or none are
  // removed: throws Error{not_found} for the first that is unknown or fits several.
  std::vector<Webhook> remove(const std::vector<std::string>& ids_or_urls);
  std::vector<Webhook> remove_all();

  void set_plan(Plan plan);

 private:
  // Runs `change` on the document under the lock and writes the result.
  void update(const std::function<void(Json& document)>& change);

  std::string path_;
};

// The webhook that `id_or_url` means, by the same rules as Registry::remove; Error{not_found}.
const Webhook& find_webhook(const std::vector<Webhook>& webhooks, const std::string& id_or_url);

}  // namespace slotflow
