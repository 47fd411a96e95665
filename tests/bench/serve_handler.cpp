// A webhook handler that costs little: answers 200, and notes which events of which bookings came.
//
//     serve_handler
//
// Prints its port. Then, for each line of its input, one with two numbers: the events that came,
// and how many of them came before one that they follow. serve_bench.py compiles it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

int require(int result, const char* what) {
  if (result >= 0) return result;
  std::perror(what);
  std::exit(1);
}

class Handler {
 public:
  Handler() : queue_(require(epoll_create1(0), "epoll_create1")) {
    listener_ = require(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    require(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), "bind");
    require(listen(listener_, 4096), "listen");
    require(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    watch(listener_);
    watch(STDIN_FILENO);
  }

  void run() {
    for (;;) {
      epoll_event events[64];
      const int count = epoll_wait(queue_, events, 64, -1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[i].data.fd;
        if (fd == listener_) {
          accept_all();
        } else if (fd == STDIN_FILENO) {
          if (!report()) return;
        } else {
          read_request(fd);
        }
      }
    }
  }

 private:
  void watch(int fd) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    require(epoll_ctl(queue_, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
  }

  void accept_all() const {
    int fd = 0;
    while ((fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0) watch(fd);
  }

  void read_request(int fd) {
    char buffer[8192];
    const ssize_t size = read(fd, buffer, sizeof buffer);
    std::string& request = requests_[fd];
    if (size > 0) request.append(buffer, static_cast<std::size_t>(size));
    if (size > 0 && !is_complete(request)) return;
    if (size > 0) {
      note(request);
      if (write(fd, kAnswer.data(), kAnswer.size()) < 0) std::perror("write");
    }
    requests_.erase(fd);
    close(fd);
  }

  static bool is_complete(const std::string& request) {
    const std::size_t head = request.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    constexpr std::string_view kName = "Content-Length: ";
    const std::size_t length = request.find(kName);
    return request.size() >= head + 4 + std::strtoul(&request[length + kName.size()], nullptr, 10);
  }

  void note(const std::string& request) {
    constexpr std::string_view kId = "\"id\":\"";
    constexpr std::size_t kIdSize = 36;
    const std::size_t path = request.find(' ') + 1;
    const std::string line = request.substr(path, request.find(' ', path) - path) +
                             request.substr(request.find(kId) + kId.size(), kIdSize);
    const bool is_first = request.find("\"booking.confirmed\"") != std::string::npos;
    int& before = lines_[line];
    ++events_;
    if (before != (is_first ? 0 : 1)) ++misplaced_;
    ++before;
  }

  bool report() const {
    char line[256];
    if (read(STDIN_FILENO, line, sizeof line) <= 0) return false;
    std::printf("%ld %ld\n", events_, misplaced_);
    std::fflush(stdout);
    return true;
  }

  int queue_;
  int listener_;
  std::map<int, std::string> requests_;  // by connection
  std::map<std::string, int> lines_;     // how many events of a booking came to a path
  long events_ = 0;
  long misplaced_ = 0;
};

}  // namespace

int main() {
  Handler().run();
}
