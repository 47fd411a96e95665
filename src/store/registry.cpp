#include "store/registry.h"

#include <algorithm>
#include <cstddef>

#include "domain/error.h"
#include "domain/quote.h"
#include "domain/suggestion.h"
#include "domain/text.h"
#include "domain/url.h"
#include "domain/utf8.h"
#include "domain/webhook_json.h"
#include "store/registry_file.h"
#include "store/registry_format.h"
#include "system/entropy.h"

namespace slotflow {
namespace {

constexpr std::size_t kShortestPrefix = 4;
constexpr std::size_t kIdsShown = 5;

void refuse_duplicate(const Snapshot& store, const std::string& url,
                      const OwnCommand& own_command) {
  for (const Webhook& other : store.webhooks) {
    if (!other.active || other.url != url) continue;
    throw Error(ErrorCode::validation_error, url + " is already registered (id " + other.id + ")",
                "to register it again, run '" + own_command("delete " + other.id) + "' first");
  }
}

std::string count_of(std::size_t webhooks) {
  return std::to_string(webhooks) + (webhooks == 1 ? " webhook" : " webhooks");
}

void refuse_over_limit(const Snapshot& store, const OwnCommand& own_command) {
  const std::optional<std::size_t> limit = info(store.plan).limit;
  const auto used = static_cast<std::size_t>(
      std::count_if(store.webhooks.begin(), store.webhooks.end(),
                    [](const Webhook& webhook) { return webhook.active; }));
  if (!limit || used < *limit) return;
  // The last plan has no limit, so this finds one.
  const auto helps = std::find_if(kPlans.begin(), kPlans.end(), [used](const PlanInfo& plan) {
    return !plan.limit || *plan.limit > used;
  });
  throw Error(ErrorCode::limit_reached,
              "plan " + std::string(info(store.plan).name) + " allows " + count_of(*limit) +
                  ", and " + std::to_string(used) + (used == 1 ? " is" : " are") + " registered",
              "run '" + own_command("plan " + std::string(helps->name)) + "' (" +
                  (helps->limit ? count_of(*helps->limit) : "unlimited") + ") or delete one");
}

[[noreturn]] void refuse_ambiguous(const std::vector<Webhook>& webhooks,
                                   const std::vector<std::size_t>& found,
                                   const std::string& id_or_url) {
  std::vector<std::string> ids;
  for (const std::size_t index : found) {
    if (ids.size() < kIdsShown) ids.push_back(webhooks[index].id);
  }
  std::string shown = joined(ids, ", ");
  if (found.size() > kIdsShown) {
    shown += " and " + std::to_string(found.size() - kIdsShown) + " more";
  }
  throw Error(
      ErrorCode::not_found,
      "expected one webhook, got " + in_quotes(id_or_url) + ", which matches several: " + shown,
      "give more characters of the id");
}

// Returns the URL of the only webhook that differs from `url` in the name of this machine alone, or
// else in the path; "" if there is none.
std::string meant_url(const std::vector<Webhook>& webhooks, const std::string& url) {
  const auto with_one_name = [](const std::string& text, bool any_path) -> std::optional<Url> {
    try {
      Url parsed = parse_url("url", text);
      if (is_loopback(parsed.host)) parsed.host = "localhost";
      if (any_path) parsed.target = "/";
      return parsed;
    } catch (const Error&) {
      return std::nullopt;  // the store may have been edited by hand
    }
  };
  for (const bool any_path : {false, true}) {
    std::vector<std::string> similar;
    const std::optional<Url> wanted = with_one_name(url, any_path);
    for (const Webhook& webhook : webhooks) {
      const std::optional<Url> known = with_one_name(webhook.url, any_path);
      if (known && known == wanted) similar.push_back(webhook.url);
    }
    if (similar.size() == 1) return similar.front();
    if (similar.size() > 1) return "";
  }
  return "";
}

[[noreturn]] void refuse_unknown(const std::vector<Webhook>& webhooks, const std::string& id_or_url,
                                 const std::optional<std::string>& url,
                                 const OwnCommand& own_command) {
  const bool too_short =
      !id_or_url.empty() && id_or_url.size() < kShortestPrefix &&
      std::any_of(
          webhooks.begin(), webhooks.end(),
          [&](const Webhook& webhook) { return webhook.id.starts_with(id_or_url); });
  const std::string meant = url ? meant_url(webhooks, *url) : "";
  throw Error(ErrorCode::not_found,
              "expected the id or URL of a registered webhook, got " + in_quotes(id_or_url),
              too_short        ? "give at least 4 characters of the id"
              : !meant.empty() ? did_you_mean(meant)
                               : "run '" + own_command("list") + "' to see the webhooks");
}

std::optional<std::string> normalized(const std::string& text) {
  try {
    return parse_url("url", text).to_string();
  } catch (const Error&) {
    return std::nullopt;
  }
}

// "3000" may be the prefix of an id and the port of a URL: rejects text that matches in both ways.
// A whole id always means that id, and a URL that of the active webhook, if there is one.
std::size_t find_index(const std::vector<Webhook>& webhooks, const std::string& id_or_url,
                       const OwnCommand& own_command) {
  const std::optional<std::string> url = normalized(id_or_url);
  std::vector<std::size_t> whole;
  std::vector<std::size_t> found;
  const bool is_active = std::ranges::any_of(webhooks, [&](const Webhook& webhook) {
    return webhook.active && (webhook.url == url || webhook.url == id_or_url);
  });
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    if (webhooks[i].id == id_or_url) whole.push_back(i);
    const bool has_id =
        id_or_url.size() >= kShortestPrefix && webhooks[i].id.starts_with(id_or_url);
    const bool has_url = webhooks[i].url == url || webhooks[i].url == id_or_url;
    if (has_id || (has_url && (webhooks[i].active || !is_active))) found.push_back(i);
  }
  if (whole.size() == 1) return whole.front();
  if (found.empty()) refuse_unknown(webhooks, id_or_url, url, own_command);
  if (found.size() > 1) refuse_ambiguous(webhooks, found, id_or_url);
  return found.front();
}

// The field may be missing.
std::vector<RawJson>& webhooks_in(RawJson& document) {
  RawJson& webhooks = document["webhooks"];
  webhooks.kind = RawJson::Kind::array;
  return webhooks.children;
}

}  // namespace

