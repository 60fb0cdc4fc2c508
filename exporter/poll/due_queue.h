#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "exporter/poll/call.h"

namespace exporter::poll {

/// Work by the instant at which it is due. A key is there once at most; nothing is ever dropped.
template <typename Key>
class DueQueue {
 public:
  /// Due at `at`, whatever it was before.
  void Set(const Key& key, MonoTime at) {
    Remove(key);
    due_.emplace(key, at);
    order_.emplace(at, key);
  }

  /// Due at `at` or when it already was, whatever is earlier.
  void SetNoLater(const Key& key, MonoTime at) {
    const auto known = due_.find(key);
    Set(key, known == due_.end() ? at : std::min(at, known->second));
  }

  void Remove(const Key& key) {
    const auto known = due_.find(key);
    if (known == due_.end()) return;
    order_.erase({known->second, key});
    due_.erase(known);
  }

  bool Contains(const Key& key) const { return due_.contains(key); }
  bool empty() const { return order_.empty(); }
  std::size_t size() const { return order_.size(); }

  /// When the first one is due.
  std::optional<MonoTime> FirstAt() const {
    if (order_.empty()) return std::nullopt;
    return order_.begin()->first;
  }

  /// Takes out the `count` that are due first, due or not.
  std::vector<Key> Pop(std::size_t count) {
    std::vector<Key> keys;
    while (keys.size() < count && !order_.empty()) {
      keys.push_back(order_.begin()->second);
      due_.erase(keys.back());
      order_.erase(order_.begin());
    }
    return keys;
  }

 private:
  std::set<std::pair<MonoTime, Key>> order_;
  std::map<Key, MonoTime> due_;
};

}  // namespace exporter::poll
