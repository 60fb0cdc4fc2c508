#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "client/timestamp.h"
#include "client/uuid.h"

/// SQLite's C interface with owners. One thread a database.
namespace exporter::ledger::sqlite {

using std::chrono::milliseconds;
using workers_builds::Timestamp;
using workers_builds::Uuid;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// A prepared statement, false when the SQL could not be prepared; every use ends with Reset(), which forgets the
/// values. Instants are bound and read as milliseconds since 1970 in UTC.
class Statement {
 public:
  Statement(sqlite3* database, const std::string& sql) {
    sqlite3_stmt* raw = nullptr;
    sqlite3_prepare_v3(database, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    statement_.reset(raw);
  }

  explicit operator bool() const { return statement_ != nullptr; }

  /// Columns of Bind count from 1.
  void Bind(int column, std::int64_t value) { sqlite3_bind_int64(statement_.get(), column, value); }
  void Bind(int column, double value) { sqlite3_bind_double(statement_.get(), column, value); }
  void Bind(int column, Timestamp value) { Bind(column, std::int64_t{value.time_since_epoch().count()}); }
  void Bind(int column, milliseconds value) { Bind(column, std::int64_t{value.count()}); }
  /// Texts and UUIDs must live until the step.
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
  /// Steps to the end of a statement that has no rows to read.
  bool Run() {
    const int result = Step();
    Reset();
    return result == SQLITE_DONE || result == SQLITE_ROW;
  }

  /// Columns of what is read count from 0.
  std::int64_t Integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
  double Real(int column) const { return sqlite3_column_double(statement_.get(), column); }
  bool IsNull(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
  Timestamp Instant(int column) const { return Timestamp(milliseconds(Integer(column))); }
  std::optional<Timestamp> OptionalInstant(int column) const {
    return IsNull(column) ? std::nullopt : std::optional(Instant(column));
  }
  std::string Text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    return text == nullptr
               ? ""
               : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
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
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace exporter::ledger::sqlite
