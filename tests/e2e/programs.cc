#include "tests/e2e/programs.h"

#include <stdexcept>
#include <utility>

#include "tests/e2e/json.h"
#include "tests/support/wait_until.h"

namespace e2e {
namespace {

using namespace std::chrono_literals;
using support::ChildProcess;
using support::Output;

constexpr auto kStartDeadline = 20s;

/// A port that was free a moment ago.
int FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  const bool bound = bind(probe, reinterpret_cast<sockaddr*>(&name), size) == 0 &&
                     getsockname(probe, reinterpret_cast<sockaddr*>(&name), &size) == 0;
  close(probe);
  if (!bound) throw std::runtime_error("there is no free port on loopback");
  return ntohs(name.sin_port);
}

std::string Said(const ChildProcess& process) {
  return "\nstdout: " + process.Text(Output::kStdout) + "\nstderr: " + process.Text(Output::kStderr);
}

/// What Prometheus' programs answer: their answers are chunked, which our own client does not read.
std::string Curl(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"-sS", "--max-time", "10", "--noproxy", "*"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const support::Finished curl = support::Run({.program = "curl", .arguments = std::move(arguments)});
  return curl.exit_code == 0 ? curl.stdout_text : "";
}

/// Prometheus' programs cannot pick a port and say which; another program may take the one that is picked for them.
std::unique_ptr<ChildProcess> StartOnFreePort(const support::Command& command, std::string& address) {
  std::unique_ptr<ChildProcess> process;
  for (int attempt = 0; attempt < 5; ++attempt) {
    address = "127.0.0.1:" + std::to_string(FreePort());
    support::Command with_port = command;
    with_port.arguments.push_back("--web.listen-address=" + address);
    process = std::make_unique<ChildProcess>(with_port);
    const bool ended_or_ready = support::WaitUntil(
        [&] { return process->WaitForExit(0ms) || support::Get(address, "/-/ready").status == 200; }, kStartDeadline);
    if (ended_or_ready && !process->WaitForExit(0ms)) return process;
  }
  throw std::runtime_error(command.program + " did not become ready:" + Said(*process));
}

std::string BodyOf(const support::HttpReply& reply, const std::string& what) {
  if (reply.status != 200) {
    throw std::runtime_error(what + ": " + std::to_string(reply.status) + " " + reply.error + " " + reply.body);
  }
  return reply.body;
}

}  // namespace

std::string ScenarioText(const std::string& more) {
  std::string text = "accounts:\n  - id: " + std::string(kAccountId) + "\n    name: " + kAccountName +
                     "\n    plan: paid\n    history: 100\n    builds_per_hour: 240\n    scripts:\n";
  for (int i = 1; i <= 11; ++i) text += "      - {name: worker-" + std::to_string(i) + ", weight: 1}\n";
  text += "      - {name: not-connected, connected: false}\n";
  text += "rate_limit: {requests: 100000, window: 300}\n";
  if (more.find("tokens:") == std::string::npos) text += "tokens:\n  - {value: " + std::string(kToken) + "}\n";
  return text + more;
}

std::string ConfigText(const std::string& base_url, const std::string& more_api) {
  return "accounts:\n  - id: " + std::string(kAccountId) + "\n    name: " + kAccountName +
         "\n    api_token: " + kToken + "\n    plan: paid\napi:\n  base_url: " + base_url +
         "\n  requests_per_5m: 100000\n" + more_api +
         "poll: {interval: 1s, active_interval: 1s, idle_interval: 1s, discovery_interval: 1s, limits_interval: 1s, "
         "audit_interval: 3s}\n";
}

Simulator::Simulator(const support::TemporaryFolder& folder, const std::string& scenario) {
  const std::string file = folder.Write("scenario.yaml", scenario);
  process_ = std::make_unique<ChildProcess>(support::Command{
      .program = BINARY_DIR "/workers_builds_simulator",
      .arguments = {"--listen=127.0.0.1:0", "--speed=0", "--scenario=" + file},
  });
  constexpr std::string_view kWords = "listening on ";
  const auto line = process_->WaitForLine(Output::kStdout, kWords, kStartDeadline);
  if (!line) throw std::runtime_error("the simulator did not start:" + Said(*process_));
  base_url_ = line->substr(kWords.size());
  const std::string rest = base_url_.substr(std::string("http://").size());
  address_ = rest.substr(0, rest.find('/'));
}

