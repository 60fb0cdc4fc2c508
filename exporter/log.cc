#include "exporter/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>

#include "client/timestamp.h"
#include "exporter/utf8.h"

namespace exporter::log {
namespace {

std::atomic<config::LogFormat> format = config::LogFormat::kLogfmt;

/// Lines go to stderr as they are written here: spdlog adds the level check and the lock.
spdlog::logger& Logger() {
  // Never destroyed: threads may log until the process is gone.
  static spdlog::logger* const logger = [] {
    auto* made = new spdlog::logger("exporter", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::info);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

spdlog::level::level_enum ToSpdlog(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::kDebug:
      return spdlog::level::debug;
    case config::LogLevel::kInfo:
      return spdlog::level::info;
    case config::LogLevel::kWarn:
      return spdlog::level::warn;
    case config::LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::string_view ToWord(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::kDebug:
      return "debug";
    case config::LogLevel::kInfo:
      return "info";
    case config::LogLevel::kWarn:
      return "warn";
    case config::LogLevel::kError:
      return "error";
  }
  return "info";
}

void AppendEscapedAscii(std::string& line, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      line.push_back('\\');
      line.push_back(c);
      break;
    case '\n':
      line.append("\\n");
      break;
    case '\r':
      line.append("\\r");
      break;
    case '\t':
      line.append("\\t");
      break;
    default:
      if (c >= 0x20) {
        line.push_back(c);
      } else {
        line.append("\\u00");
        line.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
        line.push_back(kHex[static_cast<unsigned char>(c) & 0xF]);
      }
  }
}

/// A string in quotes with JSON's escapes (RFC 8259 section 7), which logfmt readers take as well. What is not UTF-8
/// becomes U+FFFD.
void AppendQuoted(std::string& line, std::string_view text) {
  line.push_back('"');
  while (!text.empty()) {
    const Utf8Sequence sequence = NextUtf8Sequence(text);
    if (!sequence.valid) {
      line.append(kUtf8Replacement);
    } else if (sequence.length == 1) {
      AppendEscapedAscii(line, text[0]);
    } else {
      line.append(text.substr(0, sequence.length));
    }
    text.remove_prefix(sequence.length);
  }
  line.push_back('"');
}

/// As it is where a logfmt reader cannot mistake it, else in quotes.
void AppendLogfmtValue(std::string& line, std::string_view text) {
  const auto is_plain = [](char c) { return c > 0x20 && c != 0x7F && c != '"' && c != '=' && c != '\\'; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) {
    line.append(text);
  } else {
    AppendQuoted(line, text);
  }
}

void AppendField(std::string& line, config::LogFormat as, std::string_view key, std::string_view value) {
  if (as == config::LogFormat::kJson) {
    line.push_back(line.empty() ? '{' : ',');
    AppendQuoted(line, key);
    line.push_back(':');
    AppendQuoted(line, value);
    return;
  }
  if (!line.empty()) line.push_back(' ');
  line.append(key).push_back('=');
  AppendLogfmtValue(line, value);
}

void Write(config::LogLevel level, std::string_view message, Fields fields) {
  spdlog::logger& logger = Logger();
  if (!logger.should_log(ToSpdlog(level))) return;
  const config::LogFormat as = format;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  std::string line;
  AppendField(line, as, "ts", workers_builds::FormatTimestamp(now));
  AppendField(line, as, "level", ToWord(level));
  AppendField(line, as, "msg", message);
  for (const Field& field : fields) AppendField(line, as, field.key, field.value);
  if (as == config::LogFormat::kJson) line.push_back('}');
  logger.log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void Configure(config::LogLevel level, config::LogFormat as) {
  format = as;
  Logger().set_level(ToSpdlog(level));
}

void Debug(std::string_view message, Fields fields) {
  Write(config::LogLevel::kDebug, message, fields);
}
void Info(std::string_view message, Fields fields) {
  Write(config::LogLevel::kInfo, message, fields);
}
void Warn(std::string_view message, Fields fields) {
  Write(config::LogLevel::kWarn, message, fields);
}
void Error(std::string_view message, Fields fields) {
  Write(config::LogLevel::kError, message, fields);
}

}  // namespace exporter::log
