// An endpoint that treats connections as a test specifies.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <openssl/ssl.h>
#include <poll.h>

#include "support/sockets.h"
#include "support/test_certificate.h"
#include "system/interrupt.h"

namespace slotflow::test {

// An accepted connection, for the thread that serves it.
class RawConnection {
 public:
  RawConnection(UniqueFd fd, int number, const Interrupt& stopping)
      : fd_(std::move(fd)), number_(number), stopping_(stopping) {}

  int number() const { return number_; }  // from 1, in the order of arrival
  int fd() const { return fd_.get(); }

  // Returns false if the handshake failed.
  bool start_tls(const TestCertificate& certificate) {
    ssl_.reset(::SSL_new(certificate.server_context()));
    ::SSL_set_fd(ssl_.get(), fd_.get());
    return ::SSL_accept(ssl_.get()) == 1;
  }

  bool send(std::string_view bytes) {
    if (!ssl_) return send_all(fd_.get(), bytes);
    std::size_t count = 0;
    return ::SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count) == 1;
  }

  // Sends the fatal alert bad_record_mac, as if the client had sent nonsense.
  void send_alert() {
    const std::string nonsense = std::string("\x17\x03\x03\0\x20", 5) + std::string(32, 'x');
    ::SSL_set0_rbio(ssl_.get(),
                    ::BIO_new_mem_buf(nonsense.data(), static_cast<int>(nonsense.size())));
    char byte = 0;
    std::size_t count = 0;
    ::SSL_read_ex(ssl_.get(), &byte, 1, &count);
  }

  // Adds what has arrived, of which there must be some: waits for it. Returns false at the end.
  bool read_some(std::string& bytes) {
    char buffer[4096];
    std::size_t count = 0;
    if (ssl_) {
      if (::SSL_read_ex(ssl_.get(), buffer, sizeof buffer, &count) != 1) return false;
    } else {
      const ssize_t received = receive(fd_.get(), buffer, sizeof buffer);
      if (received <= 0) return false;
      count = static_cast<std::size_t>(received);
    }
    bytes.append(buffer, count);
    return true;
  }

  // Reads one request, its body by Content-Length; less if the client disconnects.
  std::string read_request() {
    std::string bytes;
    std::size_t wanted = std::string::npos;
    while (bytes.size() < wanted && read_some(bytes)) {
      const auto end = bytes.find("\r\n\r\n");
      if (wanted != std::string::npos || end == std::string::npos) continue;
      const auto length = bytes.find("Content-Length: ");
      wanted = end + 4 + (length < end ? std::stoul(bytes.substr(length + 16)) : 0);
    }
    return bytes;
  }

  // Reads and discards until the client disconnects or the endpoint is stopped.
  void hold() {
    std::string bytes;
    while (read_some(bytes)) bytes.clear();
  }

  // Reads and discards, too. Returns whether the client has ended TLS in order (close_notify).
  bool ends_tls_in_order() {
    hold();
    return (::SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  // Waits. Returns false if the endpoint is being stopped.
  bool pause(Duration d) const { return stopping_.wait(d); }

  void reset_at_end() { reset_on_close(fd_.get()); }

 private:
  UniqueFd fd_;
  int number_;
  const Interrupt& stopping_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
};

// Listens on a free port; `behaviour` runs on a thread for each connection, which is closed when
// it returns. The destructor ends them all.
class RawEndpoint {
 public:
  using Behaviour = std::function<void(RawConnection&)>;

  explicit RawEndpoint(Behaviour behaviour) : RawEndpoint(bound_socket("127.0.0.1"), behaviour) {}
  RawEndpoint(UniqueFd bound, Behaviour behaviour)
      : behaviour_(std::move(behaviour)), listener_(std::move(bound)) {
    port_ = port_of(listener_.get());
    ::fcntl(listener_.get(), F_SETFL, O_NONBLOCK);
    if (::listen(listener_.get(), SOMAXCONN) != 0) throw std::runtime_error("listen");
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~RawEndpoint() {
    stopping_.trigger();
    acceptor_.join();
    for (Served& served : served_) {
      {
        const std::lock_guard lock(mutex_);
        if (served.connection) ::shutdown(served.connection->fd(), SHUT_RDWR);
      }
      served.thread.join();
    }
  }
  RawEndpoint(const RawEndpoint&) = delete;
  RawEndpoint& operator=(const RawEndpoint&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url(const std::string& target = "/") const { return "http://" + address() + target; }

 private:
  struct Served {
    std::unique_ptr<RawConnection> connection;  // guarded by mutex_; gone when closed
    std::thread thread;
  };

  void accept_all() {
    for (int number = 1;;) {
      pollfd fds[] = {{listener_.get(), POLLIN, 0}, {stopping_.fd(), POLLIN, 0}};
      ::poll(fds, 2, -1);
      if (stopping_.triggered()) return;
      UniqueFd fd(::accept(listener_.get(), nullptr, nullptr));
      if (!fd) continue;
      close_on_exec(fd);
      ::fcntl(fd.get(), F_SETFL, 0);
      Served& served = served_.emplace_back();
      served.connection = std::make_unique<RawConnection>(std::move(fd), number++, stopping_);
      served.thread = std::thread([this, &served] {
        behaviour_(*served.connection);
        const std::lock_guard lock(mutex_);
        served.connection.reset();
      });
    }
  }

  Behaviour behaviour_;
  UniqueFd listener_;
  int port_ = 0;
  Interrupt stopping_;
  std::mutex mutex_;
  std::list<Served> served_;  // its length is the acceptor's to change
  std::thread acceptor_;
};

// The response of most endpoints.
inline std::string http_response(const std::string& status, const std::string& body = "",
                                 const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Reads each request and sends `response`.
inline RawEndpoint::Behaviour responding(std::string response) {
  return [response = std::move(response)](RawConnection& connection) {
    connection.read_request();
    connection.send(response);
  };
}

}  // namespace slotflow::test
