#include "tests/e2e/webhook.h"

#include <cstdlib>

#include "tests/e2e/json.h"

namespace e2e {
namespace {

std::map<std::string, std::string> TextsOf(const rapidjson::Value& object) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : object.GetObject()) texts[key.GetString()] = value.GetString();
  return texts;
}

}  // namespace

Webhook::Webhook() : server_([this](workers_builds::testing::RawConnection& connection) { Serve(connection); }) {}

std::vector<Notified> Webhook::Received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void Webhook::Serve(workers_builds::testing::RawConnection& connection) {
  constexpr std::string_view kLength = "Content-Length: ";
  for (std::string head = connection.ReadRequest(); !head.empty(); head = connection.ReadRequest()) {
    const std::size_t at = head.find(kLength);
    if (at == std::string::npos) return;
    const std::string body = connection.ReadBytes(std::strtoul(head.c_str() + at + kLength.size(), nullptr, 10));
    const rapidjson::Document notification = ParseJson(body);
    const std::lock_guard lock(mutex_);
    for (const auto& alert : notification["alerts"].GetArray()) {
      received_.push_back({.status = alert["status"].GetString(),
                           .labels = TextsOf(alert["labels"]),
                           .annotations = TextsOf(alert["annotations"])});
    }
    connection.Send(workers_builds::testing::HttpAnswer("200 OK", ""));
  }
}

}  // namespace e2e
