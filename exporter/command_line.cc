#include "exporter/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>
#include <utility>

#include "config/log_words.h"
#include "config/nearest_word.h"
#include "config/problem.h"
#include "exporter/version.h"

namespace exporter {
namespace {

/// Values as they were written.
struct Written {
  std::string config_file;
  bool config_check = false;
  std::string check_scripts;
  std::vector<std::string> listen_addresses;
  bool systemd_socket = false;
  std::string telemetry_path;
  std::string state_path;
  std::string shard_index;
  std::string shard_total;
  std::string log_level;
  std::string log_format;
};

/// Flags that the documentation names and this version refuses.
constexpr std::string_view kNotBuiltValues[] = {"--web.config.file"};
constexpr std::string_view kNotBuiltSwitches[] = {"--web.enable-lifecycle"};

constexpr std::int64_t kMostScripts = 1'000'000;
constexpr std::int64_t kMostShards = 1'000;

using Usage = tl::unexpected<Exit>;

Usage Wrong(const std::string& message) {
  return Usage(Exit{2, "workers_builds_exporter: " + message + "\nSee workers_builds_exporter --help.\n",
                    Exit::Stream::kStderr});
}

void Declare(CLI::App& app, Written& written) {
  app.set_help_flag("-h,--help", "Print this text and end");
  app.set_version_flag("--version", VersionText(), "Print version and revision and end");
  app.add_option("--config.file", written.config_file,
                 "Configuration file, YAML; without it CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID are enough")
      ->type_name("PATH");
  app.add_flag("--config.check", written.config_check,
               "Check the configuration, print every problem with its line, or what it will cost, and end with 1 or 0");
  app.add_option("--config.check-scripts", written.check_scripts,
                 "With --config.check: the number of scripts to reckon requests and series for")
      ->type_name("N");
  app.add_option("--web.listen-address", written.listen_addresses,
                 "Where to serve, [HOST]:PORT; port 0 picks one and logs it; repeatable (default :19877)")
      ->type_name("ADDR")
      ->allow_extra_args(false);
  app.add_flag("--web.systemd-socket", written.systemd_socket,
               "Serve on the sockets that systemd's socket unit opened, instead of --web.listen-address");
  app.add_option("--web.telemetry-path", written.telemetry_path, "Where the metrics are (default /metrics)")
      ->type_name("PATH");
  app.add_option("--state.path", written.state_path,
                 "File that keeps the counters over a restart; wins over the configuration's state.path")
      ->type_name("PATH");
  app.add_option("--shard.total", written.shard_total,
                 "Number of exporters that share the scripts, each with its part of the request budget (default 1)")
      ->type_name("N");
  app.add_option("--shard.index", written.shard_index,
                 "Number of this one, from 0 (default: the ordinal at the end of the variable POD_NAME)")
      ->type_name("I");
  app.add_option("--log.level", written.log_level,
                 "debug, info, warn or error; wins over the configuration's log.level")
      ->type_name("LEVEL");
  app.add_option("--log.format", written.log_format, "logfmt or json; wins over the configuration's log.format")
      ->type_name("FORMAT");
  for (const std::string_view name : kNotBuiltValues) app.add_option(std::string(name))->group("");
  for (const std::string_view name : kNotBuiltSwitches) app.add_flag(std::string(name))->group("");
  app.allow_extras();
}

/// CLI11 would take the next argument for a missing value, and has no clear words for what is too much.
std::optional<Exit> RefuseWrongCount(const CLI::App& app, std::span<const std::string> arguments) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string name = arguments[i].substr(0, arguments[i].find('='));
    const CLI::Option* const option = app.get_option_no_throw(name);
    if (option == nullptr) continue;
    const bool in_place = name.size() != arguments[i].size();
    if (option->get_items_expected_max() == 0) {
      if (in_place) return Wrong(name + " takes no value").value();
      continue;
    }
    const bool missing =
        in_place ? name.size() + 1 == arguments[i].size()
                 : i + 1 == arguments.size() || arguments[i + 1].empty() || arguments[i + 1].starts_with("--");
    if (missing) return Wrong(name + " needs a value").value();
    const bool again = !seen.insert(name).second;
    if (again && option->get_items_expected_max() == 1) return Wrong(name + " is given twice: give it once").value();
    if (!in_place) ++i;
  }
  return std::nullopt;
}

/// Of the flags that --help shows; the views are into `names`.
std::vector<std::string_view> FlagNames(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return {names.begin(), names.end()};
}

Usage Unknown(const CLI::App& app, const std::string& argument) {
  const std::string flag = argument.substr(0, argument.find('='));
  if (!flag.starts_with('-')) return Wrong("unexpected argument " + config::Quote(argument) + ": there are only flags");
  std::vector<std::string> names;
  const std::optional<std::string_view> nearest = config::NearestWord(flag, FlagNames(app, names));
  return Wrong("unknown flag " + config::Quote(flag) +
               (nearest ? "; did you mean " + std::string(*nearest) + "?" : std::string()));
}

std::optional<Exit> RefuseNotBuilt(const CLI::App& app) {
  for (const auto& names : {std::span<const std::string_view>(kNotBuiltValues), {kNotBuiltSwitches}}) {
    for (const std::string_view name : names) {
      if (app.count(std::string(name)) == 0) continue;
      return Exit{
          1,
          "workers_builds_exporter: " + std::string(name) + " is not implemented in this version: start without it\n",
          Exit::Stream::kStderr};
    }
  }
  return std::nullopt;
}

