// What `tenon doctor` finds out about this installation.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace tenon::cli {

struct Diagnosis {
  std::vector<std::pair<std::string, std::string>> facts;  // Name, value.
  std::vector<std::string> problems;                       // Sentences; empty: all is well.
  base::Json host;                                         // DescribeHost().
};

// Looks at the machine, the library, the connectors and the state folder; changes nothing.
Diagnosis Diagnose(const std::string& state_folder);

std::string DiagnosisAsText(const Diagnosis& diagnosis);
std::string DiagnosisAsJson(const Diagnosis& diagnosis);

}  // namespace tenon::cli
