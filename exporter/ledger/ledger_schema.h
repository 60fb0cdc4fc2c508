#pragma once

#include <sqlite3.h>

#include <string>

/// The tables of the ledger and how they came about.
namespace exporter::ledger {

/// Identifies our files among all of SQLite's (PRAGMA application_id): "WBEx".
inline constexpr int kApplicationId = 0x57424578;

/// What a database is before it is used.
enum class SchemaState {
  kReady,     // of this version
  kForeign,   // it has tables, and they are not ours
  kNewer,     // written by a later version
  kDamaged,   // its content makes no sense
  kUnusable,  // it cannot be read or written now, which says nothing about its content
};
struct SchemaCheck {
  SchemaState state = SchemaState::kReady;
  /// What is wrong; empty when kReady.
  std::string problem;
};

/// Checks the database, and brings an empty or an older one up to this version, in one transaction.
SchemaCheck PrepareSchema(sqlite3* database);

}  // namespace exporter::ledger
