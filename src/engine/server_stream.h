// One client's connection as the server sees it: requests come out of it, answers go into it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "domain/fault.h"
#include "engine/channel.h"
#include "engine/deadline.h"
#include "engine/http_head.h"

namespace slotflow {

// True when what was sent last has been refused: a client that has closed its socket answers with a
// reset, on one machine at once.
bool was_refused(int fd);

// How long a client that has been answered for the last time may take to leave.
inline constexpr Duration kLinger = std::chrono::seconds(1);

// Does not own the socket, which must be non-blocking. One thread.
class ServerStream {
 public:
  enum class Ending { none, closed, reset, timed_out, interrupted, tls };

  ServerStream(int fd, const Interrupt& stopping);

  // The TLS handshake; nothing when it went well.
  std::optional<HttpProblem> accept_tls(const TlsIdentity& identity, Duration deadline);
  // Puts `bytes` in front of what is still to come.
  void unread(std::string bytes) { input_.insert(position_, bytes); }
  // Waits for a request's first byte; false when none came.
  bool wait_for_request(Duration idle);
  // Reads a whole head. From here to the end of the body, `deadline` is for everything together.
  std::variant<HttpHead, HttpProblem> read_head(Duration deadline);
  // Reads the body that `head` announces, of at most `max` bytes, and tells the client to send it
  // where it waits to be told.
  std::optional<HttpProblem> read_body(const HttpHead& head, std::size_t max, std::string& body);

  // False when not all could be sent, or the client had gone and its side refused it.
  bool send(std::string_view bytes);
  // Sends what the plan says and ends as it says. After WirePlan::End::reset the socket resets the
  // connection when it is closed.
  bool play(const WirePlan& plan);
  // Ends the sending side and reads for a moment what the client still sends: closing at once
  // would reset the connection, and the client might never see the answer.
  void linger();

 private:
  bool fill(std::size_t size);
  std::optional<char> next_byte();
  bool read_line(std::string& line);
  bool read_exactly(std::string& bytes, std::size_t size);
  std::optional<HttpProblem> read_chunked(std::size_t max, std::string& body);
  HttpProblem problem_of_ending(std::optional<int> status) const;
  void give_time(Duration duration);
  bool send_slowly(const WirePlan& plan);
  void discard_until(const PollDeadline& end);

  int fd_;
  const Interrupt& stopping_;
  PollDeadline deadline_;
  Channel channel_;
  std::string input_;
  std::size_t position_ = 0;  // of the first unread byte in input_
  Ending ending_ = Ending::none;
};

}  // namespace slotflow
