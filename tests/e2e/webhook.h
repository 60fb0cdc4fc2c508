#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/raw_server.h"

namespace e2e {

/// One alert of a notification.
struct Notified {
  std::string status;  // firing, resolved
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
};

/// Where Alertmanager sends its notifications to; keeps them all.
class Webhook {
 public:
  Webhook();

  std::string url() const { return "http://" + server_.address() + "/"; }
  /// In the order of their arrival.
  std::vector<Notified> Received() const;

 private:
  void Serve(workers_builds::testing::RawConnection& connection);

  mutable std::mutex mutex_;
  std::vector<Notified> received_;
  workers_builds::testing::RawServer server_;  // the last: its threads use the others
};

}  // namespace e2e
