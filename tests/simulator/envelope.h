#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "tests/simulator/http.h"
#include "tests/simulator/json.h"

namespace simulator {

/// `result_info` of a list.
struct PageInfo {
  std::size_t page = 1;
  std::size_t per_page = 50;
  std::size_t count = 0;
  std::size_t total_count = 0;
};

/// The v4 envelope around what `write_result` writes (reference, section 0).
Reply Success(const std::function<void(JsonWriter&)>& write_result, std::optional<PageInfo> page = std::nullopt);

/// The v4 envelope around one error; the codes are in the reference, section 5.
Reply Failure(int status, int code, std::string_view message);

// The errors that stand in more than one place.
Reply NotFound();
Reply InvalidQuery();
Reply MissingToken();
Reply InvalidToken();
Reply NotPermitted();
/// With Retry-After where there is one.
Reply TooManyRequests(std::optional<std::size_t> retry_after_seconds);

}  // namespace simulator
