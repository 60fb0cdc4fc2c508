#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "exporter/ledger/open_ledger_store.h"
#include "tests/support/builds.h"
#include "tests/support/temporary_folder.h"

namespace exporter::ledger {
namespace {

using support::BuildLife;
using support::kT0;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// What version 4 of the schema added is not there yet.
constexpr const char* kWithoutShards =
    "ALTER TABLE accounts DROP COLUMN shard; ALTER TABLE accounts DROP COLUMN shards;";
constexpr const char* kWithoutRevisions =
    "ALTER TABLE accounts DROP COLUMN shard; ALTER TABLE accounts DROP COLUMN shards;"
    "ALTER TABLE builds DROP COLUMN branch; ALTER TABLE builds DROP COLUMN commit_hash;";

class OpenLedgerStoreTest : public ::testing::Test {
 protected:
  std::string Path() const { return (folder_.path() / "state.db").string(); }
  /// The file must be usable.
  std::unique_ptr<LedgerStore> Open() {
    auto opened = OpenLedgerStore(Path());
    EXPECT_TRUE(opened.has_value()) << opened.error();
    if (!opened) return nullptr;
    EXPECT_FALSE(opened->set_aside.has_value()) << opened->set_aside->problem;
    return std::move(opened->store);
  }
  std::string Refusal() {
    const auto opened = OpenLedgerStore(Path());
    EXPECT_FALSE(opened.has_value());
    return opened ? "" : opened.error();
  }
  void Sql(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(Path().c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  const BuildRow row_ = Merge(nullptr, BuildLife{}.Stopped(), 0, kT0).row;
  const Transaction transaction_{
      .accounts = {{.account = 3, .id = "id", .baseline = kT0, .started = kT0, .last_discovery = {}, .births = {1, 0}}},
      .scripts = {StoredScript{}},
      .budgets = {},
      .builds = {row_}};
  support::TemporaryFolder folder_;
};

TEST_F(OpenLedgerStoreTest, KeepsWhatWasCommitted) {
  Transaction transaction = transaction_;
  transaction.scripts.front().account = 3;
  ASSERT_TRUE(Open()->Commit(transaction));
  EXPECT_EQ(Open()->Find(row_.uuid).value(), row_);
}

TEST_F(OpenLedgerStoreTest, GivesBackEveryField) {
  StoredScript script{.script = 0,
                      .account = 3,
                      .tag = "tag",
                      .name = "na'me",
                      .present = false,
                      .proven_to = kT0,
                      .walked = true,
                      .newest_proved = kT0 + std::chrono::hours(1),
                      .awaited = true,
                      .from_start = true,
                      .news_from = kT0 + std::chrono::hours(2),
                      .births = {63, 36},
                      .settled_success = {kT0, std::nullopt, kT0 + std::chrono::hours(3)},
                      .repository = workers_builds::RepoConnection{"github", "acme", "shop"},
                      .repository_seen = kT0 + std::chrono::hours(4),
                      .production_branch = "main",
                      .production_branch_seen = kT0 + std::chrono::hours(5)};
  const StoredBudget budget{.account = 3, .level = 12.25, .blocked_until = kT0 + std::chrono::minutes(5)};
  StoredScript bare;
  bare.script = 1;
  bare.account = 3;
  bare.tag = "other";
  const auto store = Open();
  ASSERT_TRUE(
      store->Commit({.accounts = transaction_.accounts, .scripts = {bare, script}, .budgets = {budget}, .builds = {}}));
  const StoredLedger stored = store->Read().value();
  EXPECT_EQ(stored.accounts, transaction_.accounts);
  EXPECT_EQ(stored.scripts, (std::vector{script, bare}));
  EXPECT_EQ(stored.budgets, std::vector{budget});
}

TEST_F(OpenLedgerStoreTest, AFileBelongsToOneProcess) {
  const auto first = Open();
  EXPECT_THAT(Refusal(), AllOf(HasSubstr(Path()), HasSubstr("locked"), HasSubstr("a file of its own")));
  EXPECT_TRUE(first->Commit({.accounts = transaction_.accounts, .scripts = {}, .budgets = {}, .builds = {}}));
}

TEST_F(OpenLedgerStoreTest, WhatIsNoDatabaseIsSetAsideAndBegunAnew) {
  std::ofstream(Path()) << std::string(100'000, 'x');
  auto opened = OpenLedgerStore(Path());
  ASSERT_TRUE(opened.has_value()) << opened.error();
  ASSERT_TRUE(opened->set_aside.has_value());
  EXPECT_EQ(opened->set_aside->path, Path() + ".damaged");
  EXPECT_THAT(opened->set_aside->problem, HasSubstr("not a database"));
  EXPECT_EQ(std::filesystem::file_size(Path() + ".damaged"), 100'000U);
  EXPECT_TRUE(opened->store->Commit({.accounts = transaction_.accounts, .scripts = {}, .budgets = {}, .builds = {}}));
}

TEST_F(OpenLedgerStoreTest, ADatabaseWithADamagedPageIsSetAside) {
  Transaction transaction{.accounts = transaction_.accounts, .scripts = {StoredScript{}}, .budgets = {}, .builds = {}};
  transaction.scripts.front().account = 3;
  for (std::uint32_t number = 1; number <= 5000; ++number) {
    transaction.builds.push_back(Merge(nullptr, BuildLife{.number = number}.Stopped(), 0, kT0).row);
  }
  ASSERT_TRUE(Open()->Commit(transaction));
  {
    std::fstream file(Path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 30);
    file << std::string(3 * 4096, '\xAB');
  }
  const auto opened = OpenLedgerStore(Path());
  ASSERT_TRUE(opened.has_value()) << opened.error();
  EXPECT_TRUE(opened->set_aside.has_value());
}

TEST_F(OpenLedgerStoreTest, RowsThatMakeNoSenseAreDamage) {
  for (const char* nonsense :
       {"UPDATE builds SET script = 7", "UPDATE scripts SET account = 9",
        "PRAGMA ignore_check_constraints = ON; UPDATE builds SET outcome = 77", "DELETE FROM scripts"}) {
    Transaction transaction = transaction_;
    transaction.scripts.front().account = 3;
    ASSERT_TRUE(Open()->Commit(transaction));
    Sql(nonsense);
    const auto opened = OpenLedgerStore(Path());
    ASSERT_TRUE(opened.has_value()) << opened.error();
    EXPECT_TRUE(opened->set_aside.has_value()) << nonsense;
  }
}

TEST_F(OpenLedgerStoreTest, AnEarlierDamagedFileIsReplaced) {
  for (const char* content : {"first", "second one"}) {
    std::ofstream(Path(), std::ios::trunc) << std::string(2000, content[0]);
    ASSERT_TRUE(OpenLedgerStore(Path()).has_value());
  }
  std::ifstream damaged(Path() + ".damaged");
  EXPECT_EQ(damaged.get(), 's');
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 2);
}

TEST_F(OpenLedgerStoreTest, AnotherProgramsDatabaseIsLeftAlone) {
  Sql("CREATE TABLE notes (text)");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("another program"), HasSubstr("name another file")));
  Sql("INSERT INTO notes VALUES ('still here')");
}

TEST_F(OpenLedgerStoreTest, ALaterVersionsFileIsRefused) {
  Open();
  Sql("PRAGMA user_version = 99");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("a later version"), HasSubstr("99"), HasSubstr("begin anew")));
}

TEST_F(OpenLedgerStoreTest, ASchemaOfVersion1IsBroughtUpToDateWithItsRows) {
  Transaction transaction = transaction_;
  transaction.scripts.front().account = 3;
  ASSERT_TRUE(Open()->Commit(transaction));
  Sql(std::string(kWithoutRevisions) + "DROP TABLE budgets; PRAGMA user_version = 1");
  const auto store = Open();
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(store->Find(row_.uuid).value(), row_);
  EXPECT_TRUE(store->Commit(
      {.accounts = {}, .scripts = {}, .budgets = {{.account = 3, .level = 1, .blocked_until = {}}}, .builds = {}}));
}

TEST_F(OpenLedgerStoreTest, ASchemaOfVersion2IsBroughtUpToDateWithItsBudgets) {
  ASSERT_NE(Open(), nullptr);
  Sql(std::string(kWithoutRevisions) +
      "DROP TABLE budgets;"
      "CREATE TABLE budgets (account INTEGER PRIMARY KEY, level REAL NOT NULL, at INTEGER NOT NULL, blocked_until "
      "INTEGER) STRICT;"
      "INSERT INTO budgets VALUES (3, 12.25, 1000, 2000);"
      "PRAGMA user_version = 2");
  const auto store = Open();
  ASSERT_NE(store, nullptr);
  const Timestamp blocked_until{std::chrono::milliseconds(2000)};
  EXPECT_EQ(store->Read().value().budgets,
            (std::vector<StoredBudget>{{.account = 3, .level = 12.25, .blocked_until = blocked_until}}));
}

TEST_F(OpenLedgerStoreTest, ASchemaOfVersion3IsBroughtUpToDateAndKeepsRevisionsFromThenOn) {
  Transaction transaction = transaction_;
  transaction.scripts.front().account = 3;
  ASSERT_TRUE(Open()->Commit(transaction));
  Sql(std::string(kWithoutRevisions) + "PRAGMA user_version = 3");
  BuildRow row = row_;
  {
    const auto store = Open();
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(store->Find(row.uuid).value(), row);
    row.revision = {.branch = "main", .commit_hash = "abc"};
    transaction.builds = {row};
    ASSERT_TRUE(store->Commit(transaction));
  }
  EXPECT_EQ(Open()->Find(row.uuid).value(), row);
}

TEST_F(OpenLedgerStoreTest, ASchemaOfVersion4IsOfOneExporterAlone) {
  Transaction transaction = transaction_;
  transaction.accounts.front().shard = {2, 3};
  transaction.scripts.front().account = 3;
  ASSERT_TRUE(Open()->Commit(transaction));
  EXPECT_EQ(Open()->Read().value().accounts, transaction.accounts);
  Sql(std::string(kWithoutShards) + "PRAGMA user_version = 4");
  transaction.accounts.front().shard = {};
  EXPECT_EQ(Open()->Read().value().accounts, transaction.accounts);
}

TEST_F(OpenLedgerStoreTest, AFolderThatIsNotThereIsNamed) {
  const auto opened = OpenLedgerStore((folder_.path() / "nowhere/state.db").string());
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error(), AllOf(HasSubstr("nowhere/state.db"), HasSubstr("the folder must be there")));
}

TEST_F(OpenLedgerStoreTest, ACommitThatDoesNotFitIsTakenBackAsAWhole) {
  const auto store = Open();
  Transaction transaction = transaction_;
  transaction.builds.front().uuid = support::UuidOf(7);
  BuildRow refused = row_;
  refused.source = static_cast<TriggerSource>(99);
  transaction.builds.push_back(refused);
  EXPECT_FALSE(store->Commit(transaction));
  EXPECT_EQ(store->Find(support::UuidOf(7)).value(), std::nullopt);
  EXPECT_TRUE(store->Read().value().accounts.empty());
}

}  // namespace
}  // namespace exporter::ledger
