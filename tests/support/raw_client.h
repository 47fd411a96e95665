// A client that sends exactly the bytes that a test specifies.
#pragma once

#include <cerrno>
#include <optional>
#include <string>

#include "support/sockets.h"

namespace slotflow::test {

struct RawResponse {
  int status = 0;    // 0: the connection ended without a response
  std::string head;  // with its status line and the empty line
  std::string body;

  bool has(const std::string& line) const {
    return head.find("\r\n" + line + "\r\n") != std::string::npos;
  }
};

class RawClient {
 public:
  explicit RawClient(int port, const std::string& host = "127.0.0.1")
      : fd_(connected_socket(host, port)) {}

  bool send(std::string_view bytes) { return send_all(fd_.get(), bytes); }
  void end_sending() { ::shutdown(fd_.get(), SHUT_WR); }
  void leave() { fd_ = UniqueFd(); }
  void reset() {
    reset_on_close(fd_.get());
    leave();
  }

  // Reads the next response, its body by Content-Length.
  RawResponse response() {
    RawResponse response;
    auto end = std::string::npos;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_some()) return response;
    }
    response.head = input_.substr(0, end + 4);
    input_.erase(0, end + 4);
    response.status = std::stoi(response.head.substr(9, 3));
    const auto length = response.head.find("Content-Length: ");
    if (length == std::string::npos) return response;
    const std::size_t size = std::stoul(response.head.substr(length + 16));
    while (input_.size() < size) {
      if (!read_some()) break;
    }
    response.body = input_.substr(0, size);
    input_.erase(0, size);
    return response;
  }

  // Reads until the server closes; nullopt if it does not.
  std::optional<std::string> read_to_end() {
    for (;;) {
      char buffer[4096];
      const ssize_t count = receive(fd_.get(), buffer, sizeof buffer);
      if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
      if (count <= 0) return std::exchange(input_, "");
      input_.append(buffer, static_cast<std::size_t>(count));
    }
  }

 private:
  bool read_some() {
    char buffer[4096];
    const ssize_t count = receive(fd_.get(), buffer, sizeof buffer);
    if (count <= 0) return false;
    input_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  UniqueFd fd_;
  std::string input_;  // read and not yet handed out
};

inline std::string post(const std::string& body, const std::string& target = "/",
                        const std::string& headers = "") {
  return "POST " + target + " HTTP/1.1\r\nHost: test\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Sends one request on its own connection, and returns the response.
inline RawResponse send_to(int port, std::string_view bytes) {
  RawClient client(port);
  client.send(bytes);
  return client.response();
}

}  // namespace slotflow::test
