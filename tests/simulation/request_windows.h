#pragma once

#include <algorithm>
#include <deque>

#include "tests/simulation/faults.h"

namespace simulation {

/// The requests of one token in the 5 minutes that end now.
class RequestWindow {
 public:
  static constexpr std::chrono::minutes kLength{5};

  /// A request is sent; returns how many the window has with it.
  std::size_t Add(milliseconds at) {
    Forget(sent_, at);
    sent_.push_back(at);
    return sent_.size();
  }
  /// An exporter without a memory may send its first request at once: one more than the budget for each such start.
  void StartWithoutState(milliseconds at) { free_.push_back(at); }
  std::size_t free_requests(milliseconds at) {
    Forget(free_, at);
    return free_.size();
  }

 private:
  static void Forget(std::deque<milliseconds>& instants, milliseconds at) {
    while (!instants.empty() && instants.front() + kLength <= at) instants.pop_front();
  }

  std::deque<milliseconds> sent_;
  std::deque<milliseconds> free_;
};

}  // namespace simulation
