#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/value.h"

namespace config {

/// `accounts`: ids and names are unique, each account says once where its token comes from.
void ReadAccounts(const Value& section, std::vector<Account>& out);

/// `accounts[].id` and so on.
std::vector<std::string> AccountKeyNames();

}  // namespace config
