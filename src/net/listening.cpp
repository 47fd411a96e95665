#include "net/listening.h"

#include <cerrno>
#include <cstring>

#include <asio/ip/v6_only.hpp>
#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>

#include "domain/error.h"
#include "net/name_lookups.h"

namespace slotflow {

namespace {

using asio::ip::tcp;

void listen_at(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, asio::error_code& error) {
  acceptor.open(endpoint.protocol(), error);
  // Asio's sockets are inherited by programs that are started, which could then keep the port.
  if (!error) ::fcntl(acceptor.native_handle(), F_SETFD, FD_CLOEXEC);
  // Allows a new run to use the port of one that has just ended. Unlike SO_REUSEPORT, never allows
  // two to listen at the same time on POSIX systems.
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(true), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(SOMAXCONN, error);
}

// Returns two addresses for localhost and names below it, else one.
Endpoints addresses_of(const std::string& host, int port) {
  Endpoints found = addresses_without_lookup(host, port);
  if (!found.empty()) return found;
  if (const int error = look_up(host, port, found); error != 0) {
    throw Error(ErrorCode::io_error, "cannot listen on " + host + ": " + ::gai_strerror(error), "",
                "--host");
  }
  found.resize(1);
  return found;
}

}  // namespace

void refuse_to_listen(const std::string& host, int port, int error, const AddressOptions& options) {
  std::string hint;
  if (error == EADDRINUSE) {
    hint = "use " + options.port + " 0 for a free port: another process listens on this one";
  } else if (error == EACCES) {
    hint = "use " + options.port + " " + std::to_string(options.usual_port) +
           ": ports below 1024 need privileges";
  } else if (error == EADDRNOTAVAIL) {
    hint = "give " + options.host + " an address of this machine";
  }
  const bool is_about_port = error == EADDRINUSE || error == EACCES;
  throw Error(
      ErrorCode::io_error,
      "cannot listen on " + host + " port " + std::to_string(port) + ": " + std::strerror(error),
      hint,
      is_about_port ? Error::Subjects{options.port, options.host} : Error::Subjects{options.host});
}

Acceptors listen_on(EventLoop& loop, const std::string& host, int port) {
  Acceptors acceptors;
  acceptors.port = port;
  for (tcp::endpoint& endpoint : addresses_of(host, port)) {
    // The second address of localhost uses the port of the first.
    endpoint.port(static_cast<unsigned short>(acceptors.port));
    tcp::acceptor acceptor(loop.context());
    asio::error_code error;
    listen_at(acceptor, endpoint, error);
    const bool no_ipv6 = !acceptors.sockets.empty() &&
                         (error.value() == EAFNOSUPPORT || error.value() == EADDRNOTAVAIL);
    if (no_ipv6) continue;
    if (error) refuse_to_listen(host, acceptors.port, error.value());
    acceptors.port = acceptor.local_endpoint().port();
    acceptors.sockets.push_back(std::move(acceptor));
  }
  return acceptors;
}

}  // namespace slotflow
