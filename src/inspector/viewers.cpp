#include "inspector/viewers.h"

#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "domain/json.h"
#include "domain/number.h"
#include "inspector/safety.h"
#include "system/steady_clock.h"

namespace slotflow {

namespace {

constexpr Duration kAtMost{250};  // in one wait, so that the end of the server ends it
// Between two looks at the changes, so that under load a viewer costs little: nobody sees more.
constexpr Duration kGathering{50};

// Counts a viewer as long as its connection has the object.
class ViewerPlace {
 public:
  explicit ViewerPlace(std::atomic<int>& count) : count_(count) { ++count_; }
  ~ViewerPlace() { --count_; }
  ViewerPlace(const ViewerPlace&) = delete;
  ViewerPlace& operator=(const ViewerPlace&) = delete;

 private:
  std::atomic<int>& count_;
};

// The events of one viewer. Used by one thread.
class EventStream {
 public:
  EventStream(std::string run, const Entries& entries, EntryQuery query, std::uint64_t position,
              std::unique_ptr<ViewerPlace> place)
      : run_(std::move(run)),
        entries_(entries),
        query_(std::move(query)),
        position_(position),
        place_(std::move(place)) {}

  // As WebStream.
  bool next(std::string& out) {
    if (!said_hello_) {
      said_hello_ = true;
      event(out, "hello", to_line(Json{{"run", run_}, {"total", entries_.state().total}}));
      return true;
    }
    const auto since_last = std::chrono::duration_cast<Duration>(steady_now() - last_changes_);
    if (since_last < kGathering) std::this_thread::sleep_for(kGathering - since_last);
    const EntryChanges changes = entries_.changes(position_, query_, kAtMost);
    if (changes.position != position_) last_changes_ = steady_now();
    position_ = changes.position;
    if (changes.lost) event(out, "resync", "{}");
    if (!changes.removed.empty()) {
      event(out, "removed", to_line(Json{{"ids", changes.removed}}));
    }
    for (const EntryRow& row : changes.changed) event(out, "entry", to_json(row));
    if (changes.ended) event(out, "ended", "{}");
    if (out.empty() && steady_now() - last_ >= kHeartbeat) event(out, "heartbeat", "{}");
    if (changes.ended) place_.reset();  // the connection may stay longer
    return !changes.ended;
  }

 private:
  // `data` has no line breaks.
  void event(std::string& out, std::string_view name, std::string_view data) {
    out += "event: ";
    out += name;
    out += "\nid: " + run_ + "-" + std::to_string(position_) + "\ndata: ";
    out += data;
    out += "\n\n";
    last_ = steady_now();
  }

  std::string run_;
  const Entries& entries_;
  EntryQuery query_;
  std::uint64_t position_;
  std::unique_ptr<ViewerPlace> place_;
  bool said_hello_ = false;
  SteadyTime last_ = steady_now();
  SteadyTime last_changes_{};
};

// Returns the position in an id of this run.
std::optional<std::uint64_t> position_in(std::string_view id, const std::string& run) {
  if (!id.starts_with(run + "-")) return std::nullopt;
  return to_number<std::uint64_t>(id.substr(run.size() + 1));
}

}  // namespace

WebReply Viewers::follow(EntryQuery query, std::string_view last_event) {
  auto place = std::make_unique<ViewerPlace>(connected_);
  if (connected_ > kMaxViewers) {
    return {error_reply(
        503, std::to_string(kMaxViewers) + " viewers are connected already: close one of them")};
  }
  const auto stream = std::make_shared<EventStream>(
      run_, entries_, std::move(query), position_in(last_event, run_).value_or(entries_.position()),
      std::move(place));
  WebReply reply;
  reply.response.type = "text/event-stream";
  reply.stream = [stream](std::string& out) { return stream->next(out); };
  return reply;
}

void Viewers::wait_for_none(Duration limit) const {
  constexpr Duration kBetweenLooks{5};
  const SteadyTime end = steady_now() + limit;
  while (connected_ > 0 && steady_now() < end) std::this_thread::sleep_for(kBetweenLooks);
}

}  // namespace slotflow
