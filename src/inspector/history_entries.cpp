#include "inspector/history_entries.h"

#include <algorithm>
#include <cstdint>
#include <thread>
#include <utility>

#include "domain/error.h"
#include "domain/history_filter.h"
#include "domain/text.h"
#include "report/history.h"

namespace slotflow {

namespace {

constexpr std::size_t kWatched = 1'000;  // of the newest deliveries, and of the newest pending ones
constexpr std::size_t kMaxRelated = 200;
constexpr Duration kBetweenReads{200};

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

// Returns everything of a delivery that a search finds.
std::vector<std::string> texts_of_delivery(const DeliveryDetails& details) {
  const DeliveryRecord& record = details.delivery;
  std::vector<std::string> texts{record.id,
                                 record.url,
                                 record.event,
                                 details.payload.str(),
                                 record.booking_id.value_or(""),
                                 record.webhook_id.value_or(""),
                                 record.last_error.value_or("")};
  for (const AttemptRecord& attempt : details.attempts) {
    if (attempt.attempt.request) texts.push_back(attempt.attempt.request->head);
    const Reply& reply = attempt.attempt.reply;
    if (const Failure* failure = reply.failure()) texts.push_back(failure->detail);
    if (const Response* response = reply.response()) {
      texts.push_back(response->body);
      for (const Header& header : response->headers) {
        texts.push_back(header.name + ": " + header.value);
      }
    }
  }
  return texts;
}

EntryRow row_of_delivery(const DeliveryRecord& record, const std::set<std::string>& pinned) {
  EntryRow row;
  row.id = record.id;
  row.is_delivery = true;
  row.n = static_cast<std::uint64_t>(record.seq);
  row.at = record.created_at;
  row.method = "POST";
  row.path = record.url;
  row.event = record.event;
  row.booking_id = record.booking_id;
  row.webhook_id = record.webhook_id.value_or("");
  row.status = record.last_status;
  row.error = record.last_error;
  row.attempt = record.attempts;
  row.state = record.state;
  row.failed = record.state == DeliveryState::failed;
  row.pinned = pinned.contains(record.id);
  return row;
}

bool matches(const EntryQuery& query, const EntryRow& row, const HistoryReader& reader) {
  std::vector<std::string> texts;
  return query.matches(row, [&] {
    const auto details = reader.details(row.id);
    if (details) texts = texts_of_delivery(*details);
    return std::vector<std::string_view>(texts.begin(), texts.end());
  });
}

}  // namespace

HistoryEntries::HistoryEntries(std::string path, const Clock& clock, LockWait wait)
    : path_(std::move(path)), clock_(clock), wait_(std::move(wait)) {
  const std::lock_guard lock(mutex_);
  notice_changes();
}

// The history may have been created, removed or replaced. It is looked at once: between two looks
// it may change.
HistoryReader& HistoryEntries::reader() const {
  if (reader_ && reader_->is_current()) return *reader_;
  if (reader_ && reader_->existed()) is_another_ = true;
  return reader_.emplace(path_, clock_.now(), wait_);
}

std::optional<DeliveryDetails> HistoryEntries::found(const std::string& id) const {
  constexpr std::size_t kShortest = 4;  // characters of an id
  if (auto details = reader().details(id)) return details;
  const auto ids = id.size() < kShortest ? std::vector<std::string>() : reader().ids(id, 2);
  return ids.size() == 1 ? reader().details(ids.front()) : std::nullopt;
}

EntryRow HistoryEntries::row_of(const DeliveryRecord& record) const {
  return row_of_delivery(record, pinned_);
}

EntriesState HistoryEntries::state() const {
  const std::lock_guard lock(mutex_);
  EntriesState state;
  state.total = reader().count({});
  return state;
}

EntryPage HistoryEntries::find(const EntryQuery& query, const std::string& before,
                               std::size_t limit) const {
  std::set<std::string> pinned;
  {
    const std::lock_guard lock(mutex_);
    pinned = pinned_;
  }
  const std::lock_guard lock(searching_);
  if (!searched_ || !searched_->is_current()) searched_.emplace(path_, clock_.now(), wait_);
  const HistoryReader& history = *searched_;
  if (!before.empty() && !history.details(before)) throw_unknown_entry("before: ", before);
  EntryPage page;
  bool is_older = before.empty();
  for (const DeliveryRecord& record : history.find({}, kMaxListed)) {
    if (ended_) break;
    EntryRow row = row_of_delivery(record, pinned);
    const bool is_before = row.id == before;
    if (matches(query, row, history)) {
      ++page.matching;
      if (is_older && page.rows.size() < limit) {
        page.rows.push_back(std::move(row));
      } else if (is_older) {
        page.more = true;
      }
    }
    is_older = is_older || is_before;
  }
  return page;
}

std::optional<EntryDetails> HistoryEntries::details(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto delivery = found(id);
  if (!delivery) return std::nullopt;
  EntryDetails details;
  details.row = row_of(delivery->delivery);
  details.row.bytes = delivery->payload.size();
  if (!delivery->attempts.empty()) {
    details.row.duration = delivery->attempts.back().attempt.reply.duration;
  }
  std::vector<std::string> lines = lines_in(json_of(*delivery));
  details.line = std::move(lines.front());
  details.attempts.assign(std::make_move_iterator(lines.begin() + 1),
                          std::make_move_iterator(lines.end()));
  if (delivery->delivery.booking_id) {
    HistoryFilter filter;
    filter.bookings.push_back(*delivery->delivery.booking_id);
    for (const DeliveryRecord& record : reader().find(filter, kMaxRelated)) {
      details.related.push_back(row_of(record));
    }
    std::ranges::reverse(details.related);
  } else {
    details.related.push_back(details.row);
  }
  return details;
}

std::optional<EntryContent> HistoryEntries::content(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto delivery = found(id);
  if (!delivery) return std::nullopt;
  EntryContent content;
  content.row = row_of(delivery->delivery);
  content.url = delivery->delivery.url;
  content.body = delivery->payload;
  content.headers = delivery->plan.headers;
  content.tls = delivery->plan.tls;
  if (!delivery->attempts.empty()) {
    const Attempt& last = delivery->attempts.back().attempt;
    content.row.duration = last.reply.duration;
    if (last.request) content.headers = headers_in(last.request->head);
    if (last.reply.response() != nullptr) content.response = *last.reply.response();
  }
  return content;
}

std::string HistoryEntries::lines(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto delivery = found(id);
  return delivery ? json_of(*delivery) : "";
}

bool HistoryEntries::pin(const std::string& id, bool pinned) {
  const std::lock_guard lock(mutex_);
  const auto delivery = found(id);
  if (!delivery) return false;
  const std::string& whole_id = delivery->delivery.id;
  if (pinned) {
    pinned_.insert(whole_id);
  } else {
    pinned_.erase(whole_id);
  }
  changes_.add(row_of(delivery->delivery));
  return true;
}

std::size_t HistoryEntries::clear() {
  throw Error(ErrorCode::usage,
              "the history is not cleared here: 'slotflow-hooks deliveries prune' removes "
              "deliveries");
}

std::uint64_t HistoryEntries::position() const {
  const std::lock_guard lock(mutex_);
  notice_changes();
  return changes_.position();
}

// Compares what can have changed with what was known: the newest deliveries and the pending ones.
void HistoryEntries::notice_changes() const {
  HistoryReader& history = reader();
  const std::int64_t version = history.version();
  if (version_ == version && !is_another_) return;
  if (std::exchange(is_another_, false)) {
    known_.clear();
    last_seq_ = 0;
    changes_.lose();
  }
  const std::vector<DeliveryRecord> newest = history.find({}, kWatched);
  std::vector<DeliveryRecord> now = newest;
  HistoryFilter pending;
  pending.pending = true;
  for (DeliveryRecord& record : history.find(pending, kWatched)) now.push_back(std::move(record));
  // Those that were pending, and are neither any more.
  const bool is_first = !version_;
  std::map<std::string, Progress> known;
  std::ranges::sort(now, {}, &DeliveryRecord::seq);
  const auto look_at = [&](const DeliveryRecord& record) {
    const Progress progress{record.state, record.attempts};
    if (!known.emplace(record.id, progress).second) return;
    const auto before = known_.find(record.id);
    if (is_first || (before != known_.end() && before->second == progress)) return;
    changes_.add(row_of(record));
  };
  for (const DeliveryRecord& record : now) look_at(record);
  // With so many new ones at once, not all were looked at.
  const bool has_gap = newest.size() == kWatched && newest.back().seq > last_seq_ + 1;
  if (!is_first && has_gap) changes_.lose();
  if (!newest.empty()) last_seq_ = newest.front().seq;
  for (const auto& [id, progress] : known_) {
    if (progress.state != DeliveryState::pending || known.contains(id)) continue;
    if (const auto details = history.details(id)) look_at(details->delivery);
  }
  known_ = std::move(known);
  version_ = version;
}

EntryChanges HistoryEntries::changes(std::uint64_t position, const EntryQuery& query,
                                     Duration wait) const {
  EntryChanges result;
  const SteadyTime end = steady_now() + wait;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (steady_now() - looked_at_ >= kBetweenReads) {
        notice_changes();
        looked_at_ = steady_now();
      }
      if (position != changes_.position() || ended_ || steady_now() >= end) {
        const auto part = changes_.after(position, SIZE_MAX);
        result.lost = part.lost;
        result.position = part.position;
        result.ended = ended_;
        for (const EntryRow& row : part.changes) {
          if (matches(query, row, reader())) {
            result.changed.push_back(row);
          } else if (!query.empty()) {
            result.removed.push_back(row.id);
          }
        }
        return result;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void HistoryEntries::end() {
  ended_ = true;
}

}  // namespace slotflow
