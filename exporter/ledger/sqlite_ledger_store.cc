#include "exporter/ledger/sqlite_ledger_store.h"

#include <sqlite3.h>

#include <cstring>
#include <string_view>
#include <utility>

namespace exporter::ledger {
namespace {

// Instants are milliseconds since 1970 in UTC. Enumerations are the numbers of their C++ types, which therefore never
// change. A build's row has no index but its key: a second one would double the size and make merging five times
// slower.
constexpr const char* kSchema = R"sql(
  CREATE TABLE accounts (
    account INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    baseline INTEGER NOT NULL
  );
  CREATE TABLE scripts (
    script INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    proven_to INTEGER
  );
  CREATE TABLE builds (
    uuid BLOB PRIMARY KEY,
    script INTEGER NOT NULL,
    status INTEGER NOT NULL,
    outcome INTEGER,
    branch_class INTEGER NOT NULL,
    source INTEGER NOT NULL,
    created INTEGER NOT NULL,
    initializing INTEGER,
    running INTEGER,
    stopped INTEGER,
    failure_episode INTEGER,
    lost INTEGER NOT NULL
  ) WITHOUT ROWID;
  PRAGMA user_version = 1;
)sql";

constexpr std::string_view kBuildColumns =
    "uuid, script, status, outcome, branch_class, source, created, initializing, running, stopped, failure_episode, "
    "lost";

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closer>;

/// A prepared statement; every use ends with Reset(), which forgets the values.
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* database, const std::string& sql) {
    sqlite3_stmt* raw = nullptr;
    sqlite3_prepare_v3(database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    statement_.reset(raw);
  }

  explicit operator bool() const { return statement_ != nullptr; }

  void Bind(int column, std::int64_t value) { sqlite3_bind_int64(statement_.get(), column, value); }
  void Bind(int column, Timestamp value) { Bind(column, value.time_since_epoch().count()); }
  void Bind(int column, milliseconds value) { Bind(column, value.count()); }
  void Bind(int column, const std::string& text) {
    sqlite3_bind_text(statement_.get(), column, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void Bind(int column, const Uuid& uuid) {
    sqlite3_bind_blob(statement_.get(), column, uuid.bytes.data(), static_cast<int>(uuid.bytes.size()), SQLITE_STATIC);
  }
  template <typename T>
  void Bind(int column, const std::optional<T>& value) {
    if (value) Bind(column, *value);
  }

  int Step() { return sqlite3_step(statement_.get()); }
  void Reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
  }

  std::int64_t Integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  bool IsNull(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  std::optional<Timestamp> Instant(int column) const {
    if (IsNull(column)) return std::nullopt;
    return Timestamp(milliseconds(Integer(column)));
  }
  Uuid UuidAt(int column) const {
    Uuid uuid;
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    if (sqlite3_column_bytes(statement_.get(), column) == static_cast<int>(uuid.bytes.size())) {
      std::memcpy(uuid.bytes.data(), bytes, uuid.bytes.size());
    }
    return uuid;
  }

 private:
  std::unique_ptr<sqlite3_stmt, Closer> statement_;
};

BuildRow ReadBuild(const Statement& row) {
  BuildRow build;
  build.uuid = row.UuidAt(0);
  build.script = static_cast<ScriptId>(row.Integer(1));
  build.status = static_cast<BuildStatus>(row.Integer(2));
  if (!row.IsNull(3)) build.outcome = static_cast<BuildOutcome>(row.Integer(3));
  build.branch_class = static_cast<BranchClass>(row.Integer(4));
  build.source = static_cast<TriggerSource>(row.Integer(5));
  build.created = Timestamp(milliseconds(row.Integer(6)));
  build.initializing = row.Instant(7);
  build.running = row.Instant(8);
  build.stopped = row.Instant(9);
  if (!row.IsNull(10)) build.failure_episode = milliseconds(row.Integer(10));
  build.lost = row.Integer(11) != 0;
  return build;
}

template <typename Enum>
std::int64_t Number(Enum value) {
  return static_cast<std::int64_t>(value);
}

class SqliteLedgerStore : public LedgerStore {
 public:
  explicit SqliteLedgerStore(Database database)
      : database_(std::move(database)),
        put_account_(database_.get(), "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)"),
        put_script_(database_.get(), "INSERT OR REPLACE INTO scripts VALUES (?, ?, ?, ?, ?)"),
        put_build_(database_.get(), "INSERT OR REPLACE INTO builds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        find_(database_.get(), "SELECT " + std::string(kBuildColumns) + " FROM builds WHERE uuid = ?"),
        scan_(database_.get(), "SELECT " + std::string(kBuildColumns) + " FROM builds ORDER BY uuid"),
        pages_(database_.get(), "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
        begin_(database_.get(), "BEGIN IMMEDIATE"),
        commit_(database_.get(), "COMMIT"),
        rollback_(database_.get(), "ROLLBACK") {}

  bool ready() const { return put_account_ && put_script_ && put_build_ && find_ && scan_ && pages_; }

  tl::expected<void, std::string> Commit(const Transaction& transaction) override {
    if (Run(begin_) && Write(transaction) && Run(commit_)) return {};
    const std::string error = sqlite3_errmsg(database_.get());
    Run(rollback_);
    return tl::unexpected(error);
  }

  tl::expected<std::optional<BuildRow>, std::string> Find(const Uuid& uuid) override {
    find_.Bind(1, uuid);
    const int result = find_.Step();
    std::optional<BuildRow> row;
    if (result == SQLITE_ROW) row = ReadBuild(find_);
    find_.Reset();
    if (result != SQLITE_ROW && result != SQLITE_DONE)
      return tl::unexpected(std::string(sqlite3_errmsg(database_.get())));
    return row;
  }

  tl::expected<void, std::string> ForEachBuild(const std::function<void(const BuildRow&)>& visit) override {
    int result = SQLITE_ROW;
    while ((result = scan_.Step()) == SQLITE_ROW) visit(ReadBuild(scan_));
    scan_.Reset();
    if (result != SQLITE_DONE) return tl::unexpected(std::string(sqlite3_errmsg(database_.get())));
    return {};
  }

  std::int64_t SizeBytes() override {
    const std::int64_t size = pages_.Step() == SQLITE_ROW ? pages_.Integer(0) : 0;
    pages_.Reset();
    return size;
  }

 private:
  static bool Run(Statement& statement) {
    const int result = statement.Step();
    statement.Reset();
    return result == SQLITE_DONE || result == SQLITE_ROW;
  }

  bool Write(const Transaction& transaction) {
    for (const StoredAccount& account : transaction.accounts) {
      put_account_.Bind(1, static_cast<std::int64_t>(account.account));
      put_account_.Bind(2, account.id);
      put_account_.Bind(3, account.baseline);
      if (!Run(put_account_)) return false;
    }
    for (const StoredScript& script : transaction.scripts) {
      put_script_.Bind(1, static_cast<std::int64_t>(script.script));
      put_script_.Bind(2, static_cast<std::int64_t>(script.account));
      put_script_.Bind(3, script.tag);
      put_script_.Bind(4, script.name);
      put_script_.Bind(5, script.proven_to);
      if (!Run(put_script_)) return false;
    }
    for (const BuildRow& build : transaction.builds) {
      put_build_.Bind(1, build.uuid);
      put_build_.Bind(2, static_cast<std::int64_t>(build.script));
      put_build_.Bind(3, Number(build.status));
      if (build.outcome) put_build_.Bind(4, Number(*build.outcome));
      put_build_.Bind(5, Number(build.branch_class));
      put_build_.Bind(6, Number(build.source));
      put_build_.Bind(7, build.created);
      put_build_.Bind(8, build.initializing);
      put_build_.Bind(9, build.running);
      put_build_.Bind(10, build.stopped);
      put_build_.Bind(11, build.failure_episode);
      put_build_.Bind(12, static_cast<std::int64_t>(build.lost));
      if (!Run(put_build_)) return false;
    }
    return true;
  }

  Database database_;
  Statement put_account_;
  Statement put_script_;
  Statement put_build_;
  Statement find_;
  Statement scan_;
  Statement pages_;
  Statement begin_;
  Statement commit_;
  Statement rollback_;
};

}  // namespace

tl::expected<std::unique_ptr<LedgerStore>, std::string> OpenLedgerStoreInMemory() {
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(raw);
  if (opened != SQLITE_OK || sqlite3_exec(raw, kSchema, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return tl::unexpected("cannot make the ledger's tables: " +
                          std::string(raw == nullptr ? "out of memory" : sqlite3_errmsg(raw)));
  }
  auto store = std::make_unique<SqliteLedgerStore>(std::move(database));
  if (!store->ready())
    return tl::unexpected("cannot prepare the ledger's statements: " + std::string(sqlite3_errmsg(raw)));
  return store;
}

}  // namespace exporter::ledger
