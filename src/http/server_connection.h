// A server's connection to one client: reads its requests and sends the responses.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "http/reader.h"
#include "http/server.h"
#include "http/writer.h"
#include "net/stream.h"

namespace slotflow::http {

// The time for a client to close its side after the last response.
inline constexpr Duration kLinger = std::chrono::seconds(1);

// Not thread-safe. `server` must outlive this object.
class ServerConnection {
 public:
  ServerConnection(Server& server, asio::ip::tcp::socket socket);
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  // Serves one request after the other, and closes the connection.
  asio::awaitable<void> run();
  // Ends all that run() is doing.
  void stop() { deadline_.interrupt(); }

 private:
  // The properties of a request that its response depends on.
  struct Framing {
    std::string method;
    Persistence persistence = Persistence::keep;
    SteadyTime complete;
    std::optional<SteadyTime> left = {};  // when the client closed its side or reset the connection
    bool may_still_read = false;          // it has perhaps closed its side only
  };
  // What a client does that has to wait.
  enum class Presence { waits, closed_its_side, gone };

  asio::awaitable<bool> start_tls();
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> read_request(std::optional<Problem>& problem);
  std::size_t feed(std::string_view bytes);
  void forget_unread();
  void note_held();
  void end_request();
  std::optional<Problem> problem_of_end(const std::optional<Failure>& failure) const;
  asio::awaitable<bool> refuse(Problem problem);
  asio::awaitable<OutgoingResponse> ask(Framing& framing);
  asio::awaitable<OutgoingResponse> ask_and_watch(IncomingRequest request, Framing& framing);
  asio::awaitable<bool> respond(OutgoingResponse& response, const Framing& framing);
  asio::awaitable<Presence> watch_until(SteadyTime due);
  std::size_t send_at_once(std::string_view bytes);
  asio::awaitable<bool> send(std::string_view head, std::string_view body);
  asio::awaitable<bool> play(const WirePlan& plan);
  asio::awaitable<bool> send_slowly(const WirePlan& plan);
  asio::awaitable<bool> wait_until_confirmed(Duration patience);
  asio::awaitable<void> linger();
  asio::awaitable<void> hold();

  Server& server_;
  Deadline deadline_;
  Stream stream_;
  RequestMemory::Share held_;
  Reader reader_;
  std::string unread_;        // bytes after a request
  std::size_t position_ = 0;  // of the first byte in unread_ that was not fed to the reader
  std::size_t fed_ = 0;       // bytes of the current request
  std::size_t fed_of_body_ = 0;
};

}  // namespace slotflow::http
