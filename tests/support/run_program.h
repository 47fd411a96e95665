// The whole program in this process, on its own thread, with streams that a test can read.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <ostream>
#include <sstream>
#include <streambuf>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "cli/app.h"
#include "domain/json.h"
#include "support/temp_dir.h"

namespace slotflow::test {

// A stream buffer whose contents another thread can wait for.
class FollowedStream : private std::streambuf, public std::ostream {
 public:
  FollowedStream() : std::ostream(static_cast<std::streambuf*>(this)) {}

  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  // Waits for the first whole line that contains `part`; empty after a minute.
  std::string await_line(const std::string& part) {
    std::unique_lock lock(mutex_);
    std::string line;
    changed_.wait_for(lock, std::chrono::minutes(1), [&] {
      line = line_with(part);
      return !line.empty();
    });
    return line;
  }

 private:
  std::streamsize xsputn(const char* bytes, std::streamsize size) override {
    const std::lock_guard lock(mutex_);
    text_.append(bytes, static_cast<std::size_t>(size));
    changed_.notify_all();
    return size;
  }
  int overflow(int byte) override {
    const char one = static_cast<char>(byte);
    xsputn(&one, 1);
    return byte;
  }
  std::string line_with(const std::string& part) const {
    std::istringstream lines(text_.substr(0, text_.rfind('\n') + 1));
    for (std::string line; std::getline(lines, line);) {
      if (line.find(part) != std::string::npos) return line;
    }
    return "";
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;  // guarded by mutex_
};

// A home directory for the program, with its store in store().
class Home {
 public:
  std::string store() const { return dir_.file("store.json"); }
  std::map<std::string, std::string> environment() const {
    return {{"HOME", dir_.path()}, {"SLOTFLOW_HOOKS_STORE", store()}};
  }

 private:
  TempDir dir_;
};

// Runs from its construction; the destructor interrupts it and waits.
class Program {
 public:
  Program(const Home& home, std::vector<std::string> args, const std::string& in = "")
      : in_(in), environment_(home.environment()) {
    thread_ = std::thread([this, args = std::move(args)] {
      World world{in_, out, err, interrupt_, [this](const std::string& name) {
                    const auto found = environment_.find(name);
                    return found == environment_.end() ? std::nullopt
                                                       : std::optional(found->second);
                  }};
      code_ = run(args, world);
    });
  }
  ~Program() {
    interrupt();
    wait();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void interrupt() { interrupt_.trigger(); }
  // Waits for its end, and returns the exit status.
  int wait() {
    if (thread_.joinable()) thread_.join();
    return code_;
  }

  // Returns the JSON lines on stdout, each of which must be an object.
  std::vector<Json> lines() const {
    std::vector<Json> result;
    std::istringstream text(out.text());
    for (std::string line; std::getline(text, line);) {
      const auto json = try_parse_json(line);
      REQUIRE_MESSAGE((json && json->is_object()), line);
      result.push_back(*json);
    }
    return result;
  }

  FollowedStream out, err;

 private:
  std::istringstream in_;
  std::map<std::string, std::string> environment_;
  Interrupt interrupt_;
  int code_ = -1;
  std::thread thread_;
};

// `listen --json --port 0` with further arguments. Accepts connections after construction.
class Listener {
 public:
  Listener(const Home& home, std::vector<std::string> args)
      : program(home, with_defaults(std::move(args))) {
    const auto ready = try_parse_json(program.out.await_line("\"listening\""));
    REQUIRE_MESSAGE(ready, program.err.text());
    url = ready->at("url").get<std::string>();
    port = ready->at("port").get<int>();
  }

  Program program;
  std::string url;
  int port = 0;

 private:
  static std::vector<std::string> with_defaults(std::vector<std::string> args) {
    args.insert(args.begin(), {"listen", "--json", "--port", "0"});
    return args;
  }
};

inline std::vector<std::string> names_of(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

}  // namespace slotflow::test
