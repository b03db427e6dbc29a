// A home of a test's own (TENON_HOME), removed at its end.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace tenon::testing {

class HomeFolder {
 public:
  HomeFolder() {
    std::string name = std::filesystem::temp_directory_path().string() + "/tenon-home-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~HomeFolder() { std::filesystem::remove_all(path_); }
  HomeFolder(const HomeFolder&) = delete;
  HomeFolder& operator=(const HomeFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  // All files below it, sorted.
  std::vector<std::filesystem::path> Files() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  // Those with this ending.
  std::vector<std::filesystem::path> Files(std::string_view ending) const {
    std::vector<std::filesystem::path> files;
    for (std::filesystem::path& file : Files()) {
      if (file.string().ends_with(ending)) files.push_back(std::move(file));
    }
    return files;
  }

  static std::string Read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static void Write(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tenon::testing
