#include "inspector/received_entries.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "domain/error.h"
#include "domain/number.h"
#include "domain/status_text.h"
#include "http/head.h"
#include "receive/report_queue.h"
#include "report/requests.h"
#include "system/steady_clock.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxRelatedRows = 200;
constexpr std::size_t kMaxAtOnce = 500;  // changes told at a time

std::string id_of(std::uint64_t n) {
  return "r" + std::to_string(n);
}

std::optional<std::uint64_t> number_of(const std::string& id) {
  if (!id.starts_with('r')) return std::nullopt;
  return to_number<std::uint64_t>(std::string_view(id).substr(1));
}

// Returns why a request has no status, or is not valid HTTP.
std::optional<std::string> error_of(const ReceivedRequest& request) {
  if (request.malformed) return "malformed";
  if (request.given_up_after) return "given_up";
  const Failure* failure = request.forwarded ? request.forwarded->failure() : nullptr;
  if (failure != nullptr) return std::string(to_string(failure->kind));
  if (request.handler_body_too_large) return "response_too_large";
  if (request.fault != nullptr) return std::string(request.fault->name);
  return std::nullopt;
}

std::optional<std::chrono::microseconds> duration_of(const ReceivedRequest& request) {
  if (request.given_up_after) return request.given_up_after;
  if (request.forwarded) return request.forwarded->duration + request.delay;
  if (request.delay.count() > 0) return request.delay;
  return std::nullopt;
}

EntryRow row_of(const ReceivedRequest& request, bool pending) {
  EntryRow row;
  row.id = id_of(request.n);
  row.n = request.n;
  row.at = request.at;
  row.method = request.method;
  row.path = request.path;
  row.event = request.event;
  row.booking_id = request.booking_id;
  row.webhook_id = request.webhook_id;
  row.signature = request.signature.verdict;
  row.bytes = request.body.size();
  if (pending) {
    row.state = DeliveryState::pending;
    return row;
  }
  if (!request.given_up_after) row.status = request.status;
  row.error = error_of(request);
  row.duration = duration_of(request);
  row.duplicate = request.duplicate_of_age.has_value();
  row.failed = !row.status || !is_success(*row.status);
  return row;
}

// Returns a key that no other request has.
EventKey key_of_its_own(std::uint64_t n) {
  EventKey key;
  std::memcpy(key.bytes.data(), &n, sizeof n);
  return key;
}

// Returns everything in a request that a search finds.
std::vector<std::string_view> texts_of(const ReceivedRequest& request, const EntryRow& row) {
  std::vector<std::string_view> texts{row.id,       request.method,           request.path,
                                      request.body, request.signature.reason, row.webhook_id};
  for (const auto* text : {&request.event, &request.booking_id, &request.malformed, &row.error}) {
    if (*text) texts.emplace_back(**text);
  }
  const auto add_headers = [&texts](const std::vector<Header>& headers) {
    for (const Header& header : headers) {
      texts.emplace_back(header.name);
      texts.emplace_back(header.value);
    }
  };
  add_headers(request.headers);
  if (!request.forwarded) return texts;
  if (const Failure* failure = request.forwarded->failure()) texts.emplace_back(failure->detail);
  if (const Response* response = request.forwarded->response()) {
    add_headers(response->headers);
    texts.emplace_back(response->body);
  }
  return texts;
}

}  // namespace

bool ReceivedEntries::matches(const EntryQuery& query, const Entry& entry) {
  return query.matches(entry.row, [&] { return texts_of(*entry.request, entry.row); });
}

