#include "net/name_lookups.h"

#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#include <asio/post.hpp>
#include <netdb.h>

#include "domain/error.h"
#include "domain/url.h"
#include "net/condition.h"
#include "net/connect.h"
#include "net/deadline.h"
#include "system/descriptors.h"

namespace slotflow {

namespace {

using asio::ip::tcp;

constexpr std::size_t kMaxThreads = 16;

// A lookup and its result. Used on the loop's thread only.
struct Lookup {
  explicit Lookup(asio::io_context& context) : changed(context) {}

  Condition changed;
  std::size_t waiters = 0;
  bool done = false;
  Endpoints found;  // without ports
  int error = 0;
  bool is_short = false;  // this machine lacks descriptors or memory
};

Endpoints with_port(Endpoints endpoints, int port) {
  for (tcp::endpoint& endpoint : endpoints) endpoint.port(static_cast<unsigned short>(port));
  return endpoints;
}

}  // namespace

std::string to_string(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
         std::to_string(endpoint.port());
}

Endpoints addresses_without_lookup(const std::string& host, int port) {
  const auto number = static_cast<unsigned short>(port);
  if (is_localhost(host)) {
    return {{asio::ip::address_v4::loopback(), number}, {asio::ip::address_v6::loopback(), number}};
  }
  asio::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) return {};
  return {{address, number}};
}

int look_up(const std::string& host, int port, Endpoints& found) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (error != 0) return error;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    tcp::endpoint endpoint;
    if (one->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), one->ai_addr, one->ai_addrlen);
    endpoint.resize(one->ai_addrlen);
    found.push_back(endpoint);
  }
  ::freeaddrinfo(list);
  return 0;
}

// Outlives the loop while a thread is in a lookup.
struct NameLookups::Shared {
  std::mutex mutex;
  asio::io_context* context = nullptr;  // guarded by mutex, as are the next two
  std::deque<std::string> waiting;      // names, for a thread
  std::size_t threads = 0;

  std::map<std::string, std::shared_ptr<Lookup>> under_way;  // on the loop's thread only

  // Runs on its own thread until no name is waiting.
  static void work(const std::shared_ptr<Shared>& self) {
    std::unique_lock lock(self->mutex);
    while (!self->waiting.empty()) {
      const std::string host = std::move(self->waiting.front());
      self->waiting.pop_front();
      lock.unlock();
      Endpoints found;
      int error = EAI_MEMORY;
      try {
        error = look_up(host, 0, found);
      } catch (const std::bad_alloc&) {  // keeps EAI_MEMORY
      }
      // Without a descriptor, getaddrinfo() fails with various errors.
      const bool is_short = error == EAI_MEMORY || (error != 0 && !has_spare_descriptor());
      lock.lock();
      if (self->context == nullptr) break;
      asio::post(*self->context, [self, host, error, found, is_short] {
        self->finish(host, error, found, is_short);
      });
    }
    --self->threads;
  }

  void finish(const std::string& host, int error, const Endpoints& found, bool is_short) {
    const auto place = under_way.find(host);
    const std::shared_ptr<Lookup> lookup = place->second;
    under_way.erase(place);
    lookup->done = true;
    lookup->error = error;
    lookup->is_short = is_short;
    lookup->found = found;
    lookup->changed.notify();
  }

  // Throws std::system_error if no thread is running and none can be started.
  static void ask(const std::shared_ptr<Shared>& self, const std::string& host) {
    const std::lock_guard lock(self->mutex);
    self->waiting.push_back(host);
    if (self->threads == kMaxThreads) return;
    try {
      std::thread([self] { work(self); }).detach();
      ++self->threads;
    } catch (const std::system_error&) {
      if (self->threads > 0) return;
      self->waiting.pop_back();
      throw;
    }
  }
};

// Removes an abandoned name from the queue, so that it does not delay others.
void NameLookups::forget(const std::string& host) {
  const std::lock_guard lock(shared_->mutex);
  if (std::erase(shared_->waiting, host) > 0) shared_->under_way.erase(host);
}

NameLookups::NameLookups(asio::io_context& context)
    : context_(context), shared_(std::make_shared<Shared>()) {
  shared_->context = &context;
}

NameLookups::~NameLookups() {
  // Threads may keep the rest for longer, but not what belongs to the loop.
  const std::lock_guard lock(shared_->mutex);
  shared_->context = nullptr;
  shared_->waiting.clear();
  shared_->under_way.clear();
}

asio::awaitable<std::variant<Endpoints, Failure>> NameLookups::resolve(std::string host, int port,
                                                                       Deadline& deadline) {
  if (Endpoints known = addresses_without_lookup(host, port); !known.empty()) co_return known;
  std::shared_ptr<Lookup>& place = shared_->under_way[host];
  if (!place) {
    place = std::make_shared<Lookup>(context_);
    try {
      Shared::ask(shared_, host);
    } catch (const std::system_error& error) {
      shared_->under_way.erase(host);
      throw Shortage(ErrorCode::io_error, "cannot look up " + host + ": " + error.what(),
                     "raise the limit on processes: ulimit -u");
    } catch (...) {
      shared_->under_way.erase(host);
      throw;
    }
  }
  const std::shared_ptr<Lookup> lookup = place;
  deadline.on_end([lookup] { lookup->changed.notify(); });
  ++lookup->waiters;
  while (!lookup->done && !deadline.over()) co_await lookup->changed.wait();
  --lookup->waiters;
  deadline.on_end({});
  if (!lookup->done) {
    if (lookup->waiters == 0) forget(host);
    if (deadline.cause() == Deadline::Cause::interrupted) {
      co_return Failure{FailureKind::interrupted, ""};
    }
    co_return Failure{FailureKind::timeout, "while looking up the name " + host};
  }
  if (lookup->is_short) {
    throw Shortage(ErrorCode::io_error, "cannot look up " + host + ": too many open files",
                   "raise the limit on open files: ulimit -n");
  }
  if (lookup->error != 0) {
    co_return Failure{FailureKind::dns, host + ": " + ::gai_strerror(lookup->error)};
  }
  co_return with_port(lookup->found, port);
}

}  // namespace slotflow
