#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/operation.h"

namespace simulator {

enum class FaultKind : std::uint8_t {
  kRateLimited,    // 429
  kInternalError,  // 500 with an HTML body
  kUnauthorized,   // 401
  kForbidden,      // 403
  kNotFound,       // 404
  kReset,          // the connection ends before a byte of the answer
  kTruncated,      // the body ends half way, against its Content-Length
  kSlow,           // the answer comes late
  kMalformedJson,  // half a document, with a Content-Length that fits
  kDeepNesting,    // 200,000 opening brackets
  kEmptyResult,    // `[]`, `{}` or `{"builds":{}}`
  kNullResult,     // "result": null with success
  kWrongTypes,     // fields of another type than documented
  kUnknownWords,   // status, outcome and source that nobody documented
  kInvalidUtf8,    // in the branch names
  kReversed,       // oldest first
  kPageDrift,      // new builds right after the page was read: the next page repeats rows
  kLateRows,       // the newest row is missing for a while
};

/// As it is spelled in JSON and YAML: `rate_limited`, `page_drift`.
std::string_view Word(FaultKind kind);
std::optional<FaultKind> FaultKindFromWord(std::string_view word);

/// The next `count` calls of an operation go wrong in one way.
struct FaultOrder {
  /// Empty: any operation.
  std::optional<Operation> operation;
  FaultKind kind = FaultKind::kInternalError;
  std::size_t count = 1;
  /// kRateLimited: the Retry-After header. Empty: there is none.
  std::optional<std::chrono::seconds> retry_after;
  /// kSlow: how late, in wall time. kLateRows: how long a row stays away, in simulated time.
  std::chrono::milliseconds delay{1'000};
  /// kPageDrift: how many builds a call.
  std::size_t rows = 1;
};

/// Faults as data, used up in the order in which they were queued.
class FaultPlan {
 public:
  struct Entry {
    FaultOrder order;
    std::size_t used = 0;
  };

  void Queue(const FaultOrder& order) { entries_.push_back({order, 0}); }

  /// Uses one up. kLateRows is left alone: see LateRows.
  std::optional<FaultOrder> Take(Operation operation);

  /// The oldest kLateRows for the operation, or null. It counts as used when the caller says so, because a call that
  /// has no new row to hold back must not use it up.
  Entry* LateRows(Operation operation);

  const std::vector<Entry>& entries() const { return entries_; }
  bool all_used() const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace simulator
