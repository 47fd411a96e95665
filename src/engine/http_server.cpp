#include "engine/http_server.h"

#include <memory>
#include <utility>

#include <pthread.h>

#include "engine/conversation.h"
#include "net/descriptors.h"

namespace slotflow {

namespace {

// Small, for there may be thousands: and where the kernel gives out huge pages, one for each of
// the usual stacks would be 2 MiB in use.
constexpr std::size_t kStackSize = 1024 * 1024;

// False when there is none to be had.
bool start_detached(void* (*run)(void*), void* argument) {
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_attr_setstacksize(&attributes, kStackSize);
  pthread_t thread{};
  const bool started = ::pthread_create(&thread, &attributes, run, argument) == 0;
  ::pthread_attr_destroy(&attributes);
  return started;
}

}  // namespace

// What a thread is given.
struct HttpServer::Task {
  HttpServer* server;
  UniqueFd fd;
  std::string unread;
  std::optional<PendingAnswer> pending;
};

HttpServer::HttpServer(HttpServerOptions options, HttpHandler handler)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      sockets_(listen_on(options_.host, options_.port)),
      lobby_(options_, handler_,
             [this](UniqueFd fd, std::string unread, std::optional<PendingAnswer> pending) {
               give_a_thread(std::move(fd), std::move(unread), std::move(pending));
             }) {
  raise_open_file_limit();
}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::start() {
  lobby_thread_ = std::thread([this] { lobby_.run(sockets_.fds, stopping_); });
}

void HttpServer::stop() {
  stopping_.trigger();
  if (lobby_thread_.joinable()) lobby_thread_.join();
  sockets_.fds.clear();
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&] { return threads_ == 0; });
}

void HttpServer::give_a_thread(UniqueFd fd, std::string unread,
                               std::optional<PendingAnswer> pending) {
  auto task =
      std::make_unique<Task>(Task{this, std::move(fd), std::move(unread), std::move(pending)});
  {
    const std::lock_guard lock(mutex_);
    ++threads_;
  }
  const auto run = [](void* argument) -> void* {
    const std::unique_ptr<Task> own(static_cast<Task*>(argument));
    own->server->serve(*own);
    return nullptr;
  };
  Task* raw = task.release();
  if (start_detached(run, raw)) return;
  // The client sees a closed connection.
  task.reset(raw);
  if (task->pending && task->pending->answer.finished) task->pending->answer.finished(false);
  const std::lock_guard lock(mutex_);
  --threads_;
}

void HttpServer::serve(Task& task) {
  Conversation(task.fd.get(), options_, handler_, stopping_)
      .run(std::move(task.unread), std::move(task.pending));
  const std::lock_guard lock(mutex_);
  if (--threads_ == 0) idle_.notify_all();
}

}  // namespace slotflow
