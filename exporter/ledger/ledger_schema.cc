#include "exporter/ledger/ledger_schema.h"

#include <array>

#include "exporter/ledger/sqlite.h"

namespace exporter::ledger {
namespace {

// Instants are milliseconds since 1970 in UTC. Enumerations are the numbers of their C++ types, which therefore never
// change. A build's row has no index but its key: a second one would double the size and make merging five times
// slower. What the CHECKs refuse would be nonsense to the code; quick_check finds it.
constexpr const char* kVersion1 = R"sql(
  CREATE TABLE accounts (
    account INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    baseline INTEGER NOT NULL,
    started INTEGER NOT NULL,
    last_discovery INTEGER,
    born INTEGER NOT NULL,
    held INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE scripts (
    script INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    present INTEGER NOT NULL,
    proven_to INTEGER,
    walked INTEGER NOT NULL,
    newest_proved INTEGER,
    awaited INTEGER NOT NULL,
    from_start INTEGER NOT NULL,
    news_from INTEGER,
    born INTEGER NOT NULL,
    held INTEGER NOT NULL,
    settled_production INTEGER,
    settled_preview INTEGER,
    settled_unknown INTEGER,
    provider TEXT,
    provider_account TEXT,
    repository TEXT,
    repository_seen INTEGER,
    production_branch TEXT NOT NULL,
    production_branch_seen INTEGER,
    UNIQUE (account, tag)
  ) STRICT;
  CREATE TABLE builds (
    uuid BLOB PRIMARY KEY CHECK (length(uuid) = 16),
    script INTEGER NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 4),
    outcome INTEGER CHECK (outcome BETWEEN 0 AND 5),
    branch_class INTEGER NOT NULL CHECK (branch_class BETWEEN 0 AND 2),
    source INTEGER NOT NULL CHECK (source BETWEEN 0 AND 5),
    created INTEGER NOT NULL,
    initializing INTEGER,
    running INTEGER,
    stopped INTEGER,
    failure_episode INTEGER,
    lost INTEGER NOT NULL,
    CHECK (outcome IS NULL OR stopped IS NOT NULL)
  ) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kVersion2 = R"sql(
  CREATE TABLE budgets (
    account INTEGER PRIMARY KEY,
    level REAL NOT NULL,
    at INTEGER NOT NULL,
    blocked_until INTEGER
  ) STRICT;
)sql";

/// When a level was left says nothing: only a clock that may have been set could tell how long ago that was.
constexpr const char* kVersion3 = "ALTER TABLE budgets DROP COLUMN at";

/// Rows from before have none; it comes with the next answer that shows the build.
constexpr const char* kVersion4 = R"sql(
  ALTER TABLE builds ADD COLUMN branch TEXT;
  ALTER TABLE builds ADD COLUMN commit_hash TEXT;
)sql";

/// What was written before is of one exporter alone.
constexpr const char* kVersion5 = R"sql(
  ALTER TABLE accounts ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE accounts ADD COLUMN shards INTEGER NOT NULL DEFAULT 1;
)sql";

/// The step at i makes version i + 1 of what was there before. A step that is on main is never edited.
constexpr std::array kSteps = {kVersion1, kVersion2, kVersion3, kVersion4, kVersion5};

/// The first column of the first row; empty on an error, which `result` then tells.
std::optional<std::string> First(sqlite3* database, const std::string& sql, int& result) {
  sqlite::Statement statement(database, sql);
  result = statement ? statement.Step() : sqlite3_errcode(database);
  if (result != SQLITE_ROW) return std::nullopt;
  return statement.Text(0);
}

bool IsDamage(int result) {
  const int primary = result & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

class Preparation {
 public:
  explicit Preparation(sqlite3* database) : database_(database) {}

  SchemaCheck Run() {
    // The first access takes the lock and reads what a crash has left.
    if (!Execute("BEGIN IMMEDIATE")) return Failure();
    SchemaCheck check = InTransaction();
    if (check.state == SchemaState::kReady && !Execute("COMMIT")) check = Failure();
    if (check.state != SchemaState::kReady) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    return check;
  }

 private:
  SchemaCheck InTransaction() {
    const auto id = First(database_, "PRAGMA application_id", result_);
    if (!id) return Failure();
    const auto version = First(database_, "PRAGMA user_version", result_);
    if (!version) return Failure();
    const auto tables = First(database_, "SELECT count(*) FROM sqlite_schema", result_);
    if (!tables) return Failure();
    if (*tables != "0" && *id != std::to_string(kApplicationId)) {
      return {SchemaState::kForeign, "it is a database of another program"};
    }
    const auto steps_done = static_cast<std::size_t>(std::stoul(*version));
    if (steps_done > kSteps.size()) {
      return {SchemaState::kNewer, "a later version of this program has written it (schema " + *version +
                                       ", this version knows " + std::to_string(kSteps.size()) + ")"};
    }
    if (*tables != "0") {
      if (const auto check = CheckContent(); check.state != SchemaState::kReady) return check;
    }
    for (std::size_t step = steps_done; step < kSteps.size(); ++step) {
      if (!Execute(kSteps[step])) return Failure();
    }
    const bool marked = Execute("PRAGMA application_id = " + std::to_string(kApplicationId)) &&
                        Execute("PRAGMA user_version = " + std::to_string(kSteps.size()));
    return marked ? SchemaCheck{} : Failure();
  }

  SchemaCheck CheckContent() {
    const auto quick_check = First(database_, "PRAGMA quick_check(1)", result_);
    if (!quick_check) return Failure();
    if (*quick_check != "ok") return {SchemaState::kDamaged, *quick_check};
    const auto strays = First(database_,
                              "SELECT (SELECT count(*) <> coalesce(max(script) + 1, 0) FROM scripts) OR "
                              "EXISTS (SELECT 1 FROM builds WHERE script >= (SELECT count(*) FROM scripts)) OR "
                              "EXISTS (SELECT 1 FROM scripts WHERE account NOT IN (SELECT account FROM accounts))",
                              result_);
    if (!strays) return Failure();
    if (*strays != "0") return {SchemaState::kDamaged, "some of its rows belong to no script or account"};
    return {};
  }

  bool Execute(const std::string& sql) {
    result_ = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    return result_ == SQLITE_OK;
  }

  SchemaCheck Failure() const {
    return {IsDamage(result_) ? SchemaState::kDamaged : SchemaState::kUnusable, sqlite3_errmsg(database_)};
  }

  sqlite3* database_;
  int result_ = SQLITE_OK;
};

}  // namespace

SchemaCheck PrepareSchema(sqlite3* database) {
  return Preparation(database).Run();
}

}  // namespace exporter::ledger
