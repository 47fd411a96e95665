#include "engine/resolver.h"

#include <cstring>
#include <memory>
#include <system_error>
#include <thread>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

namespace slotflow {

namespace {

struct Lookup {
  Interrupt done;  // used as a signal that poll() can wait for
  int error = 0;
  std::vector<Address> addresses;
};

int look_up(const std::string& host, int port, int flags, std::vector<Address>& addresses) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return error;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Address address;
    std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
    address.length = one->ai_addrlen;
    addresses.push_back(address);
  }
  ::freeaddrinfo(found);
  return 0;
}

bool is_localhost(const std::string& host) {
  constexpr std::string_view kBelow = ".localhost";
  return host == "localhost" || host == "localhost." ||
         (host.size() > kBelow.size() &&
          host.compare(host.size() - kBelow.size(), kBelow.size(), kBelow) == 0);
}

}  // namespace

std::string Address::to_string() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (storage.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    return "[" + std::string(text) + "]:" + std::to_string(ntohs(v6->sin6_port));
  }
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage);
  ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
  return std::string(text) + ":" + std::to_string(ntohs(v4->sin_port));
}

std::variant<std::vector<Address>, Failure> resolve(const std::string& host, int port,
                                                    const PollDeadline& deadline) {
  std::vector<Address> addresses;
  if (is_localhost(host)) {
    look_up("127.0.0.1", port, AI_NUMERICHOST, addresses);
    look_up("::1", port, AI_NUMERICHOST, addresses);
    return addresses;
  }
  if (look_up(host, port, AI_NUMERICHOST, addresses) == 0) return addresses;

  std::shared_ptr<Lookup> lookup;
  try {
    lookup = std::make_shared<Lookup>();
    std::thread([lookup, host, port] {
      lookup->error = look_up(host, port, 0, lookup->addresses);
      lookup->done.trigger();
    }).detach();
  } catch (const std::system_error& error) {  // no descriptor or no thread to be had
    return Failure{FailureKind::dns, host + ": " + error.what()};
  }
  switch (deadline.wait(lookup->done.fd(), POLLIN)) {
    case WaitResult::timed_out:
      return Failure{FailureKind::timeout, "while looking up the name " + host};
    case WaitResult::interrupted:
      return Failure{FailureKind::interrupted, ""};
    case WaitResult::ready:
      break;
  }
  if (!lookup->done.triggered()) return Failure{FailureKind::timeout, "while looking up " + host};
  if (lookup->error != 0) {
    return Failure{FailureKind::dns, host + ": " + ::gai_strerror(lookup->error)};
  }
  return lookup->addresses;
}

}  // namespace slotflow
