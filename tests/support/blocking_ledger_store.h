#pragma once

#include <condition_variable>
#include <mutex>

#include "tests/support/memory_ledger_store.h"

namespace support {

/// Rows in memory, and commits that do not come back, as on a disk that hangs. Block, Unblock and WaitUntilBlocked: any
/// thread.
class BlockingLedgerStore : public MemoryLedgerStore {
 public:
  /// The next commit waits until Unblock.
  void Block() {
    const std::lock_guard lock(mutex_);
    blocked_ = true;
  }
  void Unblock() {
    const std::lock_guard lock(mutex_);
    blocked_ = false;
    changed_.notify_all();
  }
  /// False when no commit comes for longer than a test should take.
  bool WaitUntilBlocked() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [this] { return waiting_; });
  }

  tl::expected<void, std::string> Commit(const exporter::ledger::Transaction& transaction) override {
    std::unique_lock lock(mutex_);
    waiting_ = blocked_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !blocked_; });
    waiting_ = false;
    return MemoryLedgerStore::Commit(transaction);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool blocked_ = false;
  bool waiting_ = false;
};

}  // namespace support