std::string Simulator::Get(const std::string& path) const {
  return BodyOf(support::Get(address_, "/_simulator/" + path), "GET /_simulator/" + path);
}

std::string Simulator::Post(const std::string& path, const std::string& json) const {
  support::HttpConnection connection(address_);
  connection.SendRaw("POST /_simulator/" + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                     std::to_string(json.size()) + "\r\n\r\n" + json);
  return BodyOf(connection.ReadReply(), "POST /_simulator/" + path + " " + json);
}

void Simulator::Speed(double simulated_seconds_a_second) const {
  Post("clock", "{\"speed\":" + std::to_string(simulated_seconds_a_second) + "}");
}

void Simulator::Advance(std::chrono::seconds simulated) const {
  Post("clock", "{\"advance\":" + std::to_string(simulated.count()) + "}");
}

bool Simulator::AllFaultsUsed() const {
  return ParseJson(Get("faults"))["all_used"].GetBool();
}

std::size_t Simulator::Requests() const {
  const rapidjson::Document answer = ParseJson(Get("requests"));
  std::size_t requests = 0;
  for (const auto& row : answer["requests"].GetArray()) requests += row["count"].GetUint();
  return requests;
}

support::Command ExporterCommand(std::vector<std::string> arguments) {
  return {.program = BINARY_DIR "/workers_builds_exporter", .arguments = std::move(arguments)};
}

Exporter::Exporter(const std::string& config_file, std::vector<std::string> more_flags,
                   const std::string& listen_address)
    : Exporter(ExporterCommand([&] {
        more_flags.insert(more_flags.begin(),
                          {"--config.file=" + config_file, "--web.listen-address=" + listen_address});
        return more_flags;
      }())) {}

Exporter::Exporter(const support::Command& command) {
  process_ = std::make_unique<ChildProcess>(command);
  const auto line = process_->WaitForLine(Output::kStderr, "listening", kStartDeadline);
  const std::size_t at = line ? line->find("127.0.0.1:") : std::string::npos;
  if (at == std::string::npos) throw std::runtime_error("the exporter does not listen:" + Said(*process_));
  address_ = line->substr(at, line->find_first_not_of("0123456789.:", at) - at);
}

support::HttpReply Exporter::Get(const std::string& path, const support::Headers& headers) const {
  return support::Get(address_, path, headers);
}

std::string Exporter::Page() const {
  return BodyOf(Get("/metrics"), "GET /metrics");
}

Prometheus::Prometheus(const support::TemporaryFolder& folder, const std::map<std::string, std::string>& targets,
                       const std::string& more) {
  std::string text = "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\nscrape_configs:\n";
  for (const auto& [job, target] : targets) {
    text += "  - {job_name: " + job + ", static_configs: [{targets: ['" + target + "']}]}\n";
  }
  const std::string file = folder.Write("prometheus.yml", text + more);
  process_ = StartOnFreePort({.program = "prometheus",
                              .arguments = {"--config.file=" + file, "--storage.tsdb.path=" + folder.Path("data"),
                                            "--enable-feature=exemplar-storage"}},
                             address_);
}

Alertmanager::Alertmanager(const support::TemporaryFolder& folder, const std::string& configuration) {
  const std::string file = folder.Write("alertmanager.yml", configuration);
  process_ = StartOnFreePort({.program = "prometheus-alertmanager",
                              .arguments = {"--config.file=" + file, "--storage.path=" + folder.Path("alertmanager"),
                                            "--cluster.listen-address="}},
                             address_);
}

std::string Alertmanager::Alerts() const {
  return Curl({"http://" + address_ + "/api/v2/alerts"});
}

std::string Prometheus::Ask(const std::string& endpoint, const std::vector<std::string>& parameters) const {
  std::vector<std::string> arguments = {"-G", "http://" + address_ + "/api/v1/" + endpoint};
  for (const std::string& parameter : parameters) {
    arguments.insert(arguments.end(), {"--data-urlencode", parameter});
  }
  return Curl(arguments);
}

std::string Prometheus::Page() const {
  return Curl({"http://" + address_ + "/metrics"});
}

}  // namespace e2e
