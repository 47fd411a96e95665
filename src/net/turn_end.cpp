#include "net/turn_end.h"

#include <cstddef>

#include <asio/post.hpp>

namespace slotflow {

// What is posted runs after all that is ready.
void TurnEnd::request() {
  if (requested_) return;
  auto& all = loop_.turn_ends_;
  if (all.empty()) asio::post(loop_.context(), [&loop = loop_] { run_all(loop); });
  all.push_back(this);
  place_ = all.size() - 1;
  requested_ = true;
}

void TurnEnd::cancel() {
  if (!requested_) return;
  requested_ = false;
  loop_.turn_ends_[place_] = nullptr;
}

// The work of one may cancel or request another.
void TurnEnd::run_all(EventLoop& loop) {
  auto& all = loop.turn_ends_;
  for (std::size_t i = 0; i < all.size(); ++i) {
    TurnEnd* const one = all[i];
    if (one == nullptr) continue;
    one->cancel();
    one->work_();
  }
  all.clear();
}

}  // namespace slotflow