void ReceivedEntries::put(ReceivedRequest request, bool pending) {
  Entry entry;
  entry.row = row_of(request, pending);
  // Without a booking, a body alone says what belongs together.
  const bool has_identity =
      request.booking_id || (request.method == "POST" && !request.body.empty());
  entry.event = has_identity ? event_key(request) : key_of_its_own(request.n);
  entry.booking = has_identity ? booking_key(request) : key_of_its_own(request.n);
  constexpr std::size_t kNodes = 400;  // of the maps that have it
  entry.bytes = memory_of(request) + sizeof(Entry) + kNodes + entry.row.path.size() +
                entry.row.event.value_or("").size() + entry.row.booking_id.value_or("").size();
  entry.request = std::make_shared<const ReceivedRequest>(std::move(request));
  const std::uint64_t n = entry.row.n;
  {
    const std::lock_guard lock(mutex_);
    if (cleared_.erase(n) > 0) return;
    bytes_ += entry.bytes;
    const auto before = entries_.find(n);
    if (before != entries_.end()) {
      const Entry& waiting = before->second;
      entry.row.attempt = waiting.row.attempt;
      entry.row.pinned = waiting.row.pinned;
      bytes_ -= waiting.bytes;
      if (entry.row.pinned) pinned_bytes_ += entry.bytes - waiting.bytes;
      before->second = std::move(entry);
    } else {
      Event& event = events_[entry.event];
      ++event.here;
      entry.row.attempt = ++event.arrived;
      bookings_[entry.booking].insert(n);
      unpinned_.insert(n);
      entries_.emplace(n, std::move(entry));
    }
    changes_.add({n});
    make_room();
  }
  changed_.notify_all();
}

void ReceivedEntries::make_room() {
  while (bytes_ > options_.max_bytes && !unpinned_.empty()) {
    const auto oldest = entries_.find(*unpinned_.begin());
    changes_.add({oldest->first, true});
    if (!oldest->second.row.state) ++dropped_;
    remove(oldest);
  }
}

void ReceivedEntries::remove(EntryMap::iterator entry) {
  const auto booking = bookings_.find(entry->second.booking);
  booking->second.erase(entry->first);
  if (booking->second.empty()) bookings_.erase(booking);
  const auto event = events_.find(entry->second.event);
  if (entry->second.row.state) --event->second.arrived;  // it will come again
  if (--event->second.here == 0) events_.erase(event);
  bytes_ -= entry->second.bytes;
  unpinned_.erase(entry->first);
  entries_.erase(entry);
}

