#include "tenon/options.h"

#include <algorithm>
#include <utility>

namespace tenon {
namespace {

char FoldAscii(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

Status Missing(std::string_view name) {
  return Status::NotFound("Option is not set: option=" + std::string(name));
}

}  // namespace

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return FoldAscii(x) == FoldAscii(y);
         });
}

const Options::Entry* Options::Find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (EqualsIgnoreCase(entry.name, name)) return &entry;
  }
  return nullptr;
}

void Options::Put(Entry entry) {
  for (Entry& present : entries_) {
    if (EqualsIgnoreCase(present.name, entry.name)) {
      present.value = std::move(entry.value);
      present.secret = entry.secret;
      return;
    }
  }
  entries_.push_back(std::move(entry));
}

Options& Options::Set(std::string name, std::string value) {
  Put({std::move(name), Secret(std::move(value)), false});
  return *this;
}

Options& Options::SetSecret(std::string name, Secret value) {
  Put({std::move(name), std::move(value), true});
  return *this;
}

void Options::Remove(std::string_view name) {
  std::erase_if(entries_,
                [name](const Entry& entry) { return EqualsIgnoreCase(entry.name, name); });
}

bool Options::IsSecret(std::string_view name) const {
  const Entry* entry = Find(name);
  return entry != nullptr && entry->secret;
}

Result<std::string> Options::Get(std::string_view name) const {
  const Entry* entry = Find(name);
  if (entry == nullptr) return Missing(name);
  if (entry->secret) {
    return Status::InvalidArgument("Option is secret and cannot be read as text: option=" +
                                   entry->name)
        .WithHint("Read it with GetSecret.");
  }
  return std::string(entry->value.Reveal());
}

Result<Secret> Options::GetSecret(std::string_view name) const {
  const Entry* entry = Find(name);
  if (entry == nullptr) return Missing(name);
  return entry->value;
}

Result<std::string> Options::GetOr(std::string_view name, std::string_view otherwise) const {
  if (!Has(name)) return std::string(otherwise);
  return Get(name);
}

std::vector<std::string> Options::names() const {
  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const Entry& entry : entries_) names.push_back(entry.name);
  return names;
}

std::string Options::ToString() const {
  std::string text;
  for (const Entry& entry : entries_) {
    if (!text.empty()) text += ' ';
    text += entry.name + "=";
    text += entry.secret ? std::string_view("***") : entry.value.Reveal();
  }
  return text;
}

}  // namespace tenon
