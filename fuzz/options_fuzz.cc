// Options of every kind from any text: an error or a value, and never a secret in the text of an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/option_spec.h"

namespace {

struct Everything {
  bool truth = false;
  int64_t whole = 0;
  double real = 0;
  std::string text;
  std::vector<std::string> list;
  tenon::Secret secret;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using E = Everything;
  static const auto spec = tenon::OptionSpec<E>()
                               .Add("truth", &E::truth, {})
                               .Add("whole", &E::whole, {.minimum = -5, .maximum = 1e15})
                               .Add("real", &E::real, {.minimum = 0})
                               .Add("text", &E::text, {.choices = {"one", "two"}})
                               .Add("list", &E::list, {})
                               .Add("secret", &E::secret, {});
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const tenon::OptionDescription& option : spec.known()) {
    tenon::Options plain, secret;
    plain.Set(option.name, text);
    secret.SetSecret(option.name, tenon::Secret(text));
    static_cast<void>(spec.Parse(plain));
    const tenon::Status status = spec.Parse(secret).status();
    // Long enough not to be part of the error's own words.
    constexpr size_t kTelling = 24;
    if (text.size() >= kTelling && status.ToString().find(text) != std::string::npos) std::abort();
  }
  tenon::Options named;
  named.Set(text, "1");
  static_cast<void>(spec.Parse(named));
  return 0;
}
