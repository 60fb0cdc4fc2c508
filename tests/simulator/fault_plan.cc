#include "tests/simulator/fault_plan.h"

#include <algorithm>
#include <array>
#include <utility>

namespace simulator {
namespace {

constexpr std::array<std::pair<FaultKind, std::string_view>, 18> kWords = {{
    {FaultKind::kRateLimited, "rate_limited"},
    {FaultKind::kInternalError, "internal_error"},
    {FaultKind::kUnauthorized, "unauthorized"},
    {FaultKind::kForbidden, "forbidden"},
    {FaultKind::kNotFound, "not_found"},
    {FaultKind::kReset, "reset"},
    {FaultKind::kTruncated, "truncated"},
    {FaultKind::kSlow, "slow"},
    {FaultKind::kMalformedJson, "malformed_json"},
    {FaultKind::kDeepNesting, "deep_nesting"},
    {FaultKind::kEmptyResult, "empty_result"},
    {FaultKind::kNullResult, "null_result"},
    {FaultKind::kWrongTypes, "wrong_types"},
    {FaultKind::kUnknownWords, "unknown_words"},
    {FaultKind::kInvalidUtf8, "invalid_utf8"},
    {FaultKind::kReversed, "reversed"},
    {FaultKind::kPageDrift, "page_drift"},
    {FaultKind::kLateRows, "late_rows"},
}};

bool Waits(const FaultPlan::Entry& entry, Operation operation) {
  return entry.used < entry.order.count && (!entry.order.operation || *entry.order.operation == operation);
}

}  // namespace

std::string_view Word(FaultKind kind) {
  return std::find_if(kWords.begin(), kWords.end(), [&](const auto& row) { return row.first == kind; })->second;
}

std::optional<FaultKind> FaultKindFromWord(std::string_view word) {
  for (const auto& [kind, text] : kWords) {
    if (text == word) return kind;
  }
  return std::nullopt;
}

std::optional<FaultOrder> FaultPlan::Take(Operation operation) {
  for (Entry& entry : entries_) {
    if (entry.order.kind == FaultKind::kLateRows || !Waits(entry, operation)) continue;
    ++entry.used;
    return entry.order;
  }
  return std::nullopt;
}

FaultPlan::Entry* FaultPlan::LateRows(Operation operation) {
  for (Entry& entry : entries_) {
    if (entry.order.kind == FaultKind::kLateRows && Waits(entry, operation)) return &entry;
  }
  return nullptr;
}

bool FaultPlan::all_used() const {
  return std::all_of(entries_.begin(), entries_.end(), [](const Entry& e) { return e.used == e.order.count; });
}

}  // namespace simulator
