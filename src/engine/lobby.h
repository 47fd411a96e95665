// Where connections wait for their next request. A request that has come whole and is answered at
// once is answered right here, by one thread for all of them: that is most of them, and a thread's
// waking would cost more than the work. Whatever has to wait for something is given away.
#pragma once

#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/http_exchange.h"
#include "engine/interrupt.h"
#include "engine/poller.h"
#include "engine/unique_fd.h"

namespace slotflow {

// One thread, but for the stopping.
class Lobby {
 public:
  // Takes a connection over: what has been read of it and not used, and the answer that is to be
  // sent, if its request has been taken already.
  using GiveAway =
      std::function<void(UniqueFd fd, std::string unread, std::optional<PendingAnswer> pending)>;

  // All must outlive it.
  Lobby(const HttpServerOptions& options, const HttpHandler& handler, GiveAway give_away);

  // Admits from these listeners until `stopping`; then closes whoever is left. Throws
  // std::system_error.
  void run(const std::vector<UniqueFd>& listeners, const Interrupt& stopping);

 private:
  struct Guest {
    UniqueFd fd;
    PollDeadline::Steady::time_point leaves_at;  // when nothing has come until then
    bool leaving = false;  // answered for the last time; what still comes is thrown away
  };
  using Guests = std::list<Guest>;  // by when they came or last asked

  void admit(int listener, const Interrupt& stopping);
  void settle(UniqueFd fd);
  void attend(Guests::iterator guest);
  void answer_all(Guests::iterator guest, std::string_view unread);
  void say_goodbye(Guests::iterator guest);
  UniqueFd take_out(Guests& guests, Guests::iterator guest);
  void close_overdue();
  Duration until_next_overdue() const;

  const HttpServerOptions& options_;
  const HttpHandler& handler_;
  GiveAway give_away_;
  Poller poller_;
  Guests waiting_;
  Guests leaving_;
  std::unordered_map<int, Guests::iterator> by_fd_;
  std::string buffer_;
};

}  // namespace slotflow
