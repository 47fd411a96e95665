#include "engine/connector.h"

#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace slotflow {

namespace {

constexpr auto kStagger = std::chrono::milliseconds(250);

Failure failure_of(int error) {
  switch (error) {
    case ECONNRESET:
      return {FailureKind::connection_reset, std::strerror(error)};
    case ETIMEDOUT:
      return {FailureKind::timeout, "while connecting"};
    default:  // refused, unreachable, no descriptor left: no connection came about
      return {FailureKind::connection_refused, std::strerror(error)};
  }
}

// The attempts under way for one endpoint.
class Race {
 public:
  Race(const std::vector<Address>& addresses, std::string& tried)
      : addresses_(addresses), tried_(tried) {}

  bool none_left() const { return under_way_.empty() && next_ == addresses_.size(); }
  PollDeadline::Steady::time_point next_start() const {
    return next_ < addresses_.size() ? next_start_ : PollDeadline::Steady::time_point::max();
  }
  Failure failure() const { return failure_of(error_); }

  void start_due() {
    while (next_ < addresses_.size() &&
           (under_way_.empty() || PollDeadline::Steady::now() >= next_start_)) {
      start(addresses_[next_++]);
    }
  }

  std::vector<pollfd> to_poll() const {
    std::vector<pollfd> fds;
    for (const OldConnected& one : under_way_) fds.push_back({one.fd.get(), POLLOUT, 0});
    fds.push_back({});  // room for the interrupt
    return fds;
  }

  // The winner, if one of the polled attempts has succeeded; those that failed are dropped.
  std::optional<OldConnected> finish(const std::vector<pollfd>& polled) {
    for (std::size_t i = polled.size() - 1; i-- > 0;) {
      if (polled[i].revents == 0) continue;
      int error = 0;
      socklen_t length = sizeof error;
      ::getsockopt(polled[i].fd, SOL_SOCKET, SO_ERROR, &error, &length);
      if (error == 0) return std::move(under_way_[i]);
      note(error, under_way_[i].address);
      under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return std::nullopt;
  }

 private:
  void start(const Address& address) {
    if (tried_.empty()) tried_ = address.to_string();
    next_start_ = PollDeadline::Steady::now() + kStagger;
    UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM, 0));
    if (!fd) return note(errno, address.to_string());
    ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
    ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    const int yes = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::connect(fd.get(), address.get(), address.length) != 0 && errno != EINPROGRESS) {
      return note(errno, address.to_string());
    }
    under_way_.push_back({std::move(fd), address.to_string()});
  }

  // A refusal tells more than "this machine has no IPv6".
  void note(int error, const std::string& address) {
    if (error_ != 0 && error != ECONNREFUSED) return;
    if (error_ == ECONNREFUSED) return;
    error_ = error;
    tried_ = address;
  }

  const std::vector<Address>& addresses_;
  std::string& tried_;
  std::size_t next_ = 0;
  PollDeadline::Steady::time_point next_start_{};
  std::vector<OldConnected> under_way_;
  int error_ = 0;
};

}  // namespace

std::variant<OldConnected, Failure> connect_any(const std::vector<Address>& addresses,
                                             const PollDeadline& deadline, std::string& tried) {
  Race race(addresses, tried);
  for (;;) {
    race.start_due();
    if (race.none_left()) return race.failure();
    auto fds = race.to_poll();
    switch (deadline.wait_any(fds.data(), fds.size() - 1, race.next_start())) {
      case WaitResult::timed_out:
        return Failure{FailureKind::timeout, "while connecting"};
      case WaitResult::interrupted:
        return Failure{FailureKind::interrupted, ""};
      case WaitResult::ready:
        break;
    }
    if (auto winner = race.finish(fds)) return std::move(*winner);
  }
}

}  // namespace slotflow
