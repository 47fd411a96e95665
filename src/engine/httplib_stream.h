// What every stream we give to cpp-httplib has in common, whatever release of it is installed.
#pragma once

#include <string>

#include <httplib.h>

namespace slotflow {

// cpp-httplib asks a stream whether it is ready before it reads or writes; ours wait inside read()
// and write(), so the answer is always yes. is_readable() alone is asked in 0.11; newer releases
// ask wait_readable() and others. Declared without `override`: each is a virtual of some release.
class HttplibStream : public httplib::Stream {
 public:
  virtual bool is_readable() const { return true; }
  virtual bool is_writable() const { return true; }
  virtual bool wait_readable() const { return true; }
  virtual bool wait_writable() const { return true; }
  virtual bool is_peer_alive() const { return true; }
  virtual time_t duration() const { return 0; }
  virtual void get_remote_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
  }
  virtual void get_local_ip_and_port(std::string& ip, int& port) const {
    ip.clear();
    port = 0;
  }
};

}  // namespace slotflow
