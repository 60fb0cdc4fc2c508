#include "exporter/ledger/open_ledger_store.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "exporter/ledger/ledger_schema.h"
#include "exporter/ledger/sqlite_ledger_store.h"

namespace exporter::ledger {
namespace {

using sqlite::Database;

/// A process that is about to end may hold the file for a moment.
constexpr std::chrono::milliseconds kBusyTimeout{2000};

struct Opened {
  std::unique_ptr<LedgerStore> store;  // null: see `check`
  SchemaCheck check;
};

/// Whatever fails here fails again when the schema is checked, and is told then.
void Execute(sqlite3* database, const char* sql) {
  sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
}

Opened Open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);
  if (opened != SQLITE_OK) {
    return {nullptr, {SchemaState::kUnusable, raw == nullptr ? "out of memory" : sqlite3_errmsg(raw)}};
  }
  // One process, so that nobody needs shared memory.
  Execute(raw, "PRAGMA locking_mode = EXCLUSIVE");
  // The first access; it waits for the lock, and nothing after it does.
  sqlite3_busy_timeout(raw, static_cast<int>(kBusyTimeout.count()));
  Execute(raw, "PRAGMA journal_mode = WAL");
  sqlite3_busy_timeout(raw, 0);
  // What is committed is on the disk.
  Execute(raw, "PRAGMA synchronous = FULL");
  if (SchemaCheck check = PrepareSchema(raw); check.state != SchemaState::kReady) return {nullptr, std::move(check)};
  auto store = MakeSqliteLedgerStore(std::move(database));
  if (!store) return {nullptr, {SchemaState::kDamaged, "its tables are not as they must be"}};
  return {std::move(store), {}};
}

std::string WhatToDo(SchemaState state) {
  switch (state) {
    case SchemaState::kForeign:
      return "name another file";
    case SchemaState::kNewer:
      return "run that version, or name another file to begin anew";
    case SchemaState::kReady:
    case SchemaState::kDamaged:
    case SchemaState::kUnusable:
      break;
  }
  return "the folder must be there and writable, and every exporter needs a file of its own";
}

tl::unexpected<std::string> Unusable(const std::string& path, const SchemaCheck& check) {
  std::string message = "state.path: '";
  message += path + "' cannot be used: " + check.problem + "; " + WhatToDo(check.state);
  return tl::unexpected(std::move(message));
}

/// Renames the database and what SQLite keeps beside it. The error says what could not be done.
tl::expected<std::string, std::string> MoveAside(const std::string& path) {
  const std::string aside = path + ".damaged";
  std::error_code error;
  for (const char* suffix : {"-wal", "-shm", ""}) {
    std::filesystem::remove(aside + suffix, error);
    std::filesystem::rename(path + suffix, aside + suffix, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      return tl::unexpected("cannot rename it to " + aside + suffix + ": " + error.message());
    }
  }
  return aside;
}

}  // namespace

tl::expected<std::unique_ptr<LedgerStore>, std::string> OpenLedgerStoreInMemory() {
  Opened opened = Open(":memory:");
  if (!opened.store) return tl::unexpected("cannot make the ledger's tables: " + opened.check.problem);
  return std::move(opened.store);
}

tl::expected<OpenedStore, std::string> OpenLedgerStore(const std::string& path) {
  Opened opened = Open(path);
  if (opened.store) return OpenedStore{std::move(opened.store), std::nullopt};
  if (opened.check.state != SchemaState::kDamaged) return Unusable(path, opened.check);
  const std::string problem = opened.check.problem;
  const auto aside = MoveAside(path);
  if (!aside)
    return Unusable(path, {SchemaState::kDamaged, "it is damaged (" + problem + "), and we " + aside.error()});
  opened = Open(path);
  if (!opened.store) return Unusable(path, opened.check);
  return OpenedStore{std::move(opened.store), SetAside{*aside, problem}};
}

}  // namespace exporter::ledger
