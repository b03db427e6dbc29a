// What a job gave a connector: names and values, resolved. Placeholders are filled in, secrets fetched.
//
// Values are text, as Glue sends them; lists and objects are JSON text. Names ignore case ("dbTable" finds
// "dbtable") and keep the spelling they were given. A value may be secret as a whole: see secret.h. Read them
// through option_spec.h, which checks types, bounds and misspelt names at once.
// A value type; const use from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon {

class Options {
 public:
  Options() = default;

  // Sets or replaces. Setting a secret value makes the option secret, setting plain text makes it plain.
  Options& Set(std::string name, std::string value);
  Options& SetSecret(std::string name, Secret value);
  // Removes; nothing happens when it is absent.
  void Remove(std::string_view name);

  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  bool IsSecret(std::string_view name) const;

  // The plain value. kNotFound when absent; kInvalidArgument that names GetSecret when the value is secret.
  Result<std::string> Get(std::string_view name) const;
  // The value, secret or not, as a secret. kNotFound when absent.
  Result<Secret> GetSecret(std::string_view name) const;
  // The plain value, or `otherwise` when absent. A secret value is an error as with Get.
  Result<std::string> GetOr(std::string_view name, std::string_view otherwise) const;

  // In the order they were first set, spelt as given.
  std::vector<std::string> names() const;
  size_t size() const { return entries_.size(); }

  // "rows=10 password=***", in order: for logs.
  std::string ToString() const;

 private:
  struct Entry {
    std::string name;
    Secret value;
    bool secret = false;
  };
  const Entry* Find(std::string_view name) const;
  void Put(Entry entry);

  std::vector<Entry> entries_;
};

// Equal when ASCII letters are folded: how option names are compared.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

}  // namespace tenon
