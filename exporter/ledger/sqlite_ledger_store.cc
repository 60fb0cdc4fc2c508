#include "exporter/ledger/sqlite_ledger_store.h"

#include <array>
#include <string_view>
#include <utility>

namespace exporter::ledger {
namespace {

using sqlite::Database;
using sqlite::Statement;

constexpr std::string_view kBuildColumns =
    "uuid, script, status, outcome, branch_class, source, created, initializing, running, stopped, failure_episode, "
    "lost, branch, commit_hash";

BuildRow ReadBuild(const Statement& row) {
  BuildRow build;
  build.uuid = row.UuidAt(0);
  build.script = static_cast<ScriptId>(row.Integer(1));
  build.status = static_cast<BuildStatus>(row.Integer(2));
  if (!row.IsNull(3)) build.outcome = static_cast<BuildOutcome>(row.Integer(3));
  build.branch_class = static_cast<BranchClass>(row.Integer(4));
  build.source = static_cast<TriggerSource>(row.Integer(5));
  build.created = row.Instant(6);
  build.initializing = row.OptionalInstant(7);
  build.running = row.OptionalInstant(8);
  build.stopped = row.OptionalInstant(9);
  if (!row.IsNull(10)) build.failure_episode = milliseconds(row.Integer(10));
  build.lost = row.Integer(11) != 0;
  build.revision = {row.Text(12), row.Text(13)};
  return build;
}

StoredAccount ReadAccount(const Statement& row) {
  return {.account = static_cast<AccountKey>(row.Integer(0)),
          .id = row.Text(1),
          .baseline = row.Instant(2),
          .started = row.Instant(3),
          .last_discovery = row.OptionalInstant(4),
          .births = {static_cast<CounterGroups>(row.Integer(5)), static_cast<CounterGroups>(row.Integer(6))},
          .shard = {.index = static_cast<int>(row.Integer(7)), .total = static_cast<int>(row.Integer(8))}};
}

StoredScript ReadScript(const Statement& row) {
  StoredScript script;
  script.script = static_cast<ScriptId>(row.Integer(0));
  script.account = static_cast<AccountKey>(row.Integer(1));
  script.tag = row.Text(2);
  script.name = row.Text(3);
  script.present = row.Integer(4) != 0;
  script.proven_to = row.OptionalInstant(5);
  script.walked = row.Integer(6) != 0;
  script.newest_proved = row.OptionalInstant(7);
  script.awaited = row.Integer(8) != 0;
  script.from_start = row.Integer(9) != 0;
  script.news_from = row.OptionalInstant(10);
  script.births = {static_cast<CounterGroups>(row.Integer(11)), static_cast<CounterGroups>(row.Integer(12))};
  for (int i = 0; i < 3; ++i) script.settled_success[static_cast<std::size_t>(i)] = row.OptionalInstant(13 + i);
  if (!row.IsNull(16)) script.repository = {row.Text(16), row.Text(17), row.Text(18)};
  script.repository_seen = row.OptionalInstant(19);
  script.production_branch = row.Text(20);
  script.production_branch_seen = row.OptionalInstant(21);
  return script;
}

StoredBudget ReadBudget(const Statement& row) {
  return {.account = static_cast<AccountKey>(row.Integer(0)),
          .level = row.Real(1),
          .blocked_until = row.OptionalInstant(2)};
}

template <typename Value>
std::int64_t Number(Value value) {
  return static_cast<std::int64_t>(value);
}

class SqliteLedgerStore : public LedgerStore {
 public:
  explicit SqliteLedgerStore(Database database)
      : database_(std::move(database)),
        put_account_(database_.get(), "INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        put_script_(database_.get(),
                    "INSERT OR REPLACE INTO scripts VALUES "
                    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        put_budget_(database_.get(), "INSERT OR REPLACE INTO budgets VALUES (?, ?, ?)"),
        put_build_(database_.get(), "INSERT OR REPLACE INTO builds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        find_(database_.get(), "SELECT " + std::string(kBuildColumns) + " FROM builds WHERE uuid = ?"),
        scan_(database_.get(), "SELECT " + std::string(kBuildColumns) + " FROM builds ORDER BY uuid"),
        pages_(database_.get(), "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
        begin_(database_.get(), "BEGIN IMMEDIATE"),
        commit_(database_.get(), "COMMIT"),
        rollback_(database_.get(), "ROLLBACK") {}

  bool ready() const { return put_account_ && put_script_ && put_budget_ && put_build_ && find_ && scan_ && pages_; }

  tl::expected<void, std::string> Commit(const Transaction& transaction) override {
    if (begin_.Run() && Write(transaction) && commit_.Run()) return {};
    const std::string error = Error();
    rollback_.Run();
    return tl::unexpected(error);
  }

  tl::expected<std::optional<BuildRow>, std::string> Find(const Uuid& uuid) override {
    find_.Bind(1, uuid);
    const int result = find_.Step();
    std::optional<BuildRow> row;
    if (result == SQLITE_ROW) row = ReadBuild(find_);
    find_.Reset();
    if (result != SQLITE_ROW && result != SQLITE_DONE) return tl::unexpected(Error());
    return row;
  }

  tl::expected<StoredLedger, std::string> Read() override {
    StoredLedger stored;
    const bool read = ReadAll("SELECT * FROM accounts ORDER BY account", ReadAccount, stored.accounts) &&
                      ReadAll("SELECT * FROM scripts ORDER BY script", ReadScript, stored.scripts) &&
                      ReadAll("SELECT * FROM budgets ORDER BY account", ReadBudget, stored.budgets);
    if (!read) return tl::unexpected(Error());
    return stored;
  }

  tl::expected<void, std::string> ForEachBuild(const std::function<void(const BuildRow&)>& visit) override {
    int result = SQLITE_ROW;
    while ((result = scan_.Step()) == SQLITE_ROW) visit(ReadBuild(scan_));
    scan_.Reset();
    if (result != SQLITE_DONE) return tl::unexpected(Error());
    return {};
  }

  std::int64_t SizeBytes() override {
    const std::int64_t size = pages_.Step() == SQLITE_ROW ? pages_.Integer(0) : 0;
    pages_.Reset();
    return size;
  }

 private:
  std::string Error() const { return sqlite3_errmsg(database_.get()); }

  template <typename Row>
  bool ReadAll(const char* sql, Row (*read)(const Statement&), std::vector<Row>& rows) {
    Statement statement(database_.get(), sql);
    if (!statement) return false;
    int result = SQLITE_ROW;
    while ((result = statement.Step()) == SQLITE_ROW) rows.push_back(read(statement));
    return result == SQLITE_DONE;
  }

  bool Write(const Transaction& transaction) {
    for (const StoredAccount& account : transaction.accounts) {
      if (!Put(account)) return false;
    }
    for (const StoredScript& script : transaction.scripts) {
      if (!Put(script)) return false;
    }
    for (const StoredBudget& budget : transaction.budgets) {
      if (!Put(budget)) return false;
    }
    for (const BuildRow& build : transaction.builds) {
      if (!Put(build)) return false;
    }
    return true;
  }

  bool Put(const StoredAccount& account) {
    put_account_.Bind(1, Number(account.account));
    put_account_.Bind(2, account.id);
    put_account_.Bind(3, account.baseline);
    put_account_.Bind(4, account.started);
    put_account_.Bind(5, account.last_discovery);
    put_account_.Bind(6, Number(account.births.born));
    put_account_.Bind(7, Number(account.births.held));
    put_account_.Bind(8, Number(account.shard.index));
    put_account_.Bind(9, Number(account.shard.total));
    return put_account_.Run();
  }

  bool Put(const StoredScript& script) {
    put_script_.Bind(1, Number(script.script));
    put_script_.Bind(2, Number(script.account));
    put_script_.Bind(3, script.tag);
    put_script_.Bind(4, script.name);
    put_script_.Bind(5, Number(script.present));
    put_script_.Bind(6, script.proven_to);
    put_script_.Bind(7, Number(script.walked));
    put_script_.Bind(8, script.newest_proved);
    put_script_.Bind(9, Number(script.awaited));
    put_script_.Bind(10, Number(script.from_start));
    put_script_.Bind(11, script.news_from);
    put_script_.Bind(12, Number(script.births.born));
    put_script_.Bind(13, Number(script.births.held));
    for (int i = 0; i < 3; ++i) put_script_.Bind(14 + i, script.settled_success[static_cast<std::size_t>(i)]);
    if (script.repository) {
      put_script_.Bind(17, script.repository->provider_type);
      put_script_.Bind(18, script.repository->provider_account_name);
      put_script_.Bind(19, script.repository->repo_name);
    }
    put_script_.Bind(20, script.repository_seen);
    put_script_.Bind(21, script.production_branch);
    put_script_.Bind(22, script.production_branch_seen);
    return put_script_.Run();
  }

  bool Put(const StoredBudget& budget) {
    put_budget_.Bind(1, Number(budget.account));
    put_budget_.Bind(2, budget.level);
    put_budget_.Bind(3, budget.blocked_until);
    return put_budget_.Run();
  }

  bool Put(const BuildRow& build) {
    put_build_.Bind(1, build.uuid);
    put_build_.Bind(2, Number(build.script));
    put_build_.Bind(3, Number(build.status));
    if (build.outcome) put_build_.Bind(4, Number(*build.outcome));
    put_build_.Bind(5, Number(build.branch_class));
    put_build_.Bind(6, Number(build.source));
    put_build_.Bind(7, build.created);
    put_build_.Bind(8, build.initializing);
    put_build_.Bind(9, build.running);
    put_build_.Bind(10, build.stopped);
    put_build_.Bind(11, build.failure_episode);
    put_build_.Bind(12, Number(build.lost));
    if (!build.revision.branch.empty()) put_build_.Bind(13, build.revision.branch);
    if (!build.revision.commit_hash.empty()) put_build_.Bind(14, build.revision.commit_hash);
    return put_build_.Run();
  }

  Database database_;
  Statement put_account_;
  Statement put_script_;
  Statement put_budget_;
  Statement put_build_;
  Statement find_;
  Statement scan_;
  Statement pages_;
  Statement begin_;
  Statement commit_;
  Statement rollback_;
};

}  // namespace

std::unique_ptr<LedgerStore> MakeSqliteLedgerStore(sqlite::Database database) {
  auto store = std::make_unique<SqliteLedgerStore>(std::move(database));
  return store->ready() ? std::move(store) : nullptr;
}

}  // namespace exporter::ledger