Snapshot Registry::read() const {
  return decode_store(path_, read_store_file(path_));
}

Webhook Registry::add(const NewWebhook& webhook, Timestamp now) {
  // The only text from outside that may not be UTF-8, which JSON must be.
  if (!is_utf8(webhook.secret)) {
    throw Error(ErrorCode::validation_error, "signing secret: expected UTF-8, got other bytes");
  }
  Webhook added{webhook.id.empty() ? new_uuid() : webhook.id,
                webhook.url,
                webhook.events,
                webhook.secret,
                true,
                to_iso8601(now)};
  update([&](RawJson& document, const Snapshot& store) {
    refuse_duplicate(store, added.url, own_command_);
    if (webhook.has_limit) refuse_over_limit(store, own_command_);
    webhooks_in(document).push_back(raw_json(json_of(added)));
  });
  return added;
}

std::vector<Webhook> Registry::remove(const std::vector<std::string>& ids_or_urls) {
  std::vector<Webhook> removed;
  update([&](RawJson& document, const Snapshot& store) {
    std::vector<bool> doomed(store.webhooks.size(), false);
    removed.clear();
    for (const std::string& id_or_url : ids_or_urls) {
      const std::size_t index = find_index(store.webhooks, id_or_url, own_command_);
      if (!doomed[index]) removed.push_back(store.webhooks[index]);
      doomed[index] = true;
    }
    if (removed.empty()) return;
    std::vector<RawJson> left;
    std::vector<RawJson>& webhooks = webhooks_in(document);
    for (std::size_t i = 0; i < doomed.size(); ++i) {
      if (!doomed[i]) left.push_back(std::move(webhooks[i]));
    }
    webhooks = std::move(left);
  });
  return removed;
}

std::vector<Webhook> Registry::remove_all() {
  std::vector<Webhook> removed;
  update([&](RawJson& document, const Snapshot& store) {
    removed = store.webhooks;
    webhooks_in(document).clear();
  });
  return removed;
}

void Registry::exchange(const std::vector<std::string>& removed_ids,
                        const std::vector<Webhook>& added) {
  update([&](RawJson& document, const Snapshot& store) {
    std::vector<RawJson>& webhooks = webhooks_in(document);
    std::vector<RawJson> left;
    Snapshot kept{store.plan, {}};
    for (std::size_t i = 0; i < store.webhooks.size(); ++i) {
      const Webhook& webhook = store.webhooks[i];
      const auto known = std::ranges::find(removed_ids, webhook.id);
      if (webhook.active && known != removed_ids.end()) continue;
      left.push_back(std::move(webhooks[i]));
      kept.webhooks.push_back(webhook);
    }
    for (const Webhook& webhook : added) {
      refuse_duplicate(kept, webhook.url, own_command_);
      left.push_back(raw_json(json_of(webhook)));
    }
    webhooks = std::move(left);
  });
}

void Registry::replace(const Snapshot& contents) {
  update([&](RawJson& document, const Snapshot&) {
    document["plan"].assign(RawJson::string(info(contents.plan).name));
    std::vector<RawJson>& webhooks = webhooks_in(document);
    webhooks.clear();
    for (const Webhook& webhook : contents.webhooks) webhooks.push_back(raw_json(json_of(webhook)));
  });
}

void Registry::set_plan(Plan plan) {
  update([&](RawJson& document, const Snapshot&) {
    document["plan"].assign(RawJson::string(info(plan).name));
  });
}

void Registry::update(const Change& change) {
  if (!store_file_exists(path_)) {
    // A change that fails or has no effect on an empty store must not create the file or its
    // directories.
    const RawJson empty = parse_store(path_, {});
    RawJson trial = empty;
    change(trial, decode_store(path_, {}));
    if (dump_store(trial) == dump_store(empty)) return;
  }
  LockedStoreFile file(path_, wait_);
  const std::string before = file.read();
  RawJson document = parse_store(path_, before);
  change(document, decode_store(path_, before));
  const std::string after = dump_store(document);
  if (after != before) file.replace(after);
}

const Webhook& find_webhook(const std::vector<Webhook>& webhooks, const std::string& id_or_url,
                            const OwnCommand& own_command) {
  return webhooks[find_index(webhooks, id_or_url, own_command)];
}

const Webhook& find_webhook(const std::string& option, const std::vector<Webhook>& webhooks,
                            const std::string& id_or_url, const OwnCommand& own_command) {
  try {
    return find_webhook(webhooks, id_or_url, own_command);
  } catch (const Error& error) {
    throw Error(error.code(), option + ": " + error.what(), error.hint(), option);
  }
}

}  // namespace slotflow
