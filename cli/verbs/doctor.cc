#include "doctor.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/memory_limit.h"
#include "connectors/builtin.h"
#include "entry.h"
#include "tenon/job.h"

namespace tenon::cli {
namespace {

namespace fs = std::filesystem;

std::string LibraryPath() {
  Dl_info info{};
  return dladdr(reinterpret_cast<void*>(&tenon_cli_main), &info) != 0 && info.dli_fname
             ? info.dli_fname
             : "unknown";
}

std::string Mebibytes(int64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

std::string MemoryText() {
  base::MachineMemory memory = base::ReadMachineMemory();
  std::string text = Mebibytes(memory.total);
  if (memory.limit_by_cgroup && *memory.limit_by_cgroup < memory.total) {
    text += ", limited to " + Mebibytes(*memory.limit_by_cgroup) + " by a cgroup";
  }
  return text;
}

// The state folder is made at the first run: what must be writable is the nearest folder that exists.
void LookAtStateFolder(const std::string& state_folder, Diagnosis* diagnosis) {
  fs::path path = state_folder;
  std::error_code error;
  bool exists = fs::exists(path, error);
  diagnosis->facts.emplace_back("state folder",
                                state_folder + (exists ? "" : " (made at the first run)"));
  while (!fs::exists(path, error) && path.has_relative_path()) path = path.parent_path();
  if (!fs::is_directory(path, error) || access(path.c_str(), W_OK) != 0) {
    diagnosis->problems.push_back("The state folder cannot be written: path=" + path.string() +
                                  ". Name another one with TENON_HOME or --state.");
  }
}

std::string Able(const Capabilities& can) {
  if (can.read && can.write) return "reads, writes";
  return can.read ? "reads" : "writes";
}

}  // namespace

Diagnosis Diagnose(const std::string& state_folder) {
  Diagnosis diagnosis;
  auto host = base::ParseJson(DescribeHost());
  if (host.ok()) diagnosis.host = *std::move(host);
  if (diagnosis.host.is_object() && diagnosis.host.contains("version") &&
      diagnosis.host["version"].is_string()) {
    diagnosis.facts.emplace_back("tenon", diagnosis.host["version"].get<std::string>());
  }
  diagnosis.facts.emplace_back("library", LibraryPath());
  diagnosis.facts.emplace_back("cores",
                               std::to_string(std::max(1U, std::thread::hardware_concurrency())));
  diagnosis.facts.emplace_back("memory", MemoryText());
  LookAtStateFolder(state_folder, &diagnosis);
  for (const char* name : {"TENON_PYTHON", "VIRTUAL_ENV", "TENON_CONNECTOR_PATH"}) {
    const char* value = std::getenv(name);
    diagnosis.facts.emplace_back(name, value && *value ? value : "not set");
  }
  for (const std::shared_ptr<Connector>& connector : BuiltinConnectors()) {
    ConnectorInfo info = connector->info();
    diagnosis.facts.emplace_back("connector " + info.name,
                                 info.version + "; " + Able(info.can) + "; " + info.help);
  }
  return diagnosis;
}

std::string DiagnosisAsText(const Diagnosis& diagnosis) {
  size_t width = 0;
  for (const auto& [name, value] : diagnosis.facts) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, value] : diagnosis.facts) {
    text += name + std::string(width - name.size() + 2, ' ') + value + "\n";
  }
  for (const std::string& problem : diagnosis.problems) text += "problem: " + problem + "\n";
  if (diagnosis.problems.empty()) text += "Nothing is wrong.\n";
  return text;
}

std::string DiagnosisAsJson(const Diagnosis& diagnosis) {
  base::Json facts = base::Json::object();
  for (const auto& [name, value] : diagnosis.facts) facts[name] = value;
  base::Json document = {
      {"facts", facts}, {"problems", diagnosis.problems}, {"host", diagnosis.host}};
  return base::DumpJson(document, 2) + "\n";
}

}  // namespace tenon::cli
