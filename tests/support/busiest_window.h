#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <ranges>

#include "exporter/poll/request_budget.h"

namespace support {

/// The most requests in any 5 minutes; `requests` are in the order of their instants, which `instant_of` gives.
template <std::ranges::random_access_range Requests, typename InstantOf = std::identity>
std::size_t BusiestWindow(const Requests& requests, InstantOf instant_of = {}) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < requests.size(); ++last) {
    const auto now = std::invoke(instant_of, requests[last]);
    while (std::invoke(instant_of, requests[first]) + exporter::poll::RequestBudget::kWindow <= now) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

}  // namespace support