std::optional<ReceivedEntries::Entry> ReceivedEntries::entry(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto n = number_of(id);
  if (!n) return std::nullopt;
  const auto found = entries_.find(*n);
  return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

EntriesState ReceivedEntries::state() const {
  const std::lock_guard lock(mutex_);
  return {entries_.size(), bytes_, options_.max_bytes, dropped_, true};
}

// Copies the entries, which share their requests, so that a long search holds up nobody.
EntryPage ReceivedEntries::find(const EntryQuery& query, const std::string& before,
                                std::size_t limit) const {
  const auto last = number_of(before);
  if (!before.empty() && !last) throw_unknown_entry("before: ", before);
  std::vector<Entry> all;
  {
    const std::lock_guard lock(mutex_);
    all.reserve(entries_.size());
    for (const auto& [n, entry] : entries_) all.push_back(entry);
  }
  EntryPage page;
  std::ranges::reverse(all);
  for (Entry& entry : all) {
    if (!matches(query, entry)) continue;
    ++page.matching;
    if (last && entry.row.n >= *last) continue;
    if (page.rows.size() < limit) {
      page.rows.push_back(std::move(entry.row));
    } else {
      page.more = true;
    }
  }
  return page;
}

std::vector<EntryRow> ReceivedEntries::rows_of_booking(const EventKey& booking) const {
  std::vector<EntryRow> rows;
  const std::lock_guard lock(mutex_);
  const auto found = bookings_.find(booking);
  if (found == bookings_.end()) return rows;
  const std::set<std::uint64_t>& ns = found->second;
  for (auto n = ns.rbegin(); n != ns.rend() && rows.size() < kMaxRelatedRows; ++n) {
    rows.push_back(entries_.at(*n).row);
  }
  std::ranges::reverse(rows);
  return rows;
}

std::optional<EntryDetails> ReceivedEntries::details(const std::string& id) const {
  auto found = entry(id);
  if (!found) return std::nullopt;
  EntryDetails details;
  details.line = json_of(*found->request);
  details.row = std::move(found->row);
  details.related = rows_of_booking(found->booking);
  return details;
}

std::optional<EntryContent> ReceivedEntries::content(const std::string& id) const {
  auto found = entry(id);
  if (!found) return std::nullopt;
  const ReceivedRequest& request = *found->request;
  EntryContent content;
  content.url = options_.url;
  // A target may be a whole URL (RFC 9112, section 3.2.2).
  const std::string target = http::origin_form(request.path);
  if (target.starts_with('/')) content.url += target.substr(1);
  content.is_valid_http = !request.malformed;
  content.headers = request.headers;
  content.body = request.body;
  content.tls.insecure = options_.own_certificate;
  const Response* handlers = request.forwarded ? request.forwarded->response() : nullptr;
  if (handlers != nullptr && handlers->status == found->row.status) {
    content.response = *handlers;
  } else if (found->row.status) {
    content.response.emplace().status = *found->row.status;
  }
  content.row = std::move(found->row);
  return content;
}

std::string ReceivedEntries::lines(const std::string& id) const {
  const auto found = entry(id);
  return found && !found->row.state ? json_of(*found->request) : "";
}

bool ReceivedEntries::pin(const std::string& id, bool pinned) {
  {
    const std::lock_guard lock(mutex_);
    const auto n = number_of(id);
    const auto found = n ? entries_.find(*n) : entries_.end();
    if (found == entries_.end()) return false;
    Entry& entry = found->second;
    if (entry.row.pinned == pinned) return true;
    if (pinned && pinned_bytes_ + entry.bytes > options_.max_bytes / 2) {
      throw Error(ErrorCode::limit_reached, "pinned entries may take half of the memory, " +
                                                std::to_string(options_.max_bytes / 2) +
                                                " bytes: unpin another one first");
    }
    entry.row.pinned = pinned;
    if (pinned) {
      pinned_bytes_ += entry.bytes;
      unpinned_.erase(*n);
    } else {
      pinned_bytes_ -= entry.bytes;
      unpinned_.insert(*n);
    }
    changes_.add({*n});
  }
  changed_.notify_all();
  return true;
}

std::size_t ReceivedEntries::clear() {
  std::size_t removed = 0;
  {
    const std::lock_guard lock(mutex_);
    while (!unpinned_.empty()) {
      const auto entry = entries_.find(*unpinned_.begin());
      changes_.add({entry->first, true});
      if (entry->second.row.state) cleared_.insert(entry->first);
      remove(entry);
      ++removed;
    }
  }
  changed_.notify_all();
  return removed;
}

std::uint64_t ReceivedEntries::position() const {
  const std::lock_guard lock(mutex_);
  return changes_.position();
}

EntryChanges ReceivedEntries::changes(std::uint64_t position, const EntryQuery& query,
                                      Duration wait) const {
  EntryChanges result;
  std::vector<Entry> candidates;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [&] { return changes_.position() != position || ended_; });
    const auto part = changes_.after(position, kMaxAtOnce);
    result.lost = part.lost;
    result.position = part.position;
    result.ended = ended_ && part.position == changes_.position();
    for (const Change& change : part.changes) {
      const auto found = entries_.find(change.n);
      if (change.removed || found == entries_.end()) {
        result.removed.push_back(id_of(change.n));
      } else {
        candidates.push_back(found->second);
      }
    }
  }
  for (Entry& entry : candidates) {
    if (matches(query, entry)) {
      result.changed.push_back(std::move(entry.row));
    } else if (!query.empty()) {
      result.removed.push_back(std::move(entry.row.id));  // it may have matched before
    }
  }
  return result;
}

std::optional<std::string> ReceivedEntries::arrival_of(const Request& sent, std::uint64_t position,
                                                       Duration wait) const {
  const auto signature = find_header(sent.headers, kSignatureHeader);
  const SteadyTime end = steady_now() + wait;
  for (;;) {
    const auto left = std::chrono::duration_cast<Duration>(end - steady_now());
    const EntryChanges news = changes(position, {}, std::max(left, Duration(0)));
    for (const EntryRow& row : news.changed) {
      const auto found = content(row.id);
      if (found && found->body == sent.body &&
          find_header(found->headers, kSignatureHeader) == signature) {
        return row.id;
      }
    }
    const bool is_over = steady_now() >= end || news.position == position;
    if (news.lost || news.ended || is_over) return std::nullopt;
    position = news.position;
  }
}

void ReceivedEntries::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
}

}  // namespace slotflow
