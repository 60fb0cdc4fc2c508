#include "tests/support/build_json.h"

#include <array>
#include <cstdio>

namespace workers_builds::testing {
namespace {

std::string Instant(int number, int second, int millis) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "2026-08-%02dT%02d:%02d:%02d.%03dZ", 1 + number / 1440 % 28, number / 60 % 24,
                number % 60, second, millis);
  return text.data();
}

std::string Hex(int number, int width) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%0*x", width, static_cast<unsigned>(number));
  return text.data();
}

}  // namespace

std::string BuildJsonUuid(int number) {
  return "6b1f0c2a-4d3e-4f5a-8b7c-" + Hex(number, 12);
}

std::string BuildJson(int number) {
  return R"({"build_uuid":")" + BuildJsonUuid(number) + R"(","status":"stopped","build_outcome":")" +
         (number % 5 == 0 ? "fail" : "success") + R"(","created_on":")" + Instant(number, 1, 625) +
         R"(","modified_on":")" + Instant(number, 52, 819) + R"(","initializing_on":")" + Instant(number, 3, 100) +
         R"(","running_on":")" + Instant(number, 9, 250) + R"(","stopped_on":")" + Instant(number, 52, 819) +
         R"(","pull_request":null,"deploy_hook":null,"trigger":{"trigger_uuid":"a3f1c7d2-0b4e-4c6a-9d58-7e2b1f0a6c34",)"
         R"("external_script_id":"dd7160bb9cef458093557736f4b9e75b","trigger_name":"Deploy default branch",)"
         R"("build_command":"npm run build","deploy_command":"npx wrangler deploy","root_directory":"/",)"
         R"("branch_includes":["main"],"branch_excludes":["dependabot/*"],"path_includes":["*"],"path_excludes":[],)"
         R"("build_caching_enabled":true,"created_on":"2026-01-05T09:00:00.000Z",)"
         R"("modified_on":"2026-01-05T09:00:00.000Z","deleted_on":null,"repo_connection":{)"
         R"("repo_connection_uuid":"5d0c9b8a-7f6e-4d5c-8b3a-2f1e0d9c8b7a","repo_id":"1332620835",)"
         R"("repo_name":"storefront","provider_type":"github","provider_account_id":"14229321",)"
         R"("provider_account_name":"example","grant_id":null,"created_on":"2026-01-05T08:59:00.000Z",)"
         R"("modified_on":"2026-01-05T08:59:00.000Z","deleted_on":null}},"build_trigger_metadata":{)"
         R"("build_trigger_source":"push_event","branch":"main","commit_hash":")" +
         Hex(number, 40) + R"(","commit_message":"Checkout: show the total before the last step (#)" +
         std::to_string(number) +
         R"()\n\nThe total was only known after the payment page had been left.\nNow it stands beside the basket, )"
         R"(\u00fcber der Adresse, and is read out by screen readers.","author":"dev@example.test",)"
         R"("build_command":"npm run build","deploy_command":"npx wrangler deploy","root_directory":"/",)"
         R"("build_token_uuid":"0f9e8d7c-6b5a-4948-8372-615f4e3d2c1b","build_token_name":"Workers Builds token",)"
         R"("environment_variables":{"NODE_VERSION":{"is_secret":false,"created_on":"2026-01-05T09:00:00.000Z",)"
         R"("value":"24"},"API_KEY":{"is_secret":true,"created_on":"2026-01-05T09:00:00.000Z","value":null}},)"
         R"("repo_name":"storefront","provider_account_name":"example","provider_type":"github"}})";
}

std::string BuildPageJson(int count) {
  std::string text = R"({"success":true,"errors":[],"messages":[],"result":[)";
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += BuildJson(i);
  }
  return text + R"(],"result_info":{"next_page":false,"page":1,"per_page":200,"count":)" + std::to_string(count) +
         R"(,"total_count":)" + std::to_string(count) + R"(,"total_pages":1}})";
}

}  // namespace workers_builds::testing