template <typename T>
std::optional<Exit> ReadWord(std::string_view flag, const std::string& text,
                             std::span<const std::pair<std::string_view, T>> words, std::optional<T>& out) {
  if (text.empty()) return std::nullopt;
  std::string known;
  for (const auto& [word, meaning] : words) {
    if (word == text) {
      out = meaning;
      return std::nullopt;
    }
    if (!known.empty()) known += word == words.back().first ? " or " : ", ";
    known += word;
  }
  return Wrong(std::string(flag) + ": " + config::Quote(text) + " is none of its values: " + known).value();
}

std::optional<std::int64_t> ReadNumber(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most) return std::nullopt;
  return number;
}

bool IsListenAddress(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || !ReadNumber(address.substr(colon + 1), 0, 65'535)) return false;
  const std::string_view host = address.substr(0, colon);
  if (host.starts_with('[')) return host.size() > 2 && host.ends_with(']');
  return host.find_first_of(":[]/ ") == std::string_view::npos;
}

/// Not one of the server's own paths, and nothing that a request line could not hold as it is.
bool IsTelemetryPath(std::string_view path) {
  if (!path.starts_with('/') || path == "/config" || path == "/-" || path.starts_with("/-/")) return false;
  return std::ranges::all_of(path, [](char c) { return c > ' ' && c < '\x7f' && c != '?' && c != '#' && c != '%'; });
}

std::optional<Exit> ReadShard(const Written& written, CommandLine& line) {
  if (written.shard_total.empty()) {
    if (written.shard_index.empty()) return std::nullopt;
    return Wrong("--shard.index goes with --shard.total only").value();
  }
  const auto total = ReadNumber(written.shard_total, 1, kMostShards);
  if (!total) {
    return Wrong("--shard.total: " + config::Quote(written.shard_total) + " is no number of shards: 1 to " +
                 std::to_string(kMostShards))
        .value();
  }
  line.shard_total = static_cast<int>(*total);
  if (written.shard_index.empty()) return std::nullopt;
  const auto index = ReadNumber(written.shard_index, 0, *total - 1);
  if (!index) {
    return Wrong("--shard.index: " + config::Quote(written.shard_index) + " is no shard of " + std::to_string(*total) +
                 ": 0 to " + std::to_string(*total - 1))
        .value();
  }
  line.shard_index = static_cast<int>(*index);
  return std::nullopt;
}

tl::expected<CommandLine, Exit> Check(const Written& written) {
  CommandLine line;
  line.config_file = written.config_file;
  line.config_check = written.config_check;
  if (!written.check_scripts.empty()) {
    if (!written.config_check) return Wrong("--config.check-scripts goes with --config.check only");
    line.check_scripts = ReadNumber(written.check_scripts, 1, kMostScripts);
    if (!line.check_scripts) {
      return Wrong("--config.check-scripts: " + config::Quote(written.check_scripts) +
                   " is no number of scripts: 1 to " + std::to_string(kMostScripts));
    }
  }
  for (const std::string& address : written.listen_addresses) {
    if (!IsListenAddress(address)) {
      return Wrong("--web.listen-address: " + config::Quote(address) +
                   " is no address: expected :PORT, HOST:PORT or [IPV6]:PORT");
    }
  }
  if (!written.listen_addresses.empty()) line.listen_addresses = written.listen_addresses;
  if (written.systemd_socket && !written.listen_addresses.empty()) {
    return Wrong(
        "--web.systemd-socket and --web.listen-address exclude each other: the socket unit says where to listen");
  }
  line.systemd_socket = written.systemd_socket;
  if (line.systemd_socket) line.listen_addresses.clear();
  if (!written.telemetry_path.empty()) line.telemetry_path = written.telemetry_path;
  if (!IsTelemetryPath(line.telemetry_path)) {
    return Wrong("--web.telemetry-path: " + config::Quote(line.telemetry_path) +
                 " cannot be used: it must start with '/', be plain ASCII without '?', '#' and '%', and be neither "
                 "/config nor below /-/");
  }
  if (!written.state_path.empty()) line.state_path = written.state_path;
  if (std::optional<Exit> exit = ReadShard(written, line)) return Usage(*std::move(exit));
  if (auto exit = ReadWord<config::LogLevel>("--log.level", written.log_level, config::kLogLevels, line.log_level)) {
    return Usage(*exit);
  }
  if (auto exit =
          ReadWord<config::LogFormat>("--log.format", written.log_format, config::kLogFormats, line.log_format)) {
    return Usage(*exit);
  }
  return line;
}

}  // namespace

tl::expected<CommandLine, Exit> ParseCommandLine(std::span<const std::string> arguments) {
  CLI::App app("Serves what Cloudflare Workers Builds does as Prometheus metrics.", "workers_builds_exporter");
  Written written;
  Declare(app, written);
  if (std::optional<Exit> exit = RefuseWrongCount(app, arguments)) return Usage(*std::move(exit));
  try {
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return Usage(Exit{0, app.help(), Exit::Stream::kStdout});
  } catch (const CLI::CallForVersion& version) {
    return Usage(Exit{0, version.what(), Exit::Stream::kStdout});
  } catch (const CLI::ParseError& error) {
    return Wrong(error.what());
  }
  if (const std::vector<std::string> unknown = app.remaining(); !unknown.empty()) return Unknown(app, unknown.front());
  if (std::optional<Exit> exit = RefuseNotBuilt(app)) return Usage(*std::move(exit));
  return Check(written);
}

}  // namespace exporter
