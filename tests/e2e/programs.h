#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/child_process.h"
#include "tests/support/http_client.h"
#include "tests/support/temporary_folder.h"

/// The programs under test, Prometheus and Alertmanager, each started on a loopback port of its own. What cannot be
/// started is a failure of the test, by exception, with what the program said.
namespace e2e {

/// The token and the account of the simulator's scenario below.
inline constexpr const char* kToken = "simulated-token-that-nobody-may-see";
inline constexpr const char* kAccountId = "023e105f4ecef8ad9ca31a8372d0c353";
inline constexpr const char* kAccountName = "production";

/// One account with twelve scripts, one of them without builds, and little enough history that the first page of a list
/// holds all of it. `more` are further top-level keys.
std::string ScenarioText(const std::string& more = "");

/// A configuration for that account with the shortest intervals and a budget that stops nothing.
std::string ConfigText(const std::string& base_url, const std::string& more_api = "");

class Simulator {
 public:
  /// The clock stands still: Speed() lets it go.
  Simulator(const support::TemporaryFolder& folder, const std::string& scenario);

  const std::string& base_url() const { return base_url_; }

  /// The answer's body, under `/_simulator/`; anything but a 200 is an exception.
  std::string Get(const std::string& path) const;
  std::string Post(const std::string& path, const std::string& json) const;

  void Speed(double simulated_seconds_a_second) const;
  void Advance(std::chrono::seconds simulated) const;
  bool AllFaultsUsed() const;
  /// Requests to the API so far, whatever the answer.
  std::size_t Requests() const;

 private:
  std::unique_ptr<support::ChildProcess> process_;
  std::string base_url_;
  std::string address_;
};

class Exporter {
 public:
  /// Waits until it listens.
  explicit Exporter(const std::string& config_file, std::vector<std::string> more_flags = {},
                    const std::string& listen_address = "127.0.0.1:0");
  explicit Exporter(const support::Command& command);

  /// HOST:PORT.
  const std::string& address() const { return address_; }
  support::ChildProcess& process() { return *process_; }
  std::string Log() const { return process_->Text(support::Output::kStderr); }

  support::HttpReply Get(const std::string& path, const support::Headers& headers = {}) const;
  /// The plain page; an answer other than 200 is an exception.
  std::string Page() const;

 private:
  std::unique_ptr<support::ChildProcess> process_;
  std::string address_;
};

class Prometheus {
 public:
  /// Scrapes each target (HOST:PORT) and evaluates rules every second; waits until it is ready. A target's job is its
  /// key; `more` are further jobs, and then further top-level keys of the configuration.
  Prometheus(const support::TemporaryFolder& folder, const std::map<std::string, std::string>& targets,
             const std::string& more = "");

  /// The answer to an instant query, JSON; empty when there is none.
  std::string Query(const std::string& promql) const { return Ask("query", {"query=" + promql}); }
  /// The same of any endpoint under /api/v1/; the parameters are encoded.
  std::string Ask(const std::string& endpoint, const std::vector<std::string>& parameters) const;
  /// What it says of itself on /metrics; empty when there is no answer.
  std::string Page() const;

 private:
  std::unique_ptr<support::ChildProcess> process_;
  std::string address_;
};

class Alertmanager {
 public:
  /// Waits until it is ready.
  Alertmanager(const support::TemporaryFolder& folder, const std::string& configuration);

  /// HOST:PORT.
  const std::string& address() const { return address_; }
  /// All alerts that it knows, JSON; empty when there is no answer.
  std::string Alerts() const;

 private:
  std::unique_ptr<support::ChildProcess> process_;
  std::string address_;
};

support::Command ExporterCommand(std::vector<std::string> arguments);

}  // namespace e2e
